// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Waiting for the door while a person may press Ctrl-C. Trust zone: command line.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/door_client.h"
#include "cli/terminal.h"

namespace cli {

// The events of one request, in order. The first Ctrl-C cancels the request at the door, which
// still closes it; the second one gives up waiting.
class Await {
 public:
  // `keys` is given where the terminal is raw, so that Ctrl-C is a key; all outlive this.
  Await(DoorClient& door, const Interrupts& interrupts, LineReader* keys, int keys_fd)
      : door_(door), interrupts_(interrupts), keys_(keys), keys_fd_(keys_fd) {}

  // The next event of request `id`; nothing if the person gave it up. Errors as DoorClient::next.
  base::Result<std::optional<DoorEvent>> next(std::uint64_t id);
  bool cancelled() const { return presses_ > 0; }

 private:
  base::Result<bool> wait(std::uint64_t id);
  bool pressed();

  DoorClient& door_;
  const Interrupts& interrupts_;
  LineReader* keys_;
  int keys_fd_;
  int presses_ = 0;
};

}  // namespace cli
