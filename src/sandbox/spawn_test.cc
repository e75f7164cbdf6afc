// SPDX-License-Identifier: Apache-2.0
//
// The runner behind its walls: it still starts programs, and the launcher's walls stand on its own.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/fd.h"
#include "sandbox/testcases/child.h"

namespace sandbox::testcases {
namespace {

class Runner : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (!is_possible(GetParam())) GTEST_SKIP() << "needs root";
  }
};

// Output of a program started by posix_spawn, or how it ended.
std::string output_of(std::vector<const char*> argv) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.get(), STDOUT_FILENO);
  argv.push_back(nullptr);
  char* environment[] = {nullptr};
  pid_t child = -1;
  const int failed = posix_spawn(&child, argv[0], &actions, nullptr,
                                 const_cast<char* const*>(argv.data()), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::string("spawn: ") + word(-failed);
  out.reset();
  std::string text;
  char buffer[256];
  for (ssize_t n; (n = read(in.get(), buffer, sizeof(buffer))) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? text : end_of(status) + " " + text;
}

TEST_P(Runner, StartsADynamicProgramAndReadsItsOutput) {
  EXPECT_EQ(locked_text(GetParam(), profile_of(Program::kRunner),
                        [] {
                          return output_of({"/bin/echo", "hello"});
                        }),
            "hello\n");
}

TEST_P(Runner, StartsAShellWithChildrenAndPipes) {
  EXPECT_EQ(locked_text(GetParam(), profile_of(Program::kRunner),
                        [] {
                          return output_of({"/bin/sh", "-c", "echo b a | tr ' ' '\\n' | sort"});
                        }),
            "a\nb\n");
}

TEST_P(Runner, ItsChildrenSeeNoFilesButTheGranted) {
  EXPECT_EQ(
      locked_text(GetParam(), profile_of(Program::kRunner),
                  [] {
                    return output_of({"/bin/sh", "-c",
                                      "for f in /etc/passwd /proc/self/environ /root/x /tmp/x; "
                                      "do (: <$f) 2>/dev/null && echo read $f; done; echo done"});
                  }),
      "done\n");
}

TEST_P(Runner, EndsAChildByItsPidfd) {
  const auto kill_child = []() -> std::string {
    const pid_t child = fork();
    if (child == 0)
      for (;;) pause();
    const base::Fd handle(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
    if (!handle) return word(-errno);
    if (syscall(SYS_pidfd_send_signal, handle.get(), SIGKILL, nullptr, 0) != 0) return word(-errno);
    int status = 0;
    waitpid(child, &status, 0);
    return end_of(status);
  };
  EXPECT_EQ(locked_text(GetParam(), profile_of(Program::kRunner), kill_child), "SIGKILL");
}

// The way of a vault read: runner, launcher with the token, program.
TEST_P(Runner, ItsLauncherLocksItselfDownAndThenBecomesTheProgram) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  Profile runner = profile_of(Program::kRunner);
  runner.keep.push_back(out.get());
  const auto launch = [&]() -> std::string {
    const pid_t child = fork();
    if (child == 0) {
      Profile launcher = profile_of(Program::kLauncher);
      dup2(out.get(), STDOUT_FILENO);
      launcher.keep = {0, 1, 2};
      if (!apply(launcher).ok()) _exit(70);
      setenv("TOKEN", "value-of-the-token", 1);
      execl("/usr/bin/printenv", "printenv", "TOKEN", nullptr);
      _exit(71);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return end_of(status);
  };
  EXPECT_EQ(locked_text(GetParam(), runner, launch), "exit 0");
  out.reset();
  char text[64] = {};
  EXPECT_GT(read(in.get(), text, sizeof(text) - 1), 0);
  EXPECT_STREQ(text, "value-of-the-token\n");
}

INSTANTIATE_TEST_SUITE_P(Users, Runner, testing::Values(As::kRoot, As::kOrdinary),
                         [](const auto& it) { return name(it.param); });

}  // namespace
}  // namespace sandbox::testcases
