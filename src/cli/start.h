// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Starting everything for one command: the supervisor runs in a child process of its own, the
// command keeps the terminal and a connection to the door. Trust zone: supervisor, terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "cli/load.h"
#include "wire/frames.h"

namespace cli {

struct StartOptions {
  std::string config_path;               // empty: the default
  std::string programs;                  // directory; empty: cli/spawn.h decides
  std::vector<std::string> environment;  // for the programs; only test builds read any
  bool authentic = true;                 // the door carries the user's own words
  bool shared = true;                    // they stay a while: other commands may join()
  // Offered instead of what the policy allows; the monitor knows none of them and denies each call.
  std::optional<std::vector<wire::OfferedTool>> offer{};
};

// The programs while they run. Ends them (cancels what is in flight, syncs the log) when destroyed.
class Running {
 public:
  Running(Running&& other) noexcept;
  Running& operator=(Running&&) = delete;
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  Loaded loaded;
  wire::SystemReady state;
  base::Fd door;          // connected to the gateway: docs/reference/door.md
  std::string door_path;  // for further connections, while this runs
  int supervisor() const { return pid_; }

  // Ends the programs. The exit status of the supervisor: 0 if all was drained and synced.
  int stop();
  // Another connection to the door.
  base::Result<base::Fd> connect() const;

 private:
  friend base::Result<Running> start(const StartOptions& options);
  Running() = default;
  int pid_ = -1;
  base::Fd control_;  // closing it asks the supervisor to stop
  std::string door_dir_;
  std::string door_link_;  // that others find the door by
};

// A connection to the door of programs that another command has started with the same state, such
// as a `yett chat` in another terminal; nothing if there are none. SECURITY: only if this user or
// root listens there.
std::optional<base::Fd> join(const Loaded& loaded);

// Loads the configuration and starts the programs. Errors are for people: every problem of the
// configuration, a store that cannot be opened, a program that did not come up.
base::Result<Running> start(const StartOptions& options);

}  // namespace cli
