// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/solver.h"

#include <algorithm>

namespace policy::proving::sat {
namespace {

constexpr double kDecay = 1 / 0.95;
constexpr double kRescale = 1e100;
constexpr std::uint64_t kRestartUnit = 64;

// The i-th, from 0, of 1 1 2 1 1 2 4 ...
std::uint64_t luby(std::uint64_t i) {
  while (true) {
    std::uint64_t size = 1;  // of a run that ends with its longest
    while (size < i + 1) size = 2 * size + 1;
    if (size == i + 1) return (size + 1) / 2;
    i -= size / 2;
  }
}

}  // namespace

Lit Solver::fresh() {
  const auto variable = assigned_.size();
  assigned_.push_back(kFree);
  level_of_.push_back(0);
  reason_.push_back(kNone);
  activity_.push_back(0);
  phase_.push_back(false);
  seen_.push_back(false);
  place_.push_back(-1);
  watches_.emplace_back();
  watches_.emplace_back();
  heap_insert(variable);
  return {static_cast<std::int32_t>(2 * variable)};
}

std::int8_t Solver::truth(Lit lit) const {
  const auto v = assigned_[lit.variable()];
  return lit.negative() ? static_cast<std::int8_t>(-v) : v;
}

bool Solver::value(Lit lit) const { return truth(lit) == kTrue; }

void Solver::add(std::span<const Lit> clause) {
  Clause kept(clause.begin(), clause.end());
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (truth(kept[i]) == kTrue) return;
    if (i > 0 && kept[i] == ~kept[i - 1]) return;
  }
  std::erase_if(kept, [&](Lit l) { return truth(l) == kFalse; });
  size_ += kept.size();
  if (kept.empty()) broken_ = true;
  if (kept.size() == 1) enqueue(kept[0], kNone);
  if (kept.size() < 2) return;
  clauses_.push_back(std::move(kept));
  attach(static_cast<std::uint32_t>(clauses_.size() - 1));
}

void Solver::attach(std::uint32_t clause) {
  const Clause& c = clauses_[clause];
  watches_[c[0].index()].push_back({clause, c[1]});
  watches_[c[1].index()].push_back({clause, c[0]});
}

void Solver::enqueue(Lit lit, std::uint32_t reason) {
  assigned_[lit.variable()] = lit.negative() ? kFalse : kTrue;
  level_of_[lit.variable()] = level();
  reason_[lit.variable()] = reason;
  trail_.push_back(lit);
}

// True if the clause keeps watching `falsified`.
bool Solver::visit(std::uint32_t clause, Lit falsified, std::uint32_t& conflict, Watch& watch) {
  if (truth(watch.blocker) == kTrue) return true;
  Clause& c = clauses_[clause];
  if (c[0] == falsified) std::swap(c[0], c[1]);
  watch.blocker = c[0];
  if (truth(c[0]) == kTrue) return true;
  for (std::size_t i = 2; i < c.size(); ++i) {
    if (truth(c[i]) == kFalse) continue;
    std::swap(c[1], c[i]);
    watches_[c[1].index()].push_back({clause, c[0]});
    return false;
  }
  if (truth(c[0]) == kFalse) {
    conflict = clause;
  } else {
    enqueue(c[0], clause);
  }
  return true;
}

std::uint32_t Solver::propagate() {
  std::uint32_t conflict = kNone;
  while (head_ < trail_.size() && conflict == kNone) {
    const Lit falsified = ~trail_[head_++];
    std::vector<Watch> list = std::move(watches_[falsified.index()]);
    watches_[falsified.index()].clear();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      Watch watch = list[i];
      if (conflict != kNone || visit(watch.clause, falsified, conflict, watch))
        list[kept++] = watch;
    }
    list.resize(kept);
    watches_[falsified.index()] = std::move(list);
  }
  return conflict;
}

void Solver::mark(Lit lit, Clause& learnt, std::size_t& open) {
  const std::size_t v = lit.variable();
  if (seen_[v] || level_of_[v] == 0) return;
  seen_[v] = true;
  bump(v);
  if (level_of_[v] == level()) {
    ++open;
  } else {
    learnt.push_back(lit);
  }
}

