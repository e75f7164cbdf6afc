// SPDX-License-Identifier: Apache-2.0
#include "egress/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace egress {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

// The first `bits` bits of an address and what they mean.
struct Prefix {
  Bytes bytes;
  std::uint8_t bits;
  AddressClass meaning;
};

constexpr Prefix v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                    std::uint8_t bits, AddressClass meaning) {
  return {Bytes{a, b, c, d}, bits, meaning};
}

// Groups are the leading 16-bit groups of the address; the rest is zero.
constexpr Prefix v6(std::array<std::uint16_t, 8> groups, std::uint8_t bits, AddressClass meaning) {
  Bytes bytes{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xff);
  }
  return {bytes, bits, meaning};
}

using enum AddressClass;

// The first that matches rules. IANA IPv4 special-purpose registry, and the fixed addresses at
// which AWS (also ECS), Azure, Alibaba and Oracle hand out credentials.
constexpr Prefix kV4[] = {
    v4(169, 254, 169, 254, 32, kMetadata),  v4(169, 254, 170, 2, 32, kMetadata),
    v4(168, 63, 129, 16, 32, kMetadata),    v4(100, 100, 100, 200, 32, kMetadata),
    v4(192, 0, 0, 192, 32, kMetadata),      v4(255, 255, 255, 255, 32, kBroadcast),
    v4(0, 0, 0, 0, 8, kUnspecified),        v4(10, 0, 0, 0, 8, kPrivate),
    v4(100, 64, 0, 0, 10, kSharedNat),      v4(127, 0, 0, 0, 8, kLoopback),
    v4(169, 254, 0, 0, 16, kLinkLocal),     v4(172, 16, 0, 0, 12, kPrivate),
    v4(192, 0, 0, 0, 24, kReserved),        v4(192, 0, 2, 0, 24, kDocumentation),
    v4(192, 88, 99, 0, 24, kTransition),    v4(192, 168, 0, 0, 16, kPrivate),
    v4(198, 18, 0, 0, 15, kDocumentation),  v4(198, 51, 100, 0, 24, kDocumentation),
    v4(203, 0, 113, 0, 24, kDocumentation), v4(224, 0, 0, 0, 4, kMulticast),
    v4(240, 0, 0, 0, 4, kReserved),
};

// The same for IPv6. Behind the table: only 2000::/3 is public (RFC 4291 §2.4).
constexpr Prefix kV6[] = {
    v6({0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254}, 128, kMetadata),
    v6({0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254}, 128, kMetadata),
    v6({}, 128, kUnspecified),
    v6({0, 0, 0, 0, 0, 0, 0, 1}, 128, kLoopback),
    v6({0, 0, 0, 0, 0, 0xffff}, 96, kTransition),   // v4-mapped
    v6({0, 0, 0, 0, 0xffff, 0}, 96, kTransition),   // v4-translated
    v6({}, 96, kTransition),                        // v4-compatible
    v6({0x0064, 0xff9b}, 96, kTransition),          // NAT64
    v6({0x0064, 0xff9b, 0x0001}, 48, kTransition),  // local NAT64
    v6({0x2001, 0x0000}, 32, kTransition),          // Teredo
    v6({0x2001, 0x0002}, 48, kDocumentation),       // benchmarking
    v6({0x2001}, 23, kReserved),                    // IETF protocol assignments
    v6({0x2001, 0x0db8}, 32, kDocumentation),
    v6({0x2002}, 16, kTransition),  // 6to4
    v6({0x3ffe}, 16, kReserved),    // 6bone
    v6({0x3fff}, 20, kDocumentation),
    v6({0xfc00}, 7, kPrivate),
    v6({0xfe80}, 10, kLinkLocal),
    v6({0xfec0}, 10, kPrivate),
    v6({0xff00}, 8, kMulticast),
    v6({0x2000}, 3, kPublic),
};

bool matches(const Prefix& prefix, const Bytes& bytes) {
  const std::size_t whole = prefix.bits / 8u;
  if (!std::equal(bytes.begin(), bytes.begin() + whole, prefix.bytes.begin())) return false;
  const unsigned rest = prefix.bits % 8u;
  if (rest == 0) return true;
  return ((bytes[whole] ^ prefix.bytes[whole]) >> (8u - rest)) == 0;
}

