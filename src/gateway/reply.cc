// SPDX-License-Identifier: Apache-2.0
#include "gateway/reply.h"

#include <fmt/format.h>

#include <limits>

#include "schema/write.h"

namespace gateway::reply {
namespace {

using schema::Value;

Value number(std::uint64_t n) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return Value::integer(static_cast<std::int64_t>(std::min(n, most)));
}

// One line, member by member.
class Line {
 public:
  Line(std::uint64_t id, std::string_view event) {
    value_.set("id", number(id));
    text("event", event);
  }
  Line& text(std::string_view key, std::string_view s) {
    value_.set(std::string(key), Value::string(std::string(s)));
    return *this;
  }
  Line& count(std::string_view key, std::uint64_t n) {
    value_.set(std::string(key), number(n));
    return *this;
  }
  // Only where there is one.
  Line& some(std::string_view key, std::string_view s) { return s.empty() ? *this : text(key, s); }
  Line& some(std::string_view key, std::uint64_t n) { return n == 0 ? *this : count(key, n); }
  Line& reason(base::Reason r) { return text("reason", base::slug(r)); }
  // No call, no name: a refusal before it was one.
  Line& call(base::CallId id) { return text("call", id ? fmt::format("c{}", id.value) : ""); }
  std::string end() const { return schema::write(value_) + "\n"; }

 private:
  Value value_ = Value::object();
};

std::string_view name_of(wire::PlanState state) {
  switch (state) {
    case wire::PlanState::kRejected: return "rejected";
    case wire::PlanState::kRunning: return "running";
    case wire::PlanState::kFailed: return "failed";
    case wire::PlanState::kTraced: return "traced";
  }
  return "";
}

std::string_view name_of(wire::CallState state) {
  switch (state) {
    case wire::CallState::kAllowed: return "allowed";
    case wire::CallState::kDenied: return "denied";
    case wire::CallState::kEnded: return "ended";
  }
  return "";
}

}  // namespace

std::string handle_of(base::SessionId session) { return fmt::format("s{:016x}", session.value); }

std::string opened(std::uint64_t id, base::SessionId session) {
  return Line(id, "opened").text("session", handle_of(session)).end();
}

std::string refused(std::uint64_t id, base::Reason reason) {
  return Line(id, "refused").reason(reason).end();
}

std::string error(std::uint64_t id, std::string_view message) {
  return Line(id, "error").text("message", message).end();
}

std::string say(std::uint64_t id, const wire::Say& say) {
  const bool thinking = say.kind == wire::DeltaKind::kThinking;
  return Line(id, thinking ? "thinking" : "text").text("text", say.text).end();
}

std::string plan(std::uint64_t id, const wire::PlanNotice& notice) {
  const wire::PlanText& p = notice.plan;
  return Line(id, "plan")
      .call(notice.call)
      .count("attempt", p.attempt)
      .text("state", name_of(p.state))
      .some("program", p.program)
      .some("line", p.line)
      .some("column", p.column)
      .some("message", p.message)
      .end();
}

std::string notice(std::uint64_t id, const wire::CallNotice& notice) {
  return Line(id, "call")
      .call(notice.call)
      .text("tool", notice.tool)
      .text("state", name_of(notice.state))
      .reason(notice.reason)
      .count("bytes", notice.answer_bytes)
      .count("scrubbed", notice.scrubbed)
      .some("line", notice.line)
      .end();
}

std::string turn_ended(std::uint64_t id, const wire::TurnEnded& ended) {
  return Line(id, "done")
      .reason(ended.reason)
      .text("text", ended.text)
      .text("detail", ended.detail)
      .count("calls", ended.calls)
      .some("line", ended.plan.line)
      .some("metadata", ended.plan.metadata)
      .some("output", ended.plan.output)
      .end();
}

std::string call_ended(std::uint64_t id, const wire::CallEnded& ended) {
  return Line(id, "result")
      .call(ended.call)
      .reason(ended.reason)
      .count("status", ended.http_status)
      .text("content", ended.content)
      .count("scrubbed", ended.scrubbed)
      .end();
}

}  // namespace gateway::reply
