// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The check of one scalar against one parameter; used by the declaration (listed values must hold
// themselves) and by the check of a call. Trust zone: gateway, session, egress, cli.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "schema/param.h"

namespace schema {

// The type of the parameter's scalars: that of its items for an array.
inline ParamType scalar_type(const Param& p) {
  return p.type == ParamType::kArray ? p.item_type : p.type;
}

// The text of a leaf for `value` as the type `type`; nothing if it is of another type or range.
std::optional<std::string> leaf_text(const Value& value, ParamType type);

// What is wrong with `value` as a scalar of the parameter at `index`: a phrase that follows the
// name of the parameter ("must be a string, not a number"); empty if nothing is. `one_of` is left
// to `listed`.
std::string fault_of(const ParamSet& set, std::size_t index, const Value& value);

// Empty if the parameter lists no values or `text` (a leaf's) is one of them; else such a phrase.
std::string listed(const Param& param, std::string_view text);

}  // namespace schema
