// SPDX-License-Identifier: Apache-2.0
// Questions about one call, whose answers people know.
#include "policy/prove/prove.h"

#include <gtest/gtest.h>

#include "policy/prove/prove_testing.h"

namespace policy::proving {
namespace {

constexpr const char* kMail = R"(
  let inside = { str like w"*@corp.com" };
  tool "send_email" {
    must deny when body.tags overlaps {"pii"} and not to.value in inside;
    should allow always;
  })";
// The same but for a list of bad addresses in the place of a list of good ones.
constexpr const char* kMailOpen = R"(
  tool "send_email" {
    must deny when body.tags overlaps {"pii"} and to.value in {"eve@evil.test"};
    should allow always;
  })";
constexpr const char* kLeak = R"(body.tags overlaps {"pii"} and not to.value in {w"*@corp.com"})";

TEST(Prove, TheMailExampleInBothDirections) {
  for (const Case& c : {
           Case{"held", kMail, "send_email", kLeak, "no"},
           Case{"open", kMailOpen, "send_email", kLeak, "yes"},
           Case{"inside may", kMail, "send_email",
                R"(body.tags overlaps {"pii"} and to.value in {w"*@corp.com"})", "yes"},
           Case{"by another argument", kMail, "send_email",
                R"(to.tags overlaps {"pii"} and not to.value in {w"*@corp.com"})", "yes"},
           Case{"clean", kMail, "send_email", R"(not to.value in {w"*@corp.com"})", "yes"},
           Case{"of any argument", kMail, "send_email",
                R"(@args.tags overlaps {"pii"} and not to.value in {w"*@corp.com"})", "yes"},
       })
    check(c);
}

TEST(Prove, AYesNamesASmallCallThatIsAllowed) {
  const Loaded policy = loaded(kMailOpen);
  const Proof proof = prove(policy, query("send_email", kLeak), Limits{});
  ASSERT_EQ(word(proof), "yes") << proof.why;
  ASSERT_EQ(proof.witness.leaves.size(), 2U);
  EXPECT_EQ(proof.witness.leaves[0].path, "to");
  EXPECT_FALSE(proof.witness.leaves[0].text.ends_with("@corp.com"));
  EXPECT_EQ(proof.witness.leaves[1].label.tags, label::Names{"pii"});
  EXPECT_EQ(proof.witness.leaves[0].label, label::Sets{});
  EXPECT_EQ(proof.witness.control, label::Sets{});
  EXPECT_EQ(proof.witness.session, SessionState{});
}

TEST(Prove, APatternUnderSearchLetsMoreThrough) {
  constexpr const char* kPolicy = R"(
    tool "send_email" { must allow when to.value in {r"[a-z]+@corp\.com"}; })";
  const Query asked = query("send_email", R"(not to.value in {w"*@corp.com"})");
  Loaded policy = loaded(kPolicy);
  EXPECT_EQ(word(prove(policy, asked, Limits{})), "no");
  policy.options.search = true;
  EXPECT_EQ(word(prove(policy, asked, Limits{})), "yes");
}

constexpr const char* kPattern = R"(tool "note" { must allow when text.value in {r"(?:ab)*a"}; })";

TEST(Prove, PatternsAreComparedByWhatTheyMatch) {
  for (const Case& c : {
           Case{"equal", kPattern, "note", R"(not text.value in {r"a(?:ba)*"})", "no"},
           Case{"wider", kPattern, "note", R"(not text.value in {r"[ab]+"})", "no"},
           Case{"narrower", kPattern, "note", R"(not text.value in {r"a|aba"})", "yes"},
           Case{"length", kPattern, "note", R"(text.value in {str like w"*" length 4})", "no"},
           Case{"odd length", kPattern, "note", R"(text.value in {str like w"*" length 5})", "yes"},
           Case{"apart", kPattern, "note", R"(text.value in {r"b.*"})", "no"},
           Case{"not read", kPattern, "note", R"(text.value in {r"\bb"})", "undecided"},
           Case{"not read, but yes", kPattern, "note", R"(not text.value in {r"\bb"})", "yes"},
       })
    check(c);
}

constexpr const char* kAmount = R"(
  language yett 1;
  tool "issue_refund" {
    deny when amount.value > 100;
    ask role "boss" when amount.value >= 50;
    allow when amount.value in {float 0..};
  })";

TEST(Prove, NumericBoundariesAreExact) {
  for (const Case& c : {
           Case{"below", kAmount, "issue_refund", "amount.value < 0", "no"},
           Case{"at zero", kAmount, "issue_refund", "amount.value == 0", "yes"},
           Case{"just below", kAmount, "issue_refund", "amount.value > 49 and amount.value < 50",
                "yes"},
           Case{"whole just below", kAmount, "issue_refund", "amount.value in {int 49<..<50}",
                "no"},
           Case{"at fifty", kAmount, "issue_refund", "amount.value >= 50", "no"},
           Case{"a fraction", kAmount, "issue_refund", "not amount.value in {int 0..}", "yes"},
       })
    check(c);
  Query asked = query("issue_refund", "amount.value == 100");
  EXPECT_EQ(word(prove(loaded(kAmount), asked, Limits{})), "no");
  asked.at_most = Effect::kAsk;
  EXPECT_EQ(word(prove(loaded(kAmount), asked, Limits{})), "yes");
  asked.such_that = query("issue_refund", "amount.value > 100").such_that;
  EXPECT_EQ(word(prove(loaded(kAmount), asked, Limits{})), "no");
}

