// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "policy/canonical.h"

namespace policy {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return is_alpha(c) ? static_cast<char>(c | 0x20) : c; }

// SECURITY: what different readers of URLs treat differently never gets past here: controls, space
// and backslash, bytes beyond ASCII (IDN), a fragment.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7f && c != '\\' && c != '#';
}

bool put_scheme(std::string_view text, CanonicalText& out) {
  if (text.empty() || !is_alpha(text[0])) return false;
  out.clear();
  for (const char c : text) {
    const bool inner = is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    if (!inner || !out.append(lower(c))) return false;
  }
  return true;
}

bool put_port(std::string_view text, std::uint16_t& out) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return read.ec == std::errc() && read.ptr == end && out != 0 && text[0] != '0';
}

std::uint16_t default_port(std::string_view scheme) {
  if (scheme == "http") return 80;
  return scheme == "https" ? 443 : 0;
}

// host, host:port, [v6], [v6]:port.
bool put_authority(std::string_view text, CanonicalUrl& out) {
  std::string_view host = text;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  const bool is_v6 = host.find(':') != std::string_view::npos;
  if (is_v6 != text.starts_with('[') || !canonical_host(host, out.host)) return false;
  if (rest.empty()) return true;
  return rest[0] == ':' && put_port(rest.substr(1), out.port);
}

int hex(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool is_unreserved(int c) {
  const auto byte = static_cast<char>(c);
  return c < 0x80 && (is_alpha(byte) || is_digit(byte) || byte == '-' || byte == '.' ||
                      byte == '_' || byte == '~');
}

// One %XX at `at`: decoded if unreserved, else kept with upper-case digits.
bool put_escape(std::string_view text, std::size_t at, CanonicalText& out) {
  if (at + 2 >= text.size()) return false;
  const int high = hex(text[at + 1]);
  const int low = hex(text[at + 2]);
  if (high < 0 || low < 0) return false;
  const int byte = high * 16 + low;
  if (byte == '/' || byte == '\\' || byte == 0) return false;
  if (is_unreserved(byte)) return out.append(static_cast<char>(byte));
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return out.append('%') && out.append(kDigits[static_cast<std::size_t>(high)]) &&
         out.append(kDigits[static_cast<std::size_t>(low)]);
}

// A segment without its slashes; false for a dot segment that was spelled with an escape.
bool put_segment(std::string_view segment, CanonicalText& out) {
  const std::size_t start = out.view().size();
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      if (!out.append(segment[i])) return false;
      continue;
    }
    if (!put_escape(segment, i, out)) return false;
    i += 2;
  }
  const std::string_view plain = out.view().substr(start);
  return plain == segment || (plain != "." && plain != "..");
}

bool put_path(std::string_view text, CanonicalText& out) {
  CanonicalText decoded;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t slash = std::min(text.find('/', at), text.size());
    if (!put_segment(text.substr(at, slash - at), decoded)) return false;
    if (slash < text.size() && !decoded.append('/')) return false;
    at = slash + 1;
  }
  return canonical_path(decoded.view(), out);
}

}  // namespace

bool canonical_url(std::string_view text, CanonicalUrl& out) {
  if (text.size() > CanonicalText::kBytes || !std::ranges::all_of(text, is_plain)) return false;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !put_scheme(text.substr(0, colon), out.scheme))
    return false;
  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('?'));
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  if (slash == rest.size()) return false;
  out.port = 0;
  if (!put_authority(rest.substr(0, slash), out) || !put_path(rest.substr(slash), out.path))
    return false;
  if (out.port == 0) out.port = default_port(out.scheme.view());
  return true;
}

}  // namespace policy
