// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One turn of a conversation as it appears on a terminal: the reply on standard output as it
// comes, calls and reasoning beside it on standard error. Trust zone: command line.
#pragma once

#include <string>
#include <vector>

#include "cli/door_client.h"
#include "cli/terminal.h"

namespace cli {

class TurnView {
 public:
  // `programs`: whether plans are shown as a whole, not only the lines that matter.
  explicit TurnView(const Terminal& terminal, bool programs = true)
      : terminal_(terminal), programs_(programs) {}

  // Shows kText, kThinking, kPlan and kCall events, and closes the reply at kDone.
  void show(const DoorEvent& event);

 private:
  void text(std::string_view piece);
  void thinking(std::string_view piece);
  void call(const DoorEvent& event);
  void plan(const DoorEvent& event);
  void mark(std::uint64_t line, std::uint64_t column);
  void done(const DoorEvent& event);
  void break_line();

  const Terminal& terminal_;
  bool programs_;
  std::vector<std::string> program_;  // the plan that runs, by line
  bool spoke_ = false;                // some of the reply is printed
  bool mid_line_ = false;             // of standard output
  bool mid_thought_ = false;          // of standard error
};

// The line that tells of a call: "→ status(…) allowed", "→ mail(…) denied: no rule ... (no_rule)",
// "← status ok, 20 bytes, 1 secret scrubbed". Safe for a terminal.
std::string notice_line(const DoorEvent& event);

}  // namespace cli
