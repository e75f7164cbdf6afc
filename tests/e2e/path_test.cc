// SPDX-License-Identifier: Apache-2.0
// One guarded call through the real programs, end to end.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "http_double.h"
#include "system.h"

namespace e2e {
namespace {

constexpr const char* kSecret = "canary-7f3b9c2e-secret-value";

std::string config_for(const HttpDouble& server) {
  return fmt::format(R"(
[yett]
state = "state"
[secret.status_key]
from = "env:YETT_TEST_STATUS_KEY"
hosts = ["{0}"]
[tool.status]
description = "Status of a project."
url = "{0}/status/{{project}}"
secrets = [ {{ name = "status_key", in = "header", as = "X-Api-Key" }} ]
keep = {{ state = "/state" }}
[tool.status.args.project]
type = "string"
max_length = 40
[tool.unruled]
description = "No rule allows it."
url = "{0}/unruled"
)",
                     server.url());
}

constexpr const char* kPolicy = "tool \"status\" { must allow always; }\n";

std::size_t count(const std::vector<audit::Entry>& log, audit::Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(log, kind, &audit::Entry::kind));
}

TEST(Path, ACallReachesTheToolWithACredentialThatNobodyElseSees) {
  ::setenv("YETT_TEST_STATUS_KEY", kSecret, 1);
  const HttpDouble server([](const Asked& asked) {
    const bool known = asked.head.find(fmt::format("X-Api-Key: {}", kSecret)) != std::string::npos;
    return known ? HttpDouble::json(R"({"state":"green","internal":"do not show"})")
                 : HttpDouble::reply(401, "text/plain", "who?");
  });
  System yett(config_for(server), kPolicy);
  ASSERT_EQ(yett.start(), "");
  const std::string session = yett.open();
  ASSERT_NE(session, "");
  const auto result = yett.call(session, "status", R"({"project":"apollo"})");
  EXPECT_EQ(text_of(result, "reason"), "ok");
  EXPECT_EQ(text_of(result, "content"), R"({"state":"green"})");
  EXPECT_EQ(number_of(result, "status"), 200);
  EXPECT_EQ(yett.stop(), 0);
  ASSERT_EQ(server.asked().size(), 1u);
  EXPECT_EQ(server.asked()[0].head.substr(0, 28), "GET /status/apollo HTTP/1.1\r");
  const auto log = yett.log();
  EXPECT_EQ(count(log, audit::Kind::kIntent), 1u);
  EXPECT_EQ(count(log, audit::Kind::kStarted), 1u);
  EXPECT_EQ(count(log, audit::Kind::kOutcome), 1u);
  EXPECT_EQ(yett.log_bytes().find(kSecret), std::string::npos);
  EXPECT_EQ(yett.log_bytes().find("apollo"), std::string::npos);
}

TEST(Path, WhatIsNotAllowedIsDeniedAndNothingLeaves) {
  ::setenv("YETT_TEST_STATUS_KEY", kSecret, 1);
  const HttpDouble server([](const Asked&) { return HttpDouble::json("{}"); });
  System yett(config_for(server), kPolicy);
  ASSERT_EQ(yett.start(), "");
  const std::string session = yett.open();
  EXPECT_EQ(text_of(yett.call(session, "unruled", "{}"), "reason"), "no_rule");
  EXPECT_EQ(text_of(yett.call(session, "run_shell", "{}"), "reason"), "unknown_tool");
  EXPECT_EQ(text_of(yett.call(session, "status", R"({"project":5})"), "reason"),
            "invalid_arguments");
  EXPECT_EQ(text_of(yett.call(session, "status", R"({"project":"a","more":1})"), "reason"),
            "invalid_arguments");
  EXPECT_EQ(text_of(yett.call(session, "status", R"({"project":"../admin"})"), "reason"),
            "warrant_refused");
  EXPECT_TRUE(server.asked().empty());
}

}  // namespace
}  // namespace e2e
