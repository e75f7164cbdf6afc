// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A client of the unix door: one JSON object a line in both directions (docs/reference/door.md).
// Trust zone: command line; texts that arrive come from models and tools and are shown only through
// safe_text().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/reason.h"
#include "base/result.h"
#include "schema/value.h"
#include "wire/value.h"

namespace cli {

// One line of the door. Fields that the event does not have are empty.
struct DoorEvent {
  enum class Kind : unsigned char {
    kOpened,
    kRefused,
    kText,
    kThinking,
    kCall,
    kDone,
    kResult,
    kError,
    kPlan
  };
  enum class State : unsigned char { kAllowed, kDenied, kEnded };

  Kind kind = Kind::kError;
  std::uint64_t id = 0;  // of the request that it answers
  std::string text;     // kText, kThinking, kDone; kResult: the content; kError, kPlan: the message
  std::string detail;   // kDone
  std::string session;  // kOpened: the handle
  std::string call;     // kCall, kResult: "c12", or empty where it never was a call
  std::string tool;     // kCall
  State state = State::kEnded;                // kCall
  base::Reason reason = base::Reason::kNone;  // kRefused, kCall, kDone, kResult
  std::uint64_t bytes = 0;                    // kCall
  std::uint64_t scrubbed = 0;                 // kCall, kResult
  std::uint64_t calls = 0;                    // kDone
  std::uint64_t status = 0;                   // kResult: of HTTP
  std::string program;                        // kPlan: or the trace
  wire::PlanState plan = wire::PlanState::kRejected;
  std::uint64_t attempt = 0;  // kPlan
  std::uint64_t line = 0;     // kPlan, kCall, kDone: of the plan; 0: none
  std::uint64_t column = 0;   // kPlan
  std::string metadata;       // kDone: of final_return_value, one JSON object or empty
  std::string output;         // kDone: what the plan printed
};

// The reason with that slug, or kNone.
base::Reason reason_named(std::string_view slug);

// One line without its end. kViolation: not a line that the door writes.
base::Result<DoorEvent> parse_event(std::string_view line);

// One connection. Not thread-safe. kUnavailable: the door is gone.
class DoorClient {
 public:
  explicit DoorClient(base::Fd socket) : socket_(std::move(socket)) {}

  // Opens or rejoins the session of that name ("" for a new one) and waits: its handle. kDenied
  // with the sentence of the reason if it is refused.
  base::Result<std::string> open(std::string_view name);

  // Sends a request; the number under which its events come.
  base::Result<std::uint64_t> turn(std::string_view session, std::string_view text,
                                   std::string_view model, bool stream,
                                   wire::TurnMode mode = wire::TurnMode::kDefault,
                                   bool trace = false);
  base::Result<std::uint64_t> call(std::string_view session, std::string_view tool,
                                   schema::Value arguments,
                                   const std::vector<wire::ResultRef>& from = {});
  base::Status cancel(std::uint64_t target);
  base::Status reset(std::string_view session);

  // The next event; nothing if none came within `timeout_ms` (-1: waits).
  base::Result<std::optional<DoorEvent>> next(int timeout_ms);

  // Readable when something came. LIMIT: ask buffered() first, a whole line may wait already.
  int fd() const { return socket_.get(); }
  bool buffered() const { return received_.find('\n') != std::string::npos; }

  // An answer of kBodyBytes, each byte escaped as \u00xx at worst, and the rest of its line.
  static constexpr std::size_t kLineBytes = 6u * 16 * 1024 * 1024 + 64 * 1024;

 private:
  base::Status send(const schema::Value& line);
  base::Result<bool> receive(int timeout_ms);
  std::optional<std::string> take_line();

  base::Fd socket_;
  std::string received_;
  std::size_t searched_ = 0;  // no line end before it
  std::uint64_t last_id_ = 0;
};

}  // namespace cli
