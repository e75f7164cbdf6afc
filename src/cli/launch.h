// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the supervisor needs to start the programs: start records and opened descriptors. Made by
// the configuration (cli/compile.h) and the command; nothing in it is a path that is opened later,
// but those of the programs themselves. Trust zone: supervisor.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fd.h"
#include "wire/start.h"

namespace cli {

struct Launch {
  Launch() = default;
  Launch(Launch&&) = default;
  Launch& operator=(Launch&&) = default;
  ~Launch() { forget_secrets(); }
  // Overwrites what the broker alone is to know, once it stands in its start record.
  void forget_secrets() {
    for (std::string& value : broker.environment) base::wipe(value);
    base::wipe(broker.op_token);
    broker.environment.clear();
  }

  std::string programs;                  // directory, cli/spawn.h
  std::vector<std::string> environment;  // for the programs; empty in the shipped command
  wire::StartGateway gateway;
  wire::StartSession session;
  wire::StartMonitor monitor;  // `manifest` is filled in by the supervisor
  wire::StartBroker broker;
  wire::StartRunner runner;
  std::uint32_t egress_idle_ms = static_cast<std::uint32_t>(base::limits::kEgressIdleMs);
  base::Fd listen;  // the door's listening socket
  base::Fd log;
  base::Fd values;
  base::Fd vault;      // may be empty
  base::Fd vault_key;  // may be empty
};

}  // namespace cli
