// SPDX-License-Identifier: Apache-2.0
#include "spec/canonical.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "spec/url.h"

namespace spec {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "127.1" and "0x7f.1" are addresses to many a resolver and names to nobody (§4).
bool reads_as_number(const std::string& label) {
  if (std::ranges::all_of(label, is_digit)) return true;
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return label.starts_with("0x") && std::ranges::all_of(label.substr(2), is_hex);
}

std::string address_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(address.bits == 32 ? AF_INET : AF_INET6, address.bytes.data(), out.data(), out.size());
  return out.data();
}

bool is_name(const std::string& host) {
  if (host.empty() || host.size() > 253) return false;
  const std::vector<std::string> labels = split(host, '.');
  for (const std::string& label : labels) {
    const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    if (label.empty() || label.size() > 63 || !std::ranges::all_of(label, fits)) return false;
  }
  return !reads_as_number(labels.back());
}

// RFC 5322 §3.2.3: atext, with single dots inside.
bool is_local_part(const std::string& local) {
  if (local.empty() || local.size() > 64) return false;
  for (const std::string& atom : split(local, '.')) {
    const auto is_atext = [](char c) {
      return is_letter(c) || is_digit(c) ||
             std::string("!#$%&'*+-/=?^_`{|}~").find(c) != std::string::npos;
    };
    if (atom.empty() || !std::ranges::all_of(atom, is_atext)) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == mark) parts.emplace_back();
    else parts.back() += c;
  }
  return parts;
}

std::optional<std::string> canonical_path(const std::string& text) {
  if (!text.starts_with("/") || text.find('\0') != std::string::npos) return std::nullopt;
  std::vector<std::string> kept;
  for (const std::string& segment : split(text, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else {
      if (kept.empty()) return std::nullopt;
      kept.pop_back();
    }
  }
  std::string out;
  for (const std::string& segment : kept) out += "/" + segment;
  return out.empty() ? "/" : out;
}

std::optional<std::string> canonical_host(const std::string& text) {
  std::string host = lower(text);
  if (const auto address = address_of(host)) return address_text(*address);
  if (host.ends_with(".")) host.pop_back();
  if (const auto address = address_of(host);
      address && address->bits == 32 && host.find(':') == std::string::npos)
    return address_text(*address);
  return is_name(host) ? std::optional(host) : std::nullopt;
}

std::optional<std::string> canonical_email(const std::string& text) {
  const std::vector<std::string> parts = split(text, '@');
  if (parts.size() != 2 || !is_local_part(parts[0])) return std::nullopt;
  const auto host = canonical_host(parts[1]);
  if (!host || address_of(*host)) return std::nullopt;
  return parts[0] + "@" + *host;
}

std::optional<Address> address_of(const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::nullopt;  // inet_pton would stop there
  Address out;
  if (inet_pton(AF_INET, text.c_str(), out.bytes.data()) == 1) return out;
  out.bits = 128;
  if (inet_pton(AF_INET6, text.c_str(), out.bytes.data()) != 1) return std::nullopt;
  const std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!std::equal(mapped.begin(), mapped.end(), out.bytes.begin())) return out;
  Address four;
  std::copy(out.bytes.begin() + 12, out.bytes.end(), four.bytes.begin());
  return four;
}

std::optional<Network> network_of(const std::string& text) {
  const std::vector<std::string> parts = split(text, '/');
  const auto base = address_of(parts[0]);
  if (!base || parts.size() > 2) return std::nullopt;
  if (parts.size() == 1) return Network{*base, base->bits};
  const bool digits =
      !parts[1].empty() && parts[1].size() <= 3 && std::ranges::all_of(parts[1], is_digit);
  if (!digits) return std::nullopt;
  int prefix = std::stoi(parts[1]);
  const bool was_mapped = base->bits == 32 && parts[0].find(':') != std::string::npos;
  if (was_mapped) prefix -= 96;
  if (prefix < 0 || prefix > base->bits) return std::nullopt;
  return Network{*base, prefix};
}

bool inside(const Address& address, const Network& network) {
  if (address.bits != network.base.bits) return false;
  for (int bit = 0; bit < network.prefix; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    if (((address.bytes[at] ^ network.base.bytes[at]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

std::optional<Url> canonical_url(const std::string& text) {
  const auto parts = url_parts(text);
  if (!parts) return std::nullopt;
  Url out{lower(parts->scheme), "", port_of(lower(parts->scheme), parts->port), ""};
  if (!parts->port.empty() && !out.port) return std::nullopt;
  const auto host = canonical_host(parts->host);
  const auto address = address_of(parts->host);
  const bool is_v6 = parts->host.find(':') != std::string::npos;
  if (!host || is_v6 != parts->bracketed || (parts->bracketed && !address)) return std::nullopt;
  out.host = *host;
  const auto decoded = decoded_path(parts->path);
  const auto path = decoded ? canonical_path(*decoded) : std::nullopt;
  if (!path) return std::nullopt;
  out.path = *path;
  return out;
}

}  // namespace spec
