// SPDX-License-Identifier: Apache-2.0
#include "policy/canonical.h"

#include <algorithm>

namespace policy {
namespace {

constexpr std::size_t kHostBytes = 253;  // RFC 1035 §2.3.4, without the final dot
constexpr std::size_t kLabelBytes = 63;
constexpr std::size_t kLocalBytes = 64;  // RFC 5321 §4.5.3.1.1

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// SECURITY: what URL parsers read as an IPv4 address in one of its old spellings (WHATWG URL,
// "ends in a number"): 127.1, 0x7f.1, 017700000001. Such a name must not pass as a name.
bool ends_in_number(std::string_view host) {
  const std::string_view label = host.substr(host.rfind('.') + 1);
  if (std::ranges::all_of(label, is_digit)) return true;
  if (label.size() < 2 || label[0] != '0' || lower(label[1]) != 'x') return false;
  return std::ranges::all_of(
      label.substr(2), [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); });
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytes) return false;
  return std::ranges::all_of(label, [](char c) { return is_digit(c) || is_alpha(c) || c == '-'; });
}

bool canonical_name(std::string_view text, CanonicalText& out) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kHostBytes || ends_in_number(text)) return false;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t dot = std::min(text.find('.', at), text.size());
    if (!is_label(text.substr(at, dot - at))) return false;
    at = dot + 1;
  }
  out.clear();
  for (const char c : text)
    if (!out.append(lower(c))) return false;
  return true;
}

// Drops the last segment of `out`; false at the root.
bool go_up(CanonicalText& out) {
  if (out.view().empty()) return false;
  out.truncate(out.view().rfind('/'));
  return true;
}

bool is_atom(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_local(std::string_view text) {
  if (text.empty() || text.size() > kLocalBytes) return false;
  if (text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) { return c == '.' || is_atom(c); });
}

bool is_below(std::string_view text, std::string_view root, char between) {
  if (text.size() == root.size()) return text == root;
  return text.size() > root.size() && text.starts_with(root) && text[root.size()] == between;
}

}  // namespace

bool canonical_path(std::string_view text, CanonicalText& out) {
  if (text.size() > CanonicalText::kBytes) return false;
  out.clear();
  if (!text.starts_with('/') || text.find('\0') != std::string_view::npos) return false;
  for (std::size_t at = 1; at <= text.size();) {
    const std::size_t slash = std::min(text.find('/', at), text.size());
    const std::string_view segment = text.substr(at, slash - at);
    at = slash + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!go_up(out)) return false;
    } else if (!out.append('/') || !out.append(segment)) {
      return false;
    }
  }
  return !out.view().empty() || out.append('/');
}

bool canonical_host(std::string_view text, CanonicalText& out) {
  if (const auto address = address_of(text)) {
    const AddressSpelling spelling(*address);
    out.clear();
    return out.append(spelling.view());
  }
  if (text.ends_with('.') && text.size() > 1 && text[text.size() - 2] != '.') {
    const auto dotted = address_of(text.substr(0, text.size() - 1));
    if (dotted && text.find(':') == std::string_view::npos)
      return canonical_host(text.substr(0, text.size() - 1), out);
  }
  return canonical_name(text, out);
}

bool canonical_email(std::string_view text, CanonicalText& out) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || !is_local(text.substr(0, at))) return false;
  CanonicalText host;
  if (!canonical_name(text.substr(at + 1), host)) return false;
  out.clear();
  return out.append(text.substr(0, at + 1)) && out.append(host.view());
}

bool path_is_under(std::string_view path, std::string_view root) {
  return root == "/" || is_below(path, root, '/');
}

bool host_is_under(std::string_view host, std::string_view root) {
  if (host.size() <= root.size()) return host == root;
  return host.ends_with(root) && host[host.size() - root.size() - 1] == '.';
}

}  // namespace policy
