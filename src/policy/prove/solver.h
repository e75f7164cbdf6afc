// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A small clause-learning SAT solver: two watched literals, first-UIP learning, activities, Luby
// restarts (Een, Sorensson, "An Extensible SAT-solver", 2003). It keeps all it learns, so its
// limits are counts of conflicts and of literals. Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace policy::proving::sat {

// A variable or its negation: 2 * variable + sign.
struct Lit {
  std::int32_t code = 0;
  friend bool operator==(Lit, Lit) = default;
  friend auto operator<=>(Lit, Lit) = default;
  Lit operator~() const { return {code ^ 1}; }
  std::size_t index() const { return static_cast<std::size_t>(code); }
  std::size_t variable() const { return static_cast<std::size_t>(code >> 1); }
  bool negative() const { return (code & 1) != 0; }
};

enum class Verdict : std::uint8_t { kUnsatisfiable, kSatisfiable, kUnknown };

class Solver {
 public:
  Lit fresh();
  std::size_t variables() const { return assigned_.size(); }
  // Tries the literal first, where variables are otherwise tried false first.
  void prefer(Lit lit) { phase_[lit.variable()] = !lit.negative(); }
  // Literals in all clauses so far: what memory goes by.
  std::size_t size() const { return size_; }
  // May be called before solve() only.
  void add(std::span<const Lit> clause);
  // kUnknown if `stop`, asked now and then, says so. So a model is small. Called once.
  Verdict solve(const std::function<bool()>& stop);
  bool value(Lit lit) const;  // in the model of a satisfiable solve()

 private:
  using Clause = std::vector<Lit>;
  struct Watch {
    std::uint32_t clause;
    Lit blocker;
  };
  enum : std::int8_t { kFalse = -1, kFree = 0, kTrue = 1 };
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::int8_t truth(Lit lit) const;
  void enqueue(Lit lit, std::uint32_t reason);
  void attach(std::uint32_t clause);
  std::uint32_t propagate();  // the clause in conflict, or kNone
  bool visit(std::uint32_t clause, Lit falsified, std::uint32_t& conflict, Watch& watch);
  std::size_t analyse(std::uint32_t conflict, Clause& learnt);
  void mark(Lit lit, Clause& learnt, std::size_t& open);
  void learn(const Clause& clause, std::size_t level);
  void undo(std::size_t level);
  bool decide();
  void bump(std::size_t variable);
  void heap_up(std::size_t at);
  void heap_down(std::size_t at);
  void heap_insert(std::size_t variable);
  std::size_t level() const { return marks_.size(); }

  std::vector<Clause> clauses_;
  std::vector<std::vector<Watch>> watches_;  // by the literal that became false
  std::vector<std::int8_t> assigned_;
  std::vector<std::size_t> level_of_;
  std::vector<std::uint32_t> reason_;
  std::vector<double> activity_;
  std::vector<bool> phase_;
  std::vector<bool> seen_;
  std::vector<std::size_t> heap_;
  std::vector<std::int32_t> place_;  // in the heap, or -1
  std::vector<Lit> trail_;
  std::vector<std::size_t> marks_;  // of the trail, one a decision
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  double step_ = 1;
  bool broken_ = false;  // an empty clause was added or learnt
};

}  // namespace policy::proving::sat
