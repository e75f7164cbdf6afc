// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as any message between the programs: the first two bytes choose the frame type, the
// rest is its payload. No crash; what decodes encodes back to the same bytes, within its bounds.
// Every type that a permit table admits is in the list below, or this file does not compile.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/result.h"
#include "wire/codec.h"
#include "wire/permits.h"
#include "wire/start.h"

namespace {

template <class T> void feed(std::string_view payload) {
  const auto value = wire::decode<T>(payload);
  if (!value.ok()) {
    CHECK(value.error().message.starts_with("frame "));
    return;
  }
  CHECK(wire::encode(*value) == payload);
}

template <class... F> struct Frames {
  static constexpr bool has(wire::FrameType type) { return ((F::kType == type) || ...); }
  static constexpr bool has_all(wire::Permits permits) {
    for (const wire::Permit& permit : permits)
      if (!has(permit.type)) return false;
    return true;
  }
  static void feed_one(wire::FrameType type, std::string_view payload) {
    ((F::kType == type ? feed<F>(payload) : void()), ...);
  }
};

using All =
    Frames<wire::Ready, wire::SpawnSession, wire::SessionSpawned, wire::SpawnEgress,
           wire::EgressSpawned, wire::PeerEnded, wire::SystemReady, wire::Shutdown, wire::Drained,
           wire::DoorSpawned, wire::EndPeer, wire::OpenSession, wire::UserTurn, wire::DirectCall,
           wire::Cancel, wire::ResetSession, wire::CloseSession, wire::SessionOpened, wire::Say,
           wire::CallNotice, wire::PlanNotice, wire::TurnEnded, wire::CallEnded, wire::Turn,
           wire::Call, wire::Verdict, wire::ModelDelta, wire::CallResult, wire::Stop, wire::Reset,
           wire::LabelledCall, wire::Spoken, wire::TurnDone, wire::PlanShown, wire::Endorsed,
           wire::CallDone, wire::Warrant, wire::CancelWarrant, wire::BrokerReady, wire::Started,
           wire::Delta, wire::Observation, wire::Alert, wire::PeerReady, wire::Request,
           wire::CancelRequest, wire::Sent, wire::AnswerDelta, wire::Answer, wire::RunVault,
           wire::CancelRun, wire::RunEnded>;

static_assert(All::has_all(wire::kGatewayToMonitor) && All::has_all(wire::kMonitorToGateway));
static_assert(All::has_all(wire::kSessionToMonitor) && All::has_all(wire::kMonitorToSession));
static_assert(All::has_all(wire::kMonitorToBroker) && All::has_all(wire::kBrokerToMonitor));
static_assert(All::has_all(wire::kMonitorToSupervisor) && All::has_all(wire::kSupervisorToMonitor));
static_assert(All::has_all(wire::kBrokerToSupervisor) && All::has_all(wire::kSupervisorToBroker));
static_assert(All::has_all(wire::kBrokerToEgress) && All::has_all(wire::kEgressToBroker));
static_assert(All::has_all(wire::kBrokerToRunner) && All::has_all(wire::kRunnerToBroker));

// What a program is told at its start has no frame type: numbers from 1000 choose it here.
void feed_start(unsigned number, std::string_view payload) {
  switch (number) {
    case 1000: return feed<wire::StartGateway>(payload);
    case 1001: return feed<wire::StartSession>(payload);
    case 1002: return feed<wire::StartMonitor>(payload);
    case 1003: return feed<wire::StartBroker>(payload);
    case 1004: return feed<wire::StartEgress>(payload);
    case 1005: return feed<wire::StartRunner>(payload);
    default: return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint16_t number = 0;
  if (size < sizeof(number)) return 0;
  std::memcpy(&number, data, sizeof(number));
  const std::string_view payload(reinterpret_cast<const char*>(data) + sizeof(number),
                                 size - sizeof(number));
  All::feed_one(static_cast<wire::FrameType>(number), payload);
  feed_start(number, payload);
  return 0;
}
