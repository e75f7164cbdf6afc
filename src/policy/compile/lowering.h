// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tree → tables: what one compilation keeps while it writes a Program. Equal paths, operands, sets
// and values are written once. Trust zone: supervisor.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "policy/loaded.h"
#include "policy/program.h"

namespace policy {

class Lowering {
 public:
  // Of what a block around an expression says: `@f`, and whether an absent argument is false.
  struct Place {
    bool here_is_session = false;
    bool absent_is_false = false;
  };

  Lowering(const Options& options, Program& out) : options_(options), out_(out) {}

  // The names of `tree` from here on.
  void enter(const Tree& tree);

  ConditionCode condition(const std::optional<Predicate>& when, Place place);
  std::uint32_t set(const SetExpr& expr, Place place);
  // The first failure so far: kExhausted (a bound), kInvalid (a tree that load() does not make).
  const std::optional<base::Error>& failed() const { return failed_; }
  void name_counters();  // after out.counters is written

 private:
  using Label = std::uint32_t;
  using Lets = std::unordered_map<std::string_view, const Let*>;
  struct Goal {  // where a predicate's answers lead, and which of them stands behind it
    Label when_true = 0;
    Label when_false = 0;
    Label next = 0;
  };

  bool spend();  // one node; false beyond the bound
  bool fail(base::Errc code, const char* message);
  const Let* find(const std::string& name) const;
  const Predicate* predicate_of(const std::string& name);
  const SetExpr* set_of(const std::string& name);

  void put(const Predicate& p, Goal goal);
  void put_list(const Predicate& p, Goal goal);
  void put_test(TestCode test, Goal goal);
  TestCode test(const Predicate& p);
  TestCode quantified(const Predicate& p);
  TestCode grants(const Predicate& p);
  std::vector<const Predicate*> ordered(const Predicate& p) const;
  bool never_errs(const Predicate& p, int depth) const;
  bool never_errs(const Operand& operand) const;
  int cost(const Predicate& p, int depth) const;

  Label label();
  void place(Label label);
  void resolve_targets(std::size_t first);

  std::uint32_t text(const std::string& text);
  std::uint32_t path(const Path& path);
  std::uint32_t operand(const Operand& operand);
  std::uint32_t value(const Value& value);
  std::uint32_t literal(const std::vector<Element>& elements);
  std::uint32_t node(SetCode::Kind kind, std::uint32_t a, std::uint32_t b);
  ElementCode element(const Element& e);
  bool canonical(ElementCode& code, const Element& e);
  bool canonical_parts(ElementCode& code, const Element::Url& url);

  const Options& options_;
  Program& out_;
  Place place_;
  std::optional<base::Error> failed_;
  std::size_t nodes_ = 0;
  int depth_ = 0;
  std::unordered_map<const Tree*, Lets> scopes_;
  const Lets* lets_ = nullptr;  // of the tree at hand
  std::vector<std::uint32_t> labels_;
  std::unordered_map<std::string, std::uint32_t> texts_;
  std::unordered_map<std::string, std::uint32_t> paths_;
  std::unordered_map<std::string, std::uint32_t> literals_;
  std::unordered_map<std::string, std::uint32_t> counters_;
  std::map<std::tuple<int, int, std::uint32_t>, std::uint32_t> operands_;
  std::map<std::tuple<int, std::uint32_t, std::uint64_t>, std::uint32_t> values_;
  std::map<std::tuple<int, std::uint32_t, std::uint32_t>, std::uint32_t> sets_;
};

}  // namespace policy
