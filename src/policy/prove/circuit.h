// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Formulas over unknown bits, made as they are written and handed to the solver clause by clause
// (Tseitin). Constants fold and equal gates are one. Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "policy/prove/solver.h"

namespace policy::proving {

using Bit = sat::Lit;

// True, false or an error, as policy.md §4 has it. INVARIANT: never both.
struct Tri {
  Bit yes;
  Bit error;
};

class Circuit {
 public:
  Circuit();
  Bit truth() const { return true_; }
  Bit falsehood() const { return ~true_; }
  Bit constant(bool value) const { return value ? true_ : ~true_; }
  Bit fresh() { return solver_.fresh(); }

  Bit both(Bit a, Bit b);
  Bit either(Bit a, Bit b) { return ~both(~a, ~b); }
  Bit all(std::vector<Bit> parts);
  Bit any(std::vector<Bit> parts);
  Bit differs(Bit a, Bit b);
  Bit choose(Bit condition, Bit then, Bit otherwise);

  Tri known(bool value) const { return {constant(value), falsehood()}; }
  Tri plain(Bit value) const { return {value, falsehood()}; }
  Tri negation(Tri a);
  Tri conjunction(Tri a, Tri b);  // b is not looked at where a is false or an error
  Tri disjunction(Tri a, Tri b);

  void require(Bit fact);
  void imply(Bit a, Bit b);
  void clause(std::span<const Bit> parts) { solver_.add(parts); }
  // `count` new bits of which exactly one is true; one bit is the constant.
  std::vector<Bit> one_of(std::size_t count);

  std::size_t size() const { return solver_.size() + solver_.variables(); }
  sat::Solver& solver() { return solver_; }

 private:
  sat::Solver solver_;
  Bit true_;
  std::unordered_map<std::uint64_t, Bit> gates_;  // of two inputs
};

}  // namespace policy::proving
