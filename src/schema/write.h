// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// JSON out of values: for the wire, for people, and in the canonical form over which calls are
// hashed. Trust zone: gateway, session, egress, cli.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "schema/value.h"

namespace schema {

// One line without spaces; numbers as they were written, members in their order. What parse() made,
// it makes again: parse(write(v)) == v. A value nested deeper than kDepthCap is a bug (CHECK).
std::string write(const Value& value);
// The same, appended to `out`.
void write_to(std::string& out, const Value& value);
// Two spaces for each level, one member or item a line.
std::string write_pretty(const Value& value);

// Appends `text` as a JSON string with its quotes: the shortest escapes, everything outside of
// ASCII as it is, malformed UTF-8 as U+FFFD.
void quote_to(std::string& out, std::string_view text);

// The canonical form of RFC 8785 (JCS): members by the UTF-16 code units of their keys, numbers as
// ECMAScript writes the *double* they denote. LIMIT: numbers are doubles there, so 2^53 + 1 is
// written as 2^53, and long fractions lose digits. kExhausted: nested deeper than kDepthCap.
base::Result<std::string> canonical(const Value& value);

// The same, but kInvalid for a whole number that this would change (9007199254740993, and also
// 2^60, which ECMAScript writes as 1152921504606847000). For everything that is hashed, compared
// and then acted on.
base::Result<std::string> canonical_strict(const Value& value);

}  // namespace schema
