// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The canonical forms that domains compare (docs/reference/policy.md §4): one text for all
// spellings of a place, and nothing for a text that two programs could read differently. Pure; no
// allocation. Trust zone: supervisor, monitor; reads texts of hostile calls.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace policy {

// Room for a canonical text.
class CanonicalText {
 public:
  // PATH_MAX; a longer text has no canonical form (policy.md §4).
  static constexpr std::size_t kBytes = 4096;
  CanonicalText() = default;
  std::string_view view() const { return {bytes_.data(), size_}; }
  void clear() { size_ = 0; }
  void truncate(std::size_t size) { size_ = size; }
  bool append(char c) {
    if (size_ == kBytes) return false;
    bytes_[size_++] = c;
    return true;
  }
  bool append(std::string_view text) {
    for (const char c : text)
      if (!append(c)) return false;
    return true;
  }

 private:
  std::array<char, kBytes> bytes_;  // left as it is: 4 KiB for every judgement would cost more
  std::size_t size_ = 0;
};

// Each: false if `text` has no canonical form; `out` is then unspecified.

// Absolute, `/` between segments, `.` and empty segments dropped, `..` applied.
bool canonical_path(std::string_view text, CanonicalText& out);
// A host name in lower case without the final dot, or an IP address in the form of RFC 5952 (IPv4
// as four decimals, a mapped one too). A name whose last label is a number is no host.
bool canonical_host(std::string_view text, CanonicalText& out);
// local@host with the host as above (no address), the local part as written.
bool canonical_email(std::string_view text, CanonicalText& out);

// True if canonical `path` is `root` or below it; canonical `host` is `root` or ends in `.root`.
bool path_is_under(std::string_view path, std::string_view root);
bool host_is_under(std::string_view host, std::string_view root);

// An address, IPv4 as its mapped IPv6 (RFC 4291 §2.5.5.2).
using Address = std::array<std::uint8_t, 16>;
// Any textual form of IPv6 without zone, strict dotted decimals for IPv4.
std::optional<Address> address_of(std::string_view text);

// The canonical spelling of `address` (RFC 5952; a mapped address as its IPv4).
class AddressSpelling {
 public:
  explicit AddressSpelling(const Address& address);
  std::string_view view() const { return {bytes_.data()}; }

 private:
  std::array<char, 64> bytes_{};
};

// A block of addresses; `bits` leading bits count.
struct AddressBlock {
  Address address{};
  unsigned bits = 128;
};
// "10.0.0.0/8", "fe80::/10", or one address. A block of mapped addresses is one of IPv4.
std::optional<AddressBlock> block_of(std::string_view text);
bool contains(const AddressBlock& block, const Address& address);

// The judged parts of a URL; `port` is 0 if there is neither one written nor a default.
struct CanonicalUrl {
  CanonicalText scheme;
  CanonicalText host;
  CanonicalText path;
  std::uint16_t port = 0;
};
bool canonical_url(std::string_view text, CanonicalUrl& out);

}  // namespace policy
