// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Frames over a SOCK_SEQPACKET socket without an allocation. Trust zone: spawner, runner.
#pragma once

#include <cstddef>

#include "runner/spawner/frames.h"

namespace runner {

struct Descriptors {
  int fd[kFrameDescriptors];
  std::size_t count = 0;
  // Closes those from `first` on.
  void close_from(std::size_t first);
};

// Sends one message. 0, or an errno.
int send_frame(int socket, const void* frame, std::size_t bytes, const int* fds, std::size_t count);

// Receives one message into `room` bytes: its length; 0 at the end of the other side; -errno;
// -EBADMSG for one that is too long or whose descriptors did not fit. Descriptors are close-on-exec
// and the caller's to close. `flags` as of recvmsg(2).
long receive_frame(int socket, void* to, std::size_t room, Descriptors& fds, int flags);

}  // namespace runner
