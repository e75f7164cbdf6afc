// SPDX-License-Identifier: Apache-2.0
#include "runner/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "runner/spawner/check.h"
#include "runner/spawner/socket.h"

namespace runner {
namespace {

constexpr int kOpenMs = 20'000;  // two attempts of the spawner
constexpr std::uint64_t kChannel = ~std::uint64_t{0};
constexpr std::size_t kReadBytes = 64 * 1024;  // a pipe's room

// A call's number shifted, with the stream in the lowest bit; calls are numbered below this.
constexpr std::uint64_t kMostCalls = std::uint64_t{1} << 62;

base::Error gone() { return {base::Errc::kUnavailable, "the sandbox profile has ended"}; }

base::Result<std::pair<base::Fd, base::Fd>> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::io_error("pipe2", errno);
  base::Fd in(ends[0]), out(ends[1]);
  if (::fcntl(in.get(), F_SETFL, O_NONBLOCK) != 0) return base::io_error("fcntl", errno);
  return std::pair(std::move(in), std::move(out));
}

base::Status put_text(std::string_view text, Start& frame) {
  if (text.find('\0') != std::string_view::npos) return base::invalid("an argument holds a NUL");
  if (text.size() + 1 > kTextBytes - frame.text_bytes)
    return base::invalid("the arguments are too long; pass large things by standard input");
  text.copy(frame.text + frame.text_bytes, text.size());
  frame.text_bytes += static_cast<std::uint32_t>(text.size() + 1);
  return base::ok();
}

base::Status fill(const ExecRequest& request, std::size_t descriptors, Start& frame) {
  frame.kind = FrameKind::kStart;
  frame.least_level = static_cast<std::uint32_t>(request.least);
  frame.call = request.call;
  frame.timeout_ms = request.timeout_ms;
  frame.arguments = static_cast<std::uint32_t>(request.arguments.size());
  frame.variables = static_cast<std::uint32_t>(request.environment.size());
  frame.descriptors = static_cast<std::uint32_t>(descriptors);
  TRY(put_text(request.program, frame));
  TRY(put_text(request.directory, frame));
  for (const auto& argument : request.arguments) TRY(put_text(argument, frame));
  for (const auto& variable : request.environment) TRY(put_text(variable, frame));
  if (!is_sound(frame, size_of(frame), descriptors))
    return base::invalid("a call that no frame can carry");
  return base::ok();
}

base::Result<Opened> await_opened(int channel) {
  pollfd wait{channel, POLLIN, 0};
  Opened opened{};
  Descriptors none;
  if (::poll(&wait, 1, kOpenMs) != 1) return gone();
  const long got = receive_frame(channel, &opened, sizeof opened, none, MSG_DONTWAIT);
  none.close_from(0);
  if (got != static_cast<long>(sizeof opened) || opened.kind != FrameKind::kOpened) return gone();
  return opened;
}

}  // namespace

std::string text(const ExecEnd& end) {
  const std::string value = std::to_string(end.value);
  if (end.too_much) return "ended because its output was too much";
  switch (end.outcome) {
    case CallOutcome::kExited: return "exit status " + value;
    case CallOutcome::kSignalled: {
      const char* const name = ::sigabbrev_np(static_cast<int>(end.value));
      return fmt::format("ended by SIG{}", name == nullptr ? value.c_str() : name);
    }
    case CallOutcome::kTimedOut: return "ended after its time";
    case CallOutcome::kCancelled: return "cancelled";
    case CallOutcome::kMemory: return "ended for want of memory";
    case CallOutcome::kNotStarted:
      return fmt::format("not started: {}", ::strerrordesc_np(static_cast<int>(end.value)));
    case CallOutcome::kRefused: return "refused: less isolation than the call asks for";
    case CallOutcome::kBusy: return "refused: too many sandboxes";
    case CallOutcome::kBroken: return "the sandbox could not be made, or ended early";
  }
  return "unknown";
}

base::Result<Exec> Exec::open(int spawner, const ExecProfile& profile) {
  TRY_AS(ProfileFrame wanted, frame_of(profile));
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0)
    return base::io_error("socketpair", errno);
  Exec out;
  out.channel_.reset(pair[0]);
  base::Fd theirs(pair[1]);
  std::vector<int> fds{theirs.get()};
  for (const auto& source : wanted.sources) fds.push_back(source.get());
  const int sent = send_frame(spawner, &wanted.frame, sizeof wanted.frame, fds.data(), fds.size());
  if (sent != 0) return base::io_error("no spawner", sent);
  theirs.reset();  // or the end of a spawner that dies now would not be seen
  TRY_AS(out.opened_, await_opened(out.channel_.get()));
  if (out.opened_.level == ToolLevel::kNone || out.opened_.level < profile.least)
    return base::Error{
        base::Errc::kDenied,
        fmt::format("profile `{}` asks for isolation L{}, and this host gives {}", profile.name,
                    static_cast<int>(profile.least), text(out.opened_))};
  out.epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  out.nothing_.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!out.epoll_ || !out.nothing_) return base::io_error("epoll", errno);
  TRY(out.watch(out.channel_.get(), kChannel));
  return out;
}

base::Status Exec::watch(int fd, std::uint64_t token) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = token;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    return base::io_error("epoll_ctl", errno);
  return base::ok();
}

