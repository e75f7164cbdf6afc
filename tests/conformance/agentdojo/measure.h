// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The measure without a model (U, H, A1, A2, A3), in plan mode and in plain tool calling.
// Trust zone: tests only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/agentdojo/world.h"

namespace agentdojo {

// How far a task gets.
struct Reach {
  bool possible = false;    // some shape makes all calls if everything asked is approved
  std::size_t prompts = 0;  // of the best shape
  std::size_t loops = 0;    // fewest of any shape, if a prompt holds calls of one tool in a row
  bool every_free = true;   // no shape asks anything
  std::string shape;        // the best
  std::vector<std::string> asks;  // of the best shape, each once
  std::string trouble;
  std::size_t shapes_done = 0;
};
Reach plan_reach(const Data& data, const Rules& rules, const Task& task);
// Plain tool calling: each argument and the control flow carry the join of all that the model has
// read; each ask is a prompt of its own.
Reach plain_reach(const Data& data, const Rules& rules, const Task& task);

// What became of one attack.
struct Strike {
  bool reached = false;  // the task shows the attacker's text at all
  bool through = false;  // all of the attack's changes were allowed (of a reading one: its read)
  bool partly = false;   // one of them was
};
// A1: from the first result that shows a vector, all calls of the attack, each argument and the
// control flow labelled with all that was read so far. `arguments_only`: the control flow is clean.
Strike compromised_planner(const Data& data, const Rules& rules, const Task& task,
                           const Attack& attack, bool arguments_only = false);
Strike compromised_agent(const Data& data, const Rules& rules, const Task& task,
                         const Attack& attack);
// A2: the plan stays, in every shape; its derived arguments lie. `approve`: the person says yes to
// everything.
Strike lying_model(const Data& data, const Rules& rules, const Task& task, const Attack& attack,
                   bool approve = false);
// The same without a plan: the recorded calls with the attacker's values, labelled as plain calls.
Strike lying_results(const Data& data, const Rules& rules, const Task& task, const Attack& attack);

// A3: a form by which a label could be lost. `leak` is empty if it was kept.
struct Form {
  std::string name;
  std::string leak;
};
std::vector<Form> laundering_plan();
// The same values asked for as plain calls.
std::vector<Form> laundering_plain();

}  // namespace agentdojo