const Prefix* find(std::span<const Prefix> table, const Bytes& bytes) {
  for (const Prefix& prefix : table)
    if (matches(prefix, bytes)) return &prefix;
  return nullptr;
}

// ISATAP (RFC 5214 §6.1): an interface identifier [02]00:5efe with an IPv4 address behind it.
bool is_isatap(const Bytes& b) {
  return (b[8] & 0xfd) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

bool is_lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
    return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_lower_alnum(c) || c == '-'; });
}

// 7, 017 and 0x7 are numbers; so is 0x alone.
bool is_number_label(std::string_view label) {
  const bool hex = label.starts_with("0x");
  if (hex) label.remove_prefix(2);
  return std::all_of(label.begin(), label.end(), [hex](char c) {
    return (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f');
  });
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  std::string_view last;
  for (std::string_view rest = text;;) {
    const std::size_t dot = rest.find('.');
    last = rest.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !is_number_label(last);
}

bool never_reached(AddressClass c) {
  return c == kUnspecified || c == kMulticast || c == kBroadcast || c == kMetadata;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> z{};
  if (text.size() >= z.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), z.begin());
  Address address;
  if (::inet_pton(AF_INET, z.data(), address.bytes.data()) == 1) {
    if (to_text(address) != text)
      return std::nullopt;  // SECURITY: 010.0.0.1 is another address to others
    return address;
  }
  address.bytes = {};
  address.v6 = true;
  const bool dotted = text.find('.') != std::string_view::npos;
  if (dotted || ::inet_pton(AF_INET6, z.data(), address.bytes.data()) != 1) return std::nullopt;
  constexpr Prefix kMapped = v6({0, 0, 0, 0, 0, 0xffff}, 96, kTransition);
  constexpr Prefix kCompatible = v6({}, 96, kTransition);
  const AddressClass c = classify(address);
  if (c != kTransition) return address;
  if (matches(kMapped, address.bytes) || matches(kCompatible, address.bytes)) return std::nullopt;
  return address;
}

std::string to_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> z{};
  const int family = address.v6 ? AF_INET6 : AF_INET;
  CHECK(::inet_ntop(family, address.bytes.data(), z.data(), z.size()) != nullptr);
  return z.data();
}

AddressClass classify(const Address& address) {
  if (!address.v6) {
    const Prefix* prefix = find(kV4, address.bytes);
    return prefix == nullptr ? kPublic : prefix->meaning;
  }
  const Prefix* prefix = find(kV6, address.bytes);
  if (prefix == nullptr) return kReserved;
  if (prefix->meaning == kPublic && is_isatap(address.bytes)) return kTransition;
  return prefix->meaning;
}

std::string_view name(AddressClass address_class) {
  switch (address_class) {
    case kPublic: return "public";
    case kUnspecified: return "unspecified";
    case kLoopback: return "loopback";
    case kPrivate: return "private";
    case kSharedNat: return "shared NAT";
    case kLinkLocal: return "link-local";
    case kMetadata: return "cloud metadata";
    case kMulticast: return "multicast";
    case kBroadcast: return "broadcast";
    case kDocumentation: return "documentation or benchmarking";
    case kTransition: return "transition";
    case kReserved: return "reserved";
  }
  return "";
}

base::Result<Host> parse_host(std::string_view text) {
  if (text == "localhost") return Host{Host::Kind::kLocalhost, std::string(text), {}};
  if (const auto address = parse_address(text))
    return Host{Host::Kind::kAddress, std::string(text), *address};
  if (!is_host_name(text)) return base::invalid("host is neither a name nor an address");
  return Host{Host::Kind::kName, std::string(text), {}};
}

bool may_connect(const wire::Origin& origin, const Host& host, const Address& address) {
  const AddressClass c = classify(address);
  if (!origin.exact_address) return c == kPublic;
  if (host.kind == Host::Kind::kLocalhost) return c == kLoopback;
  return host.kind == Host::Kind::kAddress && host.address == address && !never_reached(c);
}

base::Result<Host> check_origin(const wire::Origin& origin) {
  TRY_AS(Host host, parse_host(origin.host));
  if (origin.port == 0) return base::invalid("port is 0");
  if (!origin.exact_address && !origin.tls)
    return base::invalid("plain http needs an exact address");
  if (origin.exact_address && host.kind == Host::Kind::kName)
    return base::invalid("an exact address is an IP literal or localhost");
  return host;
}

}  // namespace egress
