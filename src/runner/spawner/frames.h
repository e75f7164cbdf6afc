// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the runner and yett-spawner say to each other: plain structs of a fixed size, one a
// SOCK_SEQPACKET message, descriptors beside it (SCM_RIGHTS, unix(7)). No pointer, no length that
// reaches outside its own struct. Whoever receives checks every field (check.h); a message of
// another size or kind ends the receiver. Trust zone: runner, spawner.
#pragma once

#include <cstddef>
#include <cstdint>

namespace runner {

inline constexpr int kSpawnerFd = 3;  // the spawner's channel, as it finds it at its start

// LIMIT: what a call can carry. Larger things go through standard input or a file's descriptor.
inline constexpr std::size_t kTextBytes = 16 * 1024;      // argv and environment of one call
inline constexpr std::size_t kShortTextBytes = 2 * 1024;  // of most calls: the frame ends there
inline constexpr std::uint32_t kArguments = 256;
inline constexpr std::uint32_t kVariables = 64;
inline constexpr std::uint32_t kCallDescriptors = 12;  // 0, 1, 2 and files and secrets from 3 on
inline constexpr std::uint32_t kPlaces = 24;           // binds and links of one root
inline constexpr std::size_t kPathBytes = 96;          // of a place, with its NUL
inline constexpr std::uint32_t kBoxes = 96;            // sandboxes of one profile, with the waiting
inline constexpr std::uint32_t kProfiles = 16;         // of one spawner
inline constexpr std::size_t kFrameDescriptors = kPlaces + 1;

enum class FrameKind : std::uint32_t {
  kOpenProfile = 0x59530001,
  kOpened,
  kStart,
  kCancel,
  kEnded,
};

// What a place of a sandbox's root is.
enum class PlaceKind : std::uint32_t { kNone, kRead, kWrite, kLink, kLast = kLink };
struct Place {
  PlaceKind kind;
  char at[kPathBytes];  // absolute, inside the root
  char to[kPathBytes];  // of a link; else empty
};

// How much one call may use.
struct Limits {
  std::uint64_t memory_bytes;  // of all its processes
  std::uint64_t tmp_bytes;     // /tmp, which is memory too
  std::uint64_t file_bytes;    // one file
  std::uint32_t tmp_inodes;
  std::uint32_t processes;
  std::uint32_t cpu_milli;  // thousandths of one processor
  std::uint32_t open_files;
};

// Runner to spawner: make a profile. Descriptors: its channel (SOCK_SEQPACKET), then the source of
// each bind, in order (O_PATH). The profile lives until the runner closes its end of the channel.
struct OpenProfile {
  FrameKind kind;
  std::uint32_t least_level;  // below it the profile stays shut
  std::uint32_t waiting;      // sandboxes kept ready
  std::uint32_t places;
  Limits limits;
  Place place[kPlaces];
};

// Isolation of programs that other people wrote. kL1: no new privileges, seccomp, limits a process.
// kL2: and Landlock from ABI 6 on (files, TCP, abstract sockets, signals). kL3: and namespaces with
// a root of their own.
enum class ToolLevel : std::uint32_t { kNone = 0, kL1 = 1, kL2 = 2, kL3 = 3 };

// What stands around a sandbox: bits of Opened::walls.
enum Wall : std::uint32_t {
  kWallUser = 1u << 0,          // user namespace of its own: no capability over anything outside
  kWallRoot = 1u << 1,          // mount namespace and minimal root
  kWallProcesses = 1u << 2,     // pid namespace
  kWallNetwork = 1u << 3,       // empty network namespace
  kWallIpc = 1u << 4,           // System V objects, message queues
  kWallName = 1u << 5,          // host name
  kWallCgroupNames = 1u << 6,   // cgroup namespace
  kWallFreshProc = 1u << 7,     // a /proc of its own; without it there is none
  kWallPrivileges = 1u << 8,    // no_new_privs
  kWallCapabilities = 1u << 9,  // none
  kWallLandlock = 1u << 10,     // files and TCP
  kWallScopes = 1u << 11,       // Landlock ABI 6: signals, abstract sockets
  kWallSeccomp = 1u << 12,
  kWallLimits = 1u << 13,        // resource limits a process
  kWallMemory = 1u << 14,        // memory of the whole sandbox by a cgroup; else by sampling
  kWallProcessCount = 1u << 15,  // processes of the whole sandbox
  kWallCpu = 1u << 16,           // share of the processor
  kWallHidden = 1u << 17,        // its first process cannot be looked into
  kWallDescriptors = 1u << 18,   // closed descriptors
};

// Where something failed, for people.
enum class Step : std::uint32_t {
  kNone,
  kNamespaces,
  kIdentity,
  kRoot,
  kBind,
  kProc,
  kTmp,
  kLimits,
  kCapabilities,
  kLandlock,
  kSeccomp,
  kFork,
  kLevel,
  kExec,
};

// Spawner to runner, on the profile's channel: its first frame.
struct Opened {
  FrameKind kind;
  ToolLevel level;         // kNone: it could not be opened, and the channel ends
  std::uint32_t walls;     // bits of Wall
  std::uint32_t landlock;  // ABI
  std::uint32_t cgroups;   // 0: none, 1, 2
  Step failed;             // what kept it from the next level
  std::uint32_t failure;   // errno of it
};

// Runner to profile: one call. Descriptors: 0, 1, 2, then what is to be 3, 4, ... `text` holds
// strings with their NUL: the program's path, the working directory, the arguments (with argv[0]),
// the variables (NAME=value). The frame has one of two sizes: whole, or kShortStart if the text is
// at most kShortTextBytes long (16 KiB are copied four times on their way).
struct Start {
  FrameKind kind;
  std::uint32_t least_level;
  std::uint64_t call;
  std::uint32_t timeout_ms;
  std::uint32_t arguments;
  std::uint32_t variables;
  std::uint32_t descriptors;
  std::uint32_t text_bytes;
  std::uint32_t reserved;  // 0
  char text[kTextBytes];
};

inline constexpr std::size_t kShortStart = offsetof(Start, text) + kShortTextBytes;
inline std::size_t size_of(const Start& frame) {
  return frame.text_bytes <= kShortTextBytes ? kShortStart : sizeof frame;
}

// Runner to profile: end a call early; its Ended still comes. An unknown call is none any more.
struct Cancel {
  FrameKind kind;
  std::uint32_t reserved;  // 0
  std::uint64_t call;
};

enum class CallOutcome : std::uint32_t {
  kExited,     // value: status
  kSignalled,  // value: signal; SIGSYS: a call that no tool has business with
  kTimedOut,
  kCancelled,
  kMemory,      // its memory was used up
  kNotStarted,  // value: errno of execve
  kRefused,     // the level is below what the call asks
  kBusy,        // no room for another sandbox
  kBroken,      // the sandbox could not be made, or died; nothing ran
  kLast = kBroken,
};

// Profile to runner: the call is over and none of its processes lives.
struct Ended {
  FrameKind kind;
  CallOutcome outcome;
  std::uint64_t call;
  std::uint32_t value;
  std::uint32_t pooled;  // 1: a sandbox was waiting
  std::uint64_t cpu_us;
};

}  // namespace runner
