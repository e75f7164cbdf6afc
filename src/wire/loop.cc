// SPDX-License-Identifier: Apache-2.0
#include "wire/loop.h"

#include <errno.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>

namespace wire {
namespace {

void control(int epoll, int operation, int fd, std::uint64_t token, bool write) {
  epoll_event event{};
  event.events = EPOLLIN | (write ? std::uint32_t{EPOLLOUT} : 0u);
  event.data.u64 = token;
  CHECK(::epoll_ctl(epoll, operation, fd, &event) == 0);
}

}  // namespace

base::Result<Loop> Loop::create() {
  base::Fd fd(::epoll_create1(EPOLL_CLOEXEC));
  if (!fd) return base::io_error("epoll_create1", errno);
  return Loop(std::move(fd));
}

void Loop::remember(int fd, std::optional<Watched> as) {
  const auto at = static_cast<std::size_t>(fd);
  if (at >= watched_.size()) watched_.resize(at + 1);
  watched_[at] = as;
}

void Loop::watch(int fd, std::uint64_t token, bool write) {
  control(epoll_.get(), EPOLL_CTL_ADD, fd, token, write);
  remember(fd, Watched{token, write});
}

void Loop::rewatch(int fd, std::uint64_t token, bool write) {
  const auto at = static_cast<std::size_t>(fd);
  if (at < watched_.size() && watched_[at] == Watched{token, write}) return;
  control(epoll_.get(), EPOLL_CTL_MOD, fd, token, write);
  remember(fd, Watched{token, write});
}

void Loop::unwatch(int fd) {
  (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  if (fd >= 0) remember(fd, std::nullopt);
}

std::span<const Loop::Ready> Loop::wait(std::int64_t timeout_ms) {
  std::array<epoll_event, 64> events{};
  const auto bounded = static_cast<int>(std::clamp<std::int64_t>(timeout_ms, -1, 1 << 30));
  const int n = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), bounded);
  CHECK(n >= 0 || errno == EINTR);
  ready_.clear();
  for (int i = 0; i < n; ++i) {
    const auto& e = events[static_cast<std::size_t>(i)];
    ready_.push_back({e.data.u64, (e.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0,
                      (e.events & EPOLLOUT) != 0});
  }
  return ready_;
}

}  // namespace wire
