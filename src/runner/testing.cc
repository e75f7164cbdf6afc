// SPDX-License-Identifier: Apache-2.0
#include "runner/testing.h"

#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/clock.h"

namespace runner::testing {
namespace {

constexpr unsigned kNobody = 65534;

bool become_nobody() {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
}

[[noreturn]] void become(const std::string& program, As as, const std::string& without,
                         int socket) {
  if (as == As::kOrdinary && ::geteuid() == 0 && !become_nobody()) ::_exit(126);
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::dup2(socket, kSpawnerFd) < 0) ::_exit(126);
  std::string variable = "YETT_TEST_WITHOUT=" + without;
  std::string path = program;
  std::array<char*, 2> argv{path.data(), nullptr};
  std::array<char*, 2> environment{without.empty() ? nullptr : variable.data(), nullptr};
  ::execve(path.c_str(), argv.data(), environment.data());
  ::_exit(127);
}

}  // namespace

bool is_possible(As as, const std::string& program) {
  if (as == As::kSelf || ::geteuid() != 0) return true;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(become_nobody() && ::access(program.c_str(), X_OK) == 0 ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

Spawner::Spawner(const std::string& program, As as, const std::string& without) {
  std::array<int, 2> pair{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) == 0);
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    // Above the place where it is to stand, so that dup2 clears close-on-exec.
    become(program, as, without, ::dup(::dup(pair[1])));
  }
  ::close(pair[1]);
  channel_.reset(pair[0]);
}

int Spawner::end() {
  int status = 0;
  channel_.reset();
  if (pid_ > 0) ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return status;
}

Spawner::~Spawner() { (void)end(); }

void Calls::on_output(std::uint64_t call, std::string_view bytes) { open_[call].out += bytes; }
void Calls::on_error(std::uint64_t call, std::string_view bytes) { open_[call].err += bytes; }
void Calls::on_end(std::uint64_t call, const ExecEnd& end) {
  Ran& ran = done_[call] = std::move(open_[call]);
  ran.end = end;
  open_.erase(call);
}

ExecRequest request_of(std::vector<std::string> arguments) {
  ExecRequest request;
  request.program = arguments.at(0);
  request.arguments = std::move(arguments);
  request.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  request.timeout_ms = 10'000;
  request.least = ToolLevel::kL1;
  return request;
}

std::uint64_t Calls::start(std::vector<std::string> arguments) {
  return start(request_of(std::move(arguments)));
}

std::uint64_t Calls::start(ExecRequest request) {
  request.call = next_++;
  const std::uint64_t call = request.call;
  open_[call];
  const auto started = exec_.start(std::move(request));
  if (!started.ok()) {
    open_[call].err = started.error().message;
    on_end(call, {});
  }
  return call;
}

void Calls::step(int timeout_ms) {
  pollfd wait{exec_.fd(), POLLIN, 0};
  (void)::poll(&wait, 1, timeout_ms);
  (void)exec_.take(*this);
}

Ran Calls::await(std::uint64_t call) {
  const base::SystemClock clock;
  const std::int64_t by = clock.steady_us() + 30'000'000;
  while (!done_.contains(call) && clock.steady_us() < by) step(1000);
  return done_[call];
}

}  // namespace runner::testing
