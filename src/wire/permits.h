// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Who may send what to whom, and in which phase. This table is the trusted surface: a frame that is
// not in the row of its channel and phase ends the peer and is logged. After OpenSSH's monitor
// dispatch tables. Trust zone: all programs.
#pragma once

#include <initializer_list>
#include <span>

#include "wire/frames.h"

namespace wire {

// Where a channel stands. kStarting ends when the peer's Ready has come.
enum class Phase : std::uint8_t { kStarting, kRunning, kDraining };

struct Permit {
  FrameType type;
  bool starting;
  bool running;
  bool draining;
  std::size_t max_bytes;
  std::size_t descriptors;  // exactly so many, except where `descriptors_optional`
  bool descriptors_optional = false;
};
using Permits = std::span<const Permit>;

namespace permits_detail {
template <class F> constexpr Permit first() {
  return {F::kType, true, false, false, F::kMaxBytes, 0};
}
template <class F> constexpr Permit running() {
  return {F::kType, false, true, false, F::kMaxBytes, 0};
}
template <class F> constexpr Permit always() {
  return {F::kType, false, true, true, F::kMaxBytes, 0};
}
template <class F> constexpr Permit with_descriptor() {
  return {F::kType, true, true, true, F::kMaxBytes, 1, true};
}
}  // namespace permits_detail

// Each table is named FROM_TO_TO and is what TO accepts on that channel.
inline constexpr Permit kGatewayToMonitor[] = {
    permits_detail::first<Ready>(),         permits_detail::running<OpenSession>(),
    permits_detail::running<UserTurn>(),    permits_detail::running<DirectCall>(),
    permits_detail::always<Cancel>(),       permits_detail::running<ResetSession>(),
    permits_detail::always<CloseSession>(),
};
inline constexpr Permit kMonitorToGateway[] = {
    permits_detail::always<SessionOpened>(), permits_detail::always<Say>(),
    permits_detail::always<CallNotice>(),    permits_detail::always<TurnEnded>(),
    permits_detail::always<CallEnded>(),     permits_detail::always<PlanNotice>(),
};
inline constexpr Permit kSessionToMonitor[] = {
    permits_detail::first<Ready>(),     permits_detail::always<LabelledCall>(),
    permits_detail::always<Spoken>(),   permits_detail::always<TurnDone>(),
    permits_detail::always<CallDone>(), permits_detail::always<PlanShown>(),
    permits_detail::always<Endorsed>(),
};
inline constexpr Permit kMonitorToSession[] = {
    permits_detail::always<Turn>(),       permits_detail::always<Call>(),
    permits_detail::always<Verdict>(),    permits_detail::always<ModelDelta>(),
    permits_detail::always<CallResult>(), permits_detail::always<Stop>(),
    permits_detail::always<Reset>(),
};
inline constexpr Permit kMonitorToBroker[] = {
    permits_detail::always<Warrant>(),
    permits_detail::always<CancelWarrant>(),
    permits_detail::always<Shutdown>(),
};
inline constexpr Permit kBrokerToMonitor[] = {
    permits_detail::first<Ready>(),        permits_detail::running<BrokerReady>(),
    permits_detail::always<Started>(),     permits_detail::always<Delta>(),
    permits_detail::always<Observation>(), permits_detail::always<Alert>(),
    permits_detail::always<PeerReady>(),
};
inline constexpr Permit kMonitorToSupervisor[] = {
    permits_detail::first<Ready>(),        permits_detail::running<SpawnSession>(),
    permits_detail::always<SystemReady>(), permits_detail::always<Drained>(),
    permits_detail::always<EndPeer>(),
};
inline constexpr Permit kSupervisorToMonitor[] = {
    permits_detail::with_descriptor<SessionSpawned>(),
    permits_detail::always<PeerEnded>(),
    permits_detail::always<Shutdown>(),
    permits_detail::with_descriptor<DoorSpawned>(),
};
inline constexpr Permit kBrokerToSupervisor[] = {
    permits_detail::always<SpawnEgress>(),
    permits_detail::always<EndPeer>(),
};
inline constexpr Permit kSupervisorToBroker[] = {permits_detail::with_descriptor<EgressSpawned>()};
inline constexpr Permit kBrokerToEgress[] = {
    permits_detail::always<Request>(),
    permits_detail::always<CancelRequest>(),
};
inline constexpr Permit kEgressToBroker[] = {
    permits_detail::first<Ready>(),
    permits_detail::always<Sent>(),
    permits_detail::always<AnswerDelta>(),
    permits_detail::always<Answer>(),
};
inline constexpr Permit kBrokerToRunner[] = {
    Permit{FrameType::kRunVault, false, true, false, RunVault::kMaxBytes, RunVault::kDescriptors},
    permits_detail::always<CancelRun>(),
};
inline constexpr Permit kRunnerToBroker[] = {
    permits_detail::first<Ready>(),
    permits_detail::always<RunEnded>(),
};

}  // namespace wire
