// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <new>

#include "runner/spawner/check.h"
#include "runner/spawner/socket.h"
#include "runner/spawner/watch.h"

namespace runner {
namespace {

// Making the next sandbox waits a little, so that it does not take the processor from the call that
// has just begun.
constexpr std::int64_t kRefillUs = 3'000;
constexpr std::int64_t kEndGraceUs = 1'000'000;  // for a first process that ends the others itself
constexpr std::int64_t kNever = INT64_MAX;

std::int64_t now_us() {
  timespec t{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000 + t.tv_nsec / 1000;
}

struct Box {
  bool used = false;
  bool ready = false;
  bool running = false;  // has a call
  bool told_to_end = false;
  BoxEnds ends;
  Note broken{};  // why it could not be made
  std::uint64_t call = 0;
  std::uint32_t pooled = 0;
  std::int64_t deadline_us = kNever;
  CallOutcome forced = CallOutcome::kExited;  // kTimedOut, kCancelled
  std::uint64_t kills_before = 0;
};

class Pool {
 public:
  Pool(const Shape& shape, ToolLevel level, std::uint32_t waiting, int channel)
      : shape_(shape), level_(level), waiting_(waiting), channel_(channel) {}

  void adopt(const Trial& trial) {
    boxes_[0] = {};
    boxes_[0].used = boxes_[0].ready = true;
    boxes_[0].ends = trial.ends;
    boxes_[0].kills_before = kills(0);
    if (waiting_ == 0) end(boxes_[0], CallOutcome::kCancelled);
  }

  void run() {
    while (open_) {
      refill();
      const int count = collect();
      (void)::poll(polled_, static_cast<nfds_t>(count), timeout_ms());
      if (polled_[0].revents != 0) from_channel();
      for (int i = 1; i < count; ++i)
        if (polled_[i].revents != 0) from_box(boxes_[owner_[i]], polled_[i].fd);
      expire();
    }
    end_all();
  }

 private:
  // The descriptors to look at: the channel; of each sandbox its end, and its word that it is
  // ready.
  int collect() {
    int n = 0;
    polled_[n++] = {channel_, POLLIN, 0};
    for (std::uint32_t i = 0; i < kBoxes; ++i) {
      const Box& box = boxes_[i];
      if (!box.used) continue;
      owner_[n] = i;
      polled_[n++] = {box.ends.pidfd, POLLIN, 0};
      if (box.ready) continue;
      owner_[n] = i;
      polled_[n++] = {box.ends.socket, POLLIN, 0};
    }
    return n;
  }

  int timeout_ms() const {
    std::int64_t next = refill_at_us_;
    for (const Box& box : boxes_)
      if (box.used && box.deadline_us < next) next = box.deadline_us;
    if (next == kNever) return -1;
    const std::int64_t left = next - now_us();
    return left <= 0 ? 0 : static_cast<int>((left + 999) / 1000);
  }

  Box* free_box() {
    for (Box& box : boxes_)
      if (!box.used) return &box;
    return nullptr;
  }
  std::uint32_t slot_of(const Box& box) const { return static_cast<std::uint32_t>(&box - boxes_); }
  std::uint64_t kills(std::uint32_t slot) const {
    return memory_kills(shape_.cgroups, shape_.profile, slot);
  }

  Box* make() {
    Box* const box = free_box();
    if (box == nullptr) return nullptr;
    *box = {};
    box->ends = make_box(shape_, slot_of(*box));
    if (box->ends.pid < 0) return nullptr;
    box->used = true;
    return box;
  }

  void refill() {
    std::uint32_t idle = 0;
    for (const Box& box : boxes_)
      if (box.used && !box.running && !box.told_to_end) ++idle;
    if (idle >= waiting_) {
      refill_at_us_ = kNever;
      return;
    }
    const std::int64_t now = now_us();
    if (refill_at_us_ == kNever) refill_at_us_ = now + kRefillUs;
    if (now < refill_at_us_) return;
    const bool made = make() != nullptr;
    refill_at_us_ = idle + 1 >= waiting_ ? kNever : now + (made ? 0 : 100 * kRefillUs);
  }

  void from_channel() {
    for (int round = 0; open_ && round < 64; ++round) {
      Descriptors fds;
      const long got = receive_frame(channel_, &frame_, sizeof frame_, fds, MSG_DONTWAIT);
      if (got == -EAGAIN) return;
      if (got <= 0 || !take(static_cast<std::size_t>(got), fds)) open_ = false;
      fds.close_from(0);
    }
  }

  bool take(std::size_t bytes, Descriptors& fds) {
    if (frame_.kind == FrameKind::kCancel) {
      Cancel cancel{};
      ::memcpy(&cancel, &frame_, sizeof cancel);
      if (!is_sound(cancel, bytes, fds.count)) return false;
      for (Box& box : boxes_)
        if (box.used && box.running && box.call == cancel.call) end(box, CallOutcome::kCancelled);
      return true;
    }
    if (!is_sound(frame_, bytes, fds.count)) return false;
    for (const Box& box : boxes_)
      if (box.used && box.running && box.call == frame_.call) return false;
    return start(fds);
  }

  // A sandbox that waits; or one that is being made; or a new one.
  Box* choose() {
    Box* made = nullptr;
    for (Box& box : boxes_) {
      if (!box.used || box.running || box.told_to_end) continue;
      if (box.ready) return &box;
      made = &box;
    }
    return made != nullptr ? made : make();
  }

  bool start(const Descriptors& fds) {
    // SECURITY: below the least level that the call asks for nothing runs.
    if (static_cast<std::uint32_t>(level_) < frame_.least_level)
      return answer(frame_.call, CallOutcome::kRefused, 0);
    Box* const box = choose();
    if (box == nullptr) return answer(frame_.call, CallOutcome::kBusy, 0);
    if (send_frame(box->ends.socket, &frame_, size_of(frame_), fds.fd, fds.count) != 0) {
      end(*box, CallOutcome::kCancelled);
      return answer(frame_.call, CallOutcome::kBroken, 0);
    }
    box->running = true;
    box->pooled = box->ready ? 1 : 0;
    box->call = frame_.call;
    box->deadline_us = now_us() + std::int64_t{frame_.timeout_ms} * 1000;
    return true;
  }

  bool answer(std::uint64_t call, CallOutcome outcome, std::uint32_t value,
              const Box* box = nullptr, std::uint64_t cpu_us = 0) {
    const Ended ended{
        FrameKind::kEnded, outcome, call, value, box == nullptr ? 0 : box->pooled, cpu_us};
    return send_frame(channel_, &ended, sizeof ended, nullptr, 0) == 0;
  }

  void end(Box& box, CallOutcome why) {
    if (box.told_to_end) return;
    box.told_to_end = true;
    box.forced = why;
    (void)::kill(box.ends.pid, shape_.namespaces ? SIGKILL : SIGTERM);
    if (!shape_.namespaces) kill_slot(shape_.cgroups, shape_.profile, slot_of(box));
    box.deadline_us = now_us() + kEndGraceUs;
  }

  void expire() {
    const std::int64_t now = now_us();
    for (Box& box : boxes_) {
      if (!box.used || box.deadline_us > now) continue;
      if (!box.told_to_end) {
        end(box, CallOutcome::kTimedOut);
      } else {
        (void)::kill(box.ends.pid, SIGKILL);
        box.deadline_us = now + kEndGraceUs;
      }
    }
  }

  void from_box(Box& box, int fd) {
    if (!box.used) return;
    if (fd == box.ends.pidfd) return over(box);
    Note note{};
    if (!next_note(box, note)) return;
    if (note.kind != NoteKind::kReady) box.broken = note;
    box.ready = true;
    box.kills_before = kills(slot_of(box));
  }

  bool next_note(Box& box, Note& note) {
    Descriptors none;
    const long got = receive_frame(box.ends.socket, &note, sizeof note, none, MSG_DONTWAIT);
    none.close_from(0);
    return got == static_cast<long>(sizeof note);
  }

  // All its processes are gone.
  void over(Box& box) {
    int status = 0;
    rusage use{};
    if (::wait4(box.ends.pid, &status, WNOHANG, &use) != box.ends.pid) return;
    if (!shape_.namespaces) end_strays(box);
    const auto us = [](const timeval& t) {
      return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 +
             static_cast<std::uint64_t>(t.tv_usec);
    };
    std::uint32_t value = 0;
    const CallOutcome outcome = outcome_of(box, value);
    ::close(box.ends.socket);
    ::close(box.ends.pidfd);
    box.used = false;
    if (box.running && !answer(box.call, outcome, value, &box, us(use.ru_utime) + us(use.ru_stime)))
      open_ = false;
    // A sandbox that cannot be made is not tried again at once.
    if (!box.running && !box.told_to_end) refill_at_us_ = now_us() + 100 * kRefillUs;
  }

  CallOutcome outcome_of(Box& box, std::uint32_t& value) {
    const bool short_of_memory = kills(slot_of(box)) > box.kills_before;
    if (box.told_to_end) return box.forced;
    Note note{};
    while (next_note(box, note)) {
      value = note.value;
      if (note.kind == NoteKind::kNotStarted) return CallOutcome::kNotStarted;
      if (note.kind == NoteKind::kMemory) return CallOutcome::kMemory;
      if (note.kind == NoteKind::kOver) return how_it_ended(short_of_memory, value);
    }
    value = 0;
    return short_of_memory ? CallOutcome::kMemory : CallOutcome::kBroken;
  }

  static CallOutcome how_it_ended(bool short_of_memory, std::uint32_t& value) {
    const int status = static_cast<int>(value);
    if (WIFEXITED(status)) {
      value = static_cast<std::uint32_t>(WEXITSTATUS(status));
      return CallOutcome::kExited;
    }
    value = static_cast<std::uint32_t>(WTERMSIG(status));
    return short_of_memory && value == SIGKILL ? CallOutcome::kMemory : CallOutcome::kSignalled;
  }

  // Whoever the sandbox left behind is ours now (PR_SET_CHILD_SUBREAPER).
  void end_strays(const Box& gone) {
    pid_t keep[kBoxes];
    std::uint32_t n = 0;
    for (const Box& box : boxes_)
      if (box.used && &box != &gone) keep[n++] = box.ends.pid;
    end_children(keep, n);
  }

  void end_all() {
    for (Box& box : boxes_)
      if (box.used) end(box, CallOutcome::kCancelled);
    if (shape_.namespaces) return;  // the end of this process is the end of its pid namespace
    const std::int64_t by = now_us() + kEndGraceUs;
    for (Box& box : boxes_)
      while (box.used && ::waitpid(box.ends.pid, nullptr, WNOHANG) == 0 && now_us() < by)
        (void)::poll(nullptr, 0, 1);
    end_children(nullptr, 0);
  }

  const Shape& shape_;
  const ToolLevel level_;
  const std::uint32_t waiting_;
  const int channel_;
  bool open_ = true;
  std::int64_t refill_at_us_ = kNever;
  Box boxes_[kBoxes];
  pollfd polled_[1 + 2 * kBoxes];
  std::uint32_t owner_[1 + 2 * kBoxes];
  Start frame_;
};

}  // namespace

Trouble try_one(const Shape& shape, int timeout_ms, Trial& out) {
  out.ends = make_box(shape, 0);
  if (out.ends.pid < 0) return at(Step::kNamespaces);
  pollfd wait{out.ends.socket, POLLIN, 0};
  if (::poll(&wait, 1, timeout_ms) != 1) return at(Step::kFork, ETIMEDOUT);
  Descriptors none_sent;
  const long got = receive_frame(out.ends.socket, &out.note, sizeof out.note, none_sent, 0);
  if (got != static_cast<long>(sizeof out.note)) return at(Step::kFork, ECHILD);
  if (out.note.kind == NoteKind::kReady) return none();
  return at(out.note.step, static_cast<int>(out.note.value));
}

void serve(const Shape& shape, ToolLevel level, std::uint32_t waiting, int channel,
           const Trial& first) {
  alignas(Pool) static char room[sizeof(Pool)];
  Pool& pool = *new (room) Pool(shape, level, waiting, channel);
  pool.adopt(first);
  pool.run();
  ::_exit(0);
}

}  // namespace runner
