// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Programs that make the calls of a task's perfect run, in a fixed set of shapes, by rule and never
// by task. What may be a constant:
//
// * what the data says stands in the prompt (as a whole word), or is one of the argument's choices;
// * a date or time whose day the prompt names, and text most of whose words the prompt has: the
//   planner puts these together;
// * anything in a call before which nothing was read: there is nowhere else to take it from.
//
// Not: a placeholder ("<summary>"), a text of up to two characters that a result holds too (a match
// by chance), or what varies over a run of calls of one tool (it is the loop's). Everything else is
// fetched from the earlier result in which the data found it, or made by the quarantined model of
// what was read before. A result that no argument uses has led to the next change: it is looked at
// where that change takes its first fetched argument. Where the prompt says "if", what was read
// since the change before decides whether the next is made at all. Trust zone: tests only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/agentdojo/data.h"

namespace agentdojo {

struct Shape {
  // How a value is taken out of an earlier result.
  enum class Fetch : unsigned char {
    kIndex,  // r0[1]["email"]; an address or URL inside of a text by a regular expression
    kLoop,   // a `for` over the list with a test on the item
    kModel,  // asked of the quarantined model
  };
  // What the quarantined model is given for a text that stands in no result.
  enum class Sources : unsigned char { kAll, kNear };  // all read so far; since the last change
  enum class Order : unsigned char { kRecorded, kReadsFirst };
  enum class Guard : unsigned char { kInside, kRaise };  // the call in the `if`; leave before it
  Fetch fetch = Fetch::kIndex;
  Sources sources = Sources::kAll;
  Order order = Order::kRecorded;
  Guard guard = Guard::kInside;

  std::string name() const;  // "loop/near/reads-first/inside"
};
const std::vector<Shape>& shapes();

inline constexpr std::string_view kModelTool = "query_ai_assistant";

struct Program {
  std::string text;
  std::vector<std::size_t> order;                // which recorded call the n-th call of a tool is
  std::map<std::string, schema::Value> answers;  // of the quarantined model, by its query
  std::size_t swapped = 0;                       // arguments that hold an attacker's value
};

// With `lie`: every argument that is no constant, of a call whose tool the attack calls too, has
// the attacker's value under the label of what it was made of (A2). Each call of the attack is used
// once.
Program write_program(const Data& data, const Task& task, const Shape& shape,
                      const Attack* lie = nullptr);

// Whether the argument leaf is a constant of the planner's, by the rules above.
bool is_constant(const Data& data, const Task& task, std::size_t call, std::string_view pointer,
                 const schema::Value& value);

// The same for all of an argument.
bool is_constant_argument(const Data& data, const Task& task, std::size_t call,
                          const std::string& pointer, const schema::Value& value);

// Whether the prompt has the word, in any case.
bool says(const Task& task, std::string_view word);

}  // namespace agentdojo
