// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/solver.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace policy::proving::sat {
namespace {

using Clauses = std::vector<std::vector<Lit>>;

bool satisfied(const Clauses& clauses, std::uint32_t assignment) {
  return std::all_of(clauses.begin(), clauses.end(), [&](const std::vector<Lit>& clause) {
    return std::any_of(clause.begin(), clause.end(), [&](Lit lit) {
      return (((assignment >> lit.variable()) & 1U) != 0) != lit.negative();
    });
  });
}

bool by_trying_all(const Clauses& clauses, std::size_t variables) {
  for (std::uint32_t a = 0; a < (1U << variables); ++a)
    if (satisfied(clauses, a)) return true;
  return false;
}

TEST(Solver, AgreesWithTryingAllAssignmentsAndItsModelsHold) {
  std::mt19937 random(7);
  std::size_t satisfiable = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t variables = 3 + random() % 8;
    const std::size_t count = variables * (1 + random() % 4);
    Clauses clauses;
    Solver solver;
    for (std::size_t i = 0; i < variables; ++i) solver.fresh();
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Lit> clause;
      for (std::size_t j = 0; j <= random() % 3; ++j)
        clause.push_back({static_cast<std::int32_t>(random() % (2 * variables))});
      solver.add(clause);
      clauses.push_back(std::move(clause));
    }
    const Verdict verdict = solver.solve([] { return false; });
    ASSERT_EQ(verdict == Verdict::kSatisfiable, by_trying_all(clauses, variables)) << round;
    if (verdict != Verdict::kSatisfiable) continue;
    ++satisfiable;
    std::uint32_t model = 0;
    for (std::size_t v = 0; v < variables; ++v)
      if (solver.value({static_cast<std::int32_t>(2 * v)})) model |= 1U << v;
    ASSERT_TRUE(satisfied(clauses, model)) << round;
  }
  EXPECT_GT(satisfiable, 200U);
}

// n + 1 pigeons in n holes.
void pigeons(Solver& solver, std::size_t holes) {
  std::vector<std::vector<Lit>> in(holes + 1);
  for (auto& pigeon : in) {
    for (std::size_t h = 0; h < holes; ++h) pigeon.push_back(solver.fresh());
    solver.add(pigeon);
  }
  for (std::size_t h = 0; h < holes; ++h)
    for (std::size_t a = 0; a < in.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) solver.add(std::array{~in[a][h], ~in[b][h]});
}

TEST(Solver, SevenPigeonsDoNotFitSixHoles) {
  Solver solver;
  pigeons(solver, 6);
  EXPECT_EQ(solver.solve([] { return false; }), Verdict::kUnsatisfiable);
}

TEST(Solver, GivesUpWhenItIsTold) {
  Solver solver;
  pigeons(solver, 12);
  EXPECT_EQ(solver.solve([] { return true; }), Verdict::kUnknown);
}

TEST(Solver, AnEmptyClauseIsNeverTrue) {
  Solver solver;
  solver.add(std::vector<Lit>{});
  EXPECT_EQ(solver.solve([] { return false; }), Verdict::kUnsatisfiable);
}

}  // namespace
}  // namespace policy::proving::sat
