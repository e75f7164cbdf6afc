// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One end of a SOCK_SEQPACKET socketpair between two programs: one frame a message, descriptors
// beside it, payloads above a frame's room in a sealed memfd (memfd_create(2), fcntl(2) seals).
// Trust zone: all programs; whatever is received is untrusted until the permit table and the
// decoder have passed it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "wire/codec.h"
#include "wire/permits.h"

namespace wire {

// A received frame that its permit admits. Decode the payload by `as<F>()`.
struct Message {
  FrameType type = FrameType::kNone;
  std::string payload;
  std::vector<base::Fd> descriptors;

  // kViolation if this is another frame or does not decode.
  template <class F> base::Result<F> as() const {
    if (type != F::kType) return base::violation("unexpected frame");
    return decode<F>(payload);
  }
};

class Channel {
 public:
  // Takes the socket (made non-blocking) and the table of what may be received on it. `peer` names
  // the other side for messages.
  Channel(base::Fd socket, Permits accepted, std::string peer);

  // The next frame; nothing if none is waiting. kViolation: the peer sent what it may not (unknown
  // type, wrong phase, too large, wrong descriptors, unsealed body): the caller ends the peer.
  // kUnavailable: the peer is gone.
  base::Result<std::optional<Message>> receive();

  // Queues and tries to send. kUnavailable if the peer is gone or does not read any more
  // (LIMIT: kQueueBytes waiting). Sensitive frames are wiped from every buffer after sending.
  template <class F> base::Status send(const F& frame, std::vector<base::Fd> descriptors = {}) {
    constexpr bool sensitive = requires { F::kSensitive; };
    return send_bytes(F::kType, encode(frame), std::move(descriptors), sensitive);
  }
  base::Status send_bytes(FrameType type, std::string payload, std::vector<base::Fd> descriptors,
                          bool sensitive);

  // Sends what is queued, as far as the kernel takes it.
  base::Status flush();
  bool wants_write() const { return !queue_.empty(); }

  void enter(Phase phase) { phase_ = phase; }
  Phase phase() const { return phase_; }
  int fd() const { return socket_.get(); }
  const std::string& peer() const { return peer_; }
  void close() { socket_.reset(); }
  bool open() const { return static_cast<bool>(socket_); }

  static constexpr std::size_t kQueueBytes = 64u * 1024 * 1024;

 private:
  struct Queued {
    std::string bytes;
    std::vector<base::Fd> descriptors;
    bool sensitive;
  };
  base::Result<Message> open_message(std::string datagram, std::vector<base::Fd> descriptors) const;
  base::Result<bool> send_one(Queued& queued);

  base::Fd socket_;
  Permits accepted_;
  std::string peer_;
  Phase phase_ = Phase::kStarting;
  std::deque<Queued> queue_;
  std::size_t queued_bytes_ = 0;
};

// A connected pair of SOCK_SEQPACKET sockets, close-on-exec.
base::Result<std::pair<base::Fd, base::Fd>> socket_pair();

}  // namespace wire
