// SPDX-License-Identifier: Apache-2.0
#include "broker/op_reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/limits.h"

namespace broker {
namespace {

constexpr std::string_view kScheme = "op://";

bool is_part_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == ' ';
}

base::Status check_part(std::string_view part) {
  if (part.empty() || std::ranges::all_of(part, [](char c) { return c == ' '; }))
    return base::invalid("secret reference with an empty part");
  if (part.size() > base::limits::kNameBytes)
    return base::invalid("secret reference with a part that is too long");
  if (!std::ranges::all_of(part, is_part_character))
    return base::invalid(
        "secret reference with a character outside A-Z a-z 0-9 - _ . and space: use the ID");
  if (part == "." || part == ".." || part.front() == '-')
    return base::invalid("secret reference with a part that no name can be: use the ID");
  return base::ok();
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t slash = text.find('/'); slash != std::string_view::npos;
       slash = text.find('/')) {
    parts.push_back(text.substr(0, slash));
    text.remove_prefix(slash + 1);
  }
  parts.push_back(text);
  return parts;
}

// attribute=NAME or ssh-format=openssh, once.
base::Status read_query(std::string_view query, OpReference& out) {
  const std::size_t equals = query.find('=');
  const std::string_view key = query.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : query.substr(equals + 1);
  const bool letters = !value.empty() && value.size() <= 32 &&
                       std::ranges::all_of(value, [](char c) { return c >= 'a' && c <= 'z'; });
  if (key == "ssh-format" && value == "openssh") out.format = value;
  else if ((key == "attribute" || key == "attr") && letters) out.attribute = value;
  else return base::invalid("secret reference with an unknown query");
  return base::ok();
}

}  // namespace

base::Result<OpReference> parse_op_reference(std::string_view text) {
  if (!text.starts_with(kScheme)) return base::invalid("secret reference without op://");
  text.remove_prefix(kScheme.size());
  OpReference out;
  const std::size_t mark = text.find('?');
  if (mark != std::string_view::npos) {
    TRY(read_query(text.substr(mark + 1), out));
    text = text.substr(0, mark);
  }
  const auto parts = split(text);
  if (parts.size() < 3 || parts.size() > 4)
    return base::invalid("secret references are op://vault/item/[section/]field");
  for (const std::string_view part : parts) TRY(check_part(part));
  out.vault = parts[0];
  out.item = parts[1];
  if (parts.size() == 4) out.section = parts[2];
  out.field = parts.back();
  return out;
}

std::string text(const OpReference& r) {
  std::string out = fmt::format("{}{}/{}/", kScheme, r.vault, r.item);
  if (!r.section.empty()) out += r.section + "/";
  out += r.field;
  if (!r.attribute.empty()) out += "?attribute=" + r.attribute;
  if (!r.format.empty()) out += "?ssh-format=" + r.format;
  return out;
}

}  // namespace broker
