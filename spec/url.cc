// SPDX-License-Identifier: Apache-2.0
#include "spec/url.h"

#include <algorithm>

namespace spec {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
bool is_allowed(char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '#'; }

bool is_scheme(const std::string& text) {
  const auto fits = [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, fits);
}

// host, host:port, [v6], [v6]:port. The port, if a colon says there is one, is not empty.
bool read_authority(const std::string& text, UrlParts& out) {
  out.bracketed = text.starts_with("[");
  const std::size_t end = out.bracketed ? text.find(']') : text.find(':');
  if (out.bracketed && end == std::string::npos) return false;
  out.host = out.bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const std::size_t after = out.bracketed ? end + 1 : end;
  if (after == std::string::npos || after == text.size()) return true;
  out.port = text.substr(after + 1);
  return text[after] == ':' && !out.port.empty();
}

std::optional<std::string> decoded_segment(const std::string& segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      out += segment[i];
      continue;
    }
    if (i + 2 >= segment.size() || !is_hex(segment[i + 1]) || !is_hex(segment[i + 2]))
      return std::nullopt;
    std::string digits = segment.substr(i + 1, 2);
    const char c = static_cast<char>(std::stoi(digits, nullptr, 16));
    if (c == '/' || c == '\\' || c == '\0') return std::nullopt;
    for (char& d : digits)
      if (d >= 'a') d = static_cast<char>(d - 'a' + 'A');
    out += is_unreserved(c) ? std::string(1, c) : "%" + digits;
    i += 2;
  }
  const bool is_dots = out == "." || out == "..";
  if (is_dots && out != segment) return std::nullopt;
  return out;
}

}  // namespace

std::optional<UrlParts> url_parts(const std::string& text) {
  if (!std::ranges::all_of(text, is_allowed)) return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string::npos) return std::nullopt;
  UrlParts out;
  out.scheme = text.substr(0, colon);
  const std::string rest = text.substr(colon + 3);
  const std::size_t query = rest.find('?');
  const std::size_t slash = rest.find('/');
  if (!is_scheme(out.scheme) || slash == std::string::npos || slash > query) return std::nullopt;
  const std::string authority = rest.substr(0, slash);
  if (authority.find('@') != std::string::npos || !read_authority(authority, out))
    return std::nullopt;
  out.path = rest.substr(slash, query == std::string::npos ? query : query - slash);
  return out;
}

std::optional<int> port_of(const std::string& scheme, const std::string& port) {
  if (port.empty() && scheme == "http") return 80;
  if (port.empty() && scheme == "https") return 443;
  if (port.empty() || port.size() > 5 || port[0] == '0') return std::nullopt;
  if (!std::ranges::all_of(port, is_digit) || std::stoi(port) > 65535) return std::nullopt;
  return std::stoi(port);
}

std::optional<std::string> decoded_path(const std::string& path) {
  std::string out;
  for (const std::string& segment : split(path.substr(1), '/')) {
    const auto decoded = decoded_segment(segment);
    if (!decoded) return std::nullopt;
    out += "/" + *decoded;
  }
  return out;
}

}  // namespace spec
