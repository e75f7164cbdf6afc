// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One JSON Web Key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2); used by key_set.cc alone.
// Trust zone: monitor.
#pragma once

#include <optional>

#include "identity/key_set.h"
#include "schema/value.h"

namespace identity {

// A key, or nothing if it is one to pass over. kInvalid: the document is to be refused; the message
// is one phrase. A MAC secret is moved to `*secret` (never null), whose name is left empty.
base::Result<std::optional<VerificationKey>> read_jwk(const schema::Value& jwk,
                                                      const KeyRules& rules,
                                                      std::optional<FoundSecret>* secret);

}  // namespace identity
