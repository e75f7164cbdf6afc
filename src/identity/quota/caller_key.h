// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The text under which a caller is counted; used by this folder alone. Trust zone: monitor.
#pragma once

#include <string>

#include "identity/quota/quotas.h"

namespace identity {

// Replaces `out` by a text that no other scope and no other names give.
void write_key(std::string& out, LimitScope scope, const Caller& caller);

}  // namespace identity
