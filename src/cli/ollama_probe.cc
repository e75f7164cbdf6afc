// SPDX-License-Identifier: Apache-2.0
#include "cli/ollama_probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/clock.h"
#include "base/fd.h"
#include "schema/parse.h"

namespace cli {
namespace {

// 1.0, so that the answer is not chunked and ends with the connection (RFC 1945 §7.2.2).
constexpr std::string_view kRequest =
    "GET /api/tags HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";

base::Error not_ollama() {
  return base::invalid("something answers there, but not as Ollama does");
}
base::Error nobody() { return {base::Errc::kUnavailable, "nobody answers there"}; }

struct Deadline {
  std::int64_t at_us;
  int left_ms() const {
    const std::int64_t left = at_us - base::SystemClock().steady_us();
    return left <= 0 ? 0 : static_cast<int>(left / 1000) + 1;
  }
  bool wait(int fd, short events) const {
    pollfd on{fd, events, 0};
    return ::poll(&on, 1, left_ms()) == 1;
  }
};

base::Result<base::Fd> connect_to(std::uint16_t port, bool ipv6, const Deadline& deadline) {
  base::Fd fd(::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return base::io_error("socket", errno);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  const auto* address =
      ipv6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  const auto size = static_cast<socklen_t>(ipv6 ? sizeof v6 : sizeof v4);
  if (::connect(fd.get(), address, size) == 0) return fd;
  if (errno != EINPROGRESS || !deadline.wait(fd.get(), POLLOUT)) return nobody();
  int failed = 0;
  socklen_t length = sizeof failed;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failed, &length) != 0 || failed != 0)
    return nobody();
  return fd;
}

// Everything that comes until the end of the connection.
base::Result<std::string> read_answer(const base::Fd& fd, const Deadline& deadline) {
  std::string answer;
  std::array<char, 16 * 1024> buffer;
  while (deadline.wait(fd.get(), POLLIN)) {
    const ssize_t n = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n < 0) return nobody();
    if (n == 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(n));
    if (answer.size() > kProbeBytes) return not_ollama();
  }
  return nobody();
}

}  // namespace

base::Result<std::vector<std::string>> parse_tags(std::string_view answer) {
  const bool http =
      answer.starts_with("HTTP/1.") && answer.size() > 12 && answer.substr(8, 4) == " 200";
  const std::size_t head = answer.find("\r\n\r\n");
  if (!http || head == std::string_view::npos) return not_ollama();
  schema::ParseLimits limits;
  limits.case_variants = schema::CaseVariants::kAllow;
  const auto body = schema::parse(answer.substr(head + 4), limits);
  const schema::Value* models = body.ok() ? body->find("models") : nullptr;
  if (models == nullptr || models->as_array() == nullptr) return not_ollama();
  std::vector<std::string> names;
  for (const auto& model : *models->as_array()) {
    const auto name = model.find_string("name");
    if (name && names.size() < kProbeNames) names.emplace_back(*name);
  }
  return names;
}

base::Result<std::vector<std::string>> ollama_models(std::uint16_t port, bool ipv6) {
  const Deadline deadline{base::SystemClock().steady_us() + std::int64_t{kProbeMs} * 1000};
  TRY_AS(const base::Fd fd, connect_to(port, ipv6, deadline));
  if (::send(fd.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size()))
    return nobody();
  TRY_AS(const std::string answer, read_answer(fd, deadline));
  return parse_tags(answer);
}

}  // namespace cli