constexpr const char* kReaders = R"(
  language yett 1;
  tool "send_email" {
    deny when not to.value in @args.consumers.intersect;
    deny when cc is present and not all cc[*].value in @args.consumers.intersect;
    allow always;
  })";

TEST(Prove, ConsumersAreHeldAtTheSink) {
  for (const Case& c : {
           Case{"stranger", kReaders, "send_email", "not to.value in body.consumers", "no"},
           Case{"in copy", kReaders, "send_email",
                "any cc[*].value in {\"eve\"} and not \"eve\" in body.consumers", "no"},
           Case{"everybody", kReaders, "send_email", "body.consumers is universal", "yes"},
           Case{"nobody", kReaders, "send_email", "body.consumers is empty", "no"},
           Case{"two readers", kReaders, "send_email",
                R"(body.consumers == {"a", "b"} and cc[1].value == "b" and to.value == "a")",
                "yes"},
           Case{"three", kReaders, "send_email",
                R"(body.consumers == {"a", "b"} and cc[0].value != cc[1].value
                    and cc[0].value != to.value and cc[1].value != to.value)",
                "no"},
       })
    check(c);
}

constexpr const char* kPath = R"(
  language yett 1;
  tool "read_file" { allow when path.value in {path under "/srv"}
    and not path.value in {path under "/srv/secret"}; })";
constexpr const char* kRawPath = R"(
  language yett 1;
  tool "read_file" { allow when path.value in {w"/srv/*"}; })";

TEST(Prove, CanonicalPathsHoldAndRawOnesDoNot) {
  for (const Case& c : {
           Case{"secret", kPath, "read_file", R"(path.value in {path under "/srv/secret"})", "no"},
           Case{"outside", kPath, "read_file", R"(not path.value in {path under "/srv"})", "no"},
           Case{"inside", kPath, "read_file", R"(path.value in {path under "/srv"})", "yes"},
           Case{"raw", kRawPath, "read_file", R"(path.value in {path under "/etc"})", "yes"},
       })
    check(c);
}

TEST(Prove, AnErrorIsNoWayThrough) {
  constexpr const char* kPolicy = R"(
    language yett 1;
    tool "send_email" { deny when to.value in {email domain "evil.test"}; allow always; })";
  check({"no address", kPolicy, "send_email", R"(to.value == "not an address")", "no"});
  check({"other spelling", kPolicy, "send_email", R"(to.value in {w"*@EVIL.TEST"})", "no"});
  check({"elsewhere", kPolicy, "send_email", R"(to.value in {w"*@corp.com"})", "yes"});
}

TEST(Prove, ASchemaOfChoicesIsBelieved) {
  constexpr const char* kPolicy =
      R"(tool "pick" { must deny when color.value in {"red"} or
        count.value in {int 3..}; should allow always; })";
  for (const Case& c : {
           Case{"a choice", kPolicy, "pick", R"(color.value == "blue")", "yes"},
           Case{"denied", kPolicy, "pick", R"(color.value == "red")", "no"},
           Case{"no choice", kPolicy, "pick", R"(not color.value in {"green", "blue"})", "no"},
           Case{"numbers", kPolicy, "pick", "not count.value in {1, 2}", "no"},
       })
    check(c);
}

constexpr const char* kPeople = R"(
  language yett 1;
  tool "note" {
    deny when @time.hour < 9 or @time.hour >= 17 or @time.weekday in {int 6..7};
    deny when not @principal.scopes grants "notes.write";
    deny when not text is named and @control.origins overlaps {r"tool:.*"};
    deny when @counter.notes >= 3;
    allow when @principal.roles overlaps {"editor"};
  }
  counter notes = calls of "note" per session within 1h;)";

TEST(Prove, WhoAsksWhenAndHowOftenIsPartOfTheQuestion) {
  for (const Case& c : {
           Case{"at all", kPeople, "note", "", "yes"},
           Case{"at night", kPeople, "note", "@time.hour == 8", "no"},
           Case{"on Sunday", kPeople, "note", "@time.weekday == 7", "no"},
           Case{"before", kPeople, "note", R"(@time.now < d"2020-01-01T00:00:00Z")", "yes"},
           Case{"by a wider scope", kPeople, "note", R"(not "notes.write" in @principal.scopes)",
                "yes"},
           Case{"without scope", kPeople, "note", "@principal.scopes is empty", "no"},
           Case{"without role", kPeople, "note", R"(not "editor" in @principal.roles)", "no"},
           Case{"moved", kPeople, "note",
                R"("tool:inbox" in @control.origins and not text is named)", "no"},
           Case{"named", kPeople, "note", R"("tool:inbox" in @control.origins)", "yes"},
           Case{"third", kPeople, "note", "@counter.notes == 2", "yes"},
           Case{"fourth", kPeople, "note", "@counter.notes > 2", "no"},
       })
    check(c);
}

