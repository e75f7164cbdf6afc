// SPDX-License-Identifier: Apache-2.0
#include "demo/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace demo {
namespace {

constexpr std::size_t kConnections = 512;       // LIMIT: more wait in the kernel's queue
constexpr std::size_t kUnsentBytes = 1u << 20;  // a step waits while more than this is unsent

base::Result<sockaddr_in> address_of(std::string_view text) {
  constexpr std::string_view kHost = "127.0.0.1:";
  if (!text.starts_with(kHost)) return base::invalid("only `127.0.0.1:PORT` is listened on");
  text.remove_prefix(kHost.size());
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return base::invalid("not a port");
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

void set_option(int fd, int level, int name) {
  const int on = 1;
  setsockopt(fd, level, name, &on, sizeof on);
}

// What a request that cannot be read is told.
Reply refusal(const base::Error& error) {
  const int status = error.code == base::Errc::kExhausted ? 413 : 400;
  return reply_of(status, "text/plain", error.message + "\n");
}

}  // namespace

// One client: requests come in one after the other, each reply is sent before the next is read.
class HttpServer::Connection {
 public:
  Connection(base::Fd fd, const Answer& answer, const base::Clock& clock)
      : fd_(std::move(fd)), answer_(answer), clock_(clock) {}

  short events() const {
    const bool writing = sent_ < out_.size();
    const bool reading = !reply_ && in_.size() < kHeadBytes + kBodyBytes;
    return static_cast<short>((writing ? POLLOUT : 0) | (reading ? POLLIN : 0));
  }
  // When it wants to be called although nothing happened; -1: never.
  std::int64_t due_us() const { return waits() ? due_us_ : -1; }

  // Goes on as far as it can. False: the connection is over.
  bool serve(short ready) {
    if ((ready & (POLLERR | POLLNVAL)) != 0) return false;
    if ((ready & POLLHUP) != 0 && (ready & POLLIN) == 0) return false;
    if ((ready & POLLIN) != 0 && !reply_ && !read_some()) return false;
    for (;;) {
      if (!reply_ && !over_ && !take_request()) return false;
      step();
      if (!flush()) return false;
      if (over_ && sent_ == out_.size()) return false;
      if (reply_ || in_.empty() || !complete_) return true;
    }
  }

 private:
  bool waits() const { return reply_ && sent_ == out_.size() && step_ < reply_->steps.size(); }

  bool read_some() {
    char buffer[64 * 1024];
    const ssize_t n = recv(fd_.get(), buffer, sizeof buffer, 0);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) return false;
    in_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  bool take_request() {
    auto parsed = parse_request(in_);
    complete_ = !parsed.ok() || parsed->used > 0;
    if (!complete_) return true;
    keep_alive_ = parsed.ok() && parsed->request->keep_alive;
    begin(parsed.ok() ? answer_(*parsed->request) : refusal(parsed.error()),
          parsed.ok() && parsed->request->method == "HEAD");
    in_.erase(0, parsed.ok() ? parsed->used : in_.size());
    return true;
  }

  void begin(Reply reply, bool head_only) {
    reply_ = std::move(reply);
    if (reply_->framing == Framing::kBare) keep_alive_ = false;
    if (!reply_->no_head) out_ += head_of(*reply_, keep_alive_);
    if (head_only) reply_->steps.clear();
    head_only_ = head_only;
    step_ = 0;
    times_ = 0;
    await_step();
  }

  void await_step() {
    const bool more = step_ < reply_->steps.size();
    due_us_ = clock_.steady_us() + (more ? std::int64_t{1000} * reply_->steps[step_].wait_ms : 0);
  }

  // Moves the steps that are due into the buffer; ends the reply after the last.
  void step() {
    while (reply_ && out_.size() - sent_ < kUnsentBytes) {
      if (step_ == reply_->steps.size()) return end_reply();
      if (clock_.steady_us() < due_us_) return;
      const Step& s = reply_->steps[step_];
      if (sent_ >= kUnsentBytes) out_.erase(0, std::exchange(sent_, 0));
      out_ += framed(*reply_, s.bytes);
      if (++times_ < s.times) continue;
      ++step_;
      times_ = 0;
      await_step();
    }
  }

  void end_reply() {
    if (reply_->cut) reset_on_close();
    else if (reply_->framing == Framing::kChunked && !head_only_) out_ += "0\r\n\r\n";
    over_ = reply_->cut || !keep_alive_;
    reply_.reset();
  }

