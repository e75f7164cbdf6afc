// SPDX-License-Identifier: Apache-2.0
// What the egress adds to a call: Request → Answer through yett-egress over one kept connection,
// beside the same bytes sent and read directly, and a bare SEQPACKET echo between two processes, in
// turns within one run. Usage: egress_bench [PROGRAM] [CALLS] [PORT]. With PORT an HTTP server on
// 127.0.0.1 (nginx, say) takes the place of the built-in peer, which answers without parsing.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "egress/request.h"
#include "wire/channel.h"
#include "wire/start.h"

namespace {

const base::SystemClock kClock;
const char kAnswer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 58\r\n\r\n"
    "{\"status\":\"ok\",\"items\":[1,2,3],\"note\":\"nothing to report\"}";

pid_t child(const std::function<void()>& body) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  body();
  ::_exit(0);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void answer_all(int fd) {
  char buffer[65536];
  while (::recv(fd, buffer, sizeof buffer, 0) > 0)
    if (::send(fd, kAnswer, sizeof kAnswer - 1, MSG_NOSIGNAL) < 0) break;
  ::close(fd);
}

std::uint16_t start_peer() {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  CHECK(::bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::listen(listening, 8) == 0);
  CHECK(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  (void)child([&] {
    for (;;) {
      const int fd = ::accept(listening, nullptr, nullptr);
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      (void)child([&] { answer_all(fd); });
      ::close(fd);
    }
  });
  ::close(listening);
  return ntohs(address.sin_port);
}

wire::Channel start_egress(const char* program, const wire::Origin& origin) {
  auto ends = wire::socket_pair();
  auto start = wire::sealed_memfd("start", wire::encode(wire::StartEgress{origin}));
  CHECK(ends.ok() && start.ok());
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int channel = ::dup2(ends->second.get(), 20);
    const int record = ::dup2(start->get(), 21);
    ::dup2(channel, wire::kChannelFd);
    ::dup2(record, wire::kStartFd);
    ::close_range(5, 100, 0);
    ::execl(program, "yett-egress", nullptr);
    ::_exit(127);
  }
  wire::Channel channel(std::move(ends->first), wire::kEgressToBroker, "egress");
  return channel;
}

wire::Message next(wire::Channel& channel) {
  for (;;) {
    auto message = channel.receive();
    CHECK(message.ok());
    if (*message) return std::move(**message);
    pollfd state{channel.fd(), POLLIN, 0};
    (void)::poll(&state, 1, -1);
  }
}

wire::Request request(std::uint64_t number) {
  wire::Request out;
  out.request = base::RequestId{number};
  out.target = "/v1/status?id=17";
  out.headers = {{"Authorization", "Bearer 0123456789abcdef0123456789abcdef"}};
  out.keep = {{"status", "/status"}};
  out.timeout_ms = 5000;
  out.max_answer_bytes = 1 << 20;
  return out;
}

void call_egress(wire::Channel& channel, std::uint64_t number) {
  CHECK(channel.send(request(number)).ok());
  for (;;) {
    const wire::Message message = next(channel);
    if (message.type != wire::FrameType::kAnswer) continue;
    const auto answer = message.as<wire::Answer>();
    CHECK(answer.ok() && answer->reason == base::Reason::kOk);
    return;
  }
}

int direct_connection(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  CHECK(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void call_direct(int fd, const std::string& bytes) {
  char buffer[65536];
  CHECK(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0);
  CHECK(::recv(fd, buffer, sizeof buffer, 0) > 0);
}

int start_echo() {
  auto ends = wire::socket_pair();
  CHECK(ends.ok());
  const int mine = ends->first.release();
  (void)child([&] {
    char buffer[4096];
    for (;;) {
      const ssize_t n = ::recv(ends->second.get(), buffer, sizeof buffer, 0);
      if (n <= 0 || ::send(ends->second.get(), buffer, static_cast<std::size_t>(n), 0) < 0) return;
    }
  });
  return mine;
}

void call_echo(int fd) {
  char buffer[256] = {};
  CHECK(::send(fd, buffer, sizeof buffer, 0) > 0);
  CHECK(::recv(fd, buffer, sizeof buffer, 0) > 0);
}

double timed(const std::function<void()>& call) {
  timespec from{}, to{};
  ::clock_gettime(CLOCK_MONOTONIC, &from);
  call();
  ::clock_gettime(CLOCK_MONOTONIC, &to);
  return static_cast<double>(to.tv_sec - from.tv_sec) * 1e6 +
         static_cast<double>(to.tv_nsec - from.tv_nsec) / 1e3;
}

template <class T> T number_of(std::string_view text) {
  T value{};
  CHECK(std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc());
  return value;
}

std::string beside_us(const char* name) {
  char path[4096];
  const ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
  CHECK(n > 0);
  const std::string_view self(path, static_cast<std::size_t>(n));
  return std::string(self.substr(0, self.rfind('/') + 1)) + name;
}

double quantile(std::vector<double> v, double q) {
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = argc > 1 ? argv[1] : beside_us("yett-egress");
  const auto calls = argc > 2 ? number_of<int>(argv[2]) : 10'000;
  const auto port = argc > 3 ? number_of<std::uint16_t>(argv[3]) : start_peer();
  const wire::Origin origin{"127.0.0.1", port, false, true, ""};
  const int echo = start_echo();
  wire::Channel channel = start_egress(program.c_str(), origin);
  CHECK(next(channel).type == wire::FrameType::kReady);
  channel.enter(wire::Phase::kRunning);
  const auto bytes = egress::render(request(1), origin);
  CHECK(bytes.ok());
  const int direct = direct_connection(port);
  std::vector<double> through, straight, bare;
  std::uint64_t number = 0;
  // In blocks of 100, so that all three meet the same neighbours.
  while (static_cast<int>(through.size()) < calls) {
    for (int i = 0; i < 100; ++i) through.push_back(timed([&] { call_egress(channel, ++number); }));
    for (int i = 0; i < 100; ++i) straight.push_back(timed([&] { call_direct(direct, *bytes); }));
    for (int i = 0; i < 100; ++i) bare.push_back(timed([&] { call_echo(echo); }));
  }
  const auto line = [](const char* what, const std::vector<double>& v) {
    fmt::print("{:<28}{:>10.1f}{:>10.1f}\n", what, quantile(v, 0.5), quantile(v, 0.99));
  };
  fmt::print("{:<28}{:>10}{:>10}   ({} calls)\n", "us", "p50", "p99", through.size());
  line("through yett-egress", through);
  line("direct", straight);
  line("bare SEQPACKET echo", bare);
  fmt::print("{:<28}{:>10.1f}\n", "added over direct + echo",
             quantile(through, 0.5) - quantile(straight, 0.5) - quantile(bare, 0.5));
  return 0;
}
