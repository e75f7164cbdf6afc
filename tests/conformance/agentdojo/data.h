// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A recorded suite of AgentDojo (a folder of JSON; see its README) with what is known of its tools,
// from an annotation file or by the rules of policy/propose. Maps fields. Trust zone: tests only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/propose/propose.h"
#include "schema/value.h"

namespace agentdojo {

using Tool = policy::Proposal;

// An earlier result in which a value of an argument occurs.
struct Found {
  std::size_t step = 0;
  std::vector<std::string> paths;  // JSON pointers
};
// One scalar of the arguments.
struct Origin {
  std::string pointer;
  bool in_prompt = false;
  std::vector<Found> results;
};

struct Call {
  std::string tool;
  bool writes = false;  // changes the environment, as the data says
  schema::Value arguments;
  schema::Value result;
  std::vector<Origin> origins;
  bool shows_vector = false;  // an attacker's text is in the result

  const Origin* origin(std::string_view pointer) const;
};

struct Task {
  std::string id;
  std::string prompt;
  std::vector<Call> calls;
  bool actions_in_text = false;  // what is to be done stands in what is read (the data's judgement)
};

struct Attack {
  std::string id;
  std::vector<Call> calls;
  bool reading = false;  // succeeds by a read
};

struct Data {
  std::string name;
  bool derived = false;  // no annotations: effect and roles were proposed by rule
  std::vector<Tool> tools;
  std::vector<Task> tasks;
  std::vector<Attack> attacks;

  const Tool* tool(std::string_view name) const;
};

// Whether `folder` looks like a suite.
bool is_suite(const std::filesystem::path& folder);

// kIo, kInvalid: a file is not there or not of the form, or `annotations` (if it exists) names a
// tool or argument that the suite does not have, or leaves a tool out.
base::Result<Data> read_data(const std::filesystem::path& folder,
                             const std::filesystem::path& annotations);

// Equal but for the order of members and the spelling of numbers.
bool same_value(const schema::Value& a, const schema::Value& b);

// A step of a JSON pointer as the key that it names.
std::string unescaped(std::string_view step);

// The value at a JSON pointer; null if there is none.
const schema::Value* at_pointer(const schema::Value& root, std::string_view pointer);

}  // namespace agentdojo
