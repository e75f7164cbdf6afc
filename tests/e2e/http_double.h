// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A real HTTP server on a loopback port for tests: a thread, plain sockets, one answer a request
// chosen by the test. Remembers what it was asked. Trust zone: tests.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace e2e {

struct Asked {
  std::string head;  // request line and headers, as received
  std::string body;
};

class HttpDouble {
 public:
  // `answer` returns the whole bytes of an answer; it runs on the connection's thread.
  using Answer = std::function<std::string(const Asked&)>;
  explicit HttpDouble(Answer answer);
  ~HttpDouble();

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Asked> asked() const;

  // "HTTP/1.1 STATUS OK" with this body and a length.
  static std::string reply(int status, const std::string& type, const std::string& body);
  static std::string json(const std::string& body) { return reply(200, "application/json", body); }

 private:
  void accept_all();
  void serve(int fd);

  Answer answer_;
  base::Fd listen_;
  int port_ = 0;
  std::atomic<bool> over_ = false;
  mutable std::mutex lock_;
  std::vector<Asked> asked_;
  std::vector<std::thread> connections_;
  std::vector<int> open_;
  std::thread thread_;
};

}  // namespace e2e
