// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// nginx as the upstream of all variants: started on loopback with its own configuration in the
// bench's folder, one worker, one fixed JSON answer. Trust zone: benchmarks.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/fd.h"

namespace bench {

class Nginx {
 public:
  // Where nginx stands; "" if it is not installed.
  static std::string program();

  // Starts it; its files stand in `folder`. `body`: the JSON text that it answers with.
  Nginx(const std::string& folder, const std::string& body);
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  pid_t pid_ = -1;
  int port_ = 0;
};

// One keep-alive connection with a raw socket: what a client without a gate pays.
class DirectClient {
 public:
  // `bytes` of an answer is learnt from the first one.
  DirectClient(int port, std::string_view path);
  // One request and its whole answer.
  void call();
  int fd() const { return socket_.get(); }
  const std::string& request() const { return request_; }
  std::size_t answer_bytes() const { return answer_bytes_; }

 private:
  base::Fd socket_;
  std::string request_;
  std::size_t answer_bytes_ = 0;
};

}  // namespace bench
