// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What SQRT leaves open and an operator may choose (docs/reference/policy.md §9). The defaults fail
// closed. Trust zone: supervisor, tests.
#pragma once

#include <optional>

#include "policy/words.h"

namespace policy {

struct Options {
  bool default_allow = false;
  Level default_level = Level::kSoft;
  bool missing_argument_is_false = false;
  bool search = false;  // patterns match anywhere
  bool non_executable_memory = false;
  std::optional<Level> llm_blocked = Level::kHard;  // none: off
  bool consumers_union_replaces = false;
  bool check_consumers = true;
  bool open_tools = false;
  bool fail_fast = true;
};

}  // namespace policy
