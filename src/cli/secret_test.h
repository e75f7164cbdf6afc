// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Whether secrets can be had, without having them: the vault by the names that open under its key,
// 1Password by a read whose output goes to /dev/null, the environment by the variable being there.
// Trust zone: command line; no value is ever read here.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "cli/load.h"
#include "cli/op_probe.h"

namespace cli {

struct SecretState {
  bool ok = false;
  std::string found;  // one line
  std::string fix;    // of a failure, or of what soon becomes one
};

// Opens each store at most once. Must come before start(), which takes tokens and variables out of
// the environment. `loaded` outlives it.
class SecretTests {
 public:
  explicit SecretTests(const Loaded& loaded) : loaded_(loaded) {}
  SecretState test(const SecretConfig& secret);
  // The 1Password CLI itself: version, signed in, vaults (STR-035), quota used.
  SecretState test_op();

 private:
  SecretState in_vault(const SecretConfig& secret);
  SecretState in_op(const SecretConfig& secret);
  SecretState in_environment(const SecretConfig& secret) const;
  base::Status open_vault();
  base::Status open_op();
  // Adds what the account says of its quotas, which all users of it share.
  void add_quota(SecretState& state);

  const Loaded& loaded_;
  std::optional<base::Result<std::set<std::string>>> vault_;
  std::optional<base::Result<OpProbe>> op_;
};

}  // namespace cli
