// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The bytes of the encrypted file vault, described in docs/reference/vault.md: a header, two index
// blocks, and sealed content. Pure: whole files as text in, writes to be made out. The file may
// have been changed by anybody. Trust zone: broker.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "broker/secret.h"
#include "broker/vault_key.h"

namespace broker {

struct VaultHeader {
  KeyMode mode = KeyMode::kKeyFile;
  Argon2 argon2;
  Salt salt{};
};

struct VaultEntry {
  std::string name;  // wire::is_name
  Secret value;
  std::int64_t stored_us = 0;  // wall clock
};

struct VaultContent {
  std::uint64_t generation = 0;  // grows with every write
  std::vector<VaultEntry> entries;
};

// One write to the file. All before a write with `sync` are durable before the next begins.
struct VaultWrite {
  std::uint64_t offset = 0;
  std::string bytes;
  bool sync = false;
};

// The largest file that is read: every secret at its largest, twice.
inline constexpr std::size_t kVaultBytes = 160u << 20;

// Reads the header. Errors: kNotFound for an empty file; kInvalid for another file or another
// version of the format; kCorrupt for a truncated or damaged header.
base::Result<VaultHeader> read_vault_header(std::string_view file);

// Opens the newest content. Further errors: kDenied for a wrong key or passphrase; kCorrupt if both
// index blocks are damaged, the file is truncated, or the content does not verify.
// LIMIT: a file that was put back as a whole to an older state is not noticed.
base::Result<VaultContent> open_vault(std::string_view file, const VaultKey& key);

// A new vault: its header and empty content. `header.salt` is what the key was derived with.
base::Result<std::vector<VaultWrite>> create_vault(const VaultHeader& header, const VaultKey& key,
                                                   base::Random& random);

// The writes that put `content` (of the next generation) into `file`. INVARIANT: until the last of
// them is durable the old content stays readable, whatever part of them was made.
// kExhausted for too many or too large entries; the errors of open_vault for a damaged file.
base::Result<std::vector<VaultWrite>> save_vault(std::string_view file, const VaultKey& key,
                                                 const VaultContent& content, base::Random& random);

}  // namespace broker
