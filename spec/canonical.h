// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one form of a path, host, mail address, network address or url that policies judge:
// docs/reference/policy.md §4, "Canonicalising domains". Nothing where a text has no such form.
// Trust zone: tests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace spec {

std::optional<std::string> canonical_path(const std::string& text);
std::optional<std::string> canonical_host(const std::string& text);
std::optional<std::string> canonical_email(const std::string& text);

struct Address {
  int bits = 32;  // 32: IPv4 in the first four bytes; 128: IPv6
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const Address&, const Address&) = default;
};
std::optional<Address> address_of(const std::string& text);
// "10.0.0.0/8" or an address alone. `inside` compares the leading bits.
struct Network {
  Address base;
  int prefix = 32;
};
std::optional<Network> network_of(const std::string& text);
bool inside(const Address& address, const Network& network);

struct Url {
  std::string scheme;
  std::string host;  // without brackets
  std::optional<int> port;
  std::string path;
};
std::optional<Url> canonical_url(const std::string& text);

}  // namespace spec
