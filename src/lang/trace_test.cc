// SPDX-License-Identifier: Apache-2.0
#include "lang/plan_testing.h"

namespace lang {
namespace {

// Lines of events: `2 x secret` for an assignment, `3 send() clean` for a call.
class Lines : public Tracer {
 public:
  explicit Lines(const World& world) : world_(world) {}
  void bound(std::uint32_t line, std::string_view name, label::LabelId label) override {
    add(line, std::string(name), label);
  }
  void called(std::uint32_t line, std::string_view tool, label::LabelId control) override {
    add(line, std::string(tool) + "()", control);
  }
  std::string all;

 private:
  void add(std::uint32_t line, const std::string& name, label::LabelId label) {
    all += std::to_string(line) + " " + name +
           (label == world_.secret   ? " secret\n"
            : label == label::kClean ? " clean\n"
                                     : " ?\n");
  }
  const World& world_;
};

std::string trace(const std::string& source) {
  World world;
  Lines lines(world);
  auto checked = Plan::check(source, World::tools());
  Machine machine(std::get<Plan>(checked), world.table, {}, &lines);
  Outcome out = machine.run(world);
  for (; out.kind == Outcome::Kind::kSuspended;) {
    Answer answer;
    answer.kind = Answer::Kind::kResult;
    out = machine.resume(world, answer);
  }
  EXPECT_EQ(out.kind, Outcome::Kind::kDone) << out.error << out.text;
  return lines.all;
}

TEST(Trace, EachAssignmentAndCallIsTold) {
  EXPECT_EQ(trace("x = 1\ny = give('3')\nsend(x + y)\n"),
            "1 x clean\n2 give() clean\n2 y secret\n3 send() clean\n");
  EXPECT_EQ(trace("x = {}\nx['a'] = give('3')\nx['b'] = 1\n(x)['c'] = 2\n"),
            "1 x clean\n2 give() clean\n2 x secret\n3 x clean\n4 x clean\n");
}

TEST(Trace, WhatAControlLabelDecidedCarriesIt) {
  EXPECT_EQ(trace("s = give('3')\nif s:\n  x = 1\n  send(x)\ny = 2\n"),
            "1 give() clean\n1 s secret\n3 x secret\n4 send() secret\n5 y clean\n");
}

TEST(Trace, TargetsOfLoopsTuplesAndAugmentedAssignments) {
  EXPECT_EQ(trace("a, b = 1, give('2')\nfor i in [b]:\n  a += i\n"),
            "1 give() clean\n1 a clean\n1 b secret\n2 i secret\n3 a secret\n");
  EXPECT_EQ(trace("x = [y for y in (1, 2)]\nif (z := 3): pass\n"),
            "1 y clean\n1 y clean\n1 x clean\n2 z clean\n");
}

TEST(Trace, ASuspendedRunTellsNothingTwice) {
  EXPECT_EQ(trace("x = 1\ny = later(x)\nz = later(y)\n"),
            "1 x clean\n2 later() clean\n2 y clean\n3 later() clean\n3 z clean\n");
}

}  // namespace
}  // namespace lang
