// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// For tests: a policy as the command compiles it. Trust zone: none, tests only.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/load/load.h"

namespace monitor::testing {

inline policy::ToolShape tool(std::string name, std::vector<std::string> arguments = {}) {
  policy::ToolShape out;
  out.model = name.starts_with("model:");
  out.name = std::move(name);
  for (std::string& argument : arguments) {
    policy::ArgumentShape shape;
    shape.name = std::move(argument);
    out.arguments.push_back(std::move(shape));
  }
  return out;
}

inline policy::Program program_of(const std::string& text, const policy::Tools& tools) {
  policy::Outcome outcome =
      policy::load({{"test.sqrt", text}}, tools, {}, [](std::string_view) { return std::nullopt; });
  for (const auto& d : outcome.diagnostics)
    EXPECT_NE(d.severity, policy::Diagnostic::Severity::kError)
        << policy::render(d, outcome.sources);
  if (!outcome.loaded) return {};
  auto program = policy::compile(*outcome.loaded);
  EXPECT_TRUE(program.ok());
  return program.ok() ? std::move(*program) : policy::Program{};
}

inline policy::PolicySet set_of(const std::string& text, const policy::Tools& tools) {
  auto set = policy::PolicySet::link(program_of(text, tools));
  EXPECT_TRUE(set.ok());
  return set.ok() ? std::move(*set) : policy::PolicySet();
}

}  // namespace monitor::testing
