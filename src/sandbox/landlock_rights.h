// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Landlock's words as the kernel has them, defined here because Debian 12's headers stop at ABI 2
// (landlock(7), Documentation/userspace-api/landlock.rst). Trust zone: all programs; pure data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sandbox::landlock {

// File rights by ABI: 1 has bits 0..12, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV.
inline constexpr std::uint64_t kExecute = 1u << 0, kWriteFile = 1u << 1, kReadFile = 1u << 2;
inline constexpr std::uint64_t kReadDir = 1u << 3, kMakeChar = 1u << 6, kMakeBlock = 1u << 11;
inline constexpr std::uint64_t kRefer = 1u << 13, kTruncate = 1u << 14, kIoctlDev = 1u << 15;
inline constexpr std::uint64_t kAbi1Files = (1u << 13) - 1;
inline constexpr std::uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDev;
inline constexpr std::uint64_t kBindTcp = 1u << 0, kConnectTcp = 1u << 1;
inline constexpr std::uint64_t kScopeAbstractUnix = 1u << 0, kScopeSignal = 1u << 1;
inline constexpr unsigned kAskVersion = 1u << 0;
inline constexpr int kRulePathBeneath = 1, kRuleNetPort = 2;

struct RulesetAttr {
  std::uint64_t handled_fs = 0;
  std::uint64_t handled_net = 0;  // ABI 4
  std::uint64_t scoped = 0;       // ABI 6
};
struct [[gnu::packed]] PathBeneathAttr {
  std::uint64_t allowed;
  std::int32_t parent;
};
struct NetPortAttr {
  std::uint64_t allowed;
  std::uint64_t port;
};

// All file rights that a kernel of this ABI knows.
constexpr std::uint64_t files_of(int abi) {
  std::uint64_t rights = kAbi1Files;
  if (abi >= 2) rights |= kRefer;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kIoctlDev;
  return rights;
}

// The attribute as this kernel knows it: a byte too many is refused with E2BIG.
constexpr std::size_t size_of(int abi) {
  if (abi < 4) return offsetof(RulesetAttr, handled_net);
  if (abi < 6) return offsetof(RulesetAttr, scoped);
  return sizeof(RulesetAttr);
}

}  // namespace sandbox::landlock
