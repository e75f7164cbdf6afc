// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Policies and questions as tests write them. Trust zone: tests.
#pragma once

#include <string>

#include "policy/prove/prove.h"

namespace policy::proving {

// send_email(to, body, cc?: array of strings, meta?: object), issue_refund(amount: number),
// read_file(path, lines?: integer), pick(color: red|green|blue, count: 1|2|3), note(text).
Tools sample_tools();
// What parse() makes of it, without load(): no roles, effects or packs. Fails the test on an error.
Loaded loaded(const std::string& text);
Query query(const std::string& tool, const std::string& predicate);

// "no", "yes" or "undecided".
std::string word(const Proof& proof);

struct Case {
  const char* name;
  const char* policy;
  const char* tool;
  const char* predicate;  // empty: any call
  const char* expected;
};
void check(const Case& c);

}  // namespace policy::proving
