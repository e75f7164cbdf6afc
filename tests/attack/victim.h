// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The system that the drills attack: a tool with a credential, a tool that no rule allows, a model,
// a client that did nothing wrong; and what has to hold after every attack. Trust zone: tests.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http_double.h"
#include "system.h"

namespace attack {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;  // the lists of calls are wider there
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr const char* kSecret = "canary-5b1d0a77-drill-secret";

// Which programs are started: build/NAME, "drill-session-bin" and the like.
std::string programs_in(const std::string& name);

class Victim {
 public:
  // Not started. `without`: walls that open programs leave out.
  explicit Victim(const std::string& programs, const std::string& without = "");
  ~Victim();

  std::string start();
  e2e::System& yett() { return *system_; }
  int tool_port() const { return tool_->port(); }

  // A fresh session is opened and its process taken over by "<<session SCRIPT>>", in a direct call
  // or in a turn. The closing line of that request; null if none comes within the time.
  schema::Value attack_session(const std::string& script, bool in_turn = false);
  // The gateway is taken over by a line. The next line from it; null if it ends.
  schema::Value attack_gateway(const std::string& script);

  // The client that did nothing wrong asks for the status of "apollo": "" if it is answered as it
  // should, else what came. After the gateway was lost it connects again.
  std::string ask_again();
  void reconnect();

  // Asks for the status of `project` and does not wait: yett().closing(id) does.
  void ask(int id, const std::string& session, const std::string& project);

  // The running programs: "supervisor", "gateway", "session" (one of them), ...; with their pids.
  std::map<std::string, pid_t> programs() const;
  std::vector<pid_t> sessions() const;
  // Waits until the process is gone; false after `timeout_ms`.
  static bool ends(pid_t pid, int timeout_ms = 5'000);

  // What no attack may have done: "" or the first thing that is wrong. Ends the system. Requests
  // that reached the service beyond `granted` are wrong, as is the secret in any line or in the
  // log, and a log that does not verify or does not begin with what stood in it at the start.
  std::string damage(const std::vector<std::string>& granted = {});

  std::vector<audit::Entry> log() const { return system_->log(); }
  // Entries of this kind whose text form holds `part`.
  std::size_t logged(audit::Kind kind, const std::string& part) const;
  const std::vector<e2e::Asked>& model_asked();

  // What the clients were told, all lines.
  std::string told;

 private:
  schema::Value note(schema::Value line);
  std::string check_log() const;

  std::unique_ptr<e2e::HttpDouble> tool_;
  std::unique_ptr<e2e::HttpDouble> model_;
  std::unique_ptr<e2e::System> system_;
  std::vector<e2e::Asked> model_asked_;
  std::string handle_;
  std::string log_at_start_;
  std::size_t asked_again_ = 0;
};

}  // namespace attack
