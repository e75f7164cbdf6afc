// SPDX-License-Identifier: Apache-2.0
// yett-runner: here only the host of the `vault` profile (children for `op`).
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/exec.h"
#include "runner/vault_run.h"
#include "sandbox/allow_network.h"
#include "sandbox/lockdown.h"
#include "wire/channel.h"
#include "wire/loop.h"
#include "wire/start.h"

namespace {

constexpr std::uint64_t kBroker = ~std::uint64_t{0};

int fail(std::string_view what, const base::Error& error) {
  fmt::print(stderr, "yett-runner: {}: {}\n", what, error.message);
  return 1;
}

class Program {
 public:
  Program(wire::Loop loop, wire::Channel broker, runner::VaultRuns& runs, const base::Clock& clock)
      : loop_(std::move(loop)), broker_(std::move(broker)), runs_(runs), clock_(clock) {
    loop_.watch(broker_.fd(), kBroker);
  }

  int run() {
    while (broker_.open()) {
      const std::int64_t next = runs_.expire();
      const std::int64_t wait_ms =
          next == 0 ? -1 : std::max<std::int64_t>(0, (next - clock_.steady_us()) / 1000 + 1);
      for (const auto& ready : loop_.wait(wait_ms)) {
        if (ready.token == kBroker) from_broker();
        else child_ended(static_cast<int>(ready.token));
      }
    }
    runs_.end_all();
    return 0;
  }

 private:
  void from_broker() {
    if (broker_.wants_write() && !broker_.flush().ok()) return broker_.close();
    while (broker_.open()) {
      auto got = broker_.receive();
      if (!got.ok()) return broker_.close();
      if (!got->has_value()) return;
      take(std::move(**got));
    }
  }

  void take(wire::Message message) {
    if (const auto cancel = message.as<wire::CancelRun>(); cancel.ok())
      return runs_.cancel(cancel->request);
    const auto wanted = message.as<wire::RunVault>();
    if (!wanted.ok()) return broker_.close();  // a frame that does not decode ends the peer
    const auto begun = runs_.begin(*wanted, std::move(message.descriptors));
    if (begun.watch >= 0) loop_.watch(begun.watch, static_cast<std::uint64_t>(begun.watch));
    else answer(begun.failed);
  }

  void child_ended(int watch) {
    loop_.unwatch(watch);
    answer(runs_.end(watch));
  }

  void answer(const wire::RunEnded& ended) {
    if (!broker_.send(ended).ok()) broker_.close();
  }

  wire::Loop loop_;
  wire::Channel broker_;
  runner::VaultRuns& runs_;
  const base::Clock& clock_;
};

// The launcher as a sealed memory file. The runner has another user and Landlock soon, to whom the
// folder of our programs may be closed (a checkout in /root); what is in memory stays executable.
base::Result<base::Fd> take_launcher(const std::string& path) {
  const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return base::io_error(path.c_str(), errno);
  struct stat st {};
  if (::fstat(file.get(), &st) != 0) return base::io_error(path.c_str(), errno);
  std::string bytes(static_cast<std::size_t>(st.st_size), '\0');
  if (::read(file.get(), bytes.data(), bytes.size()) != st.st_size)
    return base::io_error(path.c_str(), errno);
  return wire::sealed_memfd("yett-vault-launch", bytes);
}

// What sandboxes for tools this host gives, found by making one. LIMIT: no tool runs in one yet;
// the spawner ends again with this.
std::string sandboxes(const wire::StartRunner& start) {
  if (!start.spawner) return "none: there is no spawner";
  const base::Fd spawner(wire::StartRunner::kSpawnerFd);
  runner::ExecProfile profile = runner::standard_profile();
  profile.least = runner::ToolLevel::kL1;
  profile.waiting = 0;
  const auto exec = runner::Exec::open(spawner.get(), profile);
  return exec.ok() ? text(exec->opened()) : "none: " + exec.error().message;
}

}  // namespace

int main() {
  auto start = wire::start_of<wire::StartRunner>();
  if (!start.ok()) return fail("start record", start.error());
  base::Fd launcher;
  if (!start->op_path.empty()) {
    auto taken = take_launcher(start->launcher_path);
    if (!taken.ok()) return fail("launcher", taken.error());
    launcher = std::move(*taken);
    start->launcher_path = fmt::format("/proc/self/fd/{}", launcher.get());
  }
  const std::string tools = sandboxes(*start);
  sandbox::Profile profile = sandbox::profile_of(sandbox::Program::kRunner);
  profile.keep = {0, 1, 2, wire::kChannelFd};
  if (launcher) profile.keep.push_back(launcher.get());
  if (!start->op_path.empty()) profile.run.push_back(start->op_path);
  // The one profile with a way out: `op` speaks to its own service. THREAT_MODEL says so.
  sandbox::allow_connect(profile, {443, 53});
  const auto locked = sandbox::apply(profile);
  if (!locked.ok()) return fail("lockdown", locked.error());
  wire::Channel broker(base::Fd(wire::kChannelFd), wire::kBrokerToRunner, "broker");
  broker.enter(wire::Phase::kRunning);
  const wire::Ready ready{
      "runner", static_cast<std::uint8_t>(locked->level),
      fmt::format("{}; sandboxes for tools: {}", sandbox::text(*locked), tools.substr(0, 400))};
  if (!broker.send(ready).ok()) return 1;
  auto loop = wire::Loop::create();
  if (!loop.ok()) return fail("epoll", loop.error());
  const base::SystemClock clock;
  runner::VaultRuns runs(*start, clock);
  return Program(std::move(*loop), std::move(broker), runs, clock).run();
}
