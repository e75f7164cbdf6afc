// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "policy/canonical.h"

namespace policy {
namespace {

constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr unsigned kMappedBits = 96;

bool is_mapped(const Address& a) { return std::equal(a.begin(), a.begin() + 12, kMapped.begin()); }

std::optional<unsigned> bits_of(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, bits);
  if (read.ec != std::errc() || read.ptr != end || bits > most) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  return bits;
}

}  // namespace

std::optional<Address> address_of(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> spelled{};
  if (text.size() >= spelled.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::ranges::copy(text, spelled.begin());
  Address address = kMapped;
  if (::inet_pton(AF_INET, spelled.data(), &address[12]) == 1) return address;
  if (::inet_pton(AF_INET6, spelled.data(), address.data()) == 1) return address;
  return std::nullopt;
}

AddressSpelling::AddressSpelling(const Address& address) {
  const auto size = static_cast<socklen_t>(bytes_.size());
  if (is_mapped(address)) ::inet_ntop(AF_INET, &address[12], bytes_.data(), size);
  else ::inet_ntop(AF_INET6, address.data(), bytes_.data(), size);
}

std::optional<AddressBlock> block_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = address_of(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return AddressBlock{*address, 128};
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto bits = bits_of(text.substr(slash + 1), dotted ? 32 : 128);
  if (!bits) return std::nullopt;
  return AddressBlock{*address, dotted ? *bits + kMappedBits : *bits};
}

bool contains(const AddressBlock& block, const Address& address) {
  // SECURITY: ::/0 is all of IPv6, not of IPv4: an IPv4 address is only in blocks of IPv4.
  if (is_mapped(address) && (block.bits < kMappedBits || !is_mapped(block.address))) return false;
  const unsigned whole = block.bits / 8;
  if (std::memcmp(block.address.data(), address.data(), whole) != 0) return false;
  const unsigned rest = block.bits % 8;
  if (rest == 0) return true;
  const auto differs = static_cast<unsigned>(block.address[whole] ^ address[whole]);
  return (differs >> (8 - rest)) == 0;
}

}  // namespace policy
