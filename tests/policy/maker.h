// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The inside of generate.h: random predicates and set expressions of one file. Trust zone: tests.
#pragma once

#include <string>
#include <vector>

#include "policy/tree.h"
#include "tests/policy/dice.h"
#include "tests/policy/vocabulary.h"

namespace policy_test {

// What may be read: rules read neither `@result` nor `@f`; `session before` no `@result`.
enum class Place : std::uint8_t { kCheck, kBefore, kResult };

class Maker {
 public:
  Maker(Dice& dice, bool yett) : dice_(dice), yett_(yett) {}

  policy::Predicate predicate(Place place, int depth);
  policy::SetExpr plain_set(Place place, int depth);
  policy::SetExpr matcher(Place place, Family family, int depth);
  // A `let` of any kind; later draws may name it.
  policy::Let let(const std::string& name);
  policy::Counter counter(const std::string& name);

 private:
  enum class Kind : std::uint8_t { kPredicate, kPlain, kMatcher };
  struct Known {
    std::string name;
    Kind kind;
    Place place;  // needs at least this
  };
  struct Pick {
    policy::Path path;
    Family family;
  };
  std::vector<std::string> known(Kind kind, Place place) const;
  policy::Predicate comparison(Place place);
  policy::Predicate quantified(Place place);
  policy::Predicate of_value(Place place, const policy::Value& left, Family family);
  policy::Predicate of_set(Place place, const policy::Operand& left);
  policy::Predicate of_path(const policy::Path& path);
  Pick path();
  Pick each_path();
  policy::Path any_path();
  policy::Value left(Place place, Family& family);
  policy::Value right(Place place, Family family);
  policy::Value literal(Family family);
  policy::Operand operand(Place place);
  policy::SetExpr names();

  Dice& dice_;
  bool yett_;
  std::vector<Known> known_;
  std::vector<std::string> counters_;
};

}  // namespace policy_test
