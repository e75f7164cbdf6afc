// SPDX-License-Identifier: Apache-2.0
#include "sandbox/testcases/child.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/fd.h"

namespace sandbox::testcases {
namespace {

// SECURITY of the test: only write(2) and _exit(2) follow the body, both on every list.
[[noreturn]] void answer(int fd, const std::string& text) {
  const ssize_t written = write(fd, text.data(), text.size());
  _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
}

std::string read_all(int fd) {
  std::string text;
  char buffer[512];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

std::string in_child(const std::function<void(int out)>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    body(out.get());
    _exit(1);
  }
  out.reset();
  const std::string text = read_all(in.get());
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return end_of(status);
  return text.empty() ? "no answer, " + end_of(status) : text;
}

}  // namespace

bool is_possible(As as) { return as == As::kOrdinary || geteuid() == 0; }
std::string name(As as) { return as == As::kRoot ? "AsRoot" : "AsOrdinaryUser"; }

std::string word(long result) {
  if (result >= 0) return "ok";
  const char* text = strerrorname_np(static_cast<int>(-result));
  return text == nullptr ? "errno?" : text;
}

long raw(long value) { return value >= 0 ? value : -errno; }

void become(As as) {
  if (as == As::kRoot || geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
      setresuid(kNobody, kNobody, kNobody) != 0 || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0)
    _exit(99);
}

std::string locked_text(As as, Profile profile, const std::function<std::string()>& body) {
  return in_child([&](int out) {
    become(as);
    profile.keep.push_back(out);
    const auto achieved = apply(profile);
    if (!achieved.ok()) answer(out, "lockdown failed: " + achieved.error().message);
    answer(out, body());
  });
}

std::string locked(As as, Profile profile, const std::function<long()>& body) {
  return locked_text(as, std::move(profile), [&] { return word(body()); });
}

std::string unlocked_text(As as, const std::function<std::string()>& body) {
  return in_child([&](int out) {
    become(as);
    answer(out, body());
  });
}

Bystander::Bystander(As as, const std::function<bool()>& prepare) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    become(as);
    // A lockdown closes the pipe, so readiness is told on a descriptor that it keeps: stderr's
    // number.
    dup2(out.get(), STDERR_FILENO);
    const bool good = prepare();
    if (write(STDERR_FILENO, good ? "y" : "n", 1) != 1) _exit(1);
    close(STDERR_FILENO);
    for (;;) ::poll(nullptr, 0, -1);
  }
  out.reset();
  char answer = 'n';
  ready_ = read(in.get(), &answer, 1) == 1 && answer == 'y';
}

Bystander::~Bystander() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string end_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const std::string core = WCOREDUMP(wait_status) ? " with core" : "";
    return std::string("SIG") + sigabbrev_np(WTERMSIG(wait_status)) + core;
  }
  return "exit " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace sandbox::testcases