// The descriptors that the call gets; ours to read stay in `call`.
base::Result<std::vector<base::Fd>> Exec::wire_up(ExecRequest& request, Call& call) const {
  TRY_AS(auto out, make_pipe());
  TRY_AS(auto err, make_pipe());
  call.out = {std::move(out.first), request.output_bytes};
  call.err = {std::move(err.first), request.output_bytes};
  std::vector<base::Fd> handed;
  if (!request.input) request.input.reset(::fcntl(nothing_.get(), F_DUPFD_CLOEXEC, 0));
  if (!request.input) return base::io_error("fcntl", errno);
  handed.push_back(std::move(request.input));
  handed.push_back(std::move(out.second));
  handed.push_back(std::move(err.second));
  for (auto& file : request.files) handed.push_back(std::move(file));
  return handed;
}

base::Status Exec::start(ExecRequest request) {
  if (!channel_) return gone();
  if (calls_.size() >= kRunning)
    return base::Error{base::Errc::kExhausted, "too many calls run at one time"};
  if (request.call >= kMostCalls || calls_.contains(request.call))
    return base::invalid("a call's number was used twice");
  Waiting next;
  next.frame = std::make_unique<Start>();
  TRY(fill(request, 3 + request.files.size(), *next.frame));
  Call call;
  TRY_AS(next.descriptors, wire_up(request, call));
  TRY(watch(call.out.fd.get(), request.call << 1));
  TRY(watch(call.err.fd.get(), request.call << 1 | 1));
  calls_.emplace(request.call, std::move(call));
  waiting_.push_back(std::move(next));
  if (auto sent = flush(); !sent.ok()) {
    calls_.erase(request.call);
    return sent;
  }
  return base::ok();
}

// Sends what the socket has room for.
base::Status Exec::flush() {
  for (; !waiting_.empty(); waiting_.pop_front()) {
    const Waiting& next = waiting_.front();
    std::vector<int> fds;
    for (const auto& fd : next.descriptors) fds.push_back(fd.get());
    const int sent =
        send_frame(channel_.get(), next.frame.get(), size_of(*next.frame), fds.data(), fds.size());
    if (sent == EAGAIN) break;
    if (sent != 0) return gone();
  }
  return set_writing(!waiting_.empty());
}

base::Status Exec::set_writing(bool writing) {
  if (writing == writing_) return base::ok();
  epoll_event event{};
  event.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u64 = kChannel;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, channel_.get(), &event) != 0)
    return base::io_error("epoll_ctl", errno);
  writing_ = writing;
  return base::ok();
}

void Exec::cancel(std::uint64_t call) {
  if (!waiting_.empty()) return;  // it could overtake its start; its time limit ends it
  const Cancel frame{FrameKind::kCancel, 0, call};
  if (channel_) (void)send_frame(channel_.get(), &frame, sizeof frame, nullptr, 0);
}

// Reads one stream as far as there is something.
void Exec::drain(std::uint64_t id, Call& call, bool error, ExecEvents& events) {
  Stream& stream = error ? call.err : call.out;
  std::array<char, kReadBytes> bytes;  // NOLINT(*-member-init): read() fills what is used
  while (stream.fd) {
    const ssize_t n = ::read(stream.fd.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return stream.fd.reset();
    const auto fits = std::min(static_cast<std::size_t>(n), stream.room);
    stream.room -= fits;
    const std::string_view kept(bytes.data(), fits);
    if (fits > 0 && error) events.on_error(id, kept);
    else if (fits > 0) events.on_output(id, kept);
    if (fits == static_cast<std::size_t>(n)) continue;
    call.end.too_much = true;  // what was kept stays; the rest is nobody's
    stream.fd.reset();
    cancel(id);
  }
}

// Everything that could write is gone: what is in the pipes is all there is.
void Exec::finish(std::uint64_t id, Call& call, ExecEvents& events) {
  drain(id, call, false, events);
  drain(id, call, true, events);
  const ExecEnd end = call.end;
  calls_.erase(id);
  events.on_end(id, end);
}

base::Status Exec::from_channel(ExecEvents& events) {
  for (;;) {
    Ended ended{};
    Descriptors none;
    const long got = receive_frame(channel_.get(), &ended, sizeof ended, none, MSG_DONTWAIT);
    none.close_from(0);
    if (got == -EAGAIN) return base::ok();
    if (got != static_cast<long>(sizeof ended) || ended.kind != FrameKind::kEnded ||
        ended.outcome > CallOutcome::kLast)
      return gone();
    const auto found = calls_.find(ended.call);
    if (found == calls_.end()) return gone();
    ExecEnd& end = found->second.end;
    end.outcome = ended.outcome;
    end.value = ended.value;
    end.pooled = ended.pooled != 0;
    end.cpu_us = ended.cpu_us;
    finish(ended.call, found->second, events);
  }
}

void Exec::end_all(ExecEvents& events) {
  channel_.reset();
  waiting_.clear();
  while (!calls_.empty()) finish(calls_.begin()->first, calls_.begin()->second, events);
}

base::Status Exec::take(ExecEvents& events) {
  if (!channel_) return gone();
  std::array<epoll_event, 64> ready{};
  const int n = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 0);
  for (int i = 0; i < n; ++i) {
    const std::uint64_t token = ready.at(static_cast<std::size_t>(i)).data.u64;
    if (token == kChannel) continue;  // last: output stands before the end
    const auto found = calls_.find(token >> 1);
    if (found != calls_.end()) drain(token >> 1, found->second, (token & 1) != 0, events);
  }
  for (int i = 0; i < n; ++i) {
    if (ready.at(static_cast<std::size_t>(i)).data.u64 != kChannel) continue;
    auto told = from_channel(events);
    if (told.ok()) told = flush();
    if (told.ok()) continue;
    end_all(events);
    return told;
  }
  return base::ok();
}

}  // namespace runner
