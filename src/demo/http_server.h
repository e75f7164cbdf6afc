// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A small HTTP/1.1 server for the loopback: one thread, plain sockets, poll. It serves the demo's
// two programs. Keep-alive, bounded, with replies that may wait, stream or break off.
// Trust zone: demo and tests only; never part of the gate.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "demo/http_message.h"

namespace demo {

// Answers one whole request. Called in the server's thread; must not block.
using Answer = std::function<Reply(const Request&)>;

class HttpServer {
 public:
  explicit HttpServer(const base::Clock& clock);
  ~HttpServer();

  // Listens on "127.0.0.1:PORT" (0: any free port) and returns the port. kInvalid: `address` is not
  // of this form; only the loopback is served. kIo: the kernel refused.
  base::Result<std::uint16_t> listen(std::string_view address, Answer answer);

  // Serves until `end_fd` becomes readable or is closed, or `signal_fd` becomes readable. -1: none.
  // kIo: poll failed.
  base::Status run(int end_fd, int signal_fd);

 private:
  class Connection;
  struct Listener {
    base::Fd fd;
    Answer answer;
  };

  bool ended(int end_fd, int signal_fd) const;
  void accept_from(const Listener& listener);
  int patience_ms() const;
  void serve_ready();

  const base::Clock& clock_;
  std::vector<Listener> listeners_;
  std::map<int, std::unique_ptr<Connection>> connections_;  // by descriptor
  std::map<int, short> ready_;                              // of the last poll
};

}  // namespace demo
