// SPDX-License-Identifier: Apache-2.0
#include "cli/call_story.h"

#include <gtest/gtest.h>

#include "audit/fault_file.h"
#include "audit/recover.h"
#include "base/reason.h"
#include "schema/write.h"

namespace cli {
namespace {

using audit::Entry;
using audit::Kind;
using base::Reason;

constexpr const char* kPolicy = "// rules\n  tool \"status\" { must allow always; }\n";

Entry entry(Kind kind, std::uint64_t call, std::int64_t wall_us) {
  Entry e;
  e.kind = kind;
  e.call = {call};
  e.wall_us = wall_us;
  return e;
}

Entry intent(std::uint64_t call, audit::Effect effect, Reason reason, std::uint32_t rule) {
  Entry e = entry(Kind::kIntent, call, 1'000'000);
  e.session = {7};
  e.turn = 2;
  e.tenant = "default";
  e.principal = "uid:1";
  e.door = "terminal";
  e.tool = "status";
  e.effect = effect;
  e.rule = rule;
  e.reasons = {static_cast<std::uint16_t>(reason)};
  e.policy = base::sha256({kPolicy});
  e.argument_leaves = 1;
  e.origins = {"model:local", "user"};
  if (effect == audit::Effect::kAllow) e.warrant_epoch = 9, e.warrant_sequence = 3;
  return e;
}

PolicyText policy_as(const std::string& text) {
  return {{{"policy.sqrt", text}}, base::sha256({text})};
}

// A log with one allowed call, one denied call and one under way.
void fill(audit::FaultFile& file) {
  const base::SystemClock clock;
  base::SystemRandom random;
  auto log = audit::open(file, clock, random, {"yett/test"});
  ASSERT_TRUE(log.ok());
  Entry outcome = entry(Kind::kOutcome, 1, 1'020'000);
  outcome.outcome = static_cast<std::uint16_t>(Reason::kUpstreamStatus);
  outcome.http_status = 404;
  outcome.response_bytes = 12;
  outcome.duration_us = 19'500;
  outcome.scrub_hits = 2;
  std::vector<Entry> all{intent(1, audit::Effect::kAllow, Reason::kAllowedByRule, 2),
                         entry(Kind::kStarted, 1, 1'001'500),
                         intent(2, audit::Effect::kDeny, Reason::kNoRule, 0), outcome,
                         intent(3, audit::Effect::kAllow, Reason::kAllowedByRule, 2)};
  for (Entry& e : all) ASSERT_TRUE(log->writer.append(e).ok());
  ASSERT_TRUE(log->writer.commit().ok());
}

TEST(CallStory, ACallIsNamedInThreeWays) {
  EXPECT_EQ(parse_call("c12")->value, 12u);
  EXPECT_EQ(parse_call("12")->value, 12u);
  EXPECT_EQ(parse_call("000000000000000c")->value, 12u);
  for (const char* wrong :
       {"", "c", "c0", "0", "-1", "c1x", "0000000000000000", "99999999999999999999999"})
    EXPECT_FALSE(parse_call(wrong).ok()) << wrong;
}

TEST(CallStory, TellsDecisionRuleAndCourse) {
  audit::FaultFile file;
  fill(file);
  const auto story = read_story(file, {1});
  ASSERT_TRUE(story.ok());
  EXPECT_EQ(story_text(*story, policy_as(kPolicy)),
            "call c1 (0000000000000001)  status\n"
            "  decision   allow: The call is allowed. (allowed_by_rule)\n"
            "  rule       policy.sqrt:2: tool \"status\" { must allow always; }\n"
            "  asked by   uid:1 at door terminal, session 0000000000000007, turn 2\n"
            "  arguments  1 value, digest 000000000000\n"
            "  origins    model:local, user\n"
            "  warrant    3 of epoch 0000000000000009\n"
            "  started    +1.5 ms\n"
            "  outcome    The tool answered with an error. (upstream_status), HTTP 404, 12 bytes, "
            "19.5 ms, 2 secrets scrubbed\n"
            "  log        1 intent, 2 started, 4 outcome\n");
}

TEST(CallStory, ARuleOfAnotherPolicyIsNotShownAsIfItWereTheOne) {
  audit::FaultFile file;
  fill(file);
  const auto story = read_story(file, {1});
  const std::string text = story_text(*story, policy_as(std::string(kPolicy) + "// changed\n"));
  EXPECT_NE(text.find("line 2 of file 1 of the policy as it was then"), std::string::npos);
  EXPECT_EQ(text.find("must allow"), std::string::npos);
}

TEST(CallStory, ADenialByDefaultAndACallUnderWaySayIt) {
  audit::FaultFile file;
  fill(file);
  const std::string denied = story_text(*read_story(file, {2}), policy_as(kPolicy));
  EXPECT_NE(denied.find("deny: The call is denied: no rule allows it. (no_rule)"),
            std::string::npos);
  EXPECT_NE(denied.find("none decided"), std::string::npos);
  const std::string open = story_text(*read_story(file, {3}), policy_as(kPolicy));
  EXPECT_NE(open.find("none yet"), std::string::npos);
}

TEST(CallStory, TheDocumentHasTheEntriesThemselves) {
  audit::FaultFile file;
  fill(file);
  const schema::Value document = story_json(*read_story(file, {1}), policy_as(kPolicy));
  EXPECT_EQ(document.find_string("decision"), "allow");
  EXPECT_EQ(document.find_string("outcome"), "upstream_status");
  EXPECT_EQ(document.find("rule")->find_string("source"), "tool \"status\" { must allow always; }");
  EXPECT_EQ(document.find("entries")->as_array()->size(), 3u);
}

TEST(CallStory, AnUnknownCallAndADamagedLogAreToldApart) {
  audit::FaultFile file;
  fill(file);
  EXPECT_EQ(read_story(file, {99}).error().code, base::Errc::kNotFound);
  std::string disk(file.cached());
  disk[1024 + 60] = static_cast<char>(disk[1024 + 60] ^ 1);
  audit::FaultFile damaged(disk);
  EXPECT_EQ(read_story(damaged, {1}).error().code, base::Errc::kCorrupt);
}

}  // namespace
}  // namespace cli
