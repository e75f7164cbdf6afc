// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the model has been shown and has said, with a label on each message, bounded in messages and
// bytes. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/limits.h"
#include "session/labels.h"

namespace session {

enum class Role : unsigned char { kUser, kAssistant, kTool };

// Who is shown a message. SECURITY: a planner never reads what a tool, or a model that has read a
// tool's answer, has said.
enum class Audience : unsigned char { kAll, kModel, kPlanner };

// A call that the model asked for, as it is shown to the model again.
struct ToolCall {
  std::string id;         // unique in the conversation
  std::string name;       // a name by wire::is_name, whatever the model wrote
  std::string arguments;  // one JSON object, written by us
};

struct Message {
  Role role = Role::kUser;
  std::string text;
  std::vector<ToolCall> calls;  // kAssistant
  std::string call_id;          // kTool: which call it answers
  std::string tool;             // kTool
  label::LabelId label;
  Audience audience = Audience::kModel;
};

// A turn is a user's message and all that follows it up to the next one. Whole turns are dropped
// from the front when a bound is reached, so a tool's answer never stands without its call.
class Conversation {
 public:
  // LIMIT: the texts kept; half a body leaves room for escapes in a prompt.
  static constexpr std::size_t kBytes = base::limits::kBodyBytes / 2;

  // Begins a turn. INVARIANT: a conversation begins with a user's message.
  void begin_turn(std::string text, label::LabelId label, Audience audience = Audience::kAll);
  // Adds to the turn that runs; a turn must have begun.
  void append(Message message);
  // Takes back the last turn, user's message included.
  void drop_last_turn();
  // Drops the oldest turn; false if that would be the one that runs.
  bool drop_first_turn();
  // Whether anything was said since the last turn began.
  bool answered() const;

  // Tool calls that the model was granted the attempt of, since the beginning or the last reset.
  std::uint32_t calls() const { return calls_; }
  void count_calls(std::size_t n) { calls_ += static_cast<std::uint32_t>(n); }

  // Whether a call of this id is in the history.
  bool has_call(std::string_view id) const;
  // The join of all labels: of everything that the model reads with the next prompt.
  label::LabelId label(Labels& labels) const;
  // What a planner is shown of it.
  Conversation for_planner() const;
  const std::deque<Message>& messages() const { return messages_; }
  std::size_t size_bytes() const { return bytes_; }

  void reset();

 private:
  void trim();
  void forget_front();
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  std::uint32_t calls_ = 0;
};

}  // namespace session
