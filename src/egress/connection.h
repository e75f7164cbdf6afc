// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One non-blocking connection to one checked address, plain or TLS. Nothing here waits: each call
// says what it waits for. Trust zone: egress.
#pragma once

#include <span>
#include <string_view>

#include "base/fd.h"
#include "base/reason.h"
#include "base/result.h"
#include "egress/address.h"
#include "egress/tls.h"

namespace egress {

enum class Io : std::uint8_t {
  kDone,       // established; or `bytes` were moved, at least one
  kWantRead,   // nothing now: wait until readable
  kWantWrite,  // nothing now: wait until writable
  kClosed,     // the peer has ended its side in order (for TLS: close_notify)
  kFailed,     // reset, unreachable, or TLS refused
};

struct Transfer {
  Io io = Io::kFailed;
  std::size_t bytes = 0;
};

class Connection {
 public:
  // Begins to connect to exactly `address`. `tls` (null: plain) must outlive the connection.
  // kUnavailable if the kernel refuses at once.
  static base::Result<Connection> begin(const Address& address, std::uint16_t port,
                                        const Host& host, const TlsClient* tls);

  // Drives the connect and the handshake. kDone: requests may be written. After kFailed,
  // `failure()` is kConnectFailed or kTlsFailed.
  Io establish();
  base::Reason failure() const { return failure_; }

  // Moves at most one piece. kDone with bytes > 0, else what to wait for, or how it ended.
  Transfer write(std::string_view bytes);
  Transfer read(std::span<char> into);

  // True if decrypted bytes wait inside that no poll will report.
  bool buffered() const;

  // True if an idle connection may be used again: the peer has neither closed it nor said anything.
  bool quiet();

  int fd() const { return fd_.get(); }

 private:
  Connection(base::Fd fd, const Host& host, const TlsClient* tls)
      : fd_(std::move(fd)), host_(&host), tls_(tls) {}
  Io fail(base::Reason why);
  Io handshake();
  Io outcome(int result);

  base::Fd fd_;
  const Host* host_;  // the origin's, which outlives every connection
  const TlsClient* tls_;
  SslPtr ssl_;
  bool connected_ = false;
  base::Reason failure_ = base::Reason::kConnectFailed;
};

}  // namespace egress
