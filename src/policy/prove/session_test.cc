// SPDX-License-Identifier: Apache-2.0
// Questions about what a few calls can make of a session.
#include <gtest/gtest.h>

#include "policy/prove/prove.h"
#include "policy/prove/prove_testing.h"

namespace policy::proving {
namespace {

Proof after(const Loaded& policy, Query asked, unsigned calls) {
  asked.prior_calls = calls;
  return prove(policy, asked, Limits{});
}

// Each attempt, also a denied one, moves a step up; the fourth passes.
constexpr const char* kLadder = R"(
  tool "issue_refund" {
    session before {
      when @session.tags overlaps {"two"} { @session.tags |= {"three"}; }
      when @session.tags overlaps {"one"} { @session.tags |= {"two"}; }
      @session.tags |= {"one"};
    }
    must allow when @session.tags overlaps {"three"};
  })";

TEST(ProveSessions, TheRefundLadderNeedsItsSteps) {
  const Loaded policy = loaded(kLadder);
  const Query asked = query("issue_refund", "");
  EXPECT_EQ(word(after(policy, asked, 0)), "no");
  EXPECT_EQ(word(after(policy, asked, 1)), "no");
  const Proof proof = after(policy, asked, 2);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  ASSERT_EQ(proof.prior.size(), 2U);
  for (const Earlier& earlier : proof.prior) {
    EXPECT_EQ(earlier.question.tool, "issue_refund");
    EXPECT_FALSE(earlier.observed.has_value());  // denied, and counted all the same
  }
  EXPECT_EQ(proof.witness.session.label.tags, (label::Names{"one", "two"}));
  EXPECT_EQ(word(prove(policy, asked, Limits{})), "yes") << "in some state of the session";
}

TEST(ProveSessions, ALongerLadderIsClimbedInThreeCallsButNotInTwo) {
  const Loaded policy = loaded(R"(
    tool "issue_refund" {
      session before {
        when @session.tags overlaps {"three"} { @session.tags |= {"four"}; }
        when @session.tags overlaps {"two"} { @session.tags |= {"three"}; }
        when @session.tags overlaps {"one"} { @session.tags |= {"two"}; }
        @session.tags |= {"one"};
      }
      must allow when @session.tags overlaps {"four"};
    })");
  EXPECT_EQ(word(after(policy, query("issue_refund", ""), 2)), "no");
  const Proof proof = after(policy, query("issue_refund", ""), 3);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  EXPECT_EQ(proof.prior.size(), 3U);
}

// What was read marks the session, and the mark closes the way out.
constexpr const char* kTaint = R"(
  tool "read_file" {
    session after { when path.value in {w"/secret/*"} { @session.tags |= {"secret"}; } }
    should allow always;
  }
  tool "send_email" {
    must deny when @session.tags overlaps {"secret"};
    should allow always;
  })";

TEST(ProveSessions, AMarkOnTheSessionClosesTheWayOut) {
  const Loaded policy = loaded(kTaint);
  const Query marked = query("send_email", R"("secret" in @session.tags)");
  EXPECT_EQ(word(after(policy, marked, 2)), "no");
  EXPECT_EQ(word(prove(policy, marked, Limits{})), "no");
  EXPECT_EQ(word(after(policy, query("send_email", ""), 2)), "yes");
}

TEST(ProveSessions, AnotherToolThatTakesTheMarkAwayIsFound) {
  const Loaded policy = loaded(std::string(kTaint) + R"(
    tool "note" { session before { when text.value == "clean" { @session.tags -= {"secret"}; } } }
    tool "pick" { session before {
      when @session.tags overlaps {"secret"} { @session.producers |= {"reader"}; } } })");
  const Query asked = query("send_email", R"("reader" in @session.producers)");
  EXPECT_EQ(word(after(policy, asked, 2)), "no");
  const Proof proof = after(policy, asked, 3);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  ASSERT_EQ(proof.prior.size(), 3U);
  EXPECT_EQ(proof.prior[0].question.tool, "read_file");
  EXPECT_TRUE(proof.prior[0].observed.has_value());
  EXPECT_EQ(proof.prior[1].question.tool, "pick");
  EXPECT_EQ(proof.prior[2].question.tool, "note");
  EXPECT_EQ(proof.prior[2].question.leaves[0].text, "clean");
}

