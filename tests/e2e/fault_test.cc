// SPDX-License-Identifier: Apache-2.0
// The disk under the log is full, or the file may not grow: calls are refused with log_stopped and
// nothing leaves any more; what was written before still verifies, and with room again it goes on.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/file.h"
#include "audit/reader.h"
#include "audit/writer.h"
#include "http_double.h"
#include "system.h"

namespace e2e {
namespace {

// Room for the first step of the log, but not for the next.
constexpr std::uint64_t kRoom = audit::kStepBytes + 256 * 1024;

class Full : public ::testing::Test {
 protected:
  Full()
      : server_([](const Asked&) { return HttpDouble::json(R"({"did":"it"})"); }),
        system_(fmt::format(R"([yett]
state = "state"
[tool.act]
description = "Does something."
url = "{}/act"
)",
                            server_.url()),
                "tool \"act\" { must allow always; }\n") {
    EXPECT_EQ(::mkdir(state().c_str(), 0700), 0);
  }

  std::string state() const { return system_.directory() + "/state"; }

  // Calls until one is refused. The reason of that; "" if all were carried out.
  std::string call_until_refused() {
    session_ = system_.open();
    for (int i = 0; i < 20'000; ++i) {
      const auto line = system_.call(session_, "act", "{}");
      if (text_of(line, "reason") != "ok") return text_of(line, "reason");
      ++carried_out_;
    }
    return "";
  }

  void expect_refused_for_good() {
    EXPECT_EQ(server_.asked().size(), carried_out_);
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(text_of(system_.call(session_, "act", "{}"), "reason"), "log_stopped");
    EXPECT_EQ(system_.open(), "") << "a new session when nothing can be recorded";
    EXPECT_EQ(server_.asked().size(), carried_out_);
  }

  void expect_good_log() const {
    audit::PosixFile file{base::Fd(::open((state() + "/log").c_str(), O_RDONLY | O_CLOEXEC))};
    auto report = audit::verify(file);
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->finding.has_value()) << audit::text_of(*report->finding);
    EXPECT_GT(report->position.entries, carried_out_ * 2);
  }

  HttpDouble server_;
  System system_;
  std::string session_;
  std::size_t carried_out_ = 0;
};

TEST_F(Full, ADiskWithoutRoomRefusesCallsAndKeepsTheLog) {
  if (::geteuid() != 0 || ::unshare(CLONE_NEWNS) != 0) GTEST_SKIP() << "needs to mount: not root";
  // In a changed root, which is no mount point, nothing can be made private.
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    GTEST_SKIP() << "needs a mount namespace of its own";
  const std::string size = fmt::format("mode=0700,size={}", kRoom);
  ASSERT_EQ(::mount("tmpfs", state().c_str(), "tmpfs", 0, size.c_str()), 0);
  ASSERT_EQ(system_.start(), "");
  EXPECT_EQ(call_until_refused(), "log_stopped");
  EXPECT_GT(carried_out_, 1000u);
  expect_refused_for_good();
  EXPECT_EQ(system_.stop(), 1) << "the end says that the log had stopped";
  expect_good_log();

  ASSERT_EQ(::mount("none", state().c_str(), "tmpfs", MS_REMOUNT, "mode=0700,size=64m"), 0);
  ASSERT_EQ(system_.start(), "");
  const std::string session = system_.open();
  EXPECT_EQ(text_of(system_.call(session, "act", "{}"), "reason"), "ok");
  EXPECT_EQ(system_.stop(), 0);
  ASSERT_EQ(::umount2(state().c_str(), MNT_DETACH), 0);
}

TEST_F(Full, AFileThatMayNotGrowRefusesCallsAndKeepsTheLog) {
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit small{kRoom, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string started = system_.start();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  ASSERT_EQ(started, "");
  EXPECT_EQ(call_until_refused(), "log_stopped");
  expect_refused_for_good();
  EXPECT_EQ(system_.stop(), 1);
  expect_good_log();
}

}  // namespace
}  // namespace e2e
