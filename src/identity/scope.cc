// SPDX-License-Identifier: Apache-2.0
#include "identity/scope.h"

#include <algorithm>

#include "identity/limits.h"

namespace identity {
namespace {

bool is_scope_byte(char c) { return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\'; }

// `prefix` of "prefix.*"; nothing if it is no wildcard.
std::optional<std::string_view> prefix_of(std::string_view scope) {
  if (!scope.ends_with(".*")) return std::nullopt;
  return scope.substr(0, scope.size() - 2);
}

bool is_under(std::string_view name, std::string_view prefix) {
  return name == prefix || (name.starts_with(prefix) && name[prefix.size()] == '.');
}

}  // namespace

bool is_scope(std::string_view text) {
  if (text.empty() || text.size() > limits::kNameBytes) return false;
  if (!std::ranges::all_of(text, is_scope_byte)) return false;
  if (text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  const std::size_t star = text.find('*');
  if (star == std::string_view::npos || text == "*") return true;
  return star == text.size() - 1 && text[star - 1] == '.';
}

bool grants(const std::vector<std::string>& granted, std::string_view required) {
  return std::ranges::any_of(granted, [&](std::string_view scope) {
    const auto prefix = prefix_of(scope);
    return scope == "*" || scope == required || (prefix && is_under(required, *prefix));
  });
}

bool covers(const std::vector<std::string>& granted, std::string_view scope) {
  return std::ranges::any_of(granted, [&](std::string_view mine) {
    if (mine == "*" || mine == scope) return true;
    const auto prefix = prefix_of(mine);
    return prefix && is_under(scope, *prefix);
  });
}

std::optional<std::vector<std::string>> scopes_of(std::vector<std::string> list) {
  std::ranges::sort(list);
  list.erase(std::ranges::unique(list).begin(), list.end());
  if (list.size() > limits::kScopes || !std::ranges::all_of(list, is_scope)) return std::nullopt;
  return list;
}

std::optional<std::vector<std::string>> scopes_of(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (!one.empty()) list.emplace_back(one);
  }
  return scopes_of(std::move(list));
}

}  // namespace identity
