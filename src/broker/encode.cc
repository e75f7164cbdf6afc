// SPDX-License-Identifier: Apache-2.0
#include "broker/encode.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.h"
#include "base/limits.h"
#include "broker/numbers.h"

namespace broker {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
// LIMIT: a text that still changes after so many decodings is refused.
constexpr int kDecodings = 8;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
bool one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

void append_escaped_byte(std::string& out, char c) {
  const auto b = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[b >> 4];
  out += kHex[b & 15];
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The number that the `n` hexadecimal digits at `at` spell, or -1.
int hex_number(std::string_view text, std::size_t at, std::size_t n) {
  if (at + n > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, n)) {
    const int digit = hex_digit(c);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, int code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// One level of percent decoding, with the %uXXXX form that some servers know.
std::string decode_once(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool wide = i + 1 < text.size() && (text[i + 1] == 'u' || text[i + 1] == 'U');
    if (text[i] != '%') {
      out += text[i];
    } else if (const int code = hex_number(text, i + 1, 2); code >= 0) {
      out += static_cast<char>(code);
      i += 2;
    } else if (const int point = wide ? hex_number(text, i + 2, 4) : -1; point >= 0) {
      append_utf8(out, point);
      i += 5;
    } else {
      out += '%';
    }
  }
  return out;
}

// Characters that NFKC or a code page's "best fit" turns into a separator: fraction and division
// slash, big solidus, set minus, fullwidth and small forms, and the yen and won signs, which are
// the backslash of two code pages.
constexpr std::array<std::string_view, 11> kSeparatorLike = {"\u2044", "\u2215", "\u29F8", "\u2216",
                                                             "\u29F5", "\uFF0F", "\uFF3C", "\uFE68",
                                                             "\u29F9", "\u00A5", "\u20A9"};
// Likewise for the full stop; the two and three dot leaders expand to several.
constexpr std::array<std::string_view, 6> kDotLike = {"\u2024", "\u2025", "\u2026",
                                                      "\uFF0E", "\uFE52", "\u3002"};

bool contains_any(std::string_view text, std::span<const std::string_view> list) {
  return std::ranges::any_of(
      list, [&](std::string_view s) { return text.find(s) != std::string_view::npos; });
}

// True if a separator, a control character or a look-alike of one is in `text`.
bool has_separator(std::string_view text) {
  const bool plain = std::ranges::any_of(text, [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return plain || contains_any(text, kSeparatorLike);
}

// True for what a server may take for "." or "..": with a path parameter behind it or spaces around
// it, or spelled with dot-like characters.
bool is_dots(std::string_view text) {
  text = text.substr(0, text.find(';'));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty()) return true;
  while (!text.empty()) {
    const auto like = std::ranges::find_if(kDotLike, [&](auto s) { return text.starts_with(s); });
    if (like != kDotLike.end()) text.remove_prefix(like->size());
    else if (text.front() == '.') text.remove_prefix(1);
    else return false;
  }
  return true;
}

bool valid_percents(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%' && hex_number(text, i + 1, 2) < 0) return false;
  return true;
}

}  // namespace

void append_percent(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(c)) out += c;
    else append_escaped_byte(out, c);
  }
}

void append_form(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_alphanumeric(c) || one_of(c, "*-._")) out += c;
    else if (c == ' ') out += '+';
    else append_escaped_byte(out, c);
  }
}

base::Status append_json_string(std::string& out, std::string_view text) {
  if (!base::is_utf8(text)) return base::invalid("text is not UTF-8");
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += static_cast<char>('0' + (c >> 4));
      out += "0123456789abcdef"[c & 15];
    } else {
      out += c;
    }
  }
  return base::ok();
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
}

bool is_header_name(std::string_view text) {
  return !text.empty() && text.size() <= base::limits::kNameBytes &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || one_of(c, "!#$%&'*+-.^_`|~"); });
}

bool is_reserved_header(std::string_view name) {
  constexpr std::array<std::string_view, 14> kReserved = {"host",
                                                          "content-length",
                                                          "transfer-encoding",
                                                          "connection",
                                                          "keep-alive",
                                                          "te",
                                                          "trailer",
                                                          "upgrade",
                                                          "expect",
                                                          "accept-encoding",
                                                          "content-encoding",
                                                          "proxy-authorization",
                                                          "proxy-connection",
                                                          "http2-settings"};
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::ranges::find(kReserved, lower) != kReserved.end();
}

bool is_path_literal(std::string_view text) {
  const bool characters = std::ranges::all_of(
      text, [](char c) { return is_unreserved(c) || one_of(c, "/%!$&'()*+,;=:@"); });
  return characters && valid_percents(text);
}

bool has_odd_segment(std::string_view path) {
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    const bool empty = segment.empty() && begin > 0 && end < path.size();
    if (empty || segment == "." || segment == "..") return true;
    begin = end + 1;
  }
  return false;
}

void append_path_literal(std::string& out, std::string_view literal) {
  for (std::size_t i = 0; i < literal.size(); ++i) {
    const int code = literal[i] == '%' ? hex_number(literal, i + 1, 2) : -1;
    if (code < 0) {
      out += literal[i];
      continue;
    }
    out += is_unreserved(static_cast<char>(code)) ? static_cast<char>(code) : 'x';
    i += 2;
  }
}

bool is_query_literal(std::string_view text) {
  const bool characters = std::ranges::all_of(
      text, [](char c) { return is_unreserved(c) || one_of(c, "/%!$'()*,;:@?"); });
  return characters && valid_percents(text);
}

bool is_json_string_inside(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || static_cast<unsigned char>(text[i]) < 0x20) return false;
    if (text[i] == '\\' && (++i == text.size() || !one_of(text[i], "\"\\/bfnrtu"))) return false;
  }
  return base::is_utf8(text);
}

bool is_json_scalar(std::string_view text) {
  if (text == "true" || text == "false" || text == "null" || is_number(text)) return true;
  return text.size() >= 2 && text.starts_with('"') && text.ends_with('"') &&
         is_json_string_inside(text.substr(1, text.size() - 2));
}

base::Status check_segment(std::string_view text) {
  std::string now(text);
  for (int i = 0; i < kDecodings; ++i) {
    if (!base::is_utf8(now)) return base::invalid("argument of a path is not UTF-8");
    if (has_separator(now)) return base::invalid("argument of a path holds a separator");
    if (is_dots(now)) return base::invalid("argument of a path is empty or a dot segment");
    std::string next = decode_once(now);
    if (next == now) return base::ok();
    now = std::move(next);
  }
  return base::invalid("argument of a path is encoded too often");
}

}  // namespace broker
