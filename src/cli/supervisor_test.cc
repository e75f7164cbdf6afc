// SPDX-License-Identifier: Apache-2.0
#include "cli/supervisor.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "cli/spawn.h"

namespace cli {
namespace {

TEST(Backoff, ThreeCrashesInAMinuteKeepItShut) {
  Backoff backoff;
  EXPECT_EQ(backoff.crashed(0), 100'000);
  EXPECT_EQ(backoff.crashed(1'000'000), 400'000);
  EXPECT_EQ(backoff.crashed(2'000'000), std::nullopt);
}

TEST(Backoff, OldCrashesAreForgotten) {
  Backoff backoff;
  for (std::int64_t minute = 0; minute < 10; ++minute)
    EXPECT_EQ(backoff.crashed(minute * 61'000'000), 100'000);
}

std::string output_of(ProgramStart start, int& status) {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe(fds.data()), 0);
  start.descriptors.push_back({3, fds[1]});
  const auto pid = spawn(start);
  ::close(fds[1]);
  std::string out(4096, '\0');
  std::size_t have = 0;
  for (ssize_t n = 0; (n = ::read(fds[0], out.data() + have, out.size() - have)) > 0;)
    have += static_cast<std::size_t>(n);
  ::close(fds[0]);
  ::waitpid(*pid, &status, 0);
  out.resize(have);
  return out;
}

TEST(Spawn, AProgramHasItsDescriptorsAndNothingElse) {
  ::setenv("YETT_CANARY", "leak", 1);
  int status = 0;
  const std::string out =
      output_of({"/bin/sh",
                 {"-c", "ls /proc/self/fd | tr '\\n' ' ' >&3; echo \"[$YETT_CANARY]\" >&3"},
                 {},
                 {}},
                status);
  EXPECT_EQ(out.substr(0, 8), "0 1 2 3 ");  // and the one that ls opened for itself
  EXPECT_NE(out.find("[]"), std::string::npos);
  EXPECT_EQ(how_it_ended(status), "exit 0");
}

TEST(Spawn, AProgramThatDoesNotExistEndsWith127) {
  int status = 0;
  (void)output_of({"/no/such/program", {}, {}, {}}, status);
  EXPECT_EQ(how_it_ended(status), "exit 127");
}

TEST(Spawn, AnEndBySignalIsNamed) {
  int status = 0;
  (void)output_of({"/bin/sh", {"-c", "kill -SYS $$"}, {}, {}}, status);
  EXPECT_EQ(how_it_ended(status), "signal 31 (SIGSYS)");
}

}  // namespace
}  // namespace cli