TEST(ProveSessions, WhatCameBackIsLearntOnlyIfTheCallRan) {
  constexpr const char* kPolicy = R"(
    tool "read_file" {
      session after { @session.tags |= @result.tags; }
      result { @tags |= {"file"}; }
      must allow when path.value in {w"/open/*"} and path.tags is empty;
    }
    tool "send_email" { must allow when @session.tags overlaps {"pii"}; })";
  const Loaded policy = loaded(kPolicy);
  EXPECT_EQ(word(after(policy, query("send_email", ""), 0)), "no");
  const Proof proof = after(policy, query("send_email", ""), 1);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  ASSERT_EQ(proof.prior.size(), 1U);
  ASSERT_TRUE(proof.prior[0].observed.has_value());
  EXPECT_EQ(word(after(policy, query("send_email", R"(not "file" in @session.tags)"), 1)), "no");
}

TEST(ProveSessions, ALabelThatReplacesIsReplacedOnlyWhereTheToolSaysSo) {
  const Loaded policy = loaded(R"(
    tool "read_file" {
      session after { @session.tags |= @result.tags; }
      must allow when path.tags overlaps {"pii"};
    }
    tool "note" { session before { when @session.tags is empty { @session.producers |= {"x"}; } } }
    tool "send_email" { must allow when @session.tags overlaps {"new"}; })");
  Query asked = query("send_email", R"(not "pii" in @session.tags)");
  EXPECT_EQ(word(after(policy, asked, 1)), "no");
  asked.replacing.insert("read_file");
  const Proof proof = after(policy, asked, 1);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  EXPECT_EQ(proof.prior[0].observed->combine, Observed::Combine::kReplace);
}

TEST(ProveSessions, WhereToolsAreOpenOneThatNobodyDeclaredMayComeBefore) {
  Loaded policy = loaded(R"(
    tool r"x.*" { session before { @session.tags |= {"on"}; } }
    tool "send_email" { must allow when @session.tags overlaps {"on"}; })");
  EXPECT_EQ(word(after(policy, query("send_email", ""), 1)), "no");
  policy.options.open_tools = true;
  const Proof proof = after(policy, query("send_email", ""), 1);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  EXPECT_EQ(proof.prior[0].question.tool, "x");
  const Query beside = query("send_email", R"(@args.tags overlaps {"a"} and to.tags is empty and
    body.tags is empty and cc is absent and meta is absent)");
  EXPECT_EQ(word(after(policy, beside, 1)), "yes");
  policy.options.open_tools = false;
  EXPECT_EQ(word(prove(policy, beside, Limits{})), "no");
}

TEST(ProveSessions, TimeDoesNotRunBackwards) {
  const Loaded policy = loaded(R"(
    language yett 1;
    tool "note" { session before {
      when @time.now >= d"2026-06-01T00:00:00Z" { @session.tags |= {"late"}; } } }
    tool "send_email" { allow when @time.now < d"2026-06-01T00:00:00Z"; })");
  const Query asked = query("send_email", R"("late" in @session.tags)");
  EXPECT_EQ(word(after(policy, asked, 1)), "no");
  EXPECT_EQ(word(prove(policy, asked, Limits{})), "yes");
}

TEST(ProveSessions, TheAskerOfASessionStays) {
  const Loaded policy = loaded(R"(
    language yett 1;
    tool "note" { session before { when @principal.id == "alice" { @session.tags |= {"hers"}; } } }
    tool "send_email" { allow when @principal.id != "alice"; })");
  const Query asked = query("send_email", R"("hers" in @session.tags)");
  EXPECT_EQ(word(after(policy, asked, 2)), "no");
}

TEST(ProveSessions, AnErrorInAnUpdateRestrictsAndThatIsSeen) {
  const Loaded policy = loaded(R"(
    tool "read_file" { session before { @session.tags |= lines.tags; } }
    tool "send_email" { must allow when @session.tags overlaps {"__restricted"}; })");
  const Proof proof = after(policy, query("send_email", ""), 1);
  ASSERT_EQ(word(proof), "yes") << proof.why;
  ASSERT_EQ(proof.prior.size(), 1U);
  EXPECT_EQ(proof.prior[0].question.leaves.size(), 1U) << "lines was absent";
}

}  // namespace
}  // namespace policy::proving
