// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "conformance/command.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

// Runs the lines of its files as orders: "pass", "fail", "ambiguous pass", "later X", ...
class OrderSuite final : public Suite {
 public:
  std::string_view name() const override { return "orders"; }
  std::string_view default_folder() const override { return "orders"; }
  std::vector<std::string_view> options() const override { return {"schema"}; }
  base::Status run(const Run& run, Report& report) override {
    for (const auto& file : files_of(run.folder, ".order")) {
      TRY_AS(std::string order, read_file(file));
      Case c{.id = file.stem(), .table = "t", .facts = {{"answer", "deny"}}};
      if (!run.selects(c.table, c.id)) continue;
      c.ambiguous = order.starts_with("ambiguous");
      if (order.ends_with("pass")) report.passed(c);
      else if (order.ends_with("strict")) report.passed(c, "stricter");
      else if (order.ends_with("later")) report.skipped(c, Skip::kLater, "plans");
      else if (order.ends_with("broken")) return base::invalid("broken");
      else report.failed(c, "expected x, got y");
    }
    if (run.options.contains("schema")) report.note("schema " + run.options.at("schema"));
    return base::ok();
  }
};

class Runner : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("conformance" + std::to_string(getpid()));
    fs::create_directories(root_ / "orders");
    put("reasons.toml", "");
    put("differences.toml", "");
  }
  void TearDown() override { fs::remove_all(root_); }

  void put(const char* name, std::string_view text) { std::ofstream(root_ / name) << text; }
  void order(const char* id, std::string_view text) {
    std::ofstream(root_ / "orders" / (std::string(id) + ".order")) << text;
  }
  int run(std::vector<std::string_view> arguments) {
    lines_.clear();
    complaints_.clear();
    Suite* suites[] = {&suite_};
    return run_command(
        suites, arguments, {root_, root_}, [this](std::string_view l) { lines_.emplace_back(l); },
        [this](std::string_view l) { complaints_ += l; });
  }

  OrderSuite suite_;
  fs::path root_;
  std::vector<std::string> lines_;
  std::string complaints_;
};

using Lines = std::vector<std::string>;

TEST_F(Runner, PrintsEachFailedOrSkippedCaseAndTheCountsLast) {
  order("a", "pass");
  order("b", "fail");
  order("c", "later");
  order("d", "strict");
  EXPECT_EQ(run({"orders"}), 1);
  EXPECT_EQ(lines_, (Lines{"failed b: expected x, got y", "skipped c: later: plans",
                           "passed d: stricter", "2 passed, 1 failed, 1 skipped"}));
}

TEST_F(Runner, SucceedsOnlyIfSomethingPassedAndNothingFailed) {
  order("a", "pass");
  order("c", "later");
  EXPECT_EQ(run({"orders"}), 0);
  EXPECT_EQ(run({"orders", "--only", "c"}), 1);
  EXPECT_EQ(run({"orders", "--only", "nobody"}), 1);
  EXPECT_EQ(lines_, Lines{"0 passed, 0 failed, 0 skipped"});
}

TEST_F(Runner, SelectsByTableOrId) {
  order("a", "pass");
  order("b", "pass");
  run({"orders", "--only", "a"});
  EXPECT_EQ(lines_.back(), "1 passed, 0 failed, 0 skipped");
  run({"orders", "--only=a", "--only=b"});
  EXPECT_EQ(lines_.back(), "2 passed, 0 failed, 0 skipped");
  run({"orders", "--only", "t"});
  EXPECT_EQ(lines_.back(), "2 passed, 0 failed, 0 skipped");
}

TEST_F(Runner, CountsAMeantDifferenceAsSkippedNeverAsPassed) {
  order("a", "fail");
  order("b", "fail");
  order("c", "pass");
  put("differences.toml",
      "[[difference]]\nsuite = 'orders'\nid = 'a'\nfacts = { answer = ['ask', 'deny'] }\n"
      "reason = 'impossible here'\n[[difference]]\nsuite = 'other'\nid = 'b'\nreason = 'no'\n"
      "[[difference]]\nsuite = 'orders'\nfacts = { id = 'b', answer = 'allow' }\nreason = 'no'\n");
  EXPECT_EQ(run({"orders"}), 1);
  EXPECT_EQ(lines_, (Lines{"differs a: impossible here", "failed b: expected x, got y",
                           "1 passed, 1 failed, 1 skipped"}));
}

