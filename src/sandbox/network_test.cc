// SPDX-License-Identifier: Apache-2.0
//
// The egress behind its walls: names still resolve, the granted port still answers.
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "base/fd.h"
#include "sandbox/allow_network.h"
#include "sandbox/testcases/child.h"

namespace sandbox::testcases {
namespace {

constexpr int kTypeA = 1;

// A name server on 127.0.0.1 that knows one address for every name, and no IPv6.
class NameServer {
 public:
  NameServer() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    bind(socket_.get(), reinterpret_cast<sockaddr*>(&at), sizeof(at));
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&at), &size);
    port_ = at.sin_port;
    process_ = std::make_unique<Bystander>(As::kOrdinary, [this] {
      if (fork() == 0) serve();  // the bystander itself must return
      return true;
    });
  }
  std::uint16_t network_port() const { return port_; }

 private:
  // Ends when its parent, the bystander, is gone; asked for at each question or second.
  [[noreturn]] void serve() const {
    const pid_t parent = getppid();
    while (getppid() == parent) {
      pollfd wait{socket_.get(), POLLIN, 0};
      if (poll(&wait, 1, 200) > 0) answer();
    }
    _exit(0);
  }
  void answer() const {
    unsigned char message[512];
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const ssize_t n = recvfrom(socket_.get(), message, sizeof(message) - 16, 0,
                               reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 17) return;
    std::size_t end = 12;
    while (message[end] != 0) end += message[end] + 1u;
    end += 5;  // root label, type, class
    const bool is_a = message[end - 3] == kTypeA;
    const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7};
    message[2] = 0x81;
    message[3] = 0x80;
    message[7] = is_a ? 1 : 0;
    message[11] = 0;  // no EDNS in the answer
    if (is_a) std::copy(std::begin(record), std::end(record), message + end);
    sendto(socket_.get(), message, end + (is_a ? sizeof(record) : 0), 0,
           reinterpret_cast<const sockaddr*>(&from), size);
  }

  base::Fd socket_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Bystander> process_;
};

std::string resolve(const char* host, int flags = 0) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host, "443", &hints, &found);
  if (failed != 0) return gai_strerror(failed);
  char text[NI_MAXHOST] = {};
  getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  return text;
}

class Egress : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (!is_possible(GetParam())) GTEST_SKIP() << "needs root";
  }
  static Profile profile() {
    Profile p = profile_of(Program::kEgress);
    allow_connect(p, {443, 53});
    return p;
  }
};

TEST_P(Egress, ResolvesFromTheHostsFile) {
  if (resolve("localhost") == "Name or service not known")
    GTEST_SKIP() << "/etc/hosts does not name localhost";
  const std::string outcome =
      locked_text(GetParam(), profile(), [] { return resolve("localhost"); });
  EXPECT_TRUE(outcome == "127.0.0.1" || outcome == "::1") << outcome;
}

TEST_P(Egress, ResolvesThroughANameServerWithoutANetlinkSocket) {
  const NameServer server;
  // AI_ADDRCONFIG and the sorting of addresses are what opens AF_NETLINK in glibc.
  const auto ask = [&] {
    if (res_init() != 0) return std::string("res_init failed");
    _res.nscount = 1;
    _res.nsaddr_list[0].sin_family = AF_INET;
    _res.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    _res.nsaddr_list[0].sin_port = server.network_port();
    return resolve("api.example.test", AI_ADDRCONFIG);
  };
  EXPECT_EQ(locked_text(GetParam(), profile(), ask), "198.51.100.7");
}

TEST_P(Egress, ReadsTheCertificateAuthorities) {
  if (!std::ifstream("/etc/ssl/certs/ca-certificates.crt"))
    GTEST_SKIP() << "no ca-certificates here";
  const auto read_first = [] {
    std::ifstream in("/etc/ssl/certs/ca-certificates.crt");
    std::string line;
    std::getline(in, line);
    return line;
  };
  EXPECT_EQ(locked_text(GetParam(), profile(), read_first), "-----BEGIN CERTIFICATE-----");
}

TEST_P(Egress, SetsUpASocketAsAsioDoes) {
  const auto set_up = [] {
    const base::Fd s(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    int on = 1;
    long result = s ? 0 : -errno;
    if (result == 0) result = raw(ioctl(s.get(), FIONBIO, &on));
    if (result == 0)
      result = raw(setsockopt(s.get(), IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof(on)));
    return result;
  };
  EXPECT_EQ(locked(GetParam(), profile(), set_up), "ok");
}

INSTANTIATE_TEST_SUITE_P(Users, Egress, testing::Values(As::kRoot, As::kOrdinary),
                         [](const auto& it) { return name(it.param); });

}  // namespace
}  // namespace sandbox::testcases
