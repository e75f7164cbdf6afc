// SPDX-License-Identifier: Apache-2.0
#include "broker/check.h"

#include <gtest/gtest.h>

#include <functional>

#include "broker/broker_testing.h"
#include "broker/numbers.h"

namespace broker {
namespace {

using testing::leaf;
using wire::ArgumentType;
using wire::LeafKind;

wire::ToolSpec tool_with_arguments() {
  wire::ToolSpec tool = testing::sample_manifest().tools[0];
  tool.arguments.clear();
  const auto add = [&](std::string name, ArgumentType type, bool required) -> wire::ArgumentSpec& {
    wire::ArgumentSpec spec;
    spec.name = std::move(name);
    spec.type = type;
    spec.required = required;
    tool.arguments.push_back(std::move(spec));
    return tool.arguments.back();
  };
  add("name", ArgumentType::kString, true).max_bytes = 8;
  add("unit", ArgumentType::kString, false).choices = {"celsius", "fahrenheit"};
  wire::ArgumentSpec& days = add("days", ArgumentType::kInteger, false);
  days.minimum = "1";
  days.maximum = "14";
  add("ratio", ArgumentType::kNumber, false).maximum = "0.5";
  add("loud", ArgumentType::kBoolean, false);
  wire::ArgumentSpec& tags = add("tags", ArgumentType::kArray, false);
  tags.max_items = 3;
  tags.choices = {"a", "b"};
  return tool;
}

struct ArgumentCase {
  const char* what;
  bool good;
  std::vector<wire::Leaf> leaves;  // beside a good `name`, unless it is there
};

TEST(CheckArguments, HoldsEveryDeclaredBound) {
  const ArgumentCase cases[] = {
      {"only the required one", true, {}},
      {"all of them",
       true,
       {leaf("unit", "celsius"), leaf("days", "14", LeafKind::kInteger),
        leaf("ratio", "-1e3", LeafKind::kNumber), leaf("loud", "true", LeafKind::kBoolean),
        leaf("tags/0", "a"), leaf("tags/1", "b")}},
      {"an undeclared argument", false, {leaf("extra", "x")}},
      {"an undeclared argument that begins like one", false, {leaf("units", "celsius")}},
      {"an argument twice", false, {leaf("unit", "celsius"), leaf("unit", "celsius")}},
      {"none of its choices", false, {leaf("unit", "kelvin")}},
      {"another type", false, {leaf("unit", "3", LeafKind::kInteger)}},
      {"null", false, {leaf("unit", "", LeafKind::kNull)}},
      {"a number as text", false, {leaf("days", "3")}},
      {"below the minimum", false, {leaf("days", "0", LeafKind::kInteger)}},
      {"above the maximum", false, {leaf("days", "15", LeafKind::kInteger)}},
      {"far above the maximum",
       false,
       {leaf("days", "99999999999999999999999999", LeafKind::kInteger)}},
      {"a sign that no integer has", false, {leaf("days", "+3", LeafKind::kInteger)}},
      {"a leading zero", false, {leaf("days", "03", LeafKind::kInteger)}},
      {"a fraction for an integer", false, {leaf("days", "3.0", LeafKind::kNumber)}},
      {"not a number at all", false, {leaf("ratio", "0.1}", LeafKind::kNumber)}},
      {"NaN", false, {leaf("ratio", "NaN", LeafKind::kNumber)}},
      {"infinity", false, {leaf("ratio", "-1e999", LeafKind::kNumber)}},
      {"above a fractional maximum", false, {leaf("ratio", "0.51", LeafKind::kNumber)}},
      {"an integer for a number", true, {leaf("ratio", "0", LeafKind::kInteger)}},
      {"a boolean that is none", false, {leaf("loud", "yes", LeafKind::kBoolean)}},
      {"items with a gap", false, {leaf("tags/0", "a"), leaf("tags/2", "b")}},
      {"an item twice", false, {leaf("tags/0", "a"), leaf("tags/0", "b")}},
      {"an index in another spelling", false, {leaf("tags/00", "a")}},
      {"a nested item", false, {leaf("tags/0/0", "a")}},
      {"too many items",
       false,
       {leaf("tags/0", "a"), leaf("tags/1", "a"), leaf("tags/2", "a"), leaf("tags/3", "a")}},
      {"an item of another type", false, {leaf("tags/0", "1", LeafKind::kInteger)}},
      {"an item that is no choice", false, {leaf("tags/0", "c")}},
      {"an array as a scalar", false, {leaf("tags", "a")}},
      {"a scalar as an array", false, {leaf("unit/0", "celsius")}},
      {"too long", false, {leaf("name", "123456789")}},
      {"not UTF-8", false, {leaf("name", "\xff")}},
      {"the longest", true, {leaf("name", "12345678")}},
  };
  const wire::ToolSpec tool = tool_with_arguments();
  for (const ArgumentCase& c : cases) {
    std::vector<wire::Leaf> leaves = c.leaves;
    const bool named = !leaves.empty() && leaves[0].path == "name";
    if (!named) leaves.insert(leaves.begin(), leaf("name", "x"));
    EXPECT_EQ(check_arguments(tool, leaves).ok(), c.good) << c.what;
  }
  EXPECT_FALSE(check_arguments(tool, {}).ok()) << "the required one is missing";
}

TEST(CheckArguments, NoMessageHoldsAValue) {
  const wire::ToolSpec tool = tool_with_arguments();
  for (const char* text : {"topsecretvalue", "\xff topsecretvalue"}) {
    const auto checked = check_arguments(tool, {leaf("name", text), leaf("unit", text)});
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().message.find("topsecret"), std::string::npos);
  }
  const auto unknown = check_arguments(tool, {leaf("topsecretname", "x")});
  EXPECT_EQ(unknown.error().message.find("topsecret"), std::string::npos);
}

TEST(Numbers, CompareExactlyHoweverLong) {
  const std::tuple<const char*, const char*, int> cases[] = {
      {"1", "2", -1},     {"-1", "-2", 1},   {"-1", "1", -1},
      {"10", "9", 1},     {"7", "7", 0},     {"9007199254740993", "9007199254740992", 1},
      {"0.5", "0.25", 1}, {"1e2", "100", 0}, {"-9007199254740993", "-9007199254740992", -1},
      {"-0.0", "0", 0}};
  for (const auto& [a, b, sign] : cases) {
    const auto compared = compare_numbers(a, b);
    ASSERT_TRUE(compared.has_value()) << a;
    EXPECT_EQ((*compared > 0) - (*compared < 0), sign) << a << " " << b;
  }
  for (const char* bad : {"", "-", "+1", "01", "1.", ".5", "1e", "0x1", "1 ", "Infinity", "-0"})
    EXPECT_FALSE(is_integer(bad)) << bad;
}

// A gate with one good warrant, and a way to spoil it.
struct WarrantCase {
  const char* what;
  std::function<void(wire::Warrant&)> spoil;
  bool broken;  // else refused
};

class WarrantTest : public ::testing::Test {
 protected:
  WarrantTest() : view_(*ManifestView::create(testing::sample_manifest())), gate_(view_, 42) {}
  wire::Warrant good() const {
    wire::Warrant w;
    w.epoch = 42;
    w.sequence = gate_.next_sequence();
    w.tenant = "default";
    w.tool = "status";
    w.definition = view_.tool("status")->definition;
    w.arguments = {leaf("project", "apollo")};
    w.deadline_us = 1000;
    return w;
  }
  ManifestView view_;
  WarrantGate gate_;
};

TEST_F(WarrantTest, AGoodOneIsAcceptedOnce) {
  const wire::Warrant w = good();
  EXPECT_TRUE(std::holds_alternative<Accepted>(gate_.check(w, 0)));
  EXPECT_TRUE(std::holds_alternative<Broken>(gate_.check(w, 0))) << "a replay";
}

TEST_F(WarrantTest, EverySpoiledPartIsFound) {
  const WarrantCase cases[] = {
      {"epoch", [](wire::Warrant& w) { ++w.epoch; }, true},
      {"a sequence that was used", [](wire::Warrant& w) { --w.sequence; }, true},
      {"a sequence ahead", [](wire::Warrant& w) { ++w.sequence; }, true},
      {"tenant", [](wire::Warrant& w) { w.tenant = "other"; }, true},
      {"tool", [](wire::Warrant& w) { w.tool = "run_shell"; }, false},
      {"tool in another case", [](wire::Warrant& w) { w.tool = "Status"; }, false},
      {"definition", [](wire::Warrant& w) { w.definition[31] ^= 1; }, false},
      {"deadline", [](wire::Warrant& w) { w.deadline_us = 0; }, false},
      {"missing argument", [](wire::Warrant& w) { w.arguments.clear(); }, false},
      {"a redaction of what is not kept", [](wire::Warrant& w) { w.redact = {"nothing of it"}; },
       false},
      {"extra argument", [](wire::Warrant& w) { w.arguments.push_back(leaf("x", "y")); }, false},
  };
  for (const WarrantCase& c : cases) {
    wire::Warrant w = good();
    c.spoil(w);
    const Checked checked = gate_.check(w, 0);
    EXPECT_EQ(std::holds_alternative<Broken>(checked), c.broken) << c.what;
    EXPECT_EQ(std::holds_alternative<Refused>(checked), !c.broken) << c.what;
  }
  EXPECT_TRUE(std::holds_alternative<Accepted>(gate_.check(good(), 0)));
}

TEST_F(WarrantTest, ARefusedOneUsesItsNumberUp) {
  wire::Warrant w = good();
  w.tool = "none";
  EXPECT_TRUE(std::holds_alternative<Refused>(gate_.check(w, 0)));
  EXPECT_EQ(gate_.next_sequence(), 2u);
}

}  // namespace
}  // namespace broker
