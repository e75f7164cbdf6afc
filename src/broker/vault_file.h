// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The file vault on an open descriptor, and the key text on another. Nothing here knows a path.
// Trust zone: broker.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "broker/vault_format.h"

namespace broker {

// The whole file. kIo if it cannot be read, kExhausted above kVaultBytes.
base::Result<std::string> read_vault_file(int fd);

// Makes the writes, each durable (fdatasync(2)) before the next where it asks for it. kIo: a write
// or a sync failed; the content is then the old or the new one, and nothing is tried again.
base::Status apply_writes(int fd, const std::vector<VaultWrite>& writes);

// The key of an existing vault from the text of a key descriptor; `text` is wiped.
// Errors: those of read_vault_header and VaultKey.
base::Result<VaultKey> key_of(std::string_view file, std::string& text);

// A line (terminal, echo off, after `prompt` on standard error) or everything up to the end (file,
// pipe) of `fd`, without one trailing newline; at most `most` bytes. kExhausted above that,
// kInvalid if the person gave up with ^C or ^D, kIo.
base::Result<std::string> read_hidden(int fd, const char* prompt, std::size_t most);

}  // namespace broker
