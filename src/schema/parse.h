// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one JSON parser of Yett: strict RFC 8259 in UTF-8, and stricter where two readers of the same
// text could see different things. Trust zone: gateway, session, egress, cli (reads hostile text,
// holds nothing).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "schema/value.h"

namespace schema {

// Whether an object may hold two keys that differ only in case (see fold.h). Identical keys are
// refused always.
enum class CaseVariants : unsigned char {
  kRefuse,  // everything that asks for something: requests, arguments, plans, configuration
  kAllow,   // data that nobody dispatches on: an answer's table of words
};

struct ParseLimits {
  std::size_t max_depth = 64;  // arrays and objects inside each other; at most kDepthCap
  std::size_t max_bytes = base::limits::kBodyBytes;  // of the text; at most 4 GiB - 1
  // Values in all. LIMIT: a value takes 48 bytes, two bytes of text make one; without this bound a
  // 16 MiB text of zeros would take 400 MB.
  std::size_t max_values = 256 * 1024;
  CaseVariants case_variants = CaseVariants::kRefuse;
};

// Why a text was refused, for a program that must choose an answer; the message is for people.
enum class Fault : unsigned char {
  kSyntax,        // not RFC 8259
  kEncoding,      // not UTF-8, or a lone surrogate in an escape
  kNumber,        // not finite as a double
  kDuplicateKey,  // the same key twice in one object
  kCaseVariant,   // two keys of one object that differ only in case
  kDepth,         // a bound of ParseLimits
  kSize,          // a bound of ParseLimits
};

// Parses one JSON text: one value of any kind, white space around it, nothing else; no byte order
// mark. Refused: what RFC 8259 refuses, malformed UTF-8, lone surrogates, numbers that are infinite
// as doubles, identical keys and (unless allowed) case variants of a key at any depth.
// Errors: kInvalid, and kExhausted for a bound. The message says line, column, what was found and
// what was expected; of the text it shows at most one character, one literal or one key, made
// printable. `fault`, if given, is set on failure only. Linear, but for objects of more than 16
// members (n log n). Source: RFC 8259, RFC 3629; Boost.JSON 1.81 does the scanning.
base::Result<Value> parse(std::string_view text, const ParseLimits& limits = {},
                          Fault* fault = nullptr);

// "line 2, column 5": the place of the byte `offset` of `text`, both from 1; columns count
// characters, an offset behind the end is the end.
std::string describe_position(std::string_view text, std::size_t offset);

}  // namespace schema
