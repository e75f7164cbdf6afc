// SPDX-License-Identifier: Apache-2.0
#include "cli/url.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"

namespace cli {
namespace {

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

bool is_label(std::string_view label) {
  const bool plain = std::ranges::all_of(
      label, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return plain && !label.empty() && label.size() <= 63 && label.front() != '-' &&
         label.back() != '-';
}

// A DNS name of LDH labels. SECURITY: a last label without a letter is refused: resolvers read
// "0x7f.1" and "2130706433" as addresses.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  std::string_view rest = host, last;
  while (true) {
    const auto dot = rest.find('.');
    last = rest.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return std::ranges::any_of(last, [](char c) { return c >= 'a' && c <= 'z'; }) &&
         !last.starts_with("0x");
}

base::Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failed != std::errc() || end != text.data() + text.size() || port == 0)
    return base::invalid(fmt::format("`{}` is not a port of 1 to 65535", base::printable(text)));
  return port;
}

// Splits "host", "host:port", "[v6]", "[v6]:port" into `origin`.
base::Status parse_authority(std::string_view authority, wire::Origin& origin) {
  if (authority.find('@') != std::string_view::npos)
    return base::invalid(
        "user information in a URL is not allowed; store the credential with `yett secret add`");
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return base::invalid("`[` without `]` in the host");
    origin.host = std::string(authority.substr(1, end - 1));
    port = authority.substr(end + 1);
    if (!port.empty() && port[0] != ':')
      return base::invalid("something other than a port after `]`");
    if (origin.host.find(':') == std::string::npos || !is_address(origin.host))
      return base::invalid("brackets hold something that is not an IPv6 address");
  } else {
    const auto colon = authority.find(':');
    origin.host = std::string(authority.substr(0, colon));
    port = colon == std::string_view::npos ? "" : authority.substr(colon);
    std::ranges::transform(origin.host, origin.host.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (!is_address(origin.host) && !is_host_name(origin.host))
      return base::invalid(
          fmt::format("`{}` is not a host name or address", base::printable(origin.host)));
  }
  if (port.empty()) return base::ok();
  TRY_AS(origin.port, parse_port(port.substr(1)));
  return base::ok();
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  Url url;
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
    url.origin.tls = false;
    url.origin.port = 80;
  } else {
    return base::invalid("a URL begins with https:// (or http:// for an exact address)");
  }
  const auto path = text.find_first_of("/?#");
  TRY(parse_authority(text.substr(0, path), url.origin));
  url.path = path == std::string_view::npos ? "/" : std::string(text.substr(path));
  if (url.path.find('#') != std::string::npos) return base::invalid("a URL here has no fragment");
  if (url.path.find('?') != std::string::npos)
    return base::invalid("a URL here has no query; write it under `query`");
  url.origin.exact_address = is_address(url.origin.host) || url.origin.host == "localhost";
  if (!url.origin.tls && !url.origin.exact_address)
    return base::invalid(
        "plain http is reached at an exact address only (such as http://127.0.0.1:11434); use "
        "https://");
  return url;
}

std::string origin_text(const wire::Origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + origin.host + "]" : origin.host;
  const bool usual = origin.port == (origin.tls ? 443 : 80);
  return fmt::format("{}://{}{}", origin.tls ? "https" : "http", host,
                     usual ? "" : fmt::format(":{}", origin.port));
}

}  // namespace cli
