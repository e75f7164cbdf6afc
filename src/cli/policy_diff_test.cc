// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_diff.h"

#include <algorithm>

#include "cli/policy_sample.h"
#include "cli/policy_testing.h"
#include "policy/explain/explain.h"

namespace cli {
namespace {

std::string told(const std::vector<DiffLine>& lines) {
  std::string out;
  for (const DiffLine& line : lines) out += line.sign + line.text + "\n";
  return out;
}

TEST(DiffLines, KeepsWhatBothHave) {
  EXPECT_EQ(told(diff_lines({"a", "b", "c", "d"}, {"a", "c", "x", "d"})), " a\n-b\n c\n+x\n d\n");
  EXPECT_EQ(told(diff_lines({}, {"a"})), "+a\n");
  EXPECT_EQ(told(diff_lines({"a"}, {})), "-a\n");
  EXPECT_EQ(told(diff_lines({"a", "a"}, {"a"})), " a\n-a\n");
  EXPECT_TRUE(diff_lines({}, {}).empty());
}

constexpr const char* kOld = R"(language yett 1;
  let ours = {"user@trustedcorp.com"};
  tool "send_email" { deny when not all to[*].value in ours; allow always; })";

TEST(PolicyDiff, TellsWhichToolAndNameChanged) {
  const PolicyGround a = ground_for(kOld);
  const PolicyGround b = ground_for(R"(language yett 1;
    let ours = {"user@trustedcorp.com", "boss@trustedcorp.com"};
    /// a comment is no change
    tool "send_email" { deny when not all to[*].value in ours; allow always; }
    tool "issue_refund" { ask always; })");
  const auto changes = changes_between(a.loaded, b.loaded);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].tool, "names");
  EXPECT_EQ(changes[1].tool, "tool \"issue_refund\"");
  EXPECT_TRUE(changes_between(a.loaded, a.loaded).empty());
}

TEST(PolicyDiff, FindsAFlipAndMakesItSmall) {
  const PolicyGround a = ground_for(kOld);
  const PolicyGround b = ground_for(R"(language yett 1;
    let ours = {"user@trustedcorp.com"};
    tool "send_email" {
      deny when not all to[*].value in ours;
      deny when body.tags overlaps {"pii"};
      allow always;
    })");
  const Sample sample = flips_between(a, b, some_tools(), 500);
  EXPECT_EQ(sample.questions, 1000u);
  ASSERT_EQ(sample.flips.size(), 1u);
  const Flip& flip = sample.flips[0];
  EXPECT_EQ(flip.what, "allow -> deny");
  EXPECT_EQ(flip.times, sample.flipped);
  EXPECT_EQ(flip.question.leaves.size(), 2u);  // what the tool requires, one item each
  EXPECT_EQ(flip.question.leaves.back().label.tags, (label::Names{"pii"}));
  EXPECT_EQ(flip.question.asker, policy::Asker{});
  EXPECT_EQ(policy::answer(a.set, flip.question).effect, policy::Effect::kAllow);
  EXPECT_EQ(policy::answer(b.set, flip.question).effect, policy::Effect::kDeny);
}

TEST(PolicyDiff, SeesWhatIsLearntAndObligedToo) {
  const PolicyGround a = ground_for("language yett 1; tool \"send_email\" { allow always; }");
  const PolicyGround b =
      ground_for("language yett 1; tool \"send_email\" { allow always; oblige log \"x\" always; }");
  const PolicyGround c = ground_for(
      "language yett 1; tool \"send_email\" { allow always; result { @tags |= {\"t\"}; } }");
  const auto what = [&](const PolicyGround& other) {
    const Sample sample = flips_between(a, other, some_tools(), 50);
    return sample.flips.empty() ? "" : sample.flips[0].what;
  };
  EXPECT_EQ(what(b), "obligations");
  EXPECT_EQ(what(c), "what is learnt");
  EXPECT_EQ(what(a), "");
}

TEST(Sampler, AsksTheSameUnderTheSameSeedAndReachesBothSides) {
  const PolicyGround ground = ground_for(R"(language yett 1;
    tool "send_email" {
      deny when any to[*].value in { str matching r"[a-z]+@(evil|bad)\.test" };
      ask when body.origins overlaps {"tool:inbox"};
      allow when @principal.roles overlaps {"mailer"} and @time.hour < 18;
    })");
  Sampler one(vocabulary_of({&ground.loaded}), 3);
  Sampler two(vocabulary_of({&ground.loaded}), 3);
  std::array<int, 3> effects{};
  for (int i = 0; i < 400; ++i) {
    const policy::Question q = one.ask(some_tools()[0]);
    ASSERT_EQ(q.leaves, two.ask(some_tools()[0]).leaves);
    const policy::Answer answer = policy::answer(ground.set, q);
    // The tracer is a second program: what it says of a drawn question must be the same.
    ASSERT_EQ(policy::explain(ground.loaded, q, false).answer, answer);
    ++effects.at(static_cast<std::size_t>(answer.effect));
  }
  for (const int n : effects) EXPECT_GT(n, 10);
}

TEST(Words, ExamplesOfPatternsAreSuch) {
  const auto has = [](std::string_view pattern, std::string_view text) {
    const auto all = examples_of(pattern);
    return std::ranges::find(all, text) != all.end();
  };
  EXPECT_TRUE(has("(a|bc)d", "ad"));
  EXPECT_TRUE(has("(a|bc)d", "bcd"));
  EXPECT_TRUE(has(R"(^[a-z]+@x\.org$)", "a@x.org"));
  EXPECT_TRUE(has(R"(\d{3})", "111"));
  EXPECT_TRUE(has("(?i)ab?", "a"));
  for (const char* broken : {"", "(", "[", "\\", "a{", "(?", "((((", "a|", "*", "[]", "(?P<n"})
    EXPECT_FALSE(examples_of(broken).empty()) << broken;
}

}  // namespace
}  // namespace cli
