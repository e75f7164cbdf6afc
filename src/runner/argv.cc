// SPDX-License-Identifier: Apache-2.0
#include "runner/argv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"

namespace runner {
namespace {

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-+@:,=/").find(c) != std::string_view::npos;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t' || c == '\n';
}

bool is_text(std::string_view value) {
  return base::is_utf8(value) && std::ranges::all_of(value, is_plain);
}

bool is_number(const ArgvPiece& piece, std::string_view value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() &&
         std::to_string(number) == value && number >= piece.least && number <= piece.most;
}

bool is_component(std::string_view c) { return !c.empty() && c != "." && c != ".."; }

bool is_path(std::string_view value) {
  if (!is_text(value) || value.find_first_of("\t\n\\") != std::string_view::npos) return false;
  for (std::size_t at = 0;;) {
    const std::size_t slash = value.find('/', at);
    if (!is_component(value.substr(at, slash - at))) return false;
    if (slash == std::string_view::npos) return true;
    at = slash + 1;
  }
}

base::Error wrong(const ArgvPiece& piece, std::string_view why) {
  return base::invalid(fmt::format("argument `{}` {}", piece.argument, why));
}

const ArgvValue* find(std::span<const ArgvValue> values, std::string_view name) {
  const auto found = std::ranges::find(values, name, &ArgvValue::name);
  return found == values.end() ? nullptr : &*found;
}

base::Status check_names(std::span<const ArgvPiece> pieces, std::span<const ArgvValue> values) {
  for (const ArgvValue& value : values) {
    if (std::ranges::count(values, value.name, &ArgvValue::name) != 1)
      return base::invalid(fmt::format("argument `{}` is there twice", value.name));
    if (std::ranges::find(pieces, value.name, &ArgvPiece::argument) == pieces.end())
      return base::invalid(fmt::format("there is no argument `{}`", value.name));
  }
  return base::ok();
}

}  // namespace

bool is_of(const ArgvPiece& piece, std::string_view value) {
  if (value.size() > piece.max_bytes) return false;
  switch (piece.grammar) {
    case Grammar::kWord: return !value.empty() && std::ranges::all_of(value, is_word_byte);
    case Grammar::kText: return is_text(value);
    case Grammar::kNumber: return is_number(piece, value);
    case Grammar::kPath: return is_path(value);
    case Grammar::kChoice: return std::ranges::find(piece.choices, value) != piece.choices.end();
  }
  return false;
}

base::Result<std::vector<std::string>> render(std::span<const ArgvPiece> pieces,
                                              std::span<const ArgvValue> values) {
  TRY(check_names(pieces, values));
  std::vector<std::string> out;
  bool guarded = false;
  for (const ArgvPiece& piece : pieces) {
    if (piece.argument.empty()) {
      guarded |= piece.literal == "--";
      out.push_back(piece.literal);
      continue;
    }
    const ArgvValue* const given = find(values, piece.argument);
    if (given == nullptr && piece.optional) continue;
    if (given == nullptr) return wrong(piece, "is missing");
    if (!is_of(piece, given->value)) return wrong(piece, "is not of its grammar");
    if (piece.literal.empty() && !guarded && given->value.starts_with('-'))
      return wrong(piece, "would be taken for an option");
    out.push_back(piece.literal + std::string(given->value));
  }
  if (out.empty() || out[0].empty() || !pieces[0].argument.empty())
    return base::invalid("a template begins with its program");
  return out;
}

}  // namespace runner