TEST(Prove, AnObjectsPartsAreToldApart) {
  constexpr const char* kPolicy = R"(
    language yett 1;
    tool "send_email" { deny when not meta.owner.value == "alice";
      allow when meta.tags subset of {"public"}; })";
  for (const Case& c : {
           Case{"owner", kPolicy, "send_email", R"(meta.owner.value != "alice")", "no"},
           Case{"no owner", kPolicy, "send_email", "meta.owner is absent", "no"},
           Case{"tags beside", kPolicy, "send_email",
                R"(meta.owner.tags is empty and "public" in meta.tags)", "yes"},
           Case{"other tags beside", kPolicy, "send_email", R"("pii" in meta.tags)", "no"},
       })
    check(c);
}

TEST(Prove, OneItemIsNamedAndAnotherIsNot) {
  constexpr const char* kPolicy = R"(
    language yett 1;
    tool "send_email" { allow when any cc[*] is named; })";
  check({"all", kPolicy, "send_email", "cc is named", "yes"});
  check({"some", kPolicy, "send_email", "not cc is named", "yes"});
  check({"none", kPolicy, "send_email", "not any cc[*] is named", "no"});
}

TEST(Prove, NumbersThatFloatsDoNotHoldAreNotFollowed) {
  constexpr const char* kPolicy = R"(
    tool "issue_refund" { must allow when amount.value in {int 9007199254740993..}; })";
  check({"below", kPolicy, "issue_refund", "amount.value in {int ..5}", "undecided"});
}

TEST(Prove, TheStricterVerdictAndTheOrderOfSoftRulesCount) {
  constexpr const char* kBoth = R"(
    language yett 1;
    tool "note" { should allow always; deny when text.value == "x"; })";
  constexpr const char* kFirst = R"(
    tool "note" { should deny when text.value == "x"; should allow always; }
    tool r"n.*" { priority 1; should allow when text.tags overlaps {"ok"}; })";
  check({"no allow of its own", kBoth, "note", "", "no"});
  check({"overridden", kFirst, "note", R"(text.value == "x")", "yes"});
  check({"not overridden", kFirst, "note", R"(text.value == "x" and text.tags is empty)", "no"});
}

TEST(Prove, NoRuleNoWay) {
  Loaded policy = loaded(R"(tool "note" { should allow always; })");
  EXPECT_EQ(word(prove(policy, query("send_email", ""), Limits{})), "no");
  policy.options.default_allow = true;
  EXPECT_EQ(word(prove(policy, query("send_email", ""), Limits{})), "yes");
}

TEST(Prove, TheModelToolIsHeldByItsPreset) {
  Loaded policy = loaded(R"(tool "parse_with_ai" { should allow always; })");
  ToolShape ai = policy.tools[4];
  ai.name = "parse_with_ai";
  policy.tools.push_back(ai);
  const Query asked = query("parse_with_ai", R"("__llm_blocked" in text.tags)");
  EXPECT_EQ(word(prove(policy, asked, Limits{})), "no");
  policy.options.llm_blocked.reset();
  EXPECT_EQ(word(prove(policy, asked, Limits{})), "yes");
}

TEST(Prove, ANameThatNoFileBindsIsNoAnswer) {
  const Proof proof = prove(loaded(kMail), query("send_email", "to.value in outside"), Limits{});
  EXPECT_EQ(word(proof), "undecided");
  EXPECT_EQ(word(prove(loaded(kMail), query("send_email", "to.value in inside"), Limits{})), "yes");
}

TEST(Prove, GivesUpInTimeAndSaysWhy) {
  std::string policy = "tool \"note\" {\n";
  for (int i = 10; i < 22; ++i)
    policy += "must deny when text.value in {r\".*a.{" + std::to_string(i) + "}\"};\n";
  const Proof proof =
      prove(loaded(policy + "should allow always; }"),
            query("note", R"(text.value == "a" and text.value == "b")"), Limits{50, 1'000'000});
  EXPECT_EQ(word(proof), "undecided");
  EXPECT_FALSE(proof.why.empty());
}

// The check that a bug here cannot tell a lie: what the decision does not say is no yes.
TEST(Prove, ACallThatTheDecisionDoesNotConfirmIsNoYes) {
  const Loaded policy = loaded(kMail);
  Loaded faulty = policy;
  auto& tool = std::get<ToolPolicy>(faulty.trees[0].declarations[1]);
  tool.members.erase(tool.members.begin());  // the deny
  const Query asked = query("send_email", kLeak);
  const auto oracle = shipped(policy, asked);
  ASSERT_TRUE(oracle.ok());
  const Proof proof = prove(faulty, asked, *oracle, Limits{});
  EXPECT_EQ(word(proof), "undecided");
  EXPECT_NE(proof.why.find("does not confirm"), std::string::npos);
}

}  // namespace
}  // namespace policy::proving
