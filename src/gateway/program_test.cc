// SPDX-License-Identifier: Apache-2.0
//
// The program itself, locked down, with a monitor and a client that the test plays.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "wire/channel.h"
#include "wire/start.h"

namespace gateway {
namespace {

class Child {
 public:
  Child() {
    char pattern[] = "/tmp/yett-door-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    address_.sun_family = AF_UNIX;
    (folder_ + "/door").copy(address_.sun_path, sizeof address_.sun_path - 1);
    base::Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address_), sizeof address_) == 0);
    CHECK(::listen(listener.get(), 8) == 0);
    auto pair = wire::socket_pair();
    auto record = wire::sealed_memfd("start", wire::encode(wire::StartGateway{"unix", ::getuid()}));
    CHECK(pair.ok() && record.ok());
    pid_ = ::fork();
    CHECK(pid_ >= 0);
    if (pid_ == 0) become_gateway(pair->second.get(), record->get(), listener.get());
    monitor.emplace(std::move(pair->first), wire::kGatewayToMonitor, "gateway");
  }
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    ::unlink(address_.sun_path);
    ::rmdir(folder_.c_str());
  }
  base::Fd connect() {
    base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address_), sizeof address_) == 0);
    return fd;
  }
  template <class F> F next() {
    pollfd wait{monitor->fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1);
    auto got = monitor->receive();
    EXPECT_TRUE(got.ok() && got->has_value());
    if (!got.ok() || !got->has_value()) return F{};
    auto frame = (*got)->template as<F>();
    EXPECT_TRUE(frame.ok());
    return frame.ok() ? *frame : F{};
  }
  void pause() {
    ::kill(pid_, SIGSTOP);
    ::waitpid(pid_, nullptr, WUNTRACED);
  }
  void go_on() { ::kill(pid_, SIGCONT); }
  int ended() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  std::optional<wire::Channel> monitor;

 private:
  [[noreturn]] static void become_gateway(int channel, int record, int listener) {
    int fds[] = {channel, record, listener};
    for (int& fd : fds) fd = ::fcntl(fd, F_DUPFD, 100);
    for (int i = 0; i < 3; ++i)
      if (::dup2(fds[i], 3 + i) != 3 + i) ::_exit(99);
    ::execl(YETT_BIN_DIR "/yett-gateway", "yett-gateway", nullptr);
    ::_exit(98);
  }
  pid_t pid_ = -1;
  std::string folder_;
  sockaddr_un address_{};
};

void say(const base::Fd& client, const std::string& line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t n = ::send(client.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    ASSERT_GT(n, 0);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string read_line(const base::Fd& client) {
  std::string out;
  std::string piece(1 << 16, '\0');
  while (out.empty() || out.back() != '\n') {
    const ssize_t n = ::recv(client.get(), piece.data(), piece.size(), 0);
    if (n <= 0) break;
    out.append(piece, 0, static_cast<std::size_t>(n));
  }
  if (!out.empty()) out.pop_back();
  return out;
}

TEST(Program, OpensASessionAndCarriesALargeCallBehindItsWalls) {
  Child child;
  const auto ready = child.next<wire::Ready>();
  EXPECT_EQ(ready.program, "gateway");
  EXPECT_GE(ready.level, 1);
  child.monitor->enter(wire::Phase::kRunning);
  const base::Fd client = child.connect();
  say(client, "{\"op\":\"open\",\"id\":1,\"session\":\"\"}\n");
  const auto open = child.next<wire::OpenSession>();
  EXPECT_EQ(open.client_uid, ::getuid());
  ASSERT_TRUE(
      child.monitor->send(wire::SessionOpened{open.request, {17}, base::Reason::kNone}).ok());
  EXPECT_EQ(read_line(client), R"({"id":1,"event":"opened","session":"s0000000000000011"})");
  const std::string text(3u << 20, 'x');
  say(client, R"({"op":"call","id":2,"session":"s0000000000000011","tool":"t","arguments":{"a":")" +
                  text + "\"}}\n");
  const auto call = child.next<wire::DirectCall>();
  EXPECT_EQ(call.arguments.size(), text.size() + 8);
  wire::CallEnded ended;
  ended.request = call.request;
  ended.content = text;
  ASSERT_TRUE(child.monitor->send(ended).ok());
  EXPECT_GT(read_line(client).size(), text.size());
  child.monitor->close();
  EXPECT_EQ(child.ended(), 0);
}

// The end of the programs meets the end of a client: what is to be said of it finds nobody.
TEST(Program, AMonitorThatWentBeforeAClientDidIsNoError) {
  Child child;
  child.next<wire::Ready>();
  child.monitor->enter(wire::Phase::kRunning);
  base::Fd client = child.connect();
  say(client, "{\"op\":\"open\",\"id\":1,\"session\":\"\"}\n");
  const auto open = child.next<wire::OpenSession>();
  ASSERT_TRUE(
      child.monitor->send(wire::SessionOpened{open.request, {17}, base::Reason::kNone}).ok());
  EXPECT_EQ(read_line(client), R"({"id":1,"event":"opened","session":"s0000000000000011"})");
  child.pause();
  client.reset();
  child.monitor->close();
  child.go_on();
  EXPECT_EQ(child.ended(), 0);
}

TEST(Program, AMonitorThatBreaksTheProtocolEndsIt) {
  Child child;
  child.next<wire::Ready>();
  ASSERT_TRUE(child.monitor->send(wire::Turn{}).ok());
  EXPECT_EQ(child.ended(), 2);
}

}  // namespace
}  // namespace gateway
