// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Reads the rules that speak of a tool and gathers what a proof needs to know beforehand: the sorts
// with their tests, and which parts of structured arguments are looked at. Trust zone: supervisor,
// tests.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "policy/prove/applicable.h"
#include "policy/prove/sorts.h"

namespace policy::proving {

// What the rules look at under one spot of a call.
struct Mention {
  std::set<std::string> keys;
  std::size_t items = 0;     // one more than the highest index
  bool each = false;         // x[*]
  std::size_t demands = 0;   // quantified comparisons: each may need an item of its own
  bool each_labels = false;  // labels of single items are compared
};

// "to", "to/[]", "meta/owner".
std::string spot_of(const Path& path);

// Of a set that stands beside nothing but literals.
std::string set_key(const SetExpr& set);

class Collector {
 public:
  explicit Collector(Sorts& sorts) : sorts_(sorts) {}

  // Everything about calls of `tool`, of which there are up to `times`; with `learns`, also the
  // blocks that look at the result.
  void read(const std::string& tool, const Applicable& rules, std::size_t times, bool learns);
  // A predicate about one more call of it.
  void read(const std::string& tool, const Predicate& predicate, const Tree& names);

  bool uses(Field field) const { return fields_[static_cast<std::size_t>(field)]; }
  bool uses_principal(bool scopes) const { return principal_[scopes ? 1 : 0]; }
  // By spot: "to", "to/[]", ...
  const std::map<std::string, Mention>& mentions(const std::string& tool) {
    return mentions_[tool];
  }

 private:
  struct Side {
    std::optional<std::size_t> sort;
    bool derived = false;  // an hour or a weekday
  };
  void predicate(const Predicate& p);
  void quantified(const Predicate& p);
  void compare(const Predicate& p);
  void member(const Predicate& p);
  void sets(const Predicate& p);
  void block(const Block& block);
  void update(const Update& update, Scope here);
  Side side(const Value& value);
  void calendar(const Side& side, const Value& other, const Side& beside);
  void constant(const Value& value, const Side& beside);
  std::size_t operand(const Operand& operand);
  // Joins all of `set` to the sort, which may be none as yet.
  void join(std::optional<std::size_t>& sort, const SetExpr& set);
  void touch(const Path& path);
  void demand(std::size_t sort) { sorts_.at(sort).demands += times_ * repeats_; }
  std::size_t field(Field field);
  std::string operand_key(const Operand& operand) const;

  Sorts& sorts_;
  std::array<bool, 4> fields_{};
  std::array<bool, 2> principal_{};
  std::map<std::string, std::map<std::string, Mention>> mentions_;
  // While reading:
  std::string tool_;
  const Tree* tree_ = nullptr;
  std::size_t times_ = 1;
  std::size_t repeats_ = 1;
  Scope here_ = Scope::kSession;
  std::size_t version_ = 0;     // of the label that updates change
  std::set<std::string> seen_;  // operands that have a name of each combination already
};

// True if `set` holds only names that stand in the source, and no pattern.
bool is_literal(const SetExpr& set, const Tree& tree);
bool has_operand(const SetExpr& set, const Tree& tree);
// {"*"}: the universal set.
bool is_everything(const SetExpr& set);
bool reads_result(const Block& block, const Tree& tree);
bool has_each(const Path& path);

}  // namespace policy::proving
