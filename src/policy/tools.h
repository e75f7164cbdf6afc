// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a policy may know of the tools: names, effects, arguments with kind and role, fields of the
// result. Load checks and expansion read it. Trust zone: supervisor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/words.h"

namespace policy {

struct ArgumentShape {
  enum class Kind : std::uint8_t { kString, kInteger, kNumber, kBoolean, kArray, kObject, kAny };
  std::string name;
  Kind kind = Kind::kString;
  Kind item = Kind::kString;  // of an array
  std::optional<Role> role;
  bool required = true;
  std::vector<std::string> choices;  // canonical texts; empty: any
};

struct ToolShape {
  std::string name;  // "model:NAME" for a model endpoint
  bool model = false;
  ToolEffect effect = ToolEffect::kRead;
  std::vector<ArgumentShape> arguments;
  std::vector<std::string> kept;  // fields of the result that can be redacted
};

// Whether `@role.ROLE` speaks of the argument; `other` of one without a role.
bool plays(const ArgumentShape& argument, Role role);

using Tools = std::vector<ToolShape>;  // names are unique

// The effect that policy uses: a url or host argument makes read and write a send (policy.md §7).
ToolEffect effective(const ToolShape& tool);

}  // namespace policy
