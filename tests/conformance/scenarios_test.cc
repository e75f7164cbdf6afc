// SPDX-License-Identifier: Apache-2.0
//
// The adapters of the scenarios: they carry cases that are not in the published tables, and they
// fail where the expectation is not met.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "broker/scrub_testing.h"
#include "conformance/command.h"
#include "conformance/scenarios_limits.h"
#include "conformance/scenarios_reader.h"
#include "conformance/suites.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

class Scenarios : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("scenarios" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // The lines of a run over one table with these cases: "ID", given, expect.
  std::vector<std::string> run(const std::string& table, const std::string& cases) {
    std::ofstream(folder_ / "t.json") << R"({"schema":"scenario-table/1","table":")" << table
                                      << R"(","cases":[)" << cases << "]}";
    std::vector<std::string> lines;
    const auto suite = scenarios_suite();
    Suite* suites[] = {suite.get()};
    const std::string where = folder_.string();
    const std::string_view arguments[] = {"scenarios", where};
    run_command(
        suites, arguments, {folder_, YETT_TABLES_DIR},
        [&](std::string_view line) { lines.emplace_back(line); },
        [&](std::string_view line) { lines.emplace_back(line); });
    return lines;
  }
  std::string last(const std::string& table, const std::string& cases) {
    return run(table, cases).back();
  }

  fs::path folder_;
};

std::string one(const char* given, const char* expect) {
  return std::string(R"({"id":"X-1","given":)") + given + R"(,"expect":)" + expect + "}";
}

std::string at_path(const std::string& path, const std::string& operations = "") {
  return R"({"workspace_root":"/srv/team/ws","path":")" + path + R"(","operations":[)" +
         (operations.empty() ? R"("read","write","create","list")" : operations) + "]}";
}

TEST_F(Scenarios, PathsOfOtherWorkspacesAreJudgedByTheFileTools) {
  const auto verdict = [this](const std::string& path, const char* expected) {
    return last("oap_workspace", one(at_path(path).c_str(),
                                     (R"({"verdict":")" + std::string(expected) + "\"}").c_str()));
  };
  const char* yes = "1 passed, 0 failed, 0 skipped";
  const char* no = "0 passed, 1 failed, 0 skipped";
  for (const char* inside : {"x/y/z.txt", "/srv/team/ws/n.txt", "my file.txt", "x/../y.txt"}) {
    EXPECT_EQ(verdict(inside, "allow"), yes) << inside;
    EXPECT_EQ(verdict(inside, "deny"), no) << inside;
  }
  for (const char* outside :
       {"/srv/team/ws2/a", "/srv/team", "../x", "/srv/team/ws/../../x", "pipe (fifo)",
        "h (hard link to /etc/shadow)", "l (symlink to /etc)", "link_up/x", "a\\u0000b"}) {
    EXPECT_EQ(verdict(outside, "deny"), yes) << outside;
    EXPECT_EQ(verdict(outside, "allow"), no) << outside;
  }
  // A link that stays inside: stricter, and said.
  EXPECT_EQ(verdict("l (symlink to dir)", "allow"), "0 passed, 0 failed, 1 skipped");
}

TEST_F(Scenarios, GlobsAndQueriesStayInTheWorkspace) {
  const auto glob = [this](const char* pattern, const char* expected) {
    return last("oap_workspace",
                one((R"({"workspace_root":"/w/s","glob":")" + std::string(pattern) + "\"}").c_str(),
                    (R"({"verdict":")" + std::string(expected) + "\"}").c_str()));
  };
  EXPECT_EQ(glob("**/*.rs", "files inside only"), "1 passed, 0 failed, 0 skipped");
  EXPECT_EQ(glob("/etc/*", "deny"), "1 passed, 0 failed, 0 skipped");
  EXPECT_EQ(glob("*.rs", "deny or empty"), "0 passed, 1 failed, 0 skipped");
  for (const char* query : {"$(id)", "`id`", "-f /etc/passwd", "(a+)+$", "[", "x'; rm -rf /"})
    EXPECT_EQ(
        last(
            "oap_workspace",
            one((R"({"workspace_root":"/w/s","grep_query":")" + std::string(query) + "\"}").c_str(),
                R"({"verdict":"query is a literal argument; no process"})")),
        "1 passed, 0 failed, 0 skipped")
        << query;
}

constexpr const char* kBooking = R"("tool":{"name":"book_room","required":["room","nights"],
  "properties":{"room":{"enum":["oak","elm"]},"nights":"integer","quiet":"boolean",
                "guests":{"type":"array","items":"string"}}})";

std::string booking(const std::string& arguments) {
  return std::string("{") + kBooking + R"(,"call":{"name":"book_room","arguments":)" + arguments +
         "}}";
}