// The first unique implication point; returns the level to go back to.
std::size_t Solver::analyse(std::uint32_t conflict, Clause& learnt) {
  learnt.assign(1, Lit{});
  std::size_t open = 0;
  std::size_t at = trail_.size();
  std::uint32_t clause = conflict;
  Lit pivot{-1};
  do {
    for (const Lit lit : clauses_[clause])
      if (lit != pivot) mark(lit, learnt, open);
    do --at;
    while (!seen_[trail_[at].variable()]);
    pivot = trail_[at];
    clause = reason_[pivot.variable()];
    seen_[pivot.variable()] = false;
    --open;
  } while (open > 0);
  learnt[0] = ~pivot;
  std::size_t back = 0;
  for (std::size_t i = 1; i < learnt.size(); ++i) {
    seen_[learnt[i].variable()] = false;
    if (level_of_[learnt[i].variable()] <= back) continue;
    back = level_of_[learnt[i].variable()];
    std::swap(learnt[1], learnt[i]);
  }
  return back;
}

void Solver::learn(const Clause& clause, std::size_t to) {
  undo(to);
  size_ += clause.size();
  if (clause.size() == 1) return enqueue(clause[0], kNone);
  clauses_.push_back(clause);
  attach(static_cast<std::uint32_t>(clauses_.size() - 1));
  enqueue(clause[0], static_cast<std::uint32_t>(clauses_.size() - 1));
}

void Solver::undo(std::size_t to) {
  if (level() <= to) return;
  for (std::size_t i = trail_.size(); i-- > marks_[to];) {
    const std::size_t v = trail_[i].variable();
    phase_[v] = assigned_[v] == kTrue;
    assigned_[v] = kFree;
    if (place_[v] < 0) heap_insert(v);
  }
  trail_.resize(marks_[to]);
  marks_.resize(to);
  head_ = trail_.size();
}

bool Solver::decide() {
  while (!heap_.empty()) {
    const std::size_t v = heap_[0];
    heap_[0] = heap_.back();
    place_[heap_[0]] = 0;
    heap_.pop_back();
    place_[v] = -1;
    if (!heap_.empty()) heap_down(0);
    if (assigned_[v] != kFree) continue;
    marks_.push_back(trail_.size());
    enqueue({static_cast<std::int32_t>(2 * v + (phase_[v] ? 0 : 1))}, kNone);
    return true;
  }
  return false;
}

Verdict Solver::solve(const std::function<bool()>& stop) {
  Clause learnt;
  std::uint64_t conflicts = 0;
  std::uint64_t steps = 0;
  std::uint64_t restarts = 0;
  std::uint64_t budget = kRestartUnit;
  while (!broken_) {
    const std::uint32_t conflict = propagate();
    if (++steps % 256 == 0 && stop()) return Verdict::kUnknown;
    if (conflict != kNone) {
      if (level() == 0) break;
      const std::size_t back = analyse(conflict, learnt);
      learn(learnt, back);
      step_ *= kDecay;
      ++conflicts;
    } else if (conflicts >= budget) {
      undo(0);
      conflicts = 0;
      budget = kRestartUnit * luby(++restarts);
    } else if (!decide()) {
      return Verdict::kSatisfiable;
    }
  }
  return Verdict::kUnsatisfiable;
}

void Solver::bump(std::size_t variable) {
  activity_[variable] += step_;
  if (activity_[variable] > kRescale) {
    for (double& a : activity_) a /= kRescale;
    step_ /= kRescale;
  }
  if (place_[variable] >= 0) heap_up(static_cast<std::size_t>(place_[variable]));
}

void Solver::heap_insert(std::size_t variable) {
  place_[variable] = static_cast<std::int32_t>(heap_.size());
  heap_.push_back(variable);
  heap_up(heap_.size() - 1);
}

void Solver::heap_up(std::size_t at) {
  const std::size_t v = heap_[at];
  while (at > 0 && activity_[heap_[(at - 1) / 2]] < activity_[v]) {
    heap_[at] = heap_[(at - 1) / 2];
    place_[heap_[at]] = static_cast<std::int32_t>(at);
    at = (at - 1) / 2;
  }
  heap_[at] = v;
  place_[v] = static_cast<std::int32_t>(at);
}

void Solver::heap_down(std::size_t at) {
  const std::size_t v = heap_[at];
  while (2 * at + 1 < heap_.size()) {
    std::size_t child = 2 * at + 1;
    if (child + 1 < heap_.size() && activity_[heap_[child + 1]] > activity_[heap_[child]]) ++child;
    if (activity_[heap_[child]] <= activity_[v]) break;
    heap_[at] = heap_[child];
    place_[heap_[at]] = static_cast<std::int32_t>(at);
    at = child;
  }
  heap_[at] = v;
  place_[v] = static_cast<std::int32_t>(at);
}

}  // namespace policy::proving::sat
