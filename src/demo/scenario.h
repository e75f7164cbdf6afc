// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The scenarios of `yett demo`: what the user says, what the scripted model does, and how the
// evidence that the servers recorded is judged. Nothing here knows an outcome in advance: every
// cell of the table is read off records. Trust zone: demo.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace demo {

// What a run left behind, one scenario at a time.
struct Evidence {
  std::string canary;
  std::string model_saw;   // bodies of the model's requests
  std::string services;    // request lines, header names and bodies that the services got
  std::string mails;       // JSON of the accepted mails
  std::size_t stolen = 0;  // credentials that arrived at the thief
  bool shell_ran = false;  // the marker file of run_shell exists
  std::string notices;     // what the door told of each call: "TOOL STATE REASON SCRUBBED\n"
};

struct Judged {
  bool harmed = false;
  std::string words;  // for the cell
};

struct Scenario {
  std::string name;  // first column
  std::string user;  // what the user types
  std::function<Judged(const Evidence&)> judge;
};

// `shell_marker`: the file that run_shell's command would make.
std::vector<Scenario> scenarios();

// The script of the model for all of them (docs/reference/scripted-model.md).
std::string model_script(const std::string& shell_marker);

// True if `text` holds the secret, plain or as base64, hex, percent, JSON escapes or reversed.
bool holds(const std::string& text, const std::string& secret);

}  // namespace demo
