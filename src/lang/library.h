// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The library by its tables: which methods a value has. Trust zone: session.
#pragma once

#include <string_view>

#include "lang/native.h"

namespace lang {

// What methods values of a type have: its own, then those of the type it derives from.
const Native* method_of(TypeName type, std::string_view name);
// `str.upper`: a method as a function of its receiver.
const Native* unbound_method(const Value& owner, std::string_view name);
// Attributes of numbers, dates, patterns, deques, defaultdicts. `known` is false where there is
// none.
bool library_attribute(Run& run, const Value& owner, std::string_view name, Value& out,
                       bool& known);
bool is_subclass(Run& run, const Class* type, const Class* wanted);

}  // namespace lang
