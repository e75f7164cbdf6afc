// SPDX-License-Identifier: Apache-2.0
#include "session/serve.h"

#include "wire/loop.h"

namespace session {
namespace {

template <class F> base::Result<Event> event_as(const wire::Message& message) {
  TRY_AS(F frame, message.as<F>());
  return Event(std::move(frame));
}

base::Result<Event> event_of(const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kTurn: return event_as<wire::Turn>(message);
    case wire::FrameType::kCall: return event_as<wire::Call>(message);
    case wire::FrameType::kVerdict: return event_as<wire::Verdict>(message);
    case wire::FrameType::kModelDelta: return event_as<wire::ModelDelta>(message);
    case wire::FrameType::kCallResult: return event_as<wire::CallResult>(message);
    case wire::FrameType::kStop: return event_as<wire::Stop>(message);
    case wire::FrameType::kReset: return event_as<wire::Reset>(message);
    default: return base::violation("frame that a session does not know");
  }
}

base::Status send_all(wire::Channel& monitor, const Actions& actions) {
  for (const Action& action : actions) {
    TRY(std::visit([&](const auto& frame) { return monitor.send(frame); }, action));
  }
  return base::ok();
}

// Takes one frame; the loop tells of the next. False: the monitor is gone.
base::Result<bool> take_one(wire::Channel& monitor, Machine& machine) {
  auto received = monitor.receive();
  if (!received.ok() && received.error().code == base::Errc::kUnavailable) return false;
  if (!received.ok()) return std::move(received).error();
  if (!received->has_value()) return true;
  TRY_AS(Event event, event_of(**received));
  Actions actions;
  TRY(machine.step(std::move(event), actions));
  TRY(send_all(monitor, actions));
  return true;
}

}  // namespace

base::Status serve(wire::Channel& monitor, Machine& machine) {
  TRY_AS(wire::Loop loop, wire::Loop::create());
  loop.watch(monitor.fd(), 1);
  while (true) {
    loop.rewatch(monitor.fd(), 1, monitor.wants_write());
    for (const wire::Loop::Ready& ready : loop.wait(-1)) {
      if (ready.writable) TRY(monitor.flush());
      if (!ready.readable) continue;
      TRY_AS(const bool there, take_one(monitor, machine));
      if (!there) return base::ok();
    }
  }
}

}  // namespace session
