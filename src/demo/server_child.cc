// SPDX-License-Identifier: Apache-2.0
#include "demo/server_child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <optional>

namespace demo {
namespace {

constexpr int kPatienceMs = 10'000;

base::Result<std::array<base::Fd, 2>> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::io_error("pipe2", errno);
  return std::array<base::Fd, 2>{base::Fd(ends[0]), base::Fd(ends[1])};
}

base::Result<pid_t> spawn(const std::string& program, std::vector<std::string>& arguments, int in,
                          int out) {
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return base::io_error("posix_spawn", error);
  return pid;
}

bool readable(int fd) {
  pollfd p{fd, POLLIN, 0};
  return poll(&p, 1, kPatienceMs) > 0;
}

// More bytes into `to`; false at the end, at an error, and after ten silent seconds.
bool read_more(int fd, std::string& to) {
  char buffer[64 * 1024];
  const ssize_t n = readable(fd) ? read(fd, buffer, sizeof buffer) : -1;
  if (n > 0) to.append(buffer, static_cast<std::size_t>(n));
  return n > 0;
}

base::Result<std::uint16_t> read_port(int fd) {
  std::string line;
  while (line.find('\n') == std::string::npos)
    if (!read_more(fd, line)) return base::Error{base::Errc::kUnavailable, "no port was said"};
  std::uint16_t port = 0;
  std::from_chars(line.data(), line.data() + line.size(), port);
  return port;
}

base::Fd dial(std::uint16_t port) {
  base::Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) fd.reset();
  return fd;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::optional<std::size_t> number_after(std::string_view text, std::string_view mark, int base) {
  const std::size_t at = text.find(mark);
  std::size_t out = 0;
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + mark.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() ? std::optional(out) : std::nullopt;
}

// Takes whole chunks from `bytes`; true with the last one.
bool take_chunks(std::string& bytes, std::string& body) {
  for (;;) {
    const std::size_t line = bytes.find("\r\n");
    const auto size = number_after(bytes, "", 16);
    if (line == std::string::npos || !size || bytes.size() < line + 2 + *size + 2) return false;
    body += bytes.substr(line + 2, *size);
    bytes.erase(0, line + 2 + *size + 2);
    if (*size == 0) return true;
  }
}

// Takes one reply from `bytes` as far as it is there; true if it is complete.
bool take_reply(std::string& bytes, Answered& out) {
  if (out.head.empty()) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    out.head = bytes.substr(0, end + 2);
    bytes.erase(0, end + 4);
    out.status = static_cast<int>(number_after(out.head, "HTTP/1.1 ", 10).value_or(0));
  }
  if (out.head.find("Transfer-Encoding: chunked") != std::string::npos)
    return take_chunks(bytes, out.body);
  const std::size_t length = number_after(out.head, "Content-Length: ", 10).value_or(SIZE_MAX);
  const std::size_t take = std::min(bytes.size(), length - out.body.size());
  out.body += bytes.substr(0, take);
  bytes.erase(0, take);
  return out.body.size() == length;
}

}  // namespace

base::Result<ServerChild> ServerChild::start(const std::string& program,
                                             std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  arguments.emplace_back("--print-port");
  TRY_AS(auto in, make_pipe());
  TRY_AS(auto out, make_pipe());
  ServerChild child;
  TRY_AS(child.pid_, spawn(program, arguments, in[0].get(), out[1].get()));
  child.in_ = std::move(in[1]);
  out[1].reset();
  TRY_AS(child.port_, read_port(out[0].get()));
  return child;
}

ServerChild::ServerChild(ServerChild&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), in_(std::move(other.in_)), port_(other.port_) {}

ServerChild::~ServerChild() { end(); }

int ServerChild::end() {
  if (pid_ < 0) return 0;
  in_.reset();
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
  return status;
}

std::vector<Answered> converse(std::uint16_t port, std::string_view bytes, std::size_t replies) {
  std::vector<Answered> out(1);
  const base::Fd fd = dial(port);
  if (!fd) return out;
  send_all(fd.get(), bytes);
  std::string unread;
  bool open = true;
  while (open) {
    open = read_more(fd.get(), unread);
    while (take_reply(unread, out.back())) {
      out.back().complete = true;
      if (out.size() == replies) return out;
      out.emplace_back();
    }
  }
  return out;
}

Answered ask(std::uint16_t port, std::string_view method, std::string_view target,
             std::string_view body, std::string_view headers) {
  const std::string request =
      fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Length: {}\r\n\r\n{}", method,
                  target, headers, body.size(), body);
  return converse(port, request)[0];
}

}  // namespace demo
