// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the monitor keeps of sessions, turns and calls that are under way. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitor/journal.h"
#include "monitor/judge.h"

namespace monitor {

// A session's process.
struct Slot {
  bool ready = false;       // its Ready has come
  base::SessionId session;  // 0: free
  std::uint32_t last_proposal = 0;
};
// A session of a client.
struct Session {
  std::string name;  // as the client names it; empty: nobody can rejoin
  std::uint64_t slot = 0;
  std::uint32_t turns = 0;
  std::uint32_t calls = 0;        // tool calls of the conversation
  std::uint64_t active_turn = 0;  // of a user turn; direct calls may run side by side
  std::unique_ptr<Facts> facts;   // never null
};
// What a plan was and was answered, by places in the argument store, so that another session can
// go on with it.
struct PlanRecord {
  base::CallId plan;
  std::uint32_t attempt = 1;
  wire::LabelText base;
  std::uint64_t program = 0;
  std::vector<std::uint64_t> steps;
  std::size_t bytes = 0;  // of the steps
};
struct TurnState {
  base::SessionId session;
  base::RequestId client;  // the gateway's number
  bool direct = false;
  std::uint32_t number = 0;  // in its session, for the log
  std::uint32_t calls = 0;
  std::uint32_t model_calls = 0;
  std::uint32_t proposals = 0;  // allowed or not
  bool withheld = false;        // words were kept from the client
  // Of a direct call that has ended: what its session was given for it.
  struct Answered {
    base::Digest content{};
    label::LabelId label;
  };
  std::optional<Answered> answered;
  wire::TurnMode mode = wire::TurnMode::kPlain;
  bool trace = false;
  base::CallId plan;                 // the number of the plan that runs
  std::optional<PlanRecord> record;  // of the plan that runs; none: it cannot go on elsewhere
  std::uint32_t resumed = 0;         // times
  std::uint32_t plans = 0;           // that were shown
  std::uint32_t choices = 0;         // out of trusted values
};
struct CallState {
  Whose whose;
  std::uint64_t turn = 0;
  std::uint64_t slot = 0;
  std::uint32_t proposal = 0;
  const wire::KnownTool* tool = nullptr;
  bool started = false;
  std::int64_t began_us = 0;
  Case asked;
  std::uint32_t line = 0;                 // of the plan
  base::Digest identity{};                // of a plan's call
  std::string said;                       // by the model that it went to
  std::optional<policy::Question> tried;  // for a policy on trial, if there is one
};

}  // namespace monitor
