// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Words for a text that the parser refused; used by parse.cc alone. Trust zone: gateway, session,
// egress, cli.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "schema/parse.h"

namespace schema {

// What the parser knew when it stopped.
struct Stop {
  // What the last complete token was.
  enum class After : unsigned char { kStart, kArrayBegin, kObjectBegin, kKey, kValue };
  // What the scanner complained about, as far as it tells more than "syntax".
  enum class Complaint : unsigned char { kNone, kDepth, kExponent, kSurrogate, kHexDigit, kExtra };

  std::size_t cursor = 0;  // behind the last complete token
  std::size_t offset = 0;  // where the scanner stopped
  After after = After::kStart;
  Complaint complaint = Complaint::kNone;
  bool in_array = false;  // the innermost open container
  bool in_object = false;
};

struct Refusal {
  Fault fault = Fault::kSyntax;
  std::size_t offset = 0;
  std::string found;
  std::string expected;
};

// The refusal that `stop` stands for.
Refusal refusal_at(std::string_view text, const Stop& stop);

// "line 1, column 7: found '}', expected a value", with the kind that fits the fault.
base::Error error_of(std::string_view text, const Refusal& refusal);

// A key as it may be shown: printable, in quotes, at most 64 bytes of it.
std::string shown_key(std::string_view key);

}  // namespace schema
