// SPDX-License-Identifier: Apache-2.0
#include "gateway/door.h"

#include <fmt/format.h>

#include "gateway/reply.h"

namespace gateway {

void Door::connected(ClientId client, std::uint32_t uid) { clients_[client].uid = uid; }

void Door::line(ClientId client, std::string_view line, Effects& out) {
  const auto found = clients_.find(client);
  if (found == clients_.end()) return;
  auto parsed = parse_request(line);
  if (const Fault* fault = std::get_if<Fault>(&parsed)) {
    out.lines.push_back({client, reply::error(fault->id, fault->message), fault->ends_connection});
    return;
  }
  ask(client, found->second, std::move(std::get<Request>(parsed)), out);
}

void Door::ask(ClientId client, Client& from, Request request, Effects& out) {
  const auto say = [&](std::string line) { out.lines.push_back({client, std::move(line), false}); };
  if (request.op == Op::kCancel) return cancel(from, request, out);
  const auto handle = from.handles.find(request.session);
  if (request.op != Op::kOpen && handle == from.handles.end()) {
    return say(reply::refused(request.id, base::Reason::kSessionUnknown));
  }
  if (request.op == Op::kReset) {
    out.frames.emplace_back(wire::ResetSession{handle->second.session});
    return;
  }
  if (request.op == Op::kClose) {
    out.frames.emplace_back(wire::CloseSession{handle->second.session});
    from.handles.erase(handle);
    return;
  }
  if (from.requests.contains(request.id)) {
    return say(reply::error(request.id, fmt::format("request {} is still open", request.id)));
  }
  const std::size_t opening = request.op == Op::kOpen ? from.handles.size() : 0;
  if (from.requests.size() >= kRequests || opening >= kHandles) {
    return say(reply::refused(request.id, opening >= kHandles ? base::Reason::kTooManySessions
                                                              : base::Reason::kTooManyCalls));
  }
  const base::RequestId number{++last_request_};
  from.requests[request.id] = number;
  Pending& pending = pending_[number];
  pending = {client, request.id, request.op, {}, false, false};
  if (request.op == Op::kOpen) {
    pending.named = !request.session.empty();
    out.frames.emplace_back(wire::OpenSession{number, from.uid, std::move(request.session)});
    return;
  }
  pending.session = handle->second.session;
  if (request.op == Op::kTurn) {
    out.frames.emplace_back(wire::UserTurn{pending.session, number, std::move(request.model),
                                           std::move(request.text), request.stream, "",
                                           request.mode, request.trace});
  } else {
    out.frames.emplace_back(wire::DirectCall{pending.session, number, std::move(request.tool),
                                             std::move(request.arguments),
                                             std::move(request.from)});
  }
}

// A target that is closed already, or never was, needs no answer: the client knows by its closing
// line, which may be on its way.
void Door::cancel(const Client& from, const Request& request, Effects& out) {
  const auto target = from.requests.find(request.target);
  if (target == from.requests.end()) return;
  const Pending& pending = pending_.at(target->second);
  if (pending.op != Op::kOpen)
    out.frames.emplace_back(wire::Cancel{pending.session, target->second});
}

void Door::gone(ClientId client, Effects& out) {
  const auto found = clients_.find(client);
  if (found == clients_.end()) return;
  for (const auto& [id, number] : found->second.requests) {
    Pending& pending = pending_.at(number);
    if (pending.op == Op::kOpen) {
      pending.orphan = true;
      continue;
    }
    out.frames.emplace_back(wire::Cancel{pending.session, number});
    pending_.erase(number);
  }
  for (const auto& [handle, opened] : found->second.handles) {
    if (!opened.named) out.frames.emplace_back(wire::CloseSession{opened.session});
  }
  clients_.erase(found);
}

void Door::frame(const FromMonitor& frame, Effects& out) {
  std::visit([&](const auto& f) { on(f, out); }, frame);
}

// The request of that number if it is one of that kind. Frames for requests of clients that are
// gone find nothing and are dropped.
const Door::Pending* Door::pending(base::RequestId number, Op op) const {
  const auto found = pending_.find(number);
  return found == pending_.end() || found->second.op != op ? nullptr : &found->second;
}

Door::Pending Door::close(base::RequestId number) {
  const auto found = pending_.find(number);
  const Pending out = found->second;
  pending_.erase(found);
  if (!out.orphan) clients_.at(out.client).requests.erase(out.id);
  return out;
}

void Door::on(const wire::SessionOpened& frame, Effects& out) {
  if (pending(frame.request, Op::kOpen) == nullptr) return;
  const Pending p = close(frame.request);
  if (p.orphan) {
    if (frame.session && !p.named) out.frames.emplace_back(wire::CloseSession{frame.session});
    return;
  }
  if (!frame.session) {
    out.lines.push_back({p.client, reply::refused(p.id, frame.reason), false});
    return;
  }
  clients_.at(p.client).handles[reply::handle_of(frame.session)] = {frame.session, p.named};
  out.lines.push_back({p.client, reply::opened(p.id, frame.session), false});
}

void Door::on(const wire::Say& frame, Effects& out) {
  const Pending* p = pending(frame.request, Op::kTurn);
  if (p != nullptr) out.lines.push_back({p->client, reply::say(p->id, frame), false});
}

void Door::on(const wire::CallNotice& frame, Effects& out) {
  const Pending* p = pending(frame.request, Op::kTurn);
  if (p != nullptr) out.lines.push_back({p->client, reply::notice(p->id, frame), false});
}

void Door::on(const wire::PlanNotice& frame, Effects& out) {
  const Pending* p = pending(frame.request, Op::kTurn);
  if (p != nullptr) out.lines.push_back({p->client, reply::plan(p->id, frame), false});
}

void Door::on(const wire::TurnEnded& frame, Effects& out) {
  if (pending(frame.request, Op::kTurn) == nullptr) return;
  const Pending p = close(frame.request);
  out.lines.push_back({p.client, reply::turn_ended(p.id, frame), false});
}

void Door::on(const wire::CallEnded& frame, Effects& out) {
  if (pending(frame.request, Op::kCall) == nullptr) return;
  const Pending p = close(frame.request);
  out.lines.push_back({p.client, reply::call_ended(p.id, frame), false});
}

}  // namespace gateway
