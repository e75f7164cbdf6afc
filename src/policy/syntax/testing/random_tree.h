// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Seeded random policies for property tests: of the parser (any tree that the printer can write and
// the parser reads back) and of the evaluators (`loadable`: trees that pass the load checks against
// random_tools()). The same seed and shape give the same tree on every machine.
// Trust zone: tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/tools.h"
#include "policy/tree.h"

namespace policy {

struct RandomShape {
  bool yett = true;       // else only what SQRT has
  bool loadable = true;   // else any names, fields, texts, kinds, in any place
  bool expanded = false;  // no `tools`, no @role, no `use`: as load() leaves a tree
  std::size_t lets = 3;
  std::size_t tools = 3;
  std::size_t members = 4;
  int depth = 3;  // of predicates and set expressions
};

// Three tools (send_mail, read_file, pay_bill) with the same arguments, all but `to` optional: to
// and body (strings; recipient and content), amount (number), count (integer), flag (boolean), list
// (array of strings). Their results keep the field "secret".
Tools random_tools();

class RandomTree {
 public:
  RandomTree(std::uint64_t seed, RandomShape shape) : state_(seed), shape_(shape) {}

  Tree tree();
  // Alone, without names of lets; as a check rule may hold it.
  Predicate predicate();
  SetExpr set();
  Element element();

  // From 0 to `bound` - 1; for tests that need more choices of the same seed.
  std::uint64_t below(std::uint64_t bound);

 private:
  using Kind = ArgumentShape::Kind;
  // Where an expression stands: which of @f, @result.f, @session.f it may read.
  struct Place {
    bool here = false;
    bool result = false;
  };
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  bool free() const { return !shape_.loadable; }
  std::string pick(const std::vector<std::string_view>& from);
  std::string name();
  std::string text();
  std::string word();
  std::string pattern();
  std::string wildcard();
  Number number();
  Instant instant();
  Range<Number> range(bool whole);
  Range<Instant> instant_range();

  Path path(std::string_view argument, bool each);
  Path any_path();
  Field field(bool target);
  Operand operand(Place place);
  Value literal(Kind kind);
  Value left(Kind& kind, bool each, Place place);

  Element plain_element();
  Element matcher_element(Kind kind);
  Element string_element();
  Element any_element();
  Element yett_element();
  SetExpr literal_set(std::size_t count);
  SetExpr plain(int depth, Place place);
  SetExpr matcher(Kind kind);
  SetExpr any_set(int depth);
  SetExpr joined(SetExpr::Kind kind, SetExpr left, SetExpr right);
  SetExpr set_for(Kind kind, int depth, Place place);

  Predicate predicate(int depth, Place place);
  Predicate comparison(bool each, Place place);
  Predicate value_comparison(bool each, Place place);
  Predicate set_comparison(Place place);
  Predicate path_question(bool each);

  Let let(std::size_t number);
  ToolPolicy tool();
  ToolPolicy shorthand();
  ToolId tool_id();
  Rule rule();
  Rule sqrt_rule();
  Rule yett_rule();
  Block block();
  Statement statement(Place place, Block::Kind kind);
  Update update(Place place, Block::Kind kind);
  Counter counter();
  std::vector<std::string> docs();

  std::uint64_t state_;
  RandomShape shape_;
  std::vector<std::string> predicates_;
  std::vector<std::string> sets_;
  std::vector<std::string> domains_;
  std::vector<std::string> counters_;
};

}  // namespace policy
