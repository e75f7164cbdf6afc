// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// 1Password secret references, op://vault/item/[section/]field[?attribute=...]
// (developer.1password.com/docs/cli/secret-reference-syntax), read strictly. Pure.
// Trust zone: broker and cli; the text is the operator's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace broker {

struct OpReference {
  std::string vault;
  std::string item;
  std::string section;  // empty: none
  std::string field;
  std::string attribute;  // "otp", "type", ...; empty: the value
  std::string format;     // of ?ssh-format=; empty: none
  friend bool operator==(const OpReference&, const OpReference&) = default;
};

// kInvalid with what is wrong: another scheme, an empty part or one of spaces only, too few or too
// many parts, a character outside A-Za-z0-9-_. and space (such names need the ID), "." or "..", a
// leading '-', more than 128 bytes in a part, an unknown query.
base::Result<OpReference> parse_op_reference(std::string_view text);

// The reference as text; parse_op_reference gives it back.
std::string text(const OpReference& reference);

}  // namespace broker
