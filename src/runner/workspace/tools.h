// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The file tools by name, as models call them (OAP-014…025): what each takes, what it does to the
// world, and one function that checks arguments, finds the root and runs it. Trust zone: runner.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/workspace/roots.h"
#include "runner/workspace/workspace.h"
#include "wire/value.h"

namespace workspace {

enum class Effect : unsigned char { kRead, kWrite, kDestroy };  // DESIGN §5

struct Parameter {
  std::string_view name;
  wire::LeafKind kind;
  std::string_view role;  // path, content, query; empty: none (DESIGN §5)
  bool required;
  std::string_view description;
};

struct ToolDescription {
  std::string_view name;
  Effect effect;
  std::string_view description;
  std::span<const Parameter> parameters;
};

// All of them, sorted by name. Every tool also takes `root` (a string), the name of a root.
std::span<const ToolDescription> tool_descriptions();
const ToolDescription* find_tool(std::string_view name);

struct ToolAnswer {
  std::string json;  // of the answer, or {"error", "cause"}
  bool succeeded = false;
  bool violation = false;  // is_violation(cause): for the log
  std::size_t root = 0;
  Touched touched;                                     // what the label of the answer comes from
  std::vector<std::pair<Path, base::Digest>> written;  // contents that now stand there
  std::vector<std::pair<Path, Path>> moved;
};

class Tools {
 public:
  // One workspace for each root, in the order of `roots`. They outlive this.
  Tools(Roots roots, std::vector<Workspace*> workspaces);

  // Runs the tool `name` ("builtin_" before it is taken off) with `arguments`, whose paths are
  // names of parameters. Never fails as such: an unknown tool, a missing, unknown or repeated
  // argument and one of another type are answers, too.
  ToolAnswer call(std::string_view name, std::span<const wire::Leaf> arguments);

 private:
  Roots roots_;
  std::vector<Workspace*> workspaces_;
};

}  // namespace workspace
