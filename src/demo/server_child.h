// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// For tests and benches: starts one of the demo's two programs, asks it over a real socket, ends
// it. Trust zone: tests only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace demo {

// A running server program. Its standard input is a pipe that ends with this object.
class ServerChild {
 public:
  // Starts `program` with `arguments` and --print-port. kIo: it cannot be started. kUnavailable: it
  // said no port within ten seconds.
  static base::Result<ServerChild> start(const std::string& program,
                                         std::vector<std::string> arguments);
  ServerChild(ServerChild&& other) noexcept;
  ServerChild& operator=(ServerChild&&) = delete;
  ~ServerChild();

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  // Closes its standard input and waits; the status as waitpid(2) gives it.
  int end();

 private:
  ServerChild() = default;
  pid_t pid_ = -1;
  base::Fd in_;
  std::uint16_t port_ = 0;
};

// What a server answered.
struct Answered {
  int status = 0;         // 0: it was no HTTP
  std::string head;       // status line and headers
  std::string body;       // without chunk framing
  bool complete = false;  // as its head promised
};

// Sends `bytes` to 127.0.0.1:PORT and reads what comes until the connection ends or `replies`
// replies are complete; at most ten seconds.
std::vector<Answered> converse(std::uint16_t port, std::string_view bytes, std::size_t replies = 1);

// One request, e.g. ask(port, "POST", "/api/chat", "{...}", "X-Api-Key: k\r\n").
Answered ask(std::uint16_t port, std::string_view method, std::string_view target,
             std::string_view body = "", std::string_view headers = "");

}  // namespace demo
