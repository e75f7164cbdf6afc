// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The small worlds that random policies and questions draw from: few enough words that sets
// collide, and the odd spellings that canonical forms are about. Trust zone: tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/tools.h"
#include "policy/tree.h"
#include "tests/policy/dice.h"

namespace policy_test {

// What the text of an argument is about: which elements and values make sense beside it.
enum class Family : std::uint8_t {
  kText,
  kNumber,
  kBool,
  kInstant,
  kPath,
  kHost,
  kEmail,
  kAddress,
  kUrl,
  kAny,
};

struct KnownArgument {
  const char* name;
  policy::ArgumentShape::Kind kind;
  policy::ArgumentShape::Kind item;
  Family family;  // of the text or, in an array, of the items
  std::optional<policy::Role> role;
};
// Every tool has all of them, none required.
const std::vector<KnownArgument>& arguments();
const std::vector<std::string>& tool_names();

std::string rare_name(std::size_t number);           // below 100: more than one mask holds
std::string label_name(Dice& dice);                  // a tag, producer, origin, role, ...
std::string text_of(Dice& dice, Family family);      // as a call may spell it: also wrong
std::string proper_text(Dice& dice, Family family);  // as a policy writes it: has a canonical form
std::string pattern(Dice& dice);                     // RE2
std::string wildcard(Dice& dice);
policy::Number number(Dice& dice);
policy::Number whole_number(Dice& dice);
policy::Instant instant(Dice& dice);
// An element that policies of SQRT (or with `yett` of Yett) may hold, fit for the family.
policy::Element element(Dice& dice, Family family, bool yett);

}  // namespace policy_test
