// SPDX-License-Identifier: Apache-2.0
#include "gateway/client.h"

#include <errno.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "gateway/request.h"

namespace gateway {
namespace {

// Of one turn of the loop, so that one busy client does not starve the others.
constexpr std::size_t kReadBytes = 64u * 1024;

base::Error gone() { return {base::Errc::kUnavailable, "the client is gone"}; }

}  // namespace

base::Status Client::read(std::int64_t now_us) {
  in_.erase(0, taken_);
  scanned_ -= std::min(scanned_, taken_);
  taken_ = 0;
  const std::size_t old = in_.size();
  if (old == 0) line_since_us_ = now_us;
  std::array<char, kReadBytes> piece;  // not cleared: recv says how much of it is there
  ssize_t n = 0;
  do n = ::recv(socket_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return base::ok();
  if (n <= 0) return gone();
  in_.append(piece.data(), static_cast<std::size_t>(n));
  const bool ends = std::string_view(in_).substr(old).find('\n') != std::string_view::npos;
  if (!ends && in_.size() > kLineBytes) {
    return base::Error{base::Errc::kExhausted, "a line without end"};
  }
  return base::ok();
}

std::optional<std::string_view> Client::next_line() {
  const std::size_t end = in_.find('\n', std::max(taken_, scanned_));
  if (end == std::string::npos) {
    scanned_ = in_.size();
    return std::nullopt;
  }
  const std::string_view line = std::string_view(in_).substr(taken_, end - taken_);
  taken_ = end + 1;
  return line;
}

bool Client::too_slow(std::int64_t now_us) const {
  return waiting_bytes() > 0 && now_us - line_since_us_ > kLineUs;
}

base::Status Client::write(std::string_view line) {
  if (out_.size() - sent_ + line.size() > kOutputBytes) {
    return base::Error{base::Errc::kExhausted, "the client does not read"};
  }
  out_ += line;
  return flush();
}

base::Status Client::flush() {
  while (sent_ < out_.size()) {
    const ssize_t n = ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n < 0) return gone();
    sent_ += static_cast<std::size_t>(n);
  }
  if (sent_ == out_.size() || sent_ > kOutputBytes / 4) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  return base::ok();
}

}  // namespace gateway
