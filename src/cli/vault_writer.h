// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Changing the vault: opens it and its key by descriptor and starts yett-broker in vault-write mode
// on them. SECURITY: neither the value nor the key's bytes are read here. Trust zone: command line.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/config.h"
#include "cli/open_files.h"

namespace cli {

enum class VaultVerb : unsigned char { kAdd, kRotate, kRemove, kList, kValuesKey };

struct VaultOrder {
  VaultVerb verb = VaultVerb::kList;
  std::string entry;         // empty for kList; of kValuesKey the tenant
  bool short_value = false;  // below the length that is scrubbed in every form
};

// Runs it with our standard input (the value) and standard error. What it wrote to its standard
// output: names only. kInvalid: the configuration has no vault key; kNotFound: no vault yet;
// kUnavailable: another command changes it; kDenied, kIo: the files; kIo with an empty message: the
// broker refused and has said why on standard error.
base::Result<std::string> write_vault(const Paths& paths, const Config& config,
                                      const VaultOrder& order);

// The entries of the vault, by kList. Errors as write_vault().
base::Result<std::set<std::string>> vault_names(const Paths& paths, const Config& config);

// The key of the argument store (32 bytes; the caller wipes it), told by the broker. Errors as
// write_vault().
base::Result<std::string> values_key(const Paths& paths, const Config& config);

}  // namespace cli
