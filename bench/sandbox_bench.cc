// SPDX-License-Identifier: Apache-2.0
// Sandboxed program calls, from the request to the first byte of output: from the pool, cold, bare,
// and through bubblewrap, all in one run and taking turns, as an ordinary user. bench_sandbox [N]
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>

#include "measure.h"
#include "runner/testing.h"

namespace bench {
namespace {

using runner::Exec;
using runner::testing::As;
using runner::testing::Calls;
using runner::testing::Ran;
using runner::testing::Spawner;
using Words = std::vector<std::string>;

constexpr const char* kBwrap = "/usr/bin/bwrap";
const std::string kStatic = std::string(YETT_BIN_DIR) + "/sandbox-static";
const Words kDynamic = {"/bin/echo", "x"};

// One program by posix_spawn: µs to its first byte and to its end.
struct Times {
  double first = 0;
  double end = 0;
};

Times spawn_bare(const Words& words) {
  std::array<int, 2> ends{};
  CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  base::Fd in(ends[0]), out(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  char* none[] = {nullptr};
  const auto start = Steady::now();
  pid_t pid = -1;
  CHECK(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), none) == 0);
  out.reset();
  char byte = 0;
  const ssize_t got = ::read(in.get(), &byte, 1);
  Times times{us_since(start), 0};
  int status = 0;
  ::waitpid(pid, &status, 0);
  times.end = us_since(start);
  ::posix_spawn_file_actions_destroy(&actions);
  CHECK(got == 1 && status == 0);
  return times;
}

Words in_bwrap(const Words& words) {
  Words all = {
      kBwrap,  "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/usr",
      "/usr",  "--symlink",     "usr/bin",           "/bin",          "--symlink", "usr/lib",
      "/lib",  "--symlink",     "usr/lib64",         "/lib64",        "--proc",    "/proc",
      "--dev", "/dev",          "--tmpfs",           "/tmp",          "--ro-bind", YETT_BIN_DIR,
      "/tool"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

// Events that note the time of the first byte.
class Timed final : public runner::ExecEvents {
 public:
  explicit Timed(Exec& exec) : exec_(exec) {}
  void on_output(std::uint64_t, std::string_view) override {
    if (times_.first == 0) times_.first = us_since(start_);
  }
  void on_error(std::uint64_t, std::string_view) override {}
  void on_end(std::uint64_t, const runner::ExecEnd& end) override {
    times_.end = us_since(start_);
    CHECK(end.outcome == runner::CallOutcome::kExited && end.value == 0);
    pooled_ += end.pooled ? 1 : 0;
  }
  Times run(const Words& words) {
    auto request = runner::testing::request_of(words);
    request.call = ++call_;
    times_ = {};
    start_ = Steady::now();
    CHECK(exec_.start(std::move(request)).ok());
    while (times_.end == 0) {
      pollfd wait{exec_.fd(), POLLIN, 0};
      (void)::poll(&wait, 1, 1000);
      CHECK(exec_.take(*this).ok());
    }
    return times_;
  }
  int pooled() const { return pooled_; }

 private:
  Exec& exec_;
  Steady::time_point start_;
  Times times_;
  std::uint64_t call_ = 0;
  int pooled_ = 0;
};

struct Row {
  const char* name;
  std::vector<double> first = {}, end = {};
  void add(const Times& t) {
    first.push_back(t.first);
    end.push_back(t.end);
  }
  void print() const {
    fmt::print("  {:<34} first byte p50 {:7.1f} p90 {:7.1f} p99 {:8.1f}   ended p50 {:7.1f} us\n",
               name, median(first), quantile(first, 0.9), quantile(first, 0.99), median(end));
  }
};

runner::ExecProfile profile(std::uint32_t waiting) {
  auto out = runner::standard_profile();
  out.binds.push_back({"/tool", YETT_BIN_DIR});
  out.waiting = waiting;
  return out;
}

Exec open(const Spawner& spawner, std::uint32_t waiting) {
  auto exec = Exec::open(spawner.channel(), profile(waiting));
  if (!exec.ok()) {
    fmt::print("no sandbox: {}\n", exec.error().message);
    std::exit(0);
  }
  return std::move(*exec);
}

void pause_us(int us) { ::usleep(static_cast<useconds_t>(us)); }

void one_at_a_time(const Spawner& spawner, int count) {
  Exec pool = open(spawner, 4), cold = open(spawner, 0);
  fmt::print("{}; {} rounds, calls take turns\n", text(pool.opened()), count);
  Timed pooled(pool), fresh(cold);
  const Words small = {"/tool/sandbox-static"};
  const bool bwrap = ::access(kBwrap, X_OK) == 0;
  Row rows[] = {{"static, bare exec"},  {"static, from the pool"}, {"static, cold"},
                {"static, bubblewrap"}, {"dynamic, bare exec"},    {"dynamic, from the pool"},
                {"dynamic, cold"},      {"dynamic, bubblewrap"}};
  for (int i = 0; i < count; ++i) {
    rows[0].add(spawn_bare({kStatic}));
    rows[1].add(pooled.run(small));
    pause_us(15'000);  // its successor is made, and the remains of the last ones are swept up
    rows[2].add(fresh.run(small));
    if (bwrap) rows[3].add(spawn_bare(in_bwrap(small)));
    rows[4].add(spawn_bare(kDynamic));
    rows[5].add(pooled.run(kDynamic));
    pause_us(15'000);
    rows[6].add(fresh.run(kDynamic));
    if (bwrap) rows[7].add(spawn_bare(in_bwrap(kDynamic)));
    pause_us(2000);
  }
  for (const Row& row : rows)
    if (!row.first.empty()) row.print();
  fmt::print("  {} of {} calls found a sandbox waiting\n", pooled.pooled(), 2 * count);
  fmt::print("static from the pool: {:.0f} us (bar: 250); cold: {:.0f} us (bar: 1000)\n",
             median(rows[1].first), median(rows[2].first));
  if (bwrap)
    fmt::print("bubblewrap / pool, same dynamic program: {:.1f}x (bar: 4)\n",
               median(rows[7].first) / median(rows[5].first));
  else fmt::print("bubblewrap is not installed: run tools/install-deps bench\n");
}

// 64 calls started at once, again and again: all end well.
void crowd(const Spawner& spawner, int rounds) {
  Exec exec = open(spawner, 16);
  int failures = 0;
  const auto start = Steady::now();
  for (int round = 0; round < rounds; ++round) {
    Calls calls(exec);
    std::vector<std::uint64_t> all;
    for (int i = 0; i < 64; ++i) {
      auto request = runner::testing::request_of({"/tool/sandbox-static"});
      request.timeout_ms = 60'000;
      all.push_back(calls.start(std::move(request)));
    }
    for (const std::uint64_t call : all) {
      const Ran ran = calls.await(call);
      if (ran.end.outcome != runner::CallOutcome::kExited || ran.out != "x") ++failures;
    }
  }
  fmt::print("64 at one time, {} rounds: {} failures (bar: 0), {:.0f} calls/s\n", rounds, failures,
             64e6 * rounds / us_since(start));
}

void become_ordinary() {
  if (::geteuid() != 0) return;
  constexpr unsigned kNobody = 65534;
  CHECK(::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
        ::setresuid(kNobody, kNobody, kNobody) == 0);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  int count = 300;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), count);
  bench::become_ordinary();
  const bench::Spawner spawner(std::string(YETT_BIN_DIR) + "/yett-spawner");
  bench::one_at_a_time(spawner, count);
  bench::crowd(spawner, 10);
  return 0;
}
