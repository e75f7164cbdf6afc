// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tree → pieces of text, a function a node. Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>

#include "policy/syntax/layout.h"
#include "policy/tree.h"

namespace policy {

class Printer {
 public:
  explicit Printer(std::size_t columns) : layout_(columns) {}

  void tree(const Tree& tree);
  void predicate(const Predicate& predicate);
  void set(const SetExpr& set);
  void element(const Element& element);
  void path(const Path& path);
  void rule(const Rule& rule);
  std::string take();

 private:
  using Break = Layout::Break;
  // A piece after a space; a piece close to the one before.
  void word(std::string_view text, Break line_break = Break::kNever);
  void glue(std::string_view text);

  // print.cc
  void let(const Let& let);
  void tool(const ToolPolicy& policy);
  void shorthand(const ToolPolicy& policy);
  void tool_id(const ToolId& id);
  void member(const ToolPolicy::Member& member);
  void block(const Block& block);
  void statement(const Statement& statement);
  void update(const Update& update);
  void condition(const Rule& rule);
  void ask(const Ask& ask);
  void counter(const Counter& counter);
  void docs(const std::vector<std::string>& docs);
  void open();
  void close();
  void semicolon();

  // print_expression.cc
  void quoted(std::string_view text);
  void raw(std::string_view prefix, std::string_view text);
  void nested(const Predicate& part, const Predicate& whole);
  void joined(const Predicate& whole, std::string_view operation);
  void comparison(const Predicate& predicate);
  void value(const Value& value);
  void operand(const Operand& operand);
  void nested(const SetExpr& part, const SetExpr& whole, bool right);
  void binary(const SetExpr& whole, std::string_view sign);
  void literal(const SetExpr& set);
  void domain(const Element& element);
  void length(const Element& element);
  void url(const Element::Url& url);
  void numbers(const Range<Number>& range);
  void instants(const Range<Instant>& range);

  Layout layout_;
  bool close_ = true;  // the next word stands close to what is before it
};

}  // namespace policy
