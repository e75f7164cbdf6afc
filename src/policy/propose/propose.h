// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a tool that nobody has reviewed seems to do: effect, roles and what its answer is, from its
// name, description and schema alone. A proposal for a person to confirm, never more: the text it
// reads is the tool's own. Where words leave a choice the stricter effect is proposed.
// Trust zone: supervisor, tests.
#pragma once

#include <string_view>

#include "policy/tools.h"
#include "schema/value.h"

namespace policy {

// What the answer of a tool is made of.
enum class Answers : std::uint8_t {
  kAnybody,    // words of whoever wrote what it reads
  kDirectory,  // people or groups as the user or an administrator entered them
  kPlatform,   // made by the service itself: a clock
};

struct Proposal {
  ToolShape shape;
  Answers answers = Answers::kAnybody;
};

// The arguments of a JSON Schema of an object, without roles: kinds, choices (through `$ref` into
// its own `$defs`), what is required. A schema that says nothing known gives kAny.
std::vector<ArgumentShape> arguments_of(const schema::Value& parameters);

// The rules, in order:
// 1. The first word of the name that is a known verb says the effect ("delete_file": destroy); a
//    write, send or unknown verb about money pays. A name without a known verb is exec, which asks
//    unless the whole call is in the user's words.
// 2. A write whose description says that somebody is mailed, notified or invited is a send.
// 3. Text arguments (strings and arrays of them) take a role by the words of their names: url,
// host,
//    path, command, query and amount for all effects; recipient and content where something leaves,
//    is written or paid. In a send that adds somebody to a thing, the thing has no role; what gives
//    somebody access has no content, for a note beside it is not what is given.
// 4. A read that lists contacts is a directory; one without arguments that says what time it is
//    comes from the platform.
Proposal propose(std::string_view name, std::string_view description,
                 const schema::Value& parameters);

}  // namespace policy
