// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The small epoll loop of the programs without HTTP: wait, take all that is ready, act in batches.
// No callbacks: the caller switches over tokens. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace wire {

class Loop {
 public:
  struct Ready {
    std::uint64_t token;
    bool readable;  // also at hang-up and error: the read will tell
    bool writable;
  };

  static base::Result<Loop> create();

  // Watches `fd` under `token`; level-triggered. The caller unwatches before it closes.
  void watch(int fd, std::uint64_t token, bool write = false);
  // Costs nothing if it is watched just so already: callers may say it every round.
  void rewatch(int fd, std::uint64_t token, bool write);
  void unwatch(int fd);

  // Waits until something is ready or `timeout_ms` has passed (-1: forever). Valid until the next
  // call.
  std::span<const Ready> wait(std::int64_t timeout_ms);

 private:
  explicit Loop(base::Fd epoll) : epoll_(std::move(epoll)) {}
  struct Watched {
    std::uint64_t token = 0;
    bool write = false;
    friend bool operator==(const Watched&, const Watched&) = default;
  };
  void remember(int fd, std::optional<Watched> as);

  base::Fd epoll_;
  std::vector<Ready> ready_;
  std::vector<std::optional<Watched>> watched_;  // by descriptor
};

}  // namespace wire
