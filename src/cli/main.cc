// SPDX-License-Identifier: Apache-2.0
//
// yett: what people type. Reads the command line and hands on to one verb_x.cc.
#include <signal.h>

#include <cstdio>
#include <exception>

#include "cli/verbs.h"

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  const cli::Terminal terminal = cli::Terminal::of_process();
  try {
    const auto line = cli::parse_arguments(argc, argv);
    if (!line.ok()) {
      terminal.complain(line.error().message);
      return static_cast<int>(cli::Exit::kUsage);
    }
    const cli::Context context{line->options, terminal};
    return static_cast<int>(
        std::visit([&](const auto& command) { return cli::run(command, context); }, line->command));
  } catch (const std::exception&) {
    // Out of memory, or a bug: nothing of what was thrown is shown, it may quote a value.
    std::fputs("yett: ended by an unexpected failure\n", stderr);
    return static_cast<int>(cli::Exit::kFailed);
  }
}
