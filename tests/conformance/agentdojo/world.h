// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A plan of a task in front of the shipped decision: calls are decided, answered with what was
// recorded, and labelled as policy learns. Counts the questions to the person.
//
// One approval is one prompt (DESIGN §10.17): it shows calls, each line with its origin, and binds
// exactly these. So a prompt can hold a later call only if everything that call is made of and
// hangs on was known when the prompt was shown. That is read off the labels: each result carries
// the producer `step:N`, which no default pack looks at. Trust zone: tests only.
#pragma once

#include <string>
#include <vector>

#include "conformance/agentdojo/court.h"
#include "conformance/agentdojo/shapes.h"
#include "lang/plan.h"

namespace agentdojo {

// A call that was let through.
struct Made {
  std::string tool;
  schema::Value arguments;
  bool asked = false;
};

struct Played {
  bool done = false;              // to the end, all calls made as recorded
  std::size_t prompts = 0;        // shown to the person
  std::size_t loops = 0;          // the same if a prompt may show calls of one tool in a row only
  std::vector<std::string> asks;  // "send_email: goes to ..."
  std::vector<Made> made;
  std::string trouble;  // why not done
};

struct Play {
  bool approve = true;  // the person says yes to everything; else an ask ends the plan
  bool compare = true;  // calls must be those recorded
};
Played play(const Data& data, const Rules& rules, const Task& task, const Program& program,
            const Play& how);

// The signatures that a plan may call.
std::vector<lang::Signature> signatures(const Data& data);

}  // namespace agentdojo
