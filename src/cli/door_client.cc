// SPDX-License-Identifier: Apache-2.0
#include "cli/door_client.h"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "schema/parse.h"
#include "schema/write.h"

namespace cli {
namespace {

using schema::Value;

struct Named {
  std::string_view name;
  DoorEvent::Kind kind;
};
constexpr std::array kEvents{
    Named{"opened", DoorEvent::Kind::kOpened}, Named{"refused", DoorEvent::Kind::kRefused},
    Named{"text", DoorEvent::Kind::kText},     Named{"thinking", DoorEvent::Kind::kThinking},
    Named{"call", DoorEvent::Kind::kCall},     Named{"done", DoorEvent::Kind::kDone},
    Named{"result", DoorEvent::Kind::kResult}, Named{"error", DoorEvent::Kind::kError},
    Named{"plan", DoorEvent::Kind::kPlan},
};
constexpr std::array<std::string_view, 4> kPlanStates{"rejected", "running", "failed", "traced"};
constexpr std::array<std::string_view, 3> kStates{"allowed", "denied", "ended"};

base::Error gone() {
  return {base::Errc::kUnavailable, "the programs ended; `yett log tail` says why"};
}
base::Error not_ours(std::string_view what) {
  return base::violation(fmt::format("the door wrote a line that is not one of its own: {}", what));
}

void read_text(const Value& line, std::string_view key, std::string& to) {
  if (const auto text = line.find_string(key)) to = *text;
}

void read_number(const Value& line, std::string_view key, std::uint64_t& to) {
  const Value* value = line.find(key);
  const auto number = value == nullptr ? std::nullopt : value->as_i64();
  if (number && *number >= 0) to = static_cast<std::uint64_t>(*number);
}

Value request(std::string_view op) {
  Value line = Value::object();
  line.set("op", Value::string(std::string(op)));
  return line;
}

Value json_of(const std::vector<wire::ResultRef>& from) {
  Value out = Value::object();
  for (const wire::ResultRef& ref : from) {
    Value one = Value::object();
    one.set("call", Value::string(fmt::format("c{}", ref.call.value)));
    if (!ref.field.empty()) one.set("field", Value::string(ref.field));
    out.set(ref.argument, std::move(one));
  }
  return out;
}

void put(Value& line, std::string_view key, std::string_view text) {
  line.set(std::string(key), Value::string(std::string(text)));
}

}  // namespace

base::Reason reason_named(std::string_view slug) {
  constexpr std::uint16_t kReasons = 256;  // numbers that base/reason.h hands out so far are below
  for (std::uint16_t n = 1; n < kReasons && !slug.empty(); ++n) {
    const base::Reason reason = base::reason_of(n);
    if (reason != base::Reason::kNone && base::slug(reason) == slug) return reason;
  }
  return base::Reason::kNone;
}

base::Result<DoorEvent> parse_event(std::string_view text) {
  schema::ParseLimits limits;
  limits.max_bytes = DoorClient::kLineBytes;
  const auto line = schema::parse(text, limits);
  if (!line.ok()) return not_ours("it is not JSON");
  const auto name = line->find_string("event");
  const auto kind = std::ranges::find(kEvents, name.value_or(""), &Named::name);
  if (kind == kEvents.end()) return not_ours("its event is unknown");
  DoorEvent event;
  event.kind = kind->kind;
  read_number(*line, "id", event.id);
  for (const std::string_view key : {"message", "content", "text"})
    read_text(*line, key, event.text);
  read_text(*line, "detail", event.detail);
  read_text(*line, "session", event.session);
  read_text(*line, "call", event.call);
  read_text(*line, "tool", event.tool);
  event.reason = reason_named(line->find_string("reason").value_or(""));
  read_number(*line, "bytes", event.bytes);
  read_number(*line, "scrubbed", event.scrubbed);
  read_number(*line, "calls", event.calls);
  read_number(*line, "status", event.status);
  read_text(*line, "program", event.program);
  read_text(*line, "metadata", event.metadata);
  read_text(*line, "output", event.output);
  read_number(*line, "attempt", event.attempt);
  read_number(*line, "line", event.line);
  read_number(*line, "column", event.column);
  if (event.kind == DoorEvent::Kind::kPlan) {
    const auto state = std::ranges::find(kPlanStates, line->find_string("state").value_or(""));
    if (state == kPlanStates.end()) return not_ours("the state of a plan is unknown");
    event.plan = static_cast<wire::PlanState>(state - kPlanStates.begin());
  }
  if (event.kind != DoorEvent::Kind::kCall) return event;
  const auto state = std::ranges::find(kStates, line->find_string("state").value_or(""));
  if (state == kStates.end()) return not_ours("the state of a call is unknown");
  event.state = static_cast<DoorEvent::State>(state - kStates.begin());
  return event;
}

base::Result<std::string> DoorClient::open(std::string_view name) {
  Value line = request("open");
  const std::uint64_t id = ++last_id_;
  line.set("id", Value::integer(static_cast<std::int64_t>(id)));
  put(line, "session", name);
  TRY(send(line));
  while (true) {
    TRY_AS(auto event, next(-1));
    if (!event || event->id != id) continue;
    if (event->kind == DoorEvent::Kind::kOpened) return std::move(event->session);
    if (event->kind == DoorEvent::Kind::kRefused)
      return base::Error{base::Errc::kDenied, std::string(base::sentence(event->reason))};
    return base::invalid("the door refused to open a session: " + event->text);
  }
}

base::Result<std::uint64_t> DoorClient::turn(std::string_view session, std::string_view text,
                                             std::string_view model, bool stream,
                                             wire::TurnMode mode, bool trace) {
  Value line = request("turn");
  line.set("id", Value::integer(static_cast<std::int64_t>(++last_id_)));
  put(line, "session", session);
  put(line, "text", text);
  if (!model.empty()) put(line, "model", model);
  line.set("stream", Value::boolean(stream));
  if (mode == wire::TurnMode::kPlain) put(line, "mode", "plain");
  if (mode == wire::TurnMode::kDual) put(line, "mode", "dual");
  if (mode == wire::TurnMode::kPlan) put(line, "mode", "plan");
  if (trace) line.set("trace", Value::boolean(true));
  TRY(send(line));
  return last_id_;
}

base::Result<std::uint64_t> DoorClient::call(std::string_view session, std::string_view tool,
                                             Value arguments,
                                             const std::vector<wire::ResultRef>& from) {
  Value line = request("call");
  line.set("id", Value::integer(static_cast<std::int64_t>(++last_id_)));
  put(line, "session", session);
  put(line, "tool", tool);
  line.set("arguments", std::move(arguments));
  if (!from.empty()) line.set("from", json_of(from));
  TRY(send(line));
  return last_id_;
}

base::Status DoorClient::cancel(std::uint64_t target) {
  Value line = request("cancel");
  line.set("id", Value::integer(static_cast<std::int64_t>(++last_id_)));
  line.set("target", Value::integer(static_cast<std::int64_t>(target)));
  return send(line);
}

base::Status DoorClient::reset(std::string_view session) {
  Value line = request("reset");
  put(line, "session", session);
  return send(line);
}

base::Status DoorClient::send(const Value& line) {
  std::string bytes = schema::write(line) + "\n";
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t n = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      pollfd wait{socket_.get(), POLLOUT, 0};
      (void)::poll(&wait, 1, -1);
      continue;
    }
    if (n <= 0) return gone();
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return base::ok();
}

std::optional<std::string> DoorClient::take_line() {
  const std::size_t end = received_.find('\n', searched_);
  searched_ = end == std::string::npos ? received_.size() : 0;
  if (end == std::string::npos) return std::nullopt;
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

base::Result<bool> DoorClient::receive(int timeout_ms) {
  pollfd wait{socket_.get(), POLLIN, 0};
  if (::poll(&wait, 1, timeout_ms) <= 0) return false;
  std::array<char, 64 * 1024> buffer;
  const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (n <= 0) return gone();
  received_.append(buffer.data(), static_cast<std::size_t>(n));
  if (received_.size() > kLineBytes && !buffered()) return not_ours("it is too long");
  return true;
}

base::Result<std::optional<DoorEvent>> DoorClient::next(int timeout_ms) {
  while (true) {
    if (const auto line = take_line()) {
      TRY_AS(DoorEvent event, parse_event(*line));
      return std::optional<DoorEvent>(std::move(event));
    }
    TRY_AS(const bool more, receive(timeout_ms));
    if (!more) return std::optional<DoorEvent>();
  }
}

}  // namespace cli