TEST_F(Runner, LetsAnAmbiguousCaseNeitherPassNorFail) {
  order("a", "ambiguous pass");
  order("b", "ambiguous fail");
  order("c", "pass");
  EXPECT_EQ(run({"orders"}), 0);
  EXPECT_EQ(lines_, (Lines{"agrees a", "disagrees b: expected x, got y",
                           "ambiguous: 1 agrees, 1 disagrees", "1 passed, 0 failed, 2 skipped"}));
}

TEST_F(Runner, SaysThatDataIsAbsentInAWayCtestKnows) {
  const std::string nowhere = root_ / "nowhere";
  EXPECT_EQ(run({"orders", nowhere}), 77);
  EXPECT_EQ(lines_,
            (Lines{"skipped orders: data absent: " + nowhere, "0 passed, 0 failed, 1 skipped"}));
}

TEST_F(Runner, RefusesACommandLineThatItDoesNotUnderstand) {
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"nonsense"}), 2);
  EXPECT_EQ(run({"orders", "--unknown", "x"}), 2);
  EXPECT_EQ(run({"orders", "--only"}), 2);
  EXPECT_EQ(run({"orders", "a", "b"}), 2);
  EXPECT_TRUE(lines_.empty());
  EXPECT_NE(complaints_.find("usage:"), std::string::npos);
}

TEST_F(Runner, HandsTheOptionsOfASuiteOn) {
  order("a", "pass");
  EXPECT_EQ(run({"orders", "--schema", "file.json"}), 0);
  EXPECT_EQ(lines_.front(), "schema file.json");
}

TEST_F(Runner, DoesNotCallABrokenRunASuccess) {
  order("a", "pass");
  order("b", "broken");
  EXPECT_EQ(run({"orders"}), 2);
  EXPECT_EQ(complaints_, "broken");
}

TEST_F(Runner, StopsAtTablesThatItCannotRead) {
  order("a", "pass");
  put("differences.toml", "[[difference]]\nsuite = 'orders'\nid = 'a'\n");
  EXPECT_EQ(run({"orders"}), 2);
  fs::remove(root_ / "differences.toml");
  EXPECT_EQ(run({"orders"}), 2);
}

TEST(Tables, OfDifferencesAreReadStrictly) {
  for (const char* text :
       {"[[difference]]\nsuite='s'\nreason='r'", "[[difference]]\nid='a'\nreason='r'",
        "[[difference]]\nsuite='s'\nid='a'", "[[difference]]\nsuite='s'\nid='a'\nreason='r'\nx='y'",
        "[[difference]]\nsuite='s'\nid=1\nreason='r'", "[difference]\nsuite='s'",
        "[[other]]\na='b'", "[[difference]]\nsuite='s'\nfacts={}\nreason='r'", "x ="}) {
    EXPECT_FALSE(Differences::parse(text).ok()) << text;
  }
}

TEST(Tables, OfReasonsReplaceFields) {
  const auto reasons = Reasons::parse("[t]\ncode = ['tool {tool} {', 'plain']\nother = 'one'\n");
  ASSERT_TRUE(reasons.ok()) << reasons.error().message;
  EXPECT_TRUE(reasons->agree("t", "code", {{"tool", "x"}}, "tool x {"));
  EXPECT_TRUE(reasons->agree("t", "code", {}, "plain"));
  EXPECT_TRUE(reasons->agree("t", "other", {}, "one"));
  EXPECT_FALSE(reasons->agree("t", "code", {{"tool", "x"}}, "tool y {"));
  EXPECT_FALSE(reasons->agree("t", "other", {}, "plain"));
  EXPECT_FALSE(reasons->agree("u", "code", {}, "plain"));
  EXPECT_FALSE(Reasons::parse("code = 'x'").ok());
  EXPECT_FALSE(Reasons::parse("[t]\ncode = 1").ok());
}

TEST(Tables, OfThisTreeAreWellFormed) {
  const fs::path here = YETT_TABLES_DIR;
  EXPECT_TRUE(Differences::load(here / "differences.toml").ok());
  EXPECT_TRUE(Reasons::load(here / "reasons.toml").ok());
}

}  // namespace
}  // namespace conformance
