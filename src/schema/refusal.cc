// SPDX-License-Identifier: Apache-2.0
#include "schema/refusal.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"

namespace schema {
namespace {

constexpr std::size_t kShownKeyBytes = 64;
constexpr std::size_t kShownWordBytes = 16;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The length of the well-formed character at the head of `s`; 0 if there is none.
std::size_t character_length(std::string_view s) {
  for (std::size_t n = 1; n <= 4 && n <= s.size(); ++n) {
    if (base::is_utf8(s.substr(0, n))) return n;
  }
  return 0;
}

// The first byte of `text`, from `from` on, that is no part of UTF-8; size() if all is well.
std::size_t first_malformed(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    const std::size_t n = character_length(text.substr(from));
    if (n == 0) return from;
    from += n;
  }
  return text.size();
}

std::string found_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the end of the text";
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte < 0x20 || byte == 0x7F) return fmt::format("control character U+{:04X}", byte);
  if (byte < 0x80) return fmt::format("'{}'", text[offset]);
  const std::size_t n = character_length(text.substr(offset));
  if (n == 0) return fmt::format("byte 0x{:02X}", byte);
  return fmt::format("'{}'", base::printable(text.substr(offset, n)));
}

std::string word_at(std::string_view text, std::size_t offset) {
  std::size_t end = offset;
  while (end < text.size() && is_letter(text[end]) && end - offset < kShownWordBytes) ++end;
  return end == offset ? found_at(text, offset)
                       : fmt::format("'{}'", text.substr(offset, end - offset));
}

const char* expected_next(const Stop& stop, char separator) {
  if (separator == ':') return "a value";
  if (separator == ',') return stop.in_object ? "a key in double quotes" : "a value";
  switch (stop.after) {
    case Stop::After::kStart: return "a value";
    case Stop::After::kArrayBegin: return "a value or ']'";
    case Stop::After::kObjectBegin: return "a key in double quotes or '}'";
    case Stop::After::kKey: return "':'";
    case Stop::After::kValue: break;
  }
  if (stop.in_object) return "',' or '}'";
  return stop.in_array ? "',' or ']'" : "the end of the text";
}

bool is_surrogate_escape(std::string_view text, std::size_t at, char first, char last) {
  const std::string_view escape = text.substr(std::min(at, text.size()), 4);
  if (escape.size() < 4 || escape[0] != '\\' || escape[1] != 'u') return false;
  const char second = static_cast<char>(escape[3] | 0x20);  // digits stay what they are
  return (escape[2] | 0x20) == 'd' && second >= first && second <= last;
}

// The place of the escape of half a surrogate pair that stopped the scanner, or npos.
std::size_t lone_surrogate(std::string_view text, const Stop& stop) {
  if (stop.complaint == Stop::Complaint::kSurrogate) {
    const std::size_t at = text.rfind("\\u", stop.offset);
    return at >= 6 && !is_surrogate_escape(text, at, '8', 'f') ? at - 6 : at;
  }
  // No second escape at all: the scanner stopped behind the first, or behind the next backslash.
  for (const std::size_t back : {6u, 7u}) {
    if (stop.offset < back) break;
    if (is_surrogate_escape(text, stop.offset - back, '8', 'b')) return stop.offset - back;
  }
  return std::string_view::npos;
}

Refusal inside_string(std::string_view text, const Stop& stop, std::size_t start) {
  const std::size_t malformed = first_malformed(text.substr(0, stop.offset + 4), start);
  if (malformed < std::min(text.size(), stop.offset + 4)) {
    return {Fault::kEncoding, malformed, found_at(text, malformed), "well-formed UTF-8"};
  }
  const bool at_end = stop.offset >= text.size();
  const std::size_t lone = lone_surrogate(text, stop);
  if (!at_end && lone != std::string_view::npos) {
    return {Fault::kEncoding, lone, "a lone surrogate", "a pair of surrogate escapes"};
  }
  const bool control = !at_end && static_cast<unsigned char>(text[stop.offset]) < 0x20;
  const char* expected = "an escape of RFC 8259 behind '\\'";
  if (at_end) expected = "the closing double quote";
  if (control) expected = "it to be written as an escape";
  if (stop.complaint == Stop::Complaint::kHexDigit) expected = "four hexadecimal digits";
  return {Fault::kSyntax, stop.offset, found_at(text, stop.offset), expected};
}

Refusal inside_token(std::string_view text, const Stop& stop, std::size_t start, char separator) {
  if (text[start] == '"') return inside_string(text, stop, start);
  if (is_letter(text[start])) {
    return {Fault::kSyntax, start, word_at(text, start), expected_next(stop, separator)};
  }
  return {Fault::kSyntax, stop.offset, found_at(text, stop.offset), "a digit"};
}

}  // namespace

Refusal refusal_at(std::string_view text, const Stop& stop) {
  if (stop.complaint == Stop::Complaint::kDepth) {
    return {Fault::kDepth, stop.offset, found_at(text, stop.offset), "less nesting"};
  }
  char separator = 0;
  std::size_t at = stop.cursor;
  for (; at < std::min(stop.offset, text.size()); ++at) {
    if (text[at] == ',' || text[at] == ':') separator = text[at];
    else if (!is_space(text[at])) break;
  }
  if (stop.complaint == Stop::Complaint::kExponent) {
    return {Fault::kNumber, at, "a number whose exponent is out of range", "a finite number"};
  }
  if (at < stop.offset) return inside_token(text, stop, at, separator);
  if (text.substr(0, 3) == "\xEF\xBB\xBF" && at == 0) {
    return {Fault::kEncoding, 0, "a byte order mark", "a value"};
  }
  if (at < text.size() && character_length(text.substr(at)) == 0) {
    return {Fault::kEncoding, at, found_at(text, at), expected_next(stop, separator)};
  }
  return {Fault::kSyntax, at, word_at(text, at), expected_next(stop, separator)};
}

base::Error error_of(std::string_view text, const Refusal& refusal) {
  const bool bound = refusal.fault == Fault::kDepth || refusal.fault == Fault::kSize;
  return {bound ? base::Errc::kExhausted : base::Errc::kInvalid,
          fmt::format("{}: found {}, expected {}", describe_position(text, refusal.offset),
                      refusal.found, refusal.expected)};
}

std::string shown_key(std::string_view key) {
  if (key.size() <= kShownKeyBytes) return fmt::format("'{}'", base::printable(key));
  std::size_t end = kShownKeyBytes;
  while (end > 0 && is_continuation(key[end])) --end;
  return fmt::format("'{}...'", base::printable(key.substr(0, end)));
}

std::string describe_position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::string_view row =
      newline == std::string_view::npos ? before : before.substr(newline + 1);
  const auto column =
      1 + std::count_if(row.begin(), row.end(), [](char c) { return !is_continuation(c); });
  return fmt::format("line {}, column {}", line, column);
}

}  // namespace schema
