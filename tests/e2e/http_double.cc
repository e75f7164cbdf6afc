// SPDX-License-Identifier: Apache-2.0
#include "http_double.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/result.h"

namespace e2e {
namespace {

std::size_t content_length(const std::string& head) {
  std::string lower = head;
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const auto at = lower.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 17));
}

}  // namespace

HttpDouble::HttpDouble(Answer answer)
    : answer_(std::move(answer)), listen_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::bind(listen_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(::listen(listen_.get(), 64) == 0);
  socklen_t size = sizeof address;
  CHECK(::getsockname(listen_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

HttpDouble::~HttpDouble() {
  over_ = true;
  ::shutdown(listen_.get(), SHUT_RDWR);
  thread_.join();
  {
    const std::lock_guard guard(lock_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& connection : connections_) connection.join();
}

std::vector<Asked> HttpDouble::asked() const {
  const std::lock_guard guard(lock_);
  return asked_;
}

std::string HttpDouble::reply(int status, const std::string& type, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void HttpDouble::accept_all() {
  while (!over_) {
    const int fd = ::accept4(listen_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard guard(lock_);
    open_.push_back(fd);
    connections_.emplace_back([this, fd] { serve(fd); });
  }
}

void HttpDouble::serve(int fd) {
  const base::Fd owned(::dup(fd));
  std::string buffer;
  char chunk[65536];
  while (!over_) {
    const auto end = buffer.find("\r\n\r\n");
    if (end != std::string::npos &&
        buffer.size() >= end + 4 + content_length(buffer.substr(0, end + 2))) {
      const std::size_t length = content_length(buffer.substr(0, end + 2));
      const Asked asked{buffer.substr(0, end + 4), buffer.substr(end + 4, length)};
      buffer.erase(0, end + 4 + length);
      {
        const std::lock_guard guard(lock_);
        asked_.push_back(asked);
      }
      const std::string bytes = answer_(asked);
      if (::send(owned.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
      continue;
    }
    const ssize_t n = ::read(owned.get(), chunk, sizeof chunk);
    if (n <= 0) break;
    buffer.append(chunk, static_cast<std::size_t>(n));
  }
  const std::lock_guard guard(lock_);
  std::erase(open_, fd);
  ::close(fd);
}

}  // namespace e2e
