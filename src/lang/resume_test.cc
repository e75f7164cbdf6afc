// SPDX-License-Identifier: Apache-2.0
// Calls that wait: the machine goes on, or runs again against what was recorded.
#include "lang/plan_testing.h"

namespace lang {
namespace {

Answer number(std::int64_t n) {
  Answer answer;
  answer.kind = Answer::Kind::kResult;
  answer.value = schema::Value::integer(n);
  return answer;
}

// Answers every call that waits with 1, 2, 3, ...
Outcome finish(Machine& machine, World& world, int* rounds = nullptr) {
  Outcome out = machine.run(world);
  int n = 0;
  while (out.kind == Outcome::Kind::kSuspended) out = machine.resume(world, number(++n));
  if (rounds != nullptr) *rounds = n;
  return out;
}

struct Row {
  const char* source;
  const char* value;
  int rounds;
};
constexpr Row kRows[] = {
    {"later(0) + later(0)", "3", 2},
    {"x = [later(i) for i in range(3) if later(i)]\nx", "[2,4,6]", 6},
    {"def f(n):\n  return later(n) + (f(n - 1) if n else 0)\nf(2)", "6", 3},
    {"x = 0\nfor i in [1, 2]:\n  try:\n    x += later(i)\n  finally:\n    x += later(i)\nx", "10",
     4},
    {"x = 0\nwhile later(x) < 3:\n  x += 1\nx", "2", 3},
    {"f = later\nf(1)", "1", 1},
    {"f'{later(1)}-{later(2):>3}'", "\"1-  2\"", 2},
    {"later(value=later(1))", "2", 2},
    {"sorted([1, 2, 3], key=later)", "[1,2,3]", 3},  // a native function stands between
    {"list(map(later, [0, 0]))", "[1,2]", 2},
    {"{later(1): later(2), **{'k': later(3)}}", "{\"1\":2,\"k\":3}", 3},
};

TEST(Resume, APlanGoesOnWhereverItWaited) {
  for (const Row& row : kRows) {
    World world;
    auto checked = Plan::check(row.source, World::tools());
    ASSERT_TRUE(std::holds_alternative<Plan>(checked)) << row.source;
    Machine machine(std::get<Plan>(checked), world.table);
    int rounds = 0;
    const Outcome out = finish(machine, world, &rounds);
    EXPECT_EQ(schema::write(out.value), row.value) << row.source << out.error << out.text;
    EXPECT_EQ(rounds, row.rounds) << row.source;
    EXPECT_EQ(world.calls, row.rounds) << row.source;  // none is made twice
  }
}

TEST(Resume, ARestartComesToTheSameStateFromTheRecords) {
  for (const Row& row : kRows) {
    World world;
    auto checked = Plan::check(row.source, World::tools());
    Machine first(std::get<Plan>(checked), world.table);
    const Outcome one = finish(first, world);
    World again;
    Machine second(std::get<Plan>(checked), again.table);
    second.recall(first.records());
    const Outcome two = second.run(again);
    EXPECT_EQ(schema::write(two.value), schema::write(one.value)) << row.source;
    EXPECT_EQ(again.calls, 0) << row.source;
  }
}

TEST(Resume, RecordsOfAnotherRunEndThePlan) {
  World world;
  auto checked = Plan::check("later(1)\nlater(2)", World::tools());
  auto other = Plan::check("later(1)\nlater(3)", World::tools());
  Machine first(std::get<Plan>(checked), world.table);
  finish(first, world);
  Machine second(std::get<Plan>(other), world.table);
  second.recall(first.records());
  const Outcome out = second.run(world);
  EXPECT_EQ(out.kind, Outcome::Kind::kLimit);
  EXPECT_EQ(out.text, "recorded calls");
}

TEST(Resume, ADenialAfterAWaitCannotBeCaught) {
  World world;
  auto checked =
      Plan::check("try:\n  later(1)\nexcept BaseException:\n  send(1)\n", World::tools());
  Machine machine(std::get<Plan>(checked), world.table);
  ASSERT_EQ(machine.run(world).kind, Outcome::Kind::kSuspended);
  Answer denied;
  denied.kind = Answer::Kind::kDenied;
  EXPECT_EQ(machine.resume(world, denied).kind, Outcome::Kind::kDenied);
  EXPECT_TRUE(world.sent.empty());
}

TEST(Resume, AnErrorAfterAWaitIsCaughtWhereTheCallStands) {
  World world;
  auto checked =
      Plan::check("def f():\n  return later(1)\ntry:\n  x = f()\nexcept ToolError:\n  x = 5\nx",
                  World::tools());
  Machine machine(std::get<Plan>(checked), world.table);
  ASSERT_EQ(machine.run(world).kind, Outcome::Kind::kSuspended);
  Answer failed;
  failed.kind = Answer::Kind::kError;
  failed.label = world.secret;
  const Outcome out = machine.resume(world, failed);
  EXPECT_EQ(schema::write(out.value), "5");
  EXPECT_EQ(out.label, world.secret);
}

}  // namespace
}  // namespace lang
