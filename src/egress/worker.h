// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The egress itself: requests in from the broker, one at a time out to the one origin, answers
// back. One thread, one epoll loop; every state has a deadline. Trust zone: egress.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "egress/connection.h"
#include "egress/decode.h"
#include "egress/dial.h"
#include "egress/response.h"
#include "wire/channel.h"
#include "wire/loop.h"

namespace egress {

inline constexpr std::int64_t kConnectAttemptUs = 5'000'000;  // connect and handshake, one address
inline constexpr std::size_t kAddressesTried = 4;
inline constexpr std::size_t kQueuedRequests = 64;
// How long an idle connection is trusted to be open: below what servers commonly keep (Node: 5 s),
// so that a request rarely meets a closing one. A server's Keep-Alive header may say otherwise.
inline constexpr std::int64_t kReuseUs = 4'000'000;

class Worker {
 public:
  struct Parts {
    wire::Channel& channel;  // to the broker; phase kRunning
    wire::Loop& loop;
    Resolver& resolver;
    const base::Clock& clock;
    const TlsClient* tls;  // null exactly if the origin is plain http
  };
  // How run() ended.
  enum class End : std::uint8_t { kIdle, kPeerGone, kViolation };

  // `origin` and all parts must outlive the worker. `idle_ms` 0: the default.
  Worker(Parts parts, const wire::Origin& origin, std::uint32_t idle_ms);
  ~Worker();

  // Serves until the broker is gone or breaks the protocol, or nothing came for idle_ms.
  // Each Request gets exactly one Answer unless the broker is gone; Sent comes before its first
  // byte leaves. A request is never sent twice.
  End run();

 private:
  struct Job;

  // The channel.
  void channel_ready(const wire::Loop::Ready& ready);
  void take_message(wire::Message message);
  void take_request(wire::Message& message);
  void cancel(base::RequestId id);
  template <class F> void send(const F& frame);
  void pause_if_full();

  // The request at hand.
  void start_next();
  void start(Job job);
  bool reuse();
  void dial();
  void try_next_address();
  void connect_step();
  void exchange();
  void write_some();
  void read_some();
  bool take_bytes(std::string_view bytes);
  void take_end();
  void complete();
  void send_deltas();
  void finish(base::Reason reason, std::string content = {});
  void refuse(const Job& job, base::Reason reason);

  // The connection.
  void connection_ready();
  void watch(bool write);
  void drop_connection();
  void keep_connection(const Job& job);

  // Time.
  std::int64_t next_deadline_us() const;
  void expire();

  Parts parts_;
  const wire::Origin& origin_;
  std::optional<Host> host_;  // nothing: the origin is refused
  std::int64_t idle_us_;
  std::optional<End> end_;

  std::deque<Job> queue_;
  std::unique_ptr<Job> job_;  // the request at hand
  std::optional<Connection> connection_;
  std::uint64_t token_ = 1;  // of the connection at hand; 0 is the channel
  bool watching_ = false;
  bool watching_write_ = false;
  bool paused_ = false;  // the broker does not read: nor do we
  std::int64_t quiet_since_us_ = 0;
  std::int64_t reusable_until_us_ = 0;
  std::string buffer_;
};

}  // namespace egress
