// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The numbers of all messages between the programs, and the first of them. Each message is a struct
// with one field list (wire/codec.h), a type number that is final, and a bound. Trust zone: all
// programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include "base/id.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

// clang-format off
enum class FrameType : std::uint16_t {
  kNone = 0,
  // any program → the one above it, first of all
  kReady = 1,
  // supervisor ↔ monitor, broker
  kSpawnSession = 10, kSessionSpawned = 11, kSpawnEgress = 12, kEgressSpawned = 13,
  kPeerEnded = 14, kSystemReady = 15, kShutdown = 16, kDrained = 17,
  kDoorSpawned = 18, kEndPeer = 19,
  // gateway → monitor
  kOpenSession = 30, kUserTurn = 31, kDirectCall = 32, kCancel = 33,
  kResetSession = 34, kCloseSession = 35,
  // monitor → gateway
  kSessionOpened = 40, kSay = 41, kCallNotice = 42, kTurnEnded = 43, kCallEnded = 44,
  kPlanNotice = 45,
  // monitor → session
  kTurn = 50, kCall = 51, kVerdict = 52, kModelDelta = 53, kCallResult = 54,
  kStop = 55, kReset = 56,
  // session → monitor
  kPropose = 60, kSpoken = 61, kTurnDone = 62, kCallDone = 63, kPlanShown = 64,
  kEndorsed = 65,
  // monitor → broker
  kWarrant = 70, kCancelWarrant = 71,
  // broker → monitor
  kBrokerReady = 80, kStarted = 81, kDelta = 82, kObservation = 83, kAlert = 84, kPeerReady = 85,
  // broker → egress
  kRequest = 90, kCancelRequest = 91,
  // egress → broker
  kSent = 100, kAnswerDelta = 101, kAnswer = 102,
  // broker → runner
  kRunVault = 110, kCancelRun = 111,
  // runner → broker
  kRunEnded = 120,
};
// clang-format on

// First frame of every program on its channel 3: it is locked down and listens.
struct Ready {
  static constexpr FrameType kType = FrameType::kReady;
  static constexpr std::size_t kMaxBytes = 1024;
  std::string program;     // "gateway", "session", ...
  std::uint8_t level = 0;  // isolation achieved: 0 none, 1 seccomp, 2 + Landlock, 3 + namespaces
  std::string isolation;   // one line for people: what was had, what was not
  template <class V> void visit(V& v) { v(program, level, isolation); }
};
struct ProgramState {
  std::string program;
  std::uint8_t level = 0;
  std::string isolation;
  template <class V> void visit(V& v) { v(program, level, isolation); }
};

}  // namespace wire
