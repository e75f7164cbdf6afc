// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A question between what a person types (`policy explain`) and what a policy is asked, both ways.
// Trust zone: command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/policy_commands.h"
#include "policy/question.h"
#include "policy/tools.h"
#include "schema/value.h"

namespace cli {

// The question that `call` asks at `now` unless it names a time. With `open` a tool that is not in
// `tools` is taken as it comes. kInvalid: what is wrong with which word; no values.
base::Result<policy::Question> question_of(const PolicyCall& call, const policy::Tools& tools,
                                           bool open, policy::Instant now);

// The command that asks `question` again: "yett policy explain ...", quoted for a POSIX shell.
// LIMIT: a name that holds a comma cannot be typed and makes another question.
std::string command_of(const policy::Question& question, const policy::Tools& tools);

// One word for a POSIX shell.
std::string quoted(std::string_view word);

// The arguments as the JSON object that they were. Texts of numbers stay as they are.
schema::Value arguments_json(const std::vector<policy::LeafValue>& leaves);
// All of it as a document. Values of arguments only if asked for.
schema::Value json_of(const policy::Question& question, bool show_values);
schema::Value json_of(const label::Sets& label);
schema::Value json_of(const std::vector<std::string>& texts);

}  // namespace cli
