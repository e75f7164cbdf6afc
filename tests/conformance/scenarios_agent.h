// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The whole of Yett for one case: a configuration made of the case's tools, the real programs, a
// scripted model and a server that plays the tools. Trust zone: tests only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http_double.h"
#include "schema/value.h"
#include "system.h"

namespace conformance {

// A tool as a case declares it, by name; null parameters: it takes none.
struct DeclaredTool {
  std::string name;
  schema::Value required;    // array of names, or null
  schema::Value properties;  // {name: "type" or a schema}, or null
};

struct AgentSetup {
  std::vector<DeclaredTool> tools;
  std::vector<std::string> allowed;  // names; one rule each
  std::int64_t max_calls = 10;       // in a turn and in a conversation
  bool secret_missing = false;       // every tool demands a secret that cannot be had
  int tool_status = 200;             // what the tools' server answers; 0: nothing, ever
};

// A call as the model writes it: any JSON, fitting or not.
struct WrittenCall {
  schema::Value name;
  schema::Value arguments;
};

// What came of one user turn.
struct TurnOutcome {
  std::string reason;         // slug: of the first call that did not end well, else of the turn
  std::string said;           // what the model was told of its last call, or how the turn ended
  std::int64_t executed = 0;  // requests that reached the tools' server
};

class Agent {
 public:
  explicit Agent(const AgentSetup& setup);
  // The error text if the configuration is refused or the programs do not come up.
  std::string start();

  // One turn in which the model asks for `calls` in one reply and then answers.
  TurnOutcome turn(const std::vector<WrittenCall>& calls);
  // The same call made directly; the slug of its reason.
  std::string direct(const WrittenCall& call);
  void reset();

  // Names of the tools in the last prompt, and its messages but for system prompt and the last.
  std::vector<std::string> offered() const;
  std::int64_t messages_before_last() const;
  std::int64_t executed() const { return executed_; }

 private:
  std::string answer(const e2e::Asked& asked);
  schema::Value last_prompt() const;

  const int tool_status_;
  mutable std::mutex lock_;          // the server answers on threads of its own
  std::deque<std::string> replies_;  // of the model, next first
  schema::Value prompt_;             // the last
  std::atomic<std::int64_t> executed_ = 0;
  e2e::HttpDouble server_;
  e2e::System system_;
  std::string session_;
};

// A construct of a declared parameter that the configuration cannot say yet; empty if there is
// none.
std::string not_yet_declarable(const DeclaredTool& tool);

}  // namespace conformance
