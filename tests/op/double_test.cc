// SPDX-License-Identifier: Apache-2.0
// What the double of the 1Password CLI does, by command and by token.
#include <gtest/gtest.h>

#include <re2/re2.h>

#include "base/bytes.h"
#include "run_op.h"
#include "schema/parse.h"

namespace op {
namespace {

Double built_in() {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  return Double(std::filesystem::path(YETT_OP_FOLDER) / info->name(), "");
}

const std::vector<std::string> kRead{"read", "op://SecureTools/OpenWeatherMap/api_key"};
constexpr std::string_view kKey = "double-weather-key-3f9a";

TEST(Double, ReadGivesTheValueWithOneLineEndOrNone) {
  const Double d = built_in();
  EXPECT_EQ(d.run(kRead, "ops_ok").out, "double-weather-key-3f9a\n");
  for (const char* flag : {"-n", "--no-newline"})
    EXPECT_EQ(d.run({"read", flag, kRead[1]}, "ops_ok").out, kKey);
  EXPECT_EQ(d.run({"read", "op://securetools/status api/login/username"}, "ops_ok").out, "robin\n");
}

TEST(Double, ErrorsHaveTheFormOfTheRealOne) {
  const Double d = built_in();
  const re2::RE2 form(R"(\[ERROR\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d [^\n]+\n(\t\*[^\n]+\n)*)");
  struct Row {
    std::vector<std::string> words;
    const char* says;
  };
  for (const Row& row :
       {Row{{"read", "op://No/x/y"}, "\"No\" isn't a vault in this account"},
        Row{{"read", "op://SecureTools/No/y"}, "\"No\" isn't an item in the \"SecureTools\" vault"},
        Row{{"read", "op://SecureTools/Duplicate/password"}, "More than one item matches"},
        Row{{"read", "op://SecureTools/OpenWeatherMap/no"}, "could not find field or file no"},
        Row{{"read", "op://a/b/c/d/e"}, "too many '/'"}, Row{{"read", "nothing"}, "invalid prefix"},
        Row{{"item", "get", "OpenWeatherMap"}, "a vault query must be provided"},
        Row{{"item", "list", "--vault=No"}, "\"No\" isn't a vault"}}) {
    const Ran run = d.run(row.words, "ops_ok");
    EXPECT_EQ(run.status, 1);
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(re2::RE2::FullMatch(run.err, form)) << run.err;
    EXPECT_NE(run.err.find(row.says), std::string::npos) << run.err;
  }
}

TEST(Double, FormatMayStandBeforeOrAfterTheVerb) {
  const Double d = built_in();
  const Ran before = d.run({"--format", "json", "vault", "list"}, "ops_ok");
  const Ran after = d.run({"vault", "list", "--format=json"}, "ops_ok");
  EXPECT_EQ(before.out, after.out);
  EXPECT_EQ(schema::parse(before.out)->as_array()->size(), 2u);
  const Ran item =
      d.run({"item", "get", "Status API", "--vault", "SecureTools", "--format", "json"}, "ops_ok");
  const auto parsed = schema::parse(item.out);
  ASSERT_TRUE(parsed.ok()) << item.out;
  EXPECT_EQ(parsed->find("fields")->at(2)->find("section")->find_string("id"), "login");
  EXPECT_EQ(parsed->find("fields")->at(2)->find_string("value"),
            "double \"status\" passw\xc3\xb6rd");
}

TEST(Double, TellsTheQuotaOfAServiceAccountOnly) {
  const Double d = built_in();
  const Ran told = d.run({"service-account", "ratelimit"}, "ops_ok");
  EXPECT_TRUE(told.out.starts_with("TYPE       ACTION")) << told.out;
  EXPECT_EQ(d.run({"service-account", "ratelimit"}, "").status, 1);
}

TEST(Double, WithoutATokenNobodyIsSignedIn) {
  const Double d = built_in();
  EXPECT_NE(d.run({"whoami"}, "").err.find("account is not signed in"), std::string::npos);
  EXPECT_NE(d.run(kRead, "").err.find("You are not currently signed in"), std::string::npos);
  EXPECT_EQ(d.run({"--version"}, "").out, "2.30.3\n");
}

TEST(Double, TheTokenChoosesWhatGoesWrong) {
  const Double d = built_in();
  struct Row {
    const char* token;
    int status;
    const char* says;
  };
  for (const Row& row :
       {Row{"ops_revoked", 1, "(403) (Forbidden (Service Account Deleted))"},
        Row{"ops_ratelimit", 1, "(429) Too Many Requests"},
        Row{"ops_panic", 2, "goroutine 1 [running]"}, Row{"ops_signal", 1000 + SIGSEGV, ""},
        Row{"ops_partial", 1, "context deadline exceeded"},
        Row{"nonsense", 1, "invalid service account token"}}) {
    const Ran run = d.run(kRead, row.token);
    EXPECT_EQ(run.status, row.status) << row.token;
    EXPECT_NE(run.err.find(row.says), std::string::npos) << row.token << run.err;
    EXPECT_EQ(run.out.find(kKey), std::string::npos) << row.token;
  }
  EXPECT_EQ(d.run({"whoami"}, "ops_revoked").status, 0);  // as recorded: no health check
  EXPECT_EQ(d.run(kRead, "ops_partial").out, kKey.substr(0, 12));
}

TEST(Double, TheTokenChoosesOddValues) {
  const Double d = built_in();
  EXPECT_EQ(d.run(kRead, "ops_empty").out, "\n");
  EXPECT_FALSE(base::is_utf8(d.run(kRead, "ops_nonutf8").out));
  EXPECT_EQ(d.run(kRead, "ops_nul").out, std::string("a\0b\n", 4));
  EXPECT_EQ(d.run(kRead, "ops_huge").out.size(), 64u * 1024 * 1024);
  EXPECT_EQ(d.run({"read", "op://any/thing/here"}, "ops_give_canary-1").out, "canary-1\n");
  const Ran noise = d.run({"read", "op://No/x/y"}, "ops_noise");
  EXPECT_TRUE(noise.err.starts_with("Using service account"));
  EXPECT_NE(noise.err.find("\n[ERROR] "), std::string::npos);
}

TEST(Double, HangsUntilItIsEnded) {
  const Double d = built_in();
  EXPECT_FALSE(d.run(kRead, "ops_hang").in_time);
  const Ran half = d.run(kRead, "ops_hang_half");
  EXPECT_FALSE(half.in_time);
  EXPECT_EQ(half.out, kKey.substr(0, 12));
}

TEST(Double, CountsItsRunsAndReadsItsOwnAccount) {
  const Double d(std::filesystem::path(YETT_OP_FOLDER) / "OwnAccount",
                 "version\t9.9.9\nvault\tv\tV\nitem\ti\tI\nfield\tS\tf\ta\\tb\\\\c\n");
  EXPECT_EQ(d.run({"read", "op://V/I/S/f"}, "ops_ok").out, "a\tb\\c\n");
  EXPECT_EQ(d.run({"--version"}, "").out, "9.9.9\n");
  EXPECT_EQ(d.log(), "read op://V/I/S/f\n--version\n");
  const Double bad(std::filesystem::path(YETT_OP_FOLDER) / "BadAccount", "item\tlost\n");
  EXPECT_EQ(bad.run({"--version"}, "").status, 64);
}

TEST(Double, WhatItDoesNotKnowIsNoAnswerOfTheRealOne) {
  const Double d = built_in();
  EXPECT_EQ(d.run({"item", "create"}, "ops_ok").status, 64);
  EXPECT_EQ(d.run({"read", "--surprise", "x"}, "ops_ok").status, 64);
}

}  // namespace
}  // namespace op
