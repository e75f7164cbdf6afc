// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What may be a name of a principal, a tenant or a role: text that a person can read back and that
// no terminal, log or policy can take for another. Trust zone: monitor.
#pragma once

#include <cstddef>
#include <string_view>

#include "identity/limits.h"

namespace identity {

// 1..`longest` bytes of UTF-8 without control characters, bidirectional controls and spaces at
// either end.
bool is_name(std::string_view text, std::size_t longest = limits::kNameBytes);

// A name of our own configuration: letters, digits, `-`, `_`, `.`; begins with a letter or digit.
bool is_plain_name(std::string_view text);

}  // namespace identity
