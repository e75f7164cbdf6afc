// SPDX-License-Identifier: Apache-2.0
#include "chain.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "base/result.h"
#include "nginx.h"

namespace bench {
namespace {

using Message = std::array<char, Chain::kMessageBytes>;
using Pair = std::array<base::Fd, 2>;

Pair seqpacket() {
  int fds[2];
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0);
  return {base::Fd(fds[0]), base::Fd(fds[1])};
}

void send(int fd, const Message& message) {
  CHECK(::send(fd, message.data(), message.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(message.size()));
}

// Where a message that came in over the i-th descriptor goes: to the j-th. The monitor sees each
// call three times; message[0] counts them.
using Route = std::function<std::size_t(std::size_t from, Message& message)>;

[[noreturn]] void relay(const std::vector<int>& fds, const Route& route) {
  const base::Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  for (std::size_t i = 0; i < fds.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    CHECK(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fds[i], &event) == 0);
  }
  Message message{};
  while (true) {
    epoll_event event{};
    if (::epoll_wait(epoll.get(), &event, 1, -1) != 1) continue;
    const ssize_t n = ::recv(fds[event.data.u64], message.data(), message.size(), 0);
    if (n <= 0) ::_exit(0);
    send(fds[route(event.data.u64, message)], message);
  }
}

// The egress's part: a message in, a request out, its answer in, a message out.
[[noreturn]] void ask_upstream(int broker, int port) {
  DirectClient upstream(port, "/status/apollo");
  const base::Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  for (const int fd : {broker, upstream.fd()}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    CHECK(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0);
  }
  Message message{};
  std::array<char, 65536> answer;
  std::size_t got = 0;
  while (true) {
    epoll_event event{};
    if (::epoll_wait(epoll.get(), &event, 1, -1) != 1) continue;
    if (event.data.fd == broker) {
      if (::recv(broker, message.data(), message.size(), 0) <= 0) ::_exit(0);
      const std::string& request = upstream.request();
      CHECK(::send(upstream.fd(), request.data(), request.size(), 0) ==
            static_cast<ssize_t>(request.size()));
      got = 0;
      continue;
    }
    const ssize_t n = ::recv(upstream.fd(), answer.data(), answer.size(), 0);
    CHECK(n > 0);
    got += static_cast<std::size_t>(n);
    if (got == upstream.answer_bytes()) send(broker, message);
  }
}

std::size_t back_and_forth(std::size_t from, Message&) { return 1 - from; }

std::size_t echo(std::size_t, Message&) { return 0; }

// Descriptors: 0 gateway, 1 session, 2 broker.
std::size_t hub(std::size_t from, Message& message) {
  if (from == 0) return message[0] = 0, 1;
  if (from == 2) return message[0] = 1, 1;
  return message[0] == 0 ? 2 : 0;
}

}  // namespace

Chain::Chain(int port, const std::function<void()>& record) {
  Pair door = seqpacket(), gateway = seqpacket(), session = seqpacket(), broker = seqpacket(),
       egress = seqpacket();
  const auto start = [this](const std::function<void()>& life) {
    const pid_t pid = ::fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      life();
    }
    processes_.push_back(pid);
  };
  start([&] { relay({door[1].get(), gateway[0].get()}, back_and_forth); });
  const Route monitor = [&](std::size_t from, Message& message) {
    const std::size_t to = hub(from, message);
    if (to == 2 && record) record();
    return to;
  };
  start([&] { relay({gateway[1].get(), session[0].get(), broker[0].get()}, monitor); });
  start([&] { relay({session[1].get()}, echo); });
  start([&] { relay({broker[1].get(), egress[0].get()}, back_and_forth); });
  start([&] { ask_upstream(egress[1].get(), port); });
  client_ = std::move(door[0]);
}

Chain::~Chain() {
  for (const pid_t pid : processes_) ::kill(pid, SIGKILL);
  for (const pid_t pid : processes_) ::waitpid(pid, nullptr, 0);
}

void Chain::call() {
  Message message{};
  send(client_.get(), message);
  CHECK(::recv(client_.get(), message.data(), message.size(), 0) ==
        static_cast<ssize_t>(message.size()));
}

}  // namespace bench
