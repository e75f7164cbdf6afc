// SPDX-License-Identifier: Apache-2.0
//
// yett demo: the demo is a program of its own, beside the others; this command becomes it.
#include <unistd.h>

#include "cli/spawn.h"
#include "cli/verbs.h"

namespace cli {

Exit run(const DemoCommand&, const Context& context) {
  const auto programs = program_directory();
  if (!programs.ok()) return fail(context, Exit::kFailed, programs.error().message);
  const std::string program = *programs + "/yett-demo";
  ::execl(program.c_str(), program.c_str(), nullptr);
  return fail(context, Exit::kFailed, "the demo's program is not beside the command");
}

}  // namespace cli
