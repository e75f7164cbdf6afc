// SPDX-License-Identifier: Apache-2.0
#include "session/conversation.h"

#include <algorithm>

#include "base/result.h"

namespace session {
namespace {

std::size_t size_of(const Message& m) {
  std::size_t bytes = m.text.size() + m.call_id.size() + m.tool.size();
  for (const ToolCall& call : m.calls) {
    bytes += call.id.size() + call.name.size() + call.arguments.size();
  }
  return bytes;
}

bool is_user(const Message& m) { return m.role == Role::kUser; }

}  // namespace

void Conversation::begin_turn(std::string text, label::LabelId label, Audience audience) {
  Message message;
  message.role = Role::kUser;
  message.audience = audience;
  message.text = std::move(text);
  message.label = label;
  bytes_ += size_of(message);
  messages_.push_back(std::move(message));
  trim();
}

void Conversation::append(Message message) {
  CHECK(!messages_.empty() && message.role != Role::kUser);
  bytes_ += size_of(message);
  messages_.push_back(std::move(message));
  trim();
}

void Conversation::drop_last_turn() {
  while (!messages_.empty()) {
    const bool first_of_turn = is_user(messages_.back());
    bytes_ -= size_of(messages_.back());
    messages_.pop_back();
    if (first_of_turn) return;
  }
}

void Conversation::forget_front() {
  bytes_ -= size_of(messages_.front());
  messages_.pop_front();
}

bool Conversation::drop_first_turn() {
  if (messages_.empty()) return false;
  const auto next = std::find_if(messages_.begin() + 1, messages_.end(), is_user);
  if (next == messages_.end()) return false;
  for (auto n = next - messages_.begin(); n > 0; --n) forget_front();
  return true;
}

void Conversation::trim() {
  while (messages_.size() > base::limits::kHistoryMessages || bytes_ > kBytes) {
    if (!drop_first_turn()) return;
  }
}

bool Conversation::answered() const { return !messages_.empty() && !is_user(messages_.back()); }

bool Conversation::has_call(std::string_view id) const {
  return std::ranges::any_of(messages_, [&](const Message& m) {
    return std::ranges::any_of(m.calls, [&](const ToolCall& c) { return c.id == id; });
  });
}

label::LabelId Conversation::label(Labels& labels) const {
  label::LabelId joined = label::kClean;
  for (const Message& m : messages_)
    if (m.audience != Audience::kPlanner) joined = labels.join(joined, m.label);
  return joined;
}

Conversation Conversation::for_planner() const {
  Conversation out;
  for (const Message& m : messages_) {
    if (m.audience == Audience::kModel) continue;
    if (is_user(m)) out.begin_turn(m.text, m.label);
    else if (!out.messages_.empty()) out.append(m);
    if (!is_user(m)) out.messages_.back().audience = Audience::kAll;
  }
  return out;
}

void Conversation::reset() {
  messages_.clear();
  bytes_ = 0;
  calls_ = 0;
}

}  // namespace session
