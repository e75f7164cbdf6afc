// SPDX-License-Identifier: Apache-2.0
#include "broker/op_source.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "base/bytes.h"
#include "base/limits.h"
#include "broker/op_reference.h"
#include "broker/reveal.h"
#include "wire/start.h"

namespace broker {
namespace {

namespace limits = base::limits;

OpError error_of(wire::RunOutcome outcome) {
  switch (outcome) {
    case wire::RunOutcome::kExited: return OpError::kOk;
    case wire::RunOutcome::kSignalled: return OpError::kCrash;
    case wire::RunOutcome::kTimedOut: return OpError::kTimeout;
    case wire::RunOutcome::kNotFound: return OpError::kNoProgram;
    case wire::RunOutcome::kFailed: return OpError::kOther;
  }
  return OpError::kOther;
}

}  // namespace

base::Result<OpSource::Pipe> OpSource::make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) return base::io_error("pipe2", errno);
  Pipe pipe{base::Fd(fds[0]), base::Fd(fds[1])};
  // Only our end: the child expects one that blocks.
  if (::fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) return base::io_error("fcntl", errno);
  return pipe;
}

void OpSource::fetch(std::uint32_t secret, const std::string& reference, const OpToken& token) {
  waiting_.push_back({secret, reference, &token});
  start_waiting();
}

void OpSource::start_waiting() {
  while (!waiting_.empty() && runs_.size() < kRuns) {
    const Order order = std::move(waiting_.front());
    waiting_.pop_front();
    if (start(order).ok()) continue;
    const OpError error = *order.token ? OpError::kOther : OpError::kNotSignedIn;
    done_.push_back({order.secret, error, std::nullopt});
  }
}

base::Status OpSource::start(const Order& order) {
  if (!*order.token) return base::not_found("no service account token");
  TRY_AS(const OpReference parsed, parse_op_reference(order.reference));
  TRY_AS(base::Fd token_fd, wire::sealed_memfd("yett-token", Injector::open(**order.token)));
  // The launcher reads on from where the descriptor stands, and writing has left it at the end.
  if (::lseek(token_fd.get(), 0, SEEK_SET) != 0) return base::io_error("lseek", errno);
  TRY_AS(Pipe out, make_pipe());
  TRY_AS(Pipe err, make_pipe());
  const std::uint64_t id = next_++;
  wire::RunVault run{{id},
                     {"read", "--no-newline", text(parsed)},
                     static_cast<std::uint32_t>(limits::kSecretTimeoutMs)};
  std::vector<base::Fd> descriptors;
  descriptors.push_back(std::move(token_fd));
  descriptors.push_back(std::move(out.write));
  descriptors.push_back(std::move(err.write));
  TRY(runner_.send(run, std::move(descriptors)));
  Run& kept = runs_[id];
  kept.secret = order.secret;
  kept.pipes = {std::move(out.read), std::move(err.read)};
  kept.text[0].reserve(limits::kSecretMaxBytes + 1);  // so that no copy of a value stays behind
  kept.give_up_us = clock_.steady_us() + limits::kSecretTimeoutMs * 1000 + kSlackUs;
  for (std::size_t which = 0; which < 2; ++which)
    loop_.watch(kept.pipes[which].get(), kToken | id << 1 | which);
  return base::ok();
}

void OpSource::read_pipe(std::uint64_t token) {
  const std::uint64_t id = (token & ~kToken) >> 1;
  const auto found = runs_.find(id);
  if (found != runs_.end()) drain(found->second, token & 1);
}

// Takes what is there. LIMIT: a value above kSecretMaxBytes and errors above kErrorBytes are cut.
void OpSource::drain(Run& run, std::size_t which) {
  const std::size_t most = which == 0 ? limits::kSecretMaxBytes : kErrorBytes;
  std::array<char, 4096> buffer;
  while (run.pipes[which]) {
    const ssize_t n = ::read(run.pipes[which].get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n <= 0) {
      close_pipe(run, which);
      break;
    }
    const std::size_t room = most - std::min(most, run.text[which].size());
    const auto got = static_cast<std::size_t>(n);
    run.text[which].append(buffer.data(), std::min(room, got));
    if (which == 0 && got > room) run.overflow = true;
  }
  if (which == 0) ::explicit_bzero(buffer.data(), buffer.size());
}

void OpSource::close_pipe(Run& run, std::size_t which) {
  if (!run.pipes[which]) return;
  loop_.unwatch(run.pipes[which].get());
  run.pipes[which].reset();
}

base::Status OpSource::ended(const wire::RunEnded& ended) {
  const auto found = runs_.find(ended.request.value);
  if (found == runs_.end()) return base::violation("the end of no run");
  // The child has written what it had before it ended. A grandchild may hold the pipe open for
  // ever, so its end is not waited for.
  Run& run = found->second;
  drain(run, 0);
  drain(run, 1);
  Fetched result = judge(run, ended);
  end(found->first, result.error, std::move(result.value));
  return base::ok();
}

OpSource::Fetched OpSource::judge(Run& run, const wire::RunEnded& ended) {
  Fetched out{run.secret, error_of(ended.outcome), std::nullopt};
  if (out.error != OpError::kOk) return out;
  out.error = classify_read({static_cast<int>(ended.status), run.text[0], run.text[1]});
  if (out.error != OpError::kOk) return out;
  const bool bad = run.overflow || run.text[0].find('\0') != std::string::npos;
  if (bad) out.error = OpError::kBadValue;
  else out.value = Secret::take(run.text[0]);
  return out;
}

void OpSource::end(std::uint64_t id, OpError error, std::optional<Secret> value) {
  Run& run = runs_.at(id);
  close_pipe(run, 0);
  close_pipe(run, 1);
  base::wipe(run.text[0]);
  done_.push_back({run.secret, error, std::move(value)});
  runs_.erase(id);
  start_waiting();
}

void OpSource::runner_lost() {
  while (!runs_.empty()) end(runs_.begin()->first, OpError::kOther, std::nullopt);
}

void OpSource::check_times() {
  const std::int64_t now = clock_.steady_us();
  std::vector<std::uint64_t> late;
  for (const auto& [id, run] : runs_)
    if (run.give_up_us <= now) late.push_back(id);
  for (const std::uint64_t id : late) {
    (void)runner_.send(wire::CancelRun{{id}});
    end(id, OpError::kTimeout, std::nullopt);
  }
}

std::optional<std::int64_t> OpSource::next_deadline_us() const {
  std::optional<std::int64_t> next;
  for (const auto& [id, run] : runs_)
    next = std::min(next.value_or(run.give_up_us), run.give_up_us);
  return next;
}

std::optional<OpSource::Fetched> OpSource::take_fetched() {
  if (done_.empty()) return std::nullopt;
  Fetched out = std::move(done_.front());
  done_.erase(done_.begin());
  return out;
}

}  // namespace broker
