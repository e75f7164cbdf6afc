// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Recursive descent over docs/reference/policy.md §2: one function a production. Where SQRT's words
// leave two readings, §1 says which one holds. Trust zone: supervisor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/syntax/cursor.h"
#include "policy/tree.h"

namespace policy {

class Parser : public Cursor {
 public:
  using Cursor::Cursor;
  Tree file(std::string name);
  Predicate whole_predicate();

 private:
  // parse_file.cc
  void header();
  void declaration(Tree& tree);
  std::vector<std::string> docs();
  Let let_declaration();
  ToolPolicy tool();
  ToolPolicy tools();
  ToolId tool_id();
  void body(ToolPolicy& policy);
  void shorthand(ToolPolicy& policy);
  Block::Kind where();
  void member(ToolPolicy& policy);
  Priority priority();
  Rule levelled_rule(Level level);
  Rule yett_rule();
  Rule ask_rule();
  Rule obligation();
  void condition(Rule& rule);
  void because(Rule& rule);
  void finish(Rule& rule, const Place& begin);
  Block block(Block::Kind kind, const Place& begin);
  Statement statement();
  Update update();
  void target(Update& update);
  Update::Op update_sign();
  Use use();
  Counter counter();
  std::int64_t duration();
  void open_block();
  void close_block();
  void semicolon();
  template <class Integer> Integer integer(std::string_view what, bool negative);

  // parse_predicate.cc. A leaf is what a comparison may begin with, or a name.
  struct Name {
    std::string text;
    Span span;
  };
  using Leaf = std::variant<Value, Operand, Path, Name>;
  enum class Want : std::uint8_t { kAny, kOperand, kValue };
  using Expression = std::variant<Predicate, SetExpr>;
  Expression expression();
  Expression expression_atom();
  Predicate predicate();
  Predicate or_tail(Predicate first, const Place& begin);
  Predicate and_tail(Predicate first, const Place& begin);
  Predicate not_term();
  Predicate negation();
  Predicate atom();
  Predicate quantified(Predicate::Kind kind);
  bool at_not();
  std::optional<Predicate::Kind> at_quantifier();
  bool starts_comparison(std::size_t ahead);
  bool starts_comparator(std::size_t ahead);
  bool asks_of_path(std::size_t ahead);
  Predicate comparison(Leaf left, const Place& begin);
  bool value_comparison(Predicate& out);
  bool operand_comparison(Predicate& out);
  void operand_is(Predicate& out);
  bool path_comparison(Predicate& out);
  std::optional<Comparator> comparator();
  Predicate name_predicate(Name name);
  Predicate closed(Predicate predicate, const Place& begin);
  bool is_word(Predicate& out);

  // parse_leaf.cc: leaves, paths, literals
  Leaf leaf(Want want);
  Leaf at_leaf(Want want);
  Leaf at_attribute(Want want, const Place& begin);
  Leaf at_args(const Place& begin);
  Leaf path_leaf(Want want);
  Leaf path_tail(Path path, Want want, const Place& begin);
  std::optional<Leaf> dotted(Path& path, Want want, const Place& begin);
  bool index_step(Path& path);
  bool at_step(std::size_t ahead);
  bool at_value_word(Want want);
  std::optional<Field> field_word(bool target);
  Field need_field(bool target = false);
  void dot();
  Leaf aggregate(const Place& begin);
  Leaf role_leaf(Want want, const Place& begin);
  Leaf scoped_leaf(Scope scope, Want want, const Place& begin);
  Leaf operand_leaf(Scope scope, const Place& begin);
  Value value_literal();

  // parse_element.cc
  struct RangeSign {
    std::string_view text;
    bool low_open = false;
    bool high_open = false;
    bool needs_high = false;
  };
  static constexpr const char* kInstantHint =
      "write d\"2024-01-31\" or d\"2024-01-31T10:00:00Z\", in the years 0001 to 9999";
  bool peek_number(std::size_t ahead);
  Number number();
  Instant instant();
  Element element();
  bool starts_domain();
  Element domain();
  Element domain_body(std::string_view word, const Place& begin);
  void string_domain(Element& element);
  void instant_domain(Element& element);
  void name_domain(Element& element, Element::Kind is, Element::Kind under, Element::Kind like);
  void url_domain(Element::Url& url);
  void url_host(Element::Url& url);
  void fail_repeated();
  std::optional<RangeSign> range_sign(bool low_given);
  Range<Number> number_range();

  // parse_set.cc
  SetExpr set();
  SetExpr set_tail(SetExpr first, const Place& begin);
  SetExpr level_tail(SetExpr first, const Place& begin, std::size_t level);
  SetExpr level(std::size_t level);
  SetExpr with_tail(SetExpr first, const Place& begin);
  SetExpr set_atom();
  SetExpr set_literal();
  SetExpr operand_set(Operand operand);
  SetExpr name_set(Name name);
  bool set_operator(std::size_t level);
  void count_operator();
  std::size_t set_operators_ = 0;

  std::size_t comparisons_ = 0;  // so far: limits.h
  std::size_t elements_ = 0;
};

}  // namespace policy