  // What was sent still arrives if the peer reads it in time; then it sees a reset.
  void reset_on_close() {
    if (!flush()) return;
    const linger hard{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }

  bool flush() {
    while (sent_ < out_.size()) {
      const ssize_t n = send(fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
      if (n < 0 && errno == EAGAIN) return true;
      if (n < 0) return errno == EINTR;
      sent_ += static_cast<std::size_t>(n);
    }
    out_.clear();
    sent_ = 0;
    return true;
  }

  base::Fd fd_;
  const Answer& answer_;
  const base::Clock& clock_;
  std::string in_;
  std::string out_;
  std::size_t sent_ = 0;  // of out_
  std::optional<Reply> reply_;
  std::size_t step_ = 0;
  std::uint32_t times_ = 0;  // of the step that were sent
  std::int64_t due_us_ = 0;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool complete_ = false;  // the last look found a whole request
  bool over_ = false;
};

HttpServer::HttpServer(const base::Clock& clock) : clock_(clock) { listeners_.reserve(4); }
HttpServer::~HttpServer() = default;

base::Result<std::uint16_t> HttpServer::listen(std::string_view address, Answer answer) {
  CHECK(listeners_.size() < listeners_.capacity());  // INVARIANT: connections refer to answers
  TRY_AS(sockaddr_in at, address_of(address));
  base::Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return base::io_error("socket", errno);
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  auto* raw = reinterpret_cast<sockaddr*>(&at);
  socklen_t size = sizeof at;
  if (bind(fd.get(), raw, size) != 0) return base::io_error("bind", errno);
  if (::listen(fd.get(), 256) != 0) return base::io_error("listen", errno);
  if (getsockname(fd.get(), raw, &size) != 0) return base::io_error("getsockname", errno);
  listeners_.push_back({std::move(fd), std::move(answer)});
  return ntohs(at.sin_port);
}

void HttpServer::accept_from(const Listener& listener) {
  while (connections_.size() < kConnections) {
    base::Fd fd(accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) return;
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    const int number = fd.get();
    connections_[number] = std::make_unique<Connection>(std::move(fd), listener.answer, clock_);
  }
}

int HttpServer::patience_ms() const {
  std::int64_t next = -1;
  for (const auto& [fd, c] : connections_)
    if (const auto due = c->due_us(); due >= 0) next = next < 0 ? due : std::min(next, due);
  if (next < 0) return -1;
  const std::int64_t left = next - clock_.steady_us();
  return left <= 0 ? 0 : static_cast<int>(std::min<std::int64_t>(left / 1000 + 1, 60'000));
}

void HttpServer::serve_ready() {
  for (const Listener& l : listeners_)
    if (ready_[l.fd.get()] != 0) accept_from(l);
  for (auto at = connections_.begin(); at != connections_.end();) {
    const std::int64_t due = at->second->due_us();
    const bool turn = ready_[at->first] != 0 || (due >= 0 && due <= clock_.steady_us());
    at = turn && !at->second->serve(ready_[at->first]) ? connections_.erase(at) : std::next(at);
  }
}

bool HttpServer::ended(int end_fd, int signal_fd) const {
  const auto set = [&](int fd) { return fd >= 0 && ready_.contains(fd) && ready_.at(fd) != 0; };
  if (set(signal_fd)) return true;
  if (!set(end_fd)) return false;
  char drop[256];
  return read(end_fd, drop, sizeof drop) <= 0;
}

base::Status HttpServer::run(int end_fd, int signal_fd) {
  std::vector<pollfd> polled;
  for (;;) {
    polled.clear();
    if (end_fd >= 0) polled.push_back({end_fd, POLLIN, 0});
    if (signal_fd >= 0) polled.push_back({signal_fd, POLLIN, 0});
    const bool room = connections_.size() < kConnections;
    for (const Listener& l : listeners_) polled.push_back({room ? l.fd.get() : -1, POLLIN, 0});
    for (const auto& [fd, c] : connections_) polled.push_back({fd, c->events(), 0});
    if (poll(polled.data(), polled.size(), patience_ms()) < 0 && errno != EINTR)
      return base::io_error("poll", errno);
    ready_.clear();
    for (const pollfd& p : polled) ready_[p.fd] = p.revents;
    if (ended(end_fd, signal_fd)) return base::ok();
    serve_ready();
  }
}

}  // namespace demo
