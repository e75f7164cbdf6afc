// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What one batch of events makes the monitor say: frames collected while it decides, sent only
// after the log has been synced for the batch. Trust zone: monitor.
#pragma once

#include <string>
#include <vector>

#include "wire/channel.h"

namespace monitor {

enum class Side : unsigned char { kGateway, kSession, kBroker, kSupervisor };

// One end of a channel; `slot` tells sessions apart.
struct Peer {
  Side side = Side::kGateway;
  std::uint64_t slot = 0;
  friend bool operator==(const Peer&, const Peer&) = default;
};

struct Letter {
  Peer to;
  wire::FrameType type = wire::FrameType::kNone;
  std::string payload;
  std::uint64_t warrant = 0;  // sequence of the warrant that this frame rests on; 0: none
};

class Outbox {
 public:
  // `warrant`: the frame may only leave if the intent of that warrant is durable.
  template <class F> void to(Peer peer, const F& frame, std::uint64_t warrant = 0) {
    letters_.push_back({peer, F::kType, wire::encode(frame), warrant});
    gated_ |= warrant != 0;
  }
  // Ends the peer after everything before has been sent to it.
  void end(Peer peer) { ended_.push_back(peer); }

  // True if a frame waits for a sync.
  bool gated() const { return gated_; }

  std::vector<Letter> take_letters() {
    gated_ = false;
    return std::exchange(letters_, {});
  }
  std::vector<Peer> take_ended() { return std::exchange(ended_, {}); }

 private:
  std::vector<Letter> letters_;
  std::vector<Peer> ended_;
  bool gated_ = false;
};

}  // namespace monitor
