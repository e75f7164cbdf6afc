// SPDX-License-Identifier: Apache-2.0
#include "broker/vault_format.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/limits.h"
#include "broker/reveal.h"
#include "broker/seal.h"
#include "wire/value.h"

namespace broker {
namespace {

namespace limits = base::limits;

constexpr std::size_t kBlock = 512;   // header and index blocks: one sector each
constexpr std::size_t kSummed = 480;  // of a block; its SHA-256 follows
constexpr std::size_t kContentStart = 4096;
constexpr std::size_t kAligned = 4096;
constexpr std::string_view kMagic = "YETTVLT\n";
constexpr std::string_view kIndexMagic = "YETTIDX\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kCheckAt = 64;
constexpr std::size_t kCheckBytes = 16;

template <class T> T number_at(std::string_view bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);  // little-endian, as the machines are
  return value;
}
template <class T> void put_number(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Pads `bytes` to a block and adds the sum.
std::string finish_block(std::string bytes) {
  bytes.resize(kSummed, '\0');
  const base::Digest sum = base::sha256({bytes});
  bytes += base::view(sum);
  return bytes;
}
bool sum_holds(std::string_view block) {
  const base::Digest sum = base::sha256({block.substr(0, kSummed)});
  return block.substr(kSummed) == base::view(sum);
}

// The first 64 bytes of the header: everything that the key check covers.
std::string header_head(const VaultHeader& header) {
  std::string out(kMagic);
  put_number(out, kVersion);
  put_number(out, static_cast<std::uint32_t>(header.mode));
  put_number(out, header.argon2.memory_kib);
  put_number(out, header.argon2.passes);
  put_number(out, header.argon2.lanes);
  put_number(out, std::uint32_t{0});
  out.append(reinterpret_cast<const char*>(header.salt.data()), header.salt.size());
  return out;
}

std::string key_check(const VaultKey& key, std::string_view head) {
  const base::Digest check = key.derive("yett vault check 1", head);
  return std::string(base::view(check).substr(0, kCheckBytes));
}

// Where the content of one generation lies.
struct Index {
  std::uint64_t generation = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

std::string index_head(const Index& index) {
  std::string out(kIndexMagic);
  put_number(out, index.generation);
  put_number(out, index.offset);
  put_number(out, index.length);
  return out;
}

std::optional<Index> read_index(std::string_view file, std::size_t which) {
  const std::size_t at = kBlock * (1 + which);
  if (file.size() < at + kBlock) return std::nullopt;
  const std::string_view block = file.substr(at, kBlock);
  if (!block.starts_with(kIndexMagic) || !sum_holds(block)) return std::nullopt;
  return Index{number_at<std::uint64_t>(block, 8), number_at<std::uint64_t>(block, 16),
               number_at<std::uint64_t>(block, 24)};
}

// The newest index whose block is whole, and which of the two it is.
struct Newest {
  Index index;
  std::size_t which = 0;
};
std::optional<Newest> newest_index(std::string_view file) {
  const auto first = read_index(file, 0);
  const auto second = read_index(file, 1);
  if (first && (!second || first->generation > second->generation)) return Newest{*first, 0};
  if (second) return Newest{*second, 1};
  return std::nullopt;
}

base::Error damaged(const char* what) {
  return {base::Errc::kCorrupt, fmt::format("the vault {}", what)};
}

SealKey seal_key(const VaultKey& key, std::string_view header_block) {
  return SealKey(key.derive("yett vault seal 1", header_block));
}

// What the seal binds besides the content: this vault and this place in it.
std::string bound(std::string_view header_block, const Index& index) {
  return std::string(header_block) + index_head(index);
}

// ---- entries ------------------------------------------------------------------------------------

base::Status append_entry(std::string& out, const VaultEntry& entry) {
  if (!wire::is_name(entry.name)) return base::invalid("a vault entry without a valid name");
  const std::string_view value = VaultWriter::open(entry.value);
  if (value.size() > limits::kSecretMaxBytes)
    return base::Error{base::Errc::kExhausted, "a secret is too large for the vault"};
  put_number(out, static_cast<std::uint32_t>(entry.name.size()));
  out += entry.name;
  put_number(out, entry.stored_us);
  put_number(out, static_cast<std::uint32_t>(value.size()));
  out += value;
  return base::ok();
}

base::Result<std::string> entries_text(const std::vector<VaultEntry>& entries) {
  if (entries.size() > limits::kSecrets)
    return base::Error{base::Errc::kExhausted, "too many secrets for one vault"};
  std::size_t room = 4;
  for (const VaultEntry& e : entries) room += 16 + e.name.size() + e.value.size_bytes();
  std::string out;
  out.reserve(room);  // no second copy of a value is left behind
  put_number(out, static_cast<std::uint32_t>(entries.size()));
  for (const VaultEntry& entry : entries) TRY(append_entry(out, entry));
  return out;
}

// Takes bytes from the front of opened content; refuses instead of reading on.
class EntryReader {
 public:
  explicit EntryReader(std::string_view rest) : rest_(rest) {}
  template <class T> base::Result<T> number() {
    if (rest_.size() < sizeof(T)) return damaged("holds a broken entry");
    const T value = number_at<T>(rest_, 0);
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  base::Result<std::string> text(std::size_t most) {
    TRY_AS(const std::uint32_t n, number<std::uint32_t>());
    if (n > most || n > rest_.size()) return damaged("holds a broken entry");
    std::string out(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return out;
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

base::Result<VaultEntry> read_entry(EntryReader& reader) {
  TRY_AS(std::string name, reader.text(limits::kNameBytes));
  if (!wire::is_name(name)) return damaged("holds an entry without a valid name");
  TRY_AS(const std::int64_t stored_us, reader.number<std::int64_t>());
  TRY_AS(std::string value, reader.text(limits::kSecretMaxBytes));
  return VaultEntry{std::move(name), Secret::take(value), stored_us};
}

base::Result<std::vector<VaultEntry>> read_entries(std::string_view text) {
  EntryReader reader(text);
  TRY_AS(const std::uint32_t count, reader.number<std::uint32_t>());
  if (count > limits::kSecrets) return damaged("holds too many entries");
  std::vector<VaultEntry> out;
  for (std::uint32_t i = 0; i < count; ++i) {
    TRY_AS(VaultEntry entry, read_entry(reader));
    out.push_back(std::move(entry));
  }
  if (!reader.empty()) return damaged("holds bytes after its last entry");
  return out;
}

// ---- writing ------------------------------------------------------------------------------------

std::uint64_t round_up(std::uint64_t n) { return (n + kAligned - 1) / kAligned * kAligned; }

// Room for `length` bytes that the content at `current` does not take.
std::uint64_t free_place(const Index& current, std::uint64_t length) {
  const bool before = current.length == 0 || kContentStart + length <= current.offset;
  return before ? kContentStart : round_up(current.offset + current.length);
}

base::Result<std::vector<VaultWrite>> write_content(std::string_view header_block,
                                                    const VaultKey& key, const Index& current,
                                                    std::size_t which,
                                                    const std::vector<VaultEntry>& entries,
                                                    base::Random& random) {
  TRY_AS(std::string text, entries_text(entries));
  Index next{current.generation + 1, 0, sealed_size(text.size())};
  next.offset = free_place(current, next.length);
  std::string sealed = seal(seal_key(key, header_block), bound(header_block, next), text, random);
  base::wipe(text);
  std::vector<VaultWrite> out;
  out.push_back({next.offset, std::move(sealed), true});
  out.push_back({kBlock * (1 + which), finish_block(index_head(next)), true});
  return out;
}

}  // namespace

base::Result<VaultHeader> read_vault_header(std::string_view file) {
  // Zeros: the header is the last that a new vault gets, and did not come.
  const auto begin = file.substr(0, kBlock);
  if (std::ranges::all_of(begin, [](char c) { return c == '\0'; }))
    return base::not_found("the vault is empty: add a secret first");
  if (!file.substr(0, kMagic.size()).starts_with(kMagic))
    return base::invalid("the file is not a yett vault");
  if (file.size() < kBlock) return damaged("is truncated");
  const std::string_view block = file.substr(0, kBlock);
  // The version first: another version may lay everything after it out otherwise.
  const auto version = number_at<std::uint32_t>(block, 8);
  if (version != kVersion)
    return base::invalid(
        fmt::format("the vault has format version {}; this program knows {}", version, kVersion));
  if (!sum_holds(block)) return damaged("has a damaged header");
  const auto mode = number_at<std::uint32_t>(block, 12);
  if (mode != 1 && mode != 2) return base::invalid("the vault has an unknown key mode");
  VaultHeader out;
  out.mode = static_cast<KeyMode>(mode);
  out.argon2 = {number_at<std::uint32_t>(block, 16), number_at<std::uint32_t>(block, 20),
                number_at<std::uint32_t>(block, 24)};
  std::memcpy(out.salt.data(), block.data() + 32, out.salt.size());
  return out;
}

base::Result<VaultContent> open_vault(std::string_view file, const VaultKey& key) {
  TRY(read_vault_header(file));
  const std::string_view block = file.substr(0, kBlock);
  const std::string check = key_check(key, block.substr(0, kCheckAt));
  if (!base::equal_constant_time(check, block.substr(kCheckAt, kCheckBytes)))
    return base::Error{base::Errc::kDenied, "wrong key or passphrase for this vault"};
  const auto newest = newest_index(file);
  if (!newest) return damaged("has no whole index block");
  const Index& at = newest->index;
  if (at.offset < kContentStart || at.offset > file.size() || at.length > file.size() - at.offset)
    return damaged("is truncated");
  auto text = unseal(seal_key(key, block), bound(block, at), file.substr(at.offset, at.length));
  if (!text) return damaged("does not verify: its content was changed");
  auto entries = read_entries(*text);
  base::wipe(*text);
  if (!entries.ok()) return std::move(entries).error();
  return VaultContent{at.generation, std::move(*entries)};
}

base::Result<std::vector<VaultWrite>> create_vault(const VaultHeader& header, const VaultKey& key,
                                                   base::Random& random) {
  std::string head = header_head(header);
  head += key_check(key, head);
  const std::string block = finish_block(std::move(head));
  TRY_AS(auto writes, write_content(block, key, Index{}, 0, {}, random));
  // The header last: a file that begins with it is whole.
  writes.push_back({0, block, true});
  return writes;
}

base::Result<std::vector<VaultWrite>> save_vault(std::string_view file, const VaultKey& key,
                                                 const VaultContent& content,
                                                 base::Random& random) {
  TRY(open_vault(file, key));
  const auto newest = newest_index(file);
  CHECK(newest.has_value());
  return write_content(file.substr(0, kBlock), key, newest->index, 1 - newest->which,
                       content.entries, random);
}

}  // namespace broker
