// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The messages between the broker and the runner. Identity is bound to the channel
// and is never sent again. Who may send which, and when: wire/permits.h. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/frame.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

// Run the vault's program. Descriptors: the token to read (a sealed memfd), the child's standard
// output, its standard error; the runner hands them on and never reads them.
struct RunVault {
  static constexpr FrameType kType = FrameType::kRunVault;
  static constexpr std::size_t kMaxBytes = 4096;
  static constexpr std::size_t kDescriptors = 3;
  base::RequestId request;
  std::vector<std::string> arguments;  // after the fixed program path of StartRunner
  std::uint32_t timeout_ms = 0;
  template <class V> void visit(V& v) { v(request, arguments, timeout_ms); }
};
struct CancelRun {
  static constexpr FrameType kType = FrameType::kCancelRun;
  static constexpr std::size_t kMaxBytes = 64;
  base::RequestId request;
  template <class V> void visit(V& v) { v(request); }
};
enum class RunOutcome : std::uint8_t {
  kExited,
  kSignalled,
  kTimedOut,
  kNotFound,
  kFailed,
  kLast = kFailed
};
struct RunEnded {  // runner → broker
  static constexpr FrameType kType = FrameType::kRunEnded;
  static constexpr std::size_t kMaxBytes = 64;
  base::RequestId request;
  RunOutcome outcome = RunOutcome::kExited;
  std::uint32_t status = 0;  // exit status or signal number
  template <class V> void visit(V& v) { v(request, outcome, status); }
};

}  // namespace wire
