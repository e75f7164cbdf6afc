// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "policy/load/import_ramp.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>

#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "policy/load/sample_tools.h"

namespace policy {
namespace {

constexpr const char* kNumber = "[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)";

// Thousandths, exactly.
std::int64_t thousandths(const std::string& text) {
  const double value = std::stod(text) * 1000;
  return static_cast<std::int64_t>(value + (value < 0 ? -0.5 : 0.5));
}

// Property: on decimal texts the pattern says what the numbers say.
TEST(ImportRamp, APatternComparesDigitsAsNumbers) {
  std::mt19937 random(7);
  auto draw = [&](int most) { return std::uniform_int_distribution<>(0, most)(random); };
  auto number = [&](bool loose) {
    const int size = draw(3);
    std::string text = draw(3) == 0 ? "-" : loose && draw(5) == 0 ? "+" : "";
    std::string whole = std::to_string(draw(size == 0 ? 9 : size == 1 ? 99 : 2000));
    if (loose && draw(5) == 0) whole = "00" + whole;
    if (loose && draw(9) == 0 && whole == "0") whole.clear();
    text += whole;
    if (whole.empty() || draw(2) == 0) {
      const std::string digits = fmt::format("{:03}", draw(999));
      text += "." + digits.substr(0, static_cast<std::size_t>(1 + draw(2)));
    }
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    const std::string threshold = number(false);
    const bool equal = draw(1) == 0;
    const auto pattern = pattern_over(threshold, equal);
    ASSERT_TRUE(pattern.ok()) << threshold;
    const RE2 compiled(*pattern);
    ASSERT_TRUE(compiled.ok());
    for (int i = 0; i < 300; ++i) {
      const std::string text = i == 0 ? threshold : number(true);
      ASSERT_TRUE(RE2::FullMatch(text, kNumber)) << text;
      const std::int64_t a = thousandths(text);
      const std::int64_t b = thousandths(threshold);
      EXPECT_EQ(RE2::FullMatch(text, compiled), equal ? a >= b : a > b)
          << text << (equal ? " >= " : " > ") << threshold << " by " << *pattern;
    }
  }
}

TEST(ImportRamp, AThresholdIsADecimalNumber) {
  for (const char* text : {"", "-", "1e3", "NaN", "1.", ".5", "0x10", " 1", "+1"})
    EXPECT_FALSE(pattern_over(text, false).ok()) << text;
}

ToolShape refund(ArgumentKind kind) {
  return tool("refund", ToolEffect::kPay,
              {argument("amount", kind, std::nullopt, false), argument("region")});
}

TEST(ImportRamp, RulesLoadForEveryKindOfArgument) {
  RampTool ramp;
  ramp.scopes = {"billing.refund"};
  ramp.conditions = {{"over_amount", RampCondition::Kind::kNumber, "500"},
                     {"at_or_over_amount", RampCondition::Kind::kNumber, "499.5"},
                     {"region", RampCondition::Kind::kString, "eu"}};
  for (ArgumentKind kind : {ArgumentKind::kNumber, ArgumentKind::kInteger, ArgumentKind::kString,
                            ArgumentKind::kBoolean, ArgumentKind::kAny}) {
    const auto text = policy_text(ramp, refund(kind));
    ASSERT_TRUE(text.ok());
    const Outcome out = load({{"ramp", *text}}, {refund(kind)}, {}, built_in_pack);
    for (const Diagnostic& d : out.diagnostics) ADD_FAILURE() << render(d, out.sources);
    EXPECT_TRUE(out.loaded);
  }
}

TEST(ImportRamp, ReasonsSayWhatHolds) {
  RampTool ramp;
  ramp.approval = true;
  EXPECT_NE(policy_text(ramp, refund(ArgumentKind::kAny))->find("ask always"), std::string::npos);
  ramp.conditions = {{"over_amount", RampCondition::Kind::kNumber, "500"}};
  const auto text = policy_text(ramp, refund(ArgumentKind::kAny));
  EXPECT_EQ(text->find("ask always"), std::string::npos);
  EXPECT_NE(text->find("\"amount exceeds 500\""), std::string::npos);
  EXPECT_NE(text->find("\"amount is not an ordinary number\""), std::string::npos);
}

TEST(ImportRamp, WhatCannotBeSaidIsRefused) {
  RampTool ramp;
  ramp.conditions = {{"over_price", RampCondition::Kind::kNumber, "500"}};
  EXPECT_FALSE(policy_text(ramp, refund(ArgumentKind::kAny)).ok());
  ramp.conditions = {{"over_amount", RampCondition::Kind::kString, "500"}};
  EXPECT_FALSE(policy_text(ramp, refund(ArgumentKind::kAny)).ok());
  ramp.conditions = {{"amount", RampCondition::Kind::kNumber, "NaN"}};
  EXPECT_FALSE(policy_text(ramp, refund(ArgumentKind::kAny)).ok());
}

}  // namespace
}  // namespace policy
