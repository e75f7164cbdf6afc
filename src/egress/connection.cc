// SPDX-License-Identifier: Apache-2.0
#include "egress/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>

namespace egress {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress socket_address(const Address& address, std::uint16_t port) {
  SocketAddress out;
  if (address.v6) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  } else {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.bytes.data(), 4);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  }
  return out;
}

Transfer plain_transfer(ssize_t n, Io want) {
  if (n > 0) return {Io::kDone, static_cast<std::size_t>(n)};
  if (n == 0) return {Io::kClosed, 0};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {want, 0};
  return {Io::kFailed, 0};
}

}  // namespace

base::Result<Connection> Connection::begin(const Address& address, std::uint16_t port,
                                           const Host& host, const TlsClient* tls) {
  const int family = address.v6 ? AF_INET6 : AF_INET;
  base::Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) return base::Error{base::Errc::kUnavailable, "no socket"};
  const int on = 1;
  (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const SocketAddress to = socket_address(address, port);
  const int result = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to.storage), to.size);
  if (result != 0 && errno != EINPROGRESS)
    return base::Error{base::Errc::kUnavailable, "connect refused at once"};
  Connection connection(std::move(fd), host, tls);
  return connection;
}

Io Connection::fail(base::Reason why) {
  failure_ = why;
  return Io::kFailed;
}

Io Connection::establish() {
  if (!connected_) {
    pollfd state{fd_.get(), POLLOUT, 0};
    if (::poll(&state, 1, 0) == 0) return Io::kWantWrite;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
      return fail(base::Reason::kConnectFailed);
    connected_ = true;
  }
  return tls_ == nullptr ? Io::kDone : handshake();
}

Io Connection::handshake() {
  if (!ssl_) {
    auto session = tls_->session(*host_, fd_.get());
    if (!session.ok()) return fail(base::Reason::kTlsFailed);
    ssl_ = std::move(*session);
  }
  const Io io = outcome(::SSL_do_handshake(ssl_.get()));
  return io == Io::kClosed || io == Io::kFailed ? fail(base::Reason::kTlsFailed) : io;
}

// What an SSL call that returned `result` means; the error queue is left empty.
Io Connection::outcome(int result) {
  const int error = ::SSL_get_error(ssl_.get(), result);
  ::ERR_clear_error();
  switch (error) {
    case SSL_ERROR_NONE: return Io::kDone;
    case SSL_ERROR_WANT_READ: return Io::kWantRead;
    case SSL_ERROR_WANT_WRITE: return Io::kWantWrite;
    case SSL_ERROR_ZERO_RETURN: return Io::kClosed;
    default: return Io::kFailed;  // SECURITY: an end without close_notify may be a cut
  }
}

Transfer Connection::write(std::string_view bytes) {
  if (!ssl_) {
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return plain_transfer(n, Io::kWantWrite);
  }
  std::size_t n = 0;
  const Io io = outcome(::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n));
  return {io, n};
}

Transfer Connection::read(std::span<char> into) {
  if (!ssl_) return plain_transfer(::recv(fd_.get(), into.data(), into.size(), 0), Io::kWantRead);
  std::size_t n = 0;
  const Io io = outcome(::SSL_read_ex(ssl_.get(), into.data(), into.size(), &n));
  return {io, n};
}

bool Connection::buffered() const { return ssl_ && ::SSL_pending(ssl_.get()) > 0; }

bool Connection::quiet() {
  char byte = 0;
  if (!ssl_) {
    const ssize_t n = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
  // Session tickets arrive here and are consumed; anything else is not quiet.
  return read({&byte, 1}).io == Io::kWantRead;
}

}  // namespace egress
