// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How a drill takes a program over: it is the real program, linked from the same objects, but for
// recv(2) and recvmsg(2). When bytes that it receives hold the drill's mark, control goes to
// hostile code instead of back to the caller, as it would after a memory error in its parser: same
// process, same descriptors, same walls. Trust zone: tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attack {

// What a program that is taken over has at hand.
struct Taken {
  int fd = -1;                                     // the bytes with the mark came from it
  std::vector<std::string> script;                 // the words between the marks
  std::string message;                             // the whole message
  std::vector<std::string> frames;                 // all frames that came over the channel before
  std::vector<std::pair<int, std::string>> texts;  // all texts that came over other sockets
};

// Supplied by each drill: the words that begin its mark ("<<session "; it ends with ">>"), and what
// then happens. It never returns to the program.
std::string_view mark();
[[noreturn]] void hostile(const Taken& taken);

// The start record, as the program's memory holds it.
const std::string& start_record();

}  // namespace attack
