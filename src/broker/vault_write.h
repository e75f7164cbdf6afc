// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Vault-write mode of yett-broker, started by `yett secret ...`: the value goes from the terminal
// into the sealed file, through this process alone. Nothing reads a value back. It also tells the
// key of the argument store, which opens what calls were made with and no secret.
// Trust zone: broker, short-lived, locked down as sandbox::Program::kVaultWriter.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "broker/vault_file.h"

namespace broker {

// What `yett-broker --vault-write VERB [NAME] [--short] [--key file|passphrase]` says. VALUES-KEY
// is given the tenant as NAME.
struct VaultOrder {
  enum class Verb : std::uint8_t { kAdd, kRotate, kRemove, kList, kValuesKey };
  Verb verb = Verb::kList;
  std::string name;
  bool allow_short = false;              // a value under 8 bytes, scrubbed in plain form only
  KeyMode new_mode = KeyMode::kKeyFile;  // of a vault that does not exist yet
};
// The arguments after --vault-write. kInvalid says what is wrong.
base::Result<VaultOrder> parse_vault_order(std::span<const char* const> arguments);

// The descriptors that it works on.
struct VaultFds {
  int value = 0;
  int vault = 7;
  int key = 8;
};

// Does it; the text is for standard output: handles only, or the 64 hexadecimal digits of the
// argument store's key. Errors: those of the vault; kNotFound and
// kInvalid for a name that is not there, or is already; kInvalid and kExhausted for a value that is
// empty, under 8 bytes without --short, above 16 KiB, or holds a NUL byte.
base::Result<std::string> write_vault(const VaultOrder& order, VaultFds fds,
                                      const base::Clock& clock, base::Random& random);

}  // namespace broker
