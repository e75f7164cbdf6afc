// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// For tests: a server on 127.0.0.1 that does exactly what a script says, on plain sockets or TLS,
// so that it can be as wrong as a real one. Trust zone: tests only.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace egress {

// A certificate with its key, both PEM, valid for one name or address.
struct Identity {
  std::string certificate;
  std::string key;
};
struct IdentityPlan {
  std::string name = "localhost";  // a name or an address: the only subject alternative name
  int from_days = -1;              // validity, from today
  int to_days = 30;
  const Identity* issuer = nullptr;  // null: self-signed, and an authority
};
Identity make_identity(const IdentityPlan& plan);

// The server's end of one connection.
class Peer {
 public:
  Peer(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}

  // Reads up to the end of one request, its body included; empty if the client has gone.
  std::string request();
  // Sends all; false if the client has gone.
  bool send(std::string_view bytes);
  // One byte each `pause_ms`, until all is sent or the client has gone.
  void drip(std::string_view bytes, int pause_ms);
  // Waits until the client closes (true) or two seconds have passed.
  bool wait_closed();
  void shut_write();  // FIN, and for TLS no close_notify
  void reset();       // RST

 private:
  long read_some(char* into, std::size_t size);
  int fd_;
  SSL* ssl_;
  std::string kept_;
};

class HostileServer {
 public:
  using Script = std::function<void(Peer&)>;

  // Each connection runs `script` in turn, in one thread; then it is closed.
  explicit HostileServer(Script script, const Identity* identity = nullptr, int tls_version = 0);
  ~HostileServer();

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void serve();
  void serve_one(int fd);

  Script script_;
  base::Fd listening_;
  std::uint16_t port_ = 0;
  SSL_CTX* tls_ = nullptr;
  std::atomic<int> connections_ = 0;
  std::atomic<int> current_ = -1;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// "HTTP/1.1 200 OK" with a length and `body`; `fields` are whole lines.
std::string ok(std::string_view body, std::string_view fields = "");

}  // namespace egress