TEST_F(Scenarios, CallsOfOtherToolsAreCarriedThrough) {
  for (const char* fits : {R"({"room":"oak","nights":2})",
                           R"({"room":"elm","nights":2,"quiet":true,"guests":["a","b"]})"}) {
    EXPECT_EQ(last("str_orchestrator_broker",
                   one(booking(fits).c_str(), R"({"accepted":true,"executed":1})")),
              "1 passed, 0 failed, 0 skipped")
        << fits;
  }
  for (const char* unfit :
       {R"({"room":"ash","nights":2})", R"({"room":"oak","nights":"two"})", R"({"room":"oak"})",
        R"({"room":"oak","nights":2,"extra":1})", R"("oak")", "[]", "null"}) {
    EXPECT_EQ(last("str_orchestrator_broker",
                   one(booking(unfit).c_str(), R"({"accepted":false,"executed":false})")),
              "1 passed, 0 failed, 0 skipped")
        << unfit;
  }
}

TEST_F(Scenarios, TheReasonIsComparedWithTheDecision) {
  const std::string given = booking(R"({"room":"oak"})");
  const char* right =
      R"({"accepted":false,"reason":"Missing required parameter 'nights' for tool 'book_room'"})";
  const char* wrong =
      R"({"accepted":false,"reason":"Missing required parameter 'room' for tool 'book_room'"})";
  EXPECT_EQ(last("str_orchestrator_broker", one(given.c_str(), right)),
            "1 passed, 0 failed, 0 skipped");
  EXPECT_EQ(last("str_orchestrator_broker", one(given.c_str(), wrong)),
            "0 passed, 1 failed, 0 skipped");
  EXPECT_EQ(last("str_orchestrator_broker", one(given.c_str(), R"({"accepted":true})")),
            "0 passed, 1 failed, 0 skipped");
}

TEST_F(Scenarios, LimitsHoldAtOtherNumbers) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"max_tool_calls":3,"calls_in_conversation":3})", R"({"accepted":true,"executed":3})"},
      {R"({"max_tool_calls":3,"calls_in_conversation":4})",
       R"({"accepted":false,"executed":3,"reason":"Tool call limit exceeded (3). )"
       R"(This may indicate a runaway agent."})"},
      {R"({"max_tool_calls":4,"calls_in_one_turn":4})", R"({"accepted":true,"executed":4})"},
      {R"({"max_tool_calls":4,"calls_in_one_turn":9})", R"({"accepted":false,"executed":0})"}};
  for (const auto& [given, expect] : rows)
    EXPECT_EQ(last("str_orchestrator_broker", one(given, expect)), "1 passed, 0 failed, 0 skipped")
        << given;
  EXPECT_EQ(last("str_orchestrator_broker",
                 one(R"({"max_tool_calls":4,"calls_in_one_turn":9})", R"({"executed":4})")),
            "0 passed, 1 failed, 0 skipped");
}

TEST_F(Scenarios, WhatIsOfferedIsWhatIsAllowed) {
  const std::string given =
      std::string("{") + kBooking + R"(,"allowed_tools":["list_rooms"],"ask":"offered"})";
  EXPECT_EQ(last("str_orchestrator_broker", one(given.c_str(), R"({"offered":["list_rooms"]})")),
            "1 passed, 0 failed, 0 skipped");
  EXPECT_EQ(last("str_orchestrator_broker",
                 one(given.c_str(), R"({"offered":["list_rooms","book_room"]})")),
            "0 passed, 1 failed, 0 skipped");
  EXPECT_EQ(
      last("str_orchestrator_broker",
           one((std::string("{") + kBooking + R"(,"allowed_tools":[],"ask":"offered"})").c_str(),
               R"({"offered":["book_room"]})")),
      "0 passed, 0 failed, 1 skipped");  // deny by default: differs
}

TEST_F(Scenarios, TroubleOfTheToolAndOfItsSecretIsNoSuccess) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"upstream":"maps API answers 503","mode":"live"})",
       R"({"success":false,"executed":true})"},
      {R"({"upstream":"maps API answers 200","mode":"live"})", R"({"success":true})"},
      {R"({"upstream":"the server times out","mode":"live"})",
       R"({"success":false,"executed":true})"},
      {R"({"broker":"the secret is missing","mode":"live"})",
       R"({"success":false,"executed":false})"}};
  for (const auto& [given, expect] : rows)
    EXPECT_EQ(last("str_orchestrator_broker", one(given, expect)), "1 passed, 0 failed, 0 skipped")
        << given;
  // A difference in the words is meant; that the call ran would not be.
  EXPECT_EQ(last("str_orchestrator_broker",
                 one(R"({"broker":"secret unavailable"})",
                     R"({"executed":true,"content":"Secret 'a/b' is missing"})")),
            "0 passed, 1 failed, 0 skipped");
}

TEST_F(Scenarios, AResetClearsCountAndConversation) {
  EXPECT_EQ(
      last("str_orchestrator_broker", one(R"({"after":"reset","max_tool_calls":3})",
                                          R"({"tool_call_count":0,"conversation_length":0})")),
      "1 passed, 0 failed, 0 skipped");
  EXPECT_EQ(
      last("str_orchestrator_broker", one(R"({"after":"reset"})", R"({"tool_call_count":1})")),
      "0 passed, 1 failed, 0 skipped");
}

