// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Which addresses an egress may connect to, and how a host may be spelled. Pure: no lookup, no
// socket. Trust zone: egress (reads the operator's origin and what a hostile name resolves to).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/manifest.h"

namespace egress {

// An IPv4 address (first four bytes) or an IPv6 address, in network order.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const Address&, const Address&) = default;
};

// The address that `text` spells: four plain decimals, or RFC 4291 §2.2 without brackets and zone.
// Nothing for octal, hexadecimal, short or padded IPv4, and nothing for an IPv6 spelling that
// carries an IPv4 address (mapped, compatible): one address has one way to be configured.
std::optional<Address> parse_address(std::string_view text);

// The usual spelling (inet_ntop), without brackets.
std::string to_text(const Address& address);

// What an address is for, by the IANA special-purpose registries. Only kPublic is reached without
// the operator having written the very address.
enum class AddressClass : std::uint8_t {
  kPublic,
  kUnspecified,    // 0/8, ::
  kLoopback,       // 127/8, ::1
  kPrivate,        // RFC 1918, unique local fc00::/7, site-local fec0::/10
  kSharedNat,      // 100.64/10
  kLinkLocal,      // 169.254/16, fe80::/10
  kMetadata,       // where clouds hand out credentials
  kMulticast,      // 224/4, ff00::/8
  kBroadcast,      // 255.255.255.255
  kDocumentation,  // and benchmarking
  kTransition,     // carries or may carry an IPv4 address: mapped, NAT64, 6to4, Teredo, ISATAP
  kReserved,       // everything else that is not assigned to the public internet
};
AddressClass classify(const Address& address);
std::string_view name(AddressClass address_class);

// A host as an origin may name it.
struct Host {
  enum class Kind : std::uint8_t { kName, kLocalhost, kAddress };
  Kind kind = Kind::kName;
  std::string text;
  Address address;  // kAddress only
};

// Reads Origin::host. kInvalid for anything but an address literal or a lower-case LDH name of
// labels of 1..63 bytes, 253 in all: no NUL, no dot at the end, no user, port, percent or
// underscore, and no last label that is a number (decimal, octal, hexadecimal: other programs read
// these as IPv4; WHATWG URL §3.5). RFC 1123 §2.1. Source: V14, V17.
base::Result<Host> parse_host(std::string_view text);

// Whether a connection for `origin` may go to `address`, whatever the name resolved to.
// SECURITY: without Origin::exact_address only kPublic. With it only the literal itself, or
// loopback for "localhost"; and even so nothing that is unspecified, multicast, broadcast or
// metadata.
bool may_connect(const wire::Origin& origin, const Host& host, const Address& address);

// The rules that need no address. kInvalid: host is malformed, port is 0, https is missing without
// exact_address, or exact_address names something that is neither a literal nor "localhost".
base::Result<Host> check_origin(const wire::Origin& origin);

}  // namespace egress
