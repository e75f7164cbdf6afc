// SPDX-License-Identifier: Apache-2.0
#include "nginx.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "base/result.h"

namespace bench {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int free_port() {
  const base::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  CHECK(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

base::Fd connected(int port) {
  base::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  const int on = 1;
  (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// Connections are kept for all requests of a run, as every variant keeps its one.
constexpr const char* kConfig = R"(daemon off;
master_process off;
pid {0}/nginx.pid;
error_log {0}/nginx.log crit;
events {{ worker_connections 64; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 100000000;
  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3;
  uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;
  server {{
    listen 127.0.0.1:{1};
    location / {{ return 200 '{2}'; }}
  }}
}}
)";

}  // namespace

std::string Nginx::program() {
  for (const char* path : {"/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"})
    if (::access(path, X_OK) == 0) return path;
  return "";
}

Nginx::Nginx(const std::string& folder, const std::string& body) : port_(free_port()) {
  const std::string config = folder + "/nginx.conf";
  std::ofstream(config) << fmt::format(fmt::runtime(kConfig), folder, port_, body);
  const std::string path = program();
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string log = folder + "/nginx.log";
    ::execl(path.c_str(), "nginx", "-e", log.c_str(), "-p", folder.c_str(), "-c", config.c_str(),
            nullptr);
    ::_exit(127);
  }
  for (int i = 0; i < 200; ++i) {
    if (connected(port_)) return;
    ::usleep(10'000);
  }
  fmt::print(stderr, "nginx did not start: {}/nginx.log\n", folder);
  std::abort();
}

Nginx::~Nginx() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

DirectClient::DirectClient(int port, std::string_view path)
    : socket_(connected(port)),
      request_(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: application/json\r\n"
                           "X-Api-Key: a-key-that-nobody-checks\r\n\r\n",
                           path, port)) {
  CHECK(socket_);
  CHECK(::send(socket_.get(), request_.data(), request_.size(), 0) ==
        static_cast<ssize_t>(request_.size()));
  ::usleep(50'000);
  std::array<char, 65536> buffer{};
  const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  CHECK(n > 12 && std::string_view(buffer.data(), 12) == "HTTP/1.1 200");
  answer_bytes_ = static_cast<std::size_t>(n);
}

void DirectClient::call() {
  std::array<char, 65536> buffer;
  CHECK(::send(socket_.get(), request_.data(), request_.size(), 0) ==
        static_cast<ssize_t>(request_.size()));
  for (std::size_t got = 0; got < answer_bytes_;) {
    const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    CHECK(n > 0);
    got += static_cast<std::size_t>(n);
  }
}

}  // namespace bench
