// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Programs in sandboxes, as a library: a request goes in, output and its end come out. Behind it is
// yett-spawner, which makes the sandboxes; nothing is ever run here. Trust zone: runner; the output
// is untrusted.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "runner/exec_profile.h"

namespace runner {

struct ExecRequest {
  std::uint64_t call = 0;                // of one Exec, used once
  std::string program;                   // absolute, inside the sandbox
  std::vector<std::string> arguments;    // with argv[0]; each becomes exactly one element
  std::vector<std::string> environment;  // NAME=value; nothing else is there
  std::string directory = "/tmp";        // where it starts
  base::Fd input;                        // its standard input; empty: nothing to read
  std::vector<base::Fd> files;           // become 3, 4, ...: files, secrets (at most 9)
  std::uint32_t timeout_ms = 60'000;
  std::size_t output_bytes = 1024 * 1024;  // of standard output, and of standard error
  ToolLevel least = ToolLevel::kL3;        // below it the call is refused, never run bare
};

struct ExecEnd {
  CallOutcome outcome = CallOutcome::kBroken;
  std::uint32_t value = 0;  // exit status, signal or errno
  bool too_much = false;    // an output reached its limit: the rest was dropped, the call ended
  bool pooled = false;      // a sandbox had been waiting
  std::uint64_t cpu_us = 0;
};
// "exit status 3", "ended after its time"; for people.
std::string text(const ExecEnd& end);

// What is heard of calls. Bytes are valid during the call only.
class ExecEvents {
 public:
  virtual ~ExecEvents() = default;
  virtual void on_output(std::uint64_t call, std::string_view bytes) = 0;
  virtual void on_error(std::uint64_t call, std::string_view bytes) = 0;
  // After all output. None of the call's processes lives any more.
  virtual void on_end(std::uint64_t call, const ExecEnd& end) = 0;
};

class Exec {
 public:
  static constexpr std::size_t kRunning = 64;  // LIMIT: calls at one time

  // Opens a profile at the spawner behind `spawner` (a SOCK_SEQPACKET socket) and waits until it is
  // there. kInvalid as frame_of(); kDenied: less isolation could be had than profile.least, and the
  // message says why; kUnavailable: no spawner answers.
  static base::Result<Exec> open(int spawner, const ExecProfile& profile);

  const Opened& opened() const { return opened_; }

  // Becomes readable when there is something for take(). Stays ours.
  int fd() const { return epoll_.get(); }

  // Starts a call. kExhausted: kRunning run already; kInvalid: what a frame cannot carry
  // (frames.h); kUnavailable: the profile is gone. Everything else is told by on_end.
  base::Status start(ExecRequest request);

  // Ends a call early; its end still comes. An unknown one is none any more.
  void cancel(std::uint64_t call);

  // Passes on what is ready. kUnavailable: the profile has ended; all running calls have had their
  // on_end (kBroken).
  base::Status take(ExecEvents& events);

  std::size_t running() const { return calls_.size(); }

 private:
  struct Stream {
    base::Fd fd;
    std::size_t room = 0;
  };
  struct Call {
    Stream out, err;
    ExecEnd end;
  };
  // A start that the socket had no room for yet.
  struct Waiting {
    std::unique_ptr<Start> frame;
    std::vector<base::Fd> descriptors;
  };
  Exec() = default;
  base::Status watch(int fd, std::uint64_t token);
  base::Status flush();
  base::Status set_writing(bool writing);
  base::Result<std::vector<base::Fd>> wire_up(ExecRequest& request, Call& call) const;
  void drain(std::uint64_t id, Call& call, bool error, ExecEvents& events);
  void finish(std::uint64_t id, Call& call, ExecEvents& events);
  base::Status from_channel(ExecEvents& events);
  void end_all(ExecEvents& events);

  Opened opened_{};
  base::Fd channel_;
  base::Fd epoll_;
  base::Fd nothing_;  // /dev/null
  std::map<std::uint64_t, Call> calls_;
  std::deque<Waiting> waiting_;
  bool writing_ = false;  // the loop asks for room
};

}  // namespace runner
