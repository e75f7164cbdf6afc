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
  explicit TurnView(const Terminal& terminal) : terminal_(terminal) {}

  // Shows kText, kThinking and kCall events, and closes the reply at kDone.
  void show(const DoorEvent& event);

 private:
  void text(std::string_view piece);
  void thinking(std::string_view piece);
  void call(const DoorEvent& event);
  void done(const DoorEvent& event);
  void break_line();

  const Terminal& terminal_;
  bool spoke_ = false;        // some of the reply is printed
  bool mid_line_ = false;     // of standard output
  bool mid_thought_ = false;  // of standard error
};

// The line that tells of a call: "→ status(…) allowed", "→ mail(…) denied: no rule ... (no_rule)",
// "← status ok, 20 bytes, 1 secret scrubbed". Safe for a terminal.
std::string notice_line(const DoorEvent& event);

}  // namespace cli
