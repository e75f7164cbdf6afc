// SPDX-License-Identifier: Apache-2.0
// What the differential run once found, each by its name. The compiled form and the reference model
// agree, and say what the law says.
#include <gtest/gtest.h>

#include "policy/syntax/parse.h"
#include "tests/policy/differ.h"
#include "tests/policy/show.h"

namespace policy_test {
namespace {

using policy::LeafKind;
using policy::Question;

policy::Loaded loaded(const std::string& text) {
  policy::Loaded out;
  auto parsed = policy::parse({"p", "language yett 1;\n" + text});
  if (const auto* fault = std::get_if<policy::Diagnostic>(&parsed)) {
    ADD_FAILURE() << fault->message;
    return out;
  }
  out.trees.push_back(std::get<policy::Tree>(parsed));
  out.yett = true;
  return out;
}

Question call(std::vector<policy::LeafValue> leaves) {
  Question out;
  out.tool = "t";
  out.leaves = std::move(leaves);
  return out;
}
policy::LeafValue text(std::string path, std::string value) {
  return {std::move(path), LeafKind::kString, std::move(value), {}, false};
}

// What both say.
policy::Answer answer(const std::string& policy, Question question) {
  const policy::Loaded set = loaded(policy);
  std::string fault;
  const auto forms = Forms::make(set, fault);
  if (!forms) {
    ADD_FAILURE() << fault;
    return {};
  }
  EXPECT_EQ(forms->difference(question, {}), std::nullopt);
  return policy::answer(forms->compiled(), question);
}

// `grants` read the label as it was before the blocks.
TEST(Regression, GrantsInABlockReadsTheLabelAsItIsByThen) {
  const policy::Answer after_error = answer(R"(tool "t" { session before {
      @tags |= gone.tags; when @consumers grants "c" { @producers = {"p"}; } } })",
                                            call({}));
  EXPECT_EQ(after_error.before.label.producers, label::Names{});
  const policy::Answer after_update = answer(R"(tool "t" { session before {
      @tags = {"a.*"}; when @tags grants "a.b" { @producers = {"p"}; } } })",
                                             call({}));
  EXPECT_EQ(after_update.before.label.producers, label::Names{"p"});
}

// An element right of `-` and `&` judged the value, with an error, instead of a name.
TEST(Regression, DifferencesAndIntersectionsAreOfNames) {
  EXPECT_EQ(answer(R"(tool "t" { allow when x.value in {"a"} - {path under "/b"}; })",
                   call({text("x", "a")}))
                .effect,
            policy::Effect::kAllow);
  EXPECT_EQ(answer(R"(tool "t" { allow when x.value in {"a"} & {url scheme "https"}; })",
                   call({text("x", "a")}))
                .reason,
            base::Reason::kUnmetRequirement);
  EXPECT_EQ(answer(R"(tool "t" { deny when all x[*].value in {"a"} - {cidr "::1/127"}; })",
                   call({text("x/0", "a")}))
                .reason,
            base::Reason::kDeniedByRule);
}

// A path was refused by the length of its canonical form, which no one can see.
TEST(Regression, TheBoundOfCanonicalFormsIsOnTheText) {
  const auto of = [](std::size_t slashes) {
    return answer(R"(tool "t" { allow when x.value in {path "/a"}; })",
                  call({text("x", "/a" + std::string(slashes, '/'))}))
        .reason;
  };
  EXPECT_EQ(of(4094), base::Reason::kAllowedByRule);
  EXPECT_EQ(of(4095), base::Reason::kDecisionFailed);
}

// A decimal just above 2^53 was read as 2^53.
TEST(Regression, ADecimalThatRoundsTo2To53IsAnError) {
  const auto of = [](std::string number) {
    return answer(R"(tool "t" { allow when x.value in {9007199254740992}; })",
                  call({{"x", LeafKind::kNumber, std::move(number), {}, false}}))
        .reason;
  };
  EXPECT_EQ(of("9007199254740993.0"), base::Reason::kDecisionFailed);
  EXPECT_EQ(of("9007199254740992"), base::Reason::kAllowedByRule);
}

// What is learnt began with the `session before` blocks once more.
TEST(Regression, LearningDoesNotRunTheBlocksBeforeTheCallAgain) {
  const policy::Loaded set = loaded(R"(tool "t" { session before { @producers ^= {"pii"}; } })");
  std::string fault;
  const auto forms = Forms::make(set, fault);
  ASSERT_TRUE(forms) << fault;
  Question question = call({});
  question.session = policy::answer(forms->compiled(), question).before;
  EXPECT_EQ(policy::learn(forms->compiled(), question, {}).session.label.producers,
            label::Names{"pii"});
}

}  // namespace
}  // namespace policy_test
