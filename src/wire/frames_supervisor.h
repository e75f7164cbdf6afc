// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The messages between the supervisor and the monitor and broker. Identity is bound to the channel
// and is never sent again. Who may send which, and when: wire/permits.h. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/frame.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

struct SpawnSession {  // monitor → supervisor
  static constexpr FrameType kType = FrameType::kSpawnSession;
  static constexpr std::size_t kMaxBytes = 64;
  std::uint64_t slot = 0;
  template <class V> void visit(V& v) { v(slot); }
};
struct SessionSpawned {  // supervisor → monitor; one descriptor: the channel; none: it failed
  static constexpr FrameType kType = FrameType::kSessionSpawned;
  static constexpr std::size_t kMaxBytes = 64;
  std::uint64_t slot = 0;
  bool spawned = false;
  template <class V> void visit(V& v) { v(slot, spawned); }
};
struct SpawnEgress {  // broker → supervisor
  static constexpr FrameType kType = FrameType::kSpawnEgress;
  static constexpr std::size_t kMaxBytes = 64;
  std::uint64_t slot = 0;
  std::uint32_t origin = 0;  // index into the sealed manifest, which the supervisor wrote
  template <class V> void visit(V& v) { v(slot, origin); }
};
struct EgressSpawned {  // supervisor → broker; one descriptor: the channel; none: it failed
  static constexpr FrameType kType = FrameType::kEgressSpawned;
  static constexpr std::size_t kMaxBytes = 64;
  std::uint64_t slot = 0;
  bool spawned = false;
  template <class V> void visit(V& v) { v(slot, spawned); }
};
struct PeerEnded {  // supervisor → monitor: a program ended; goes into the log
  static constexpr FrameType kType = FrameType::kPeerEnded;
  static constexpr std::size_t kMaxBytes = 512;
  std::string program;
  std::string how;  // "exit 3", "signal 31 (SIGSYS)", ...
  template <class V> void visit(V& v) { v(program, how); }
};
struct SystemReady {  // monitor → supervisor: every program has reported
  static constexpr FrameType kType = FrameType::kSystemReady;
  static constexpr std::size_t kMaxBytes = 8192;
  std::vector<ProgramState> programs;
  std::uint64_t log_entries = 0;
  std::uint64_t unknown_calls = 0;  // intents of earlier runs without an outcome
  template <class V> void visit(V& v) { v(programs, log_entries, unknown_calls); }
};
struct DoorSpawned {  // supervisor → monitor; one descriptor: the channel of a door started again
  static constexpr FrameType kType = FrameType::kDoorSpawned;
  static constexpr std::size_t kMaxBytes = 256;
  std::string door;
  template <class V> void visit(V& v) { v(door); }
};
struct Shutdown {  // supervisor → monitor → broker, and supervisor → broker
  static constexpr FrameType kType = FrameType::kShutdown;
  static constexpr std::size_t kMaxBytes = 16;
  bool now = false;  // false: finish what is in flight, take nothing new
  template <class V> void visit(V& v) { v(now); }
};
struct Drained {  // monitor → supervisor: nothing in flight, the log is synced
  static constexpr FrameType kType = FrameType::kDrained;
  static constexpr std::size_t kMaxBytes = 16;
  bool clean = true;  // false: the log had stopped
  template <class V> void visit(V& v) { v(clean); }
};

// monitor, broker → supervisor: the channel of this worker was closed, so it has to go. SECURITY:
// one that was taken over does not end by itself when it is cut off.
struct EndPeer {
  static constexpr FrameType kType = FrameType::kEndPeer;
  static constexpr std::size_t kMaxBytes = 16;
  bool door = false;  // `slot` counts the doors' starts (0: the first), else it is a worker's
  std::uint64_t slot = 0;
  template <class V> void visit(V& v) { v(door, slot); }
};

}  // namespace wire
