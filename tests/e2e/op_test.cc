// SPDX-License-Identifier: Apache-2.0
// A credential from 1Password, through runner, launcher and a faithful double of the CLI.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "http_double.h"
#include "system.h"

namespace e2e {
namespace {

class OnePassword : public ::testing::Test {
 protected:
  OnePassword()
      : server_([](const Asked& asked) {
          const auto at = asked.head.find("Authorization: Bearer ");
          return HttpDouble::json(
              fmt::format(R"({{"authorized":{}}})", at == std::string::npos ? "false" : "true"));
        }) {}

  // A copy of the double in the test's own folder, so that its log is this test's alone.
  std::string place_op(const System& yett) {
    const std::string path = yett.directory() + "/op";
    std::filesystem::copy_file(YETT_OP_DOUBLE, path);
    ::chmod(path.c_str(), 0755);
    ::chmod(yett.directory().c_str(), 0755);
    return path;
  }

  std::string start(System& yett, const std::string& token) {
    const std::string op = place_op(yett);
    yett.write_file("yett.toml",
                    fmt::format(R"(
[yett]
state = "state"
[onepassword]
op = "{0}"
[secret.key]
from = "op://SecureTools/OpenWeatherMap/api_key"
hosts = ["{1}"]
[tool.status]
description = "Status."
url = "{1}/status"
secrets = [ {{ name = "key", in = "bearer" }} ]
)",
                                op, server_.url()),
                    0644);
    ::setenv("OP_SERVICE_ACCOUNT_TOKEN", token.c_str(), 1);
    return yett.start();
  }

  HttpDouble server_;
  static constexpr const char* kPolicy = "tool \"status\" { must allow always; }\n";
};

TEST_F(OnePassword, ACredentialIsReadOnceAndSentAndSeenByNobody) {
  System yett("", kPolicy);
  ASSERT_EQ(start(yett, "ops_give_canary-5e2b7a91-from-op"), "");
  EXPECT_EQ(::getenv("OP_SERVICE_ACCOUNT_TOKEN"), nullptr);
  const std::string session = yett.open();
  for (int i = 0; i < 5; ++i) {
    const auto result = yett.call(session, "status", "{}");
    EXPECT_EQ(text_of(result, "reason"), "ok");
    EXPECT_EQ(text_of(result, "content"), R"({"authorized":true})");
    std::filesystem::remove(yett.directory() + "/op");  // a second read could not succeed
  }
  EXPECT_EQ(yett.stop(), 0);
  ASSERT_EQ(server_.asked().size(), 5u);
  EXPECT_NE(server_.asked()[0].head.find("Bearer canary-5e2b7a91-from-op"), std::string::npos);
  EXPECT_EQ(yett.log_bytes().find("canary-5e2b7a91"), std::string::npos);
}

TEST_F(OnePassword, ManyCallsAtOnceWaitForOneRead) {
  System yett("", kPolicy);
  ASSERT_EQ(start(yett, "ops_slow_1000"), "");
  const std::string session = yett.open();
  for (int id = 101; id <= 110; ++id)
    yett.send(fmt::format(
        R"({{"op":"call","id":{},"session":"{}","tool":"status","arguments":{{}}}})", id, session));
  // While the one read is under way its program disappears: another read could not begin.
  ::usleep(300'000);
  std::filesystem::remove(yett.directory() + "/op");
  for (int answered = 0; answered < 10; ++answered) {
    const auto line = yett.receive();
    EXPECT_EQ(text_of(line, "reason"), "ok");
  }
}

TEST_F(OnePassword, AFailingReadRefusesTheCallBeforeAnythingLeaves) {
  for (const char* token : {"ops_revoked", "ops_ratelimit", "ops_panic", "ops_partial", "ops_huge",
                            "ops_nul", "ops_empty", "malformed"}) {
    System yett("", kPolicy);
    ASSERT_EQ(start(yett, token), "") << token;
    const auto result = yett.call(yett.open(), "status", "{}");
    EXPECT_EQ(text_of(result, "reason"), "secret_unavailable") << token;
    EXPECT_EQ(yett.stop(), 0);
    const auto log = yett.log();
    EXPECT_EQ(std::ranges::count(log, audit::Kind::kNotStarted, &audit::Entry::kind), 1) << token;
  }
  EXPECT_TRUE(server_.asked().empty());
}

TEST_F(OnePassword, AMissingProgramRefusesTheCall) {
  System yett("", kPolicy);
  const std::string started = start(yett, "ops_ok");
  ASSERT_EQ(started, "");
  std::filesystem::remove(yett.directory() + "/op");
  EXPECT_EQ(text_of(yett.call(yett.open(), "status", "{}"), "reason"), "secret_unavailable");
  EXPECT_TRUE(server_.asked().empty());
}

}  // namespace
}  // namespace e2e
