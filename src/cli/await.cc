// SPDX-License-Identifier: Apache-2.0
#include "cli/await.h"

#include <poll.h>

#include <array>

namespace cli {

bool Await::pressed() {
  if (interrupts_.taken()) return true;
  if (keys_ == nullptr) return false;
  pollfd key{keys_fd_, POLLIN, 0};
  return ::poll(&key, 1, 0) == 1 && keys_->interrupted();
}

// Waits until the door, a signal or a key is there. False: the person gave up.
base::Result<bool> Await::wait(std::uint64_t id) {
  std::array<pollfd, 3> on{pollfd{door_.fd(), POLLIN, 0}, pollfd{interrupts_.fd(), POLLIN, 0},
                           pollfd{keys_ == nullptr ? -1 : keys_fd_, POLLIN, 0}};
  (void)::poll(on.data(), on.size(), -1);
  if (!pressed()) return true;
  if (++presses_ > 1) return false;
  TRY(door_.cancel(id));
  return true;
}

base::Result<std::optional<DoorEvent>> Await::next(std::uint64_t id) {
  while (true) {
    if (!door_.buffered()) {
      TRY_AS(const bool go_on, wait(id));
      if (!go_on) return std::optional<DoorEvent>();
    }
    TRY_AS(auto event, door_.next(0));
    if (event && event->id == id) return event;
  }
}

}  // namespace cli
