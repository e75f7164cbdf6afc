// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the same road costs when nobody does anything on it: five processes that wait with epoll and
// pass 1 KB messages over SOCK_SEQPACKET, in the order of a call: gateway, monitor, session,
// monitor, broker, egress, upstream and back. No lockdown, no checks. Trust zone: benchmarks.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "base/fd.h"

namespace bench {

class Chain {
 public:
  static constexpr std::size_t kMessageBytes = 1024;

  // `port`: the upstream that its last process asks for each call (bench/nginx.h).
  // `record`, if given, runs in its monitor before a call goes on to the broker.
  explicit Chain(int port, const std::function<void()>& record = {});
  ~Chain();
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  // One message through all and back.
  void call();

 private:
  base::Fd client_;
  std::vector<pid_t> processes_;
};

}  // namespace bench