TEST_F(Scenarios, ProseAndLaterPartsAreSkippedByName) {
  EXPECT_EQ(
      run("str_orchestrator_broker", one(R"({"weather":"fine"})", R"({"accepted":true})")).front(),
      "skipped X-1: prose: given.weather");
  EXPECT_EQ(run("ramp_redaction", one("{}", "{}")).front(), "skipped X-1: later: control");
  EXPECT_EQ(last("never_heard_of", one("{}", "{}")), "0 passed, 1 failed, 0 skipped");
  EXPECT_NE(run("str_scrub", R"({"id":"X-1"})").back().find("no id, given or expect"),
            std::string::npos);
}

TEST_F(Scenarios, ScrubbingOfOtherSecretsIsJudged) {
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {R"({"secrets":{"k":"horse-battery-9"},"tool_output":"is horse-battery-9."})",
       R"({"returned":"is [REDACTED]."})", "1 passed, 0 failed, 0 skipped"},
      {R"({"secrets":{"k":"horse-battery-9"},"tool_output":"is horse-battery-9."})",
       R"({"returned":"is horse-battery-9."})", "0 passed, 1 failed, 0 skipped"},
      {R"({"secrets":{"k":"horse-battery-9"},)"
       R"("tool_output":["a %68orse-bat","tery-%39 b"],"tool_output_form":"percent"})",
       R"({"secret_recoverable_by_reader":false})", "1 passed, 0 failed, 0 skipped"},
      {R"({"secrets":{"k":"horse-battery-9"},)"
       R"("tool_output":"ubefr-onggrel-9","tool_output_form":"rot13"})",
       R"({"secret_recoverable_by_reader":"documented limit"})", "1 passed, 0 failed, 0 skipped"},
      {R"({"secrets":{"k":"horse-battery-9"},"tool_output":"x","tool_output_form":"sung aloud"})",
       R"({"secret_recoverable_by_reader":"documented limit"})", "0 passed, 1 failed, 0 skipped"},
      {R"({"secrets":["k"],"tool_output":"x"})", R"({"returned":"x"})",
       "0 passed, 0 failed, 1 skipped"}};
  for (const auto& [given, expect, counts] : rows)
    EXPECT_EQ(last("str_scrub", one(given, expect)), counts) << given << expect;
}

TEST(Reader, FindsEveryListedForm) {
  const std::string secret = "horse/battery+9=";
  for (const auto& encoding : broker::testing::encodings()) {
    const std::string text = "before " + encoding.encode(secret) + " after";
    EXPECT_TRUE(recoverable(text, secret)) << encoding.name;
    EXPECT_EQ(damage(text, broker::scrub_text(broker::testing::set_of({secret}), text), {secret}),
              "")
        << encoding.name;
  }
  for (const char* other : {"", "horse/batterz+9=", "horse battery"})
    EXPECT_FALSE(recoverable(other, secret)) << other;
  EXPECT_FALSE(recoverable("anything", ""));
}

TEST(Reader, SeesDamageBesideASecret) {
  const std::vector<std::string> secrets{"horse-battery-9", "abc"};
  const std::pair<const char*, const char*> sound[] = {{"x horse-battery-9 y", "x [REDACTED] y"},
                                                       {"abcabc", "[REDACTED][REDACTED]"},
                                                       {"abc", "[REDACTED]"},
                                                       {"nothing", "nothing"}};
  for (const auto& [original, returned] : sound)
    EXPECT_EQ(damage(original, returned, secrets), "") << returned;
  const std::pair<const char*, const char*> spoilt[] = {{"x horse-battery-9 y", "x[REDACTED] y"},
                                                        {"x horse-battery-9 y", "x [REDACTED]y"},
                                                        {"x horse-battery-9 y", "x [REDACTED] z"},
                                                        {"x horse-battery-9 y", "x [REDACTED]"},
                                                        {"x horse-battery-9 y", "[REDACTED]"},
                                                        {"nothing here", "[REDACTED] here"},
                                                        {"nothing here", "nothing"}};
  for (const auto& [original, returned] : spoilt)
    EXPECT_NE(damage(original, returned, secrets), "") << returned;
}

TEST(KnownLimits, AreLookedUpByTheirTellingWords) {
  const auto page = KnownLimits::parse(
      "# S\n| x | rot13 |\n## What is not found\n| t | |\n|---|---|\n"
      "| rot13, other substitutions | gzip |\n| hashes, compression | |\n| spaces between letters "
      "| |\n## Cost\n| base85 | |\n");
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(page->row_for("rot13"), "rot13, other substitutions");
  EXPECT_EQ(page->row_for("sha512 of the secret"), "hashes, compression");
  EXPECT_EQ(page->row_for("gzip"), "hashes, compression");
  EXPECT_EQ(page->row_for("space between each letter"), "spaces between letters");
  for (const char* form : {"", "the secret", "base85", "rot5", "sung aloud"})
    EXPECT_EQ(page->row_for(form), "") << form;
  EXPECT_FALSE(KnownLimits::parse("## What is found\n| rot13 | |\n").ok());
}

}  // namespace
}  // namespace conformance
