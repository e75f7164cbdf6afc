// SPDX-License-Identifier: Apache-2.0
// The laundering test over the grammar: a labelled leaf in every place of every kind of node, under
// every operator, and every statement behind a branch that is taken or not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "lang/parse.h"
#include "tests/plan/launder.h"

namespace plan_test {
namespace {

using lang::Node;
using lang::NodeId;
using lang::NodeKind;
using lang::Operator;

// Backquoted is JSON: a place for a leaf (rows.h).
constexpr const char* kForms[] = {
    // displays, formats, items
    "f'{`7`} {`7`!r:>{`5`}}'",
    "(`1`, `2`)",
    "[`1`, `2`]",
    "{`1`, `2`}",
    "{`1`: `2`}",
    "{**`{\"k\":5}`, 'a': 1}",
    "[*`[1,2]`, 3]",
    "(*`[1,2]`, 3)",
    "{*`[1,2]`, 3}",
    "D(a=`1`).a",
    "M(f=`1`).f",
    "`[3,1,2]`[`1`]",
    "`[3,1,2]`[`0`:`2`:`1`]",
    "`\"some\"`[`1`:]",
    "`{\"k\":5}`[`\"k\"`]",
    "[5, 6, 7][`1`]",
    // calls
    "(lambda v, *r, k=0, **o: [v, r, k, o])(`1`, *`[2]`, k=`3`, **`{\"q\":4}`)",
    "(lambda v=`1`: v)()",
    "(lambda: `1`)()",
    "h9 = abs if `true` else str\nx = h9(7)",
    "h9 = (lambda: 1) if `true` else (lambda: 2)\nx = h9()",
    // operators
    "`7` + `2`",
    "`7` - `2`",
    "`7` * `2`",
    "`7` / `2`",
    "`7` // `2`",
    "`7` % `4`",
    "`2` ** `3`",
    "`7` << `2`",
    "`7` >> `2`",
    "`7` & `2`",
    "`7` | `2`",
    "`7` ^ `2`",
    "not `7`",
    "-`7`",
    "+`7`",
    "~`7`",
    "`\"a\"` + `\"b\"`",
    "`\"a\"` * `3`",
    "`\"%s\"` % `3`",
    "`[1]` + `[2]`",
    "`[1]` * `2`",
    "`{\"k\":5}` | `{\"q\":6}`",
    "`1` and `2`",
    "`0` and 2 and 3",
    "1 and `1` and `2`",
    "`0` or `2`",
    "0 or `0` or `3`",
    "`7` == `2`",
    "`7` != `2`",
    "`7` < `2`",
    "`7` <= `2`",
    "`7` > `2`",
    "`7` >= `2`",
    "`7` is `2`",
    "`7` is not `2`",
    "`7` in `[7]`",
    "`7` not in `[7]`",
    "1 < `7` < `9` < 12",
    "1 < `0` < 9 < 12",
    "`[1]` == `[2]`",
    "`1` if `true` else 2",
    "1 if `false` else `2`",
    "(y := `7`)",
    "1 if (y := `7`) else 2",
    // comprehensions
    "[v + `1` for v in `[1,2]` if v > `0`]",
    "{v + `1` for v in `[1,2]` if v > `0`}",
    "{v: `1` for v in `[1,2]` if v > `0`}",
    "{`1`: v for v in `[1,2]`}",
    "sum(v + `1` for v in `[1,2]` if v > `0`)",
    "[w for v in `[1,2]` for w in `[1,2]` if `true`]",
    "[`1` for v in [1]]",
    "{`1` for v in [1]}",
    "list(`1` for v in [1])",
    "[1 for v in [1] if `false`]",
    // assignments
    "x = y = `7`",
    "x, y = `7`, 1",
    "x, y = `[7,1]`",
    "x, *y = `[7,1]`\nx = y",
    "(x, y), z = `[[7,1],2]`",
    "x: int = `7`",
    "x = 1\nx += `7`",
    "x = `1`\nx += 7",
    "x = [1]\nx += `[7]`",
    "x = [1]\nx[0] += `7`",
    "x = [1]\nx[0] = `7`",
    "x = [1, 2]\nx[`1`] = 7",
    "x = {}\nx[`\"k\"`] = `7`",
    "x = [1, 2]\nx[`0`:`1`] = `[7]`",
    "x = D(1)\nx.a = `7`",
    "x = D(1)\nx.a += `7`",
    "x = [1, 2]\ndel x[`0`]",
    "x = [1, 2]\ndel x[`0`:`1`]",
    "x = {'a': 1}\ndel x[`\"a\"`]",
    "x = `[1]`\nx[0] = 2",
    "x = `{\"k\":5}`\ndel x['k']",
    "x = `7`\nx\n",
    // statements
    "x = 1\nif `false`:\n  x = 2",
    "x = 1\nif `true`:\n  pass\nelse:\n  x = 2",
    "x = 1\nif `false`:\n  pass\nelif `true`:\n  x = 3",
    "x = 0\nwhile x < `3`:\n  x += 1",
    "x = 0\nwhile `0`:\n  x = 1",
    "x = 0\nwhile `0`:\n  pass\nelse:\n  x = 1",
    "x = 0\nfor i in `[1,2]`:\n  x = i",
    "x = 0\nfor i in `[1,2]`:\n  x = 1",
    "x = 0\nfor i in `[]`:\n  x = 1",
    "x = 0\nfor i in `[1]`:\n  if i:\n    break\nelse:\n  x = 1",
    "def f():\n  return `7`\nx = f()",
    "def f(v=`7`):\n  return v\nx = f()",
    "def f(v):\n  return v\nx = f(`7`)",
    "x = 0\ndef f():\n  global x\n  x = `7`\nf()",
    "def f():\n  y = 0\n  def g():\n    nonlocal y\n    y = `7`\n  g()\n  return y\nx = f()",
    "def f():\n  if `true`:\n    return 1\n  return 2\nx = f()",
    "x = 0\ntry:\n  y = 1 // `0`\n  x = 1\nexcept ZeroDivisionError:\n  x = 2",
    "x = 0\ntry:\n  y = 1 // `2`\n  x = 1\nexcept ZeroDivisionError:\n  x = 2",
    "x = 0\ntry:\n  y = 1 // `2`\nexcept ZeroDivisionError:\n  pass\nelse:\n  x = 2",
    "x = 0\ntry:\n  assert `false`, `\"m\"`\nexcept AssertionError as e:\n  x = str(e)",
    "x = 0\ntry:\n  assert `true`\n  x = 1\nexcept AssertionError as e:\n  pass",
    "h9 = ValueError(`\"m\"`)\nx = 0\ntry:\n  raise h9\nexcept ValueError as e:\n  x = str(e)",
    "h9 = ValueError(`\"m\"`)\nx = 0\ntry:\n  raise ValueError(h9.args) from h9\nexcept ValueError "
    "as e:\n"
    "  x = str(e)",
    "h9 = ValueError if `true` else KeyError\nx = 0\ntry:\n  raise ValueError()\nexcept h9:\n  x = "
    "1\n"
    "except ValueError:\n  x = 2",
    "x = 0\ntry:\n  if `true`:\n    raise ValueError()\nexcept ValueError:\n  x = 1\nfinally:\n  "
    "pass",
    "x = 0\ntry:\n  pass\nfinally:\n  if `true`:\n    x = 1",
    "@dataclass\nclass Q:\n  a: int = `7`\nx = Q().a",
    "class Q(BaseModel):\n  a: int = `7`\nx = Q().a",
    "class Q(Enum):\n  A = `7`\nx = Q.A.value",
    "if `true`:\n  class Q(Enum):\n    A = 7\nx = Q.A.value",
    "x = 1\nif `false`:\n  import json as x",
    "x = 1\nif `false`:\n  from json import dumps as x",
};

// What stands in a place of a node that no value can stand in, or that another place shows.
struct Place {
  NodeKind kind;
  const char* place;
};
constexpr Place kPlaces[] = {
    {NodeKind::kFormatted, "a"},   {NodeKind::kTuple, "list"},    {NodeKind::kList, "list"},
    {NodeKind::kSet, "list"},      {NodeKind::kDict, "list"},     {NodeKind::kStar, "a"},
    {NodeKind::kSubscript, "a"},   {NodeKind::kSubscript, "b"},   {NodeKind::kSlice, "a"},
    {NodeKind::kSlice, "b"},       {NodeKind::kSlice, "c"},       {NodeKind::kCall, "a"},
    {NodeKind::kCall, "list"},     {NodeKind::kKeyword, "a"},     {NodeKind::kUnary, "a"},
    {NodeKind::kBinary, "a"},      {NodeKind::kBinary, "b"},      {NodeKind::kBool, "list"},
    {NodeKind::kCompare, "a"},     {NodeKind::kCompareTail, "a"}, {NodeKind::kConditional, "a"},
    {NodeKind::kConditional, "b"}, {NodeKind::kConditional, "c"}, {NodeKind::kNamed, "b"},
    {NodeKind::kLambda, "a"},      {NodeKind::kListComp, "a"},    {NodeKind::kSetComp, "a"},
    {NodeKind::kGenerator, "a"},   {NodeKind::kDictComp, "a"},    {NodeKind::kDictComp, "b"},
    {NodeKind::kClause, "b"},      {NodeKind::kClause, "list"},   {NodeKind::kAssign, "a"},
    {NodeKind::kAugmented, "b"},   {NodeKind::kAnnotated, "c"},   {NodeKind::kIf, "a"},
    {NodeKind::kWhile, "a"},       {NodeKind::kFor, "b"},         {NodeKind::kHandler, "a"},
    {NodeKind::kRaise, "a"},       {NodeKind::kRaise, "b"},       {NodeKind::kAssert, "a"},
    {NodeKind::kAssert, "b"},      {NodeKind::kReturn, "a"},      {NodeKind::kParameter, "a"},
};

// Whether a place of this kind of node can hold a value. A new kind does not compile without.
bool holds_values(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNone:
    case NodeKind::kTrue:
    case NodeKind::kFalse:
    case NodeKind::kEllipsis:
    case NodeKind::kInt:
    case NodeKind::kFloat:
    case NodeKind::kString:
    case NodeKind::kName:
    case NodeKind::kPass:
    case NodeKind::kBreak:
    case NodeKind::kContinue:
    case NodeKind::kImport:
    case NodeKind::kImportFrom:
    case NodeKind::kAlias:
    case NodeKind::kGlobal:
    case NodeKind::kNonlocal: return false;
    case NodeKind::kFString:     // its parts are kFormatted
    case NodeKind::kAttribute:   // of a value that is no JSON: kReceivers' forms
    case NodeKind::kExpression:  // goes nowhere
    case NodeKind::kDelete:      // its targets are kSubscript
    case NodeKind::kBody:        // statements
    case NodeKind::kTry:
    case NodeKind::kFunction:
    case NodeKind::kClass:
    case NodeKind::kModule: return false;
    case NodeKind::kFormatted:
    case NodeKind::kTuple:
    case NodeKind::kList:
    case NodeKind::kSet:
    case NodeKind::kDict:
    case NodeKind::kStar:
    case NodeKind::kSubscript:
    case NodeKind::kSlice:
    case NodeKind::kCall:
    case NodeKind::kKeyword:
    case NodeKind::kUnary:
    case NodeKind::kBinary:
    case NodeKind::kBool:
    case NodeKind::kCompare:
    case NodeKind::kCompareTail:
    case NodeKind::kConditional:
    case NodeKind::kNamed:
    case NodeKind::kLambda:
    case NodeKind::kListComp:
    case NodeKind::kSetComp:
    case NodeKind::kGenerator:
    case NodeKind::kDictComp:
    case NodeKind::kClause:
    case NodeKind::kAssign:
    case NodeKind::kAugmented:
    case NodeKind::kAnnotated:
    case NodeKind::kIf:
    case NodeKind::kWhile:
    case NodeKind::kFor:
    case NodeKind::kHandler:
    case NodeKind::kRaise:
    case NodeKind::kAssert:
    case NodeKind::kReturn:
    case NodeKind::kParameter: return true;
  }
  return true;
}

struct Seen {
  std::set<std::pair<NodeKind, std::string>> places;
  std::set<std::pair<NodeKind, std::uint8_t>> operators;
};

bool is_leaf(const lang::Tree& tree, NodeId id) {
  if (id == lang::kNoNode || tree.at(id).kind != NodeKind::kName) return false;
  const std::string& name = tree.text(tree.at(id).text);
  return name.size() == 2 && name[0] == 'h';
}

void look(const lang::Tree& tree, Seen& seen) {
  for (const Node& n : tree.nodes) {
    bool any = false;
    const auto add = [&](NodeId id, const char* place) {
      if (!is_leaf(tree, id)) return;
      any = true;
      seen.places.emplace(n.kind, place);
    };
    add(n.a, "a");
    add(n.b, "b");
    add(n.c, "c");
    for (std::uint32_t i = 0; i < n.count; ++i) add(tree.links[n.first + i], "list");
    if (any) seen.operators.emplace(n.kind, n.op);
  }
}

TEST(LaunderingOfTheGrammar, EveryPlaceOfEveryNodeAndEveryOperatorHasAForm) {
  Seen seen;
  for (const char* form : kForms) {
    const Template made = parse_form(form);
    const auto tree = lang::parse(made.text);
    ASSERT_TRUE(std::holds_alternative<lang::Tree>(tree)) << form;
    look(std::get<lang::Tree>(tree), seen);
  }
  std::set<NodeKind> listed;
  for (const Place& place : kPlaces) {
    listed.insert(place.kind);
    EXPECT_TRUE(seen.places.contains({place.kind, place.place}))
        << "no form with a leaf in node kind " << static_cast<int>(place.kind) << " "
        << place.place;
  }
  for (int kind = 0; kind <= static_cast<int>(NodeKind::kModule); ++kind)
    EXPECT_EQ(holds_values(static_cast<NodeKind>(kind)),
              listed.contains(static_cast<NodeKind>(kind)))
        << kind;
  for (int op = 0; op <= static_cast<int>(Operator::kNotIn); ++op) {
    bool found = false;
    for (const auto& [kind, with] : seen.operators)
      found = found || (with == op && (kind == NodeKind::kBinary || kind == NodeKind::kUnary ||
                                       kind == NodeKind::kBool || kind == NodeKind::kCompareTail));
    EXPECT_TRUE(found) << "no form with operator " << op;
  }
}

TEST(LaunderingOfTheGrammar, ALabelInAnyPlaceReachesTheSink) {
  std::size_t runs = 0;
  for (const char* form : kForms) {
    const Template made = parse_form(form);
    for (std::size_t place = 0; place < made.leaves.size(); ++place)
      for (const Use& use : uses())
        for (std::size_t kind = 0; kind < kLabelKinds.size(); ++kind) {
          const Told told = run_template(made, place, static_cast<LabelKind>(kind), use);
          ++runs;
          EXPECT_TRUE(told.ran && told.carried)
              << use.name << ", " << kLabelKinds[kind] << " in h" << place << "\n"
              << told.text;
        }
    for (const Use& use : uses()) {
      const Told told = run_template(made, made.leaves.size(), LabelKind::kTag, use);
      EXPECT_TRUE(told.ran && told.clean) << told.text;
    }
  }
  fmt::print("{} runs\n", runs);
}

// Statements that change `x`, call or jump, `#` in what decides whether they run.
constexpr const char* kChanges[] = {
    "x = 2",
    "x += [2]",
    "x.append(2)",
    "x[0] = 2",
    "x[0] += 2",
    "del x[0]",
    "x.clear()",
    "x, y = 2, 3",
    "x: int = 2",
    "(x := 2)",
    "for x in [2]: pass",
    "[x.append(v) for v in [2]]",
    "f(x)",
    "g()",
    "(lambda: x.append(2))()",
    "list(map(x.append, [2]))",
    "z = x; z.append(2)",
    "h(x)",
    "[0, x][1].append(2)",
    "{'k': x}['k'].append(2)",
    "x.extend(v for v in [2])",
    "x = x + [2]",
    "def x(): pass",
    "import json as x",
    "x = None if x else x",
    "q.append(2)",
    "y = 1; x = 2",
    "[(x := v) for v in [2]]",
    "x[:] = [2]",
    "x.sort(key=lambda v: x2.append(2))",
};
// `#`: the statement; taken or not by the value of h0.
constexpr const char* kDeciders[] = {
    "if h0:\n  #",
    "if not h0:\n  #",
    "if h0:\n  pass\nelse:\n  #",
    "if not h0:\n  pass\nelif h0:\n  #",
    "while h0:\n  #\n  break",
    "while not h0:\n  #\n  break",
    "for v in [1] * h0:\n  #",
    "for v in [1] * (1 - h0):\n  #",
    "for v in [1]:\n  if h0:\n    break\n  #",
    "for v in [1]:\n  if h0:\n    continue\n  #",
    "for v in [1]:\n  if not h0:\n    break\n  #",
    "for v in [1]:\n  if h0:\n    break\nelse:\n  #",
    "try:\n  1 // h0\n  #\nexcept ZeroDivisionError:\n  pass",
    "try:\n  1 // h0\nexcept ZeroDivisionError:\n  #",
    "try:\n  1 // h0\nexcept ZeroDivisionError:\n  pass\nelse:\n  #",
    "try:\n  assert h0\n  #\nexcept AssertionError:\n  pass",
    "try:\n  if h0:\n    raise ValueError()\n  #\nexcept ValueError:\n  pass",
    "try:\n  pass\nfinally:\n  if h0:\n    #",
};

TEST(LaunderingOfTheGrammar, WhatABranchChangesOrWouldHaveCarriesItsTest) {
  constexpr Use kSent{"sent", "\nsend(str(x))\n"};
  std::size_t runs = 0;
  for (const char* value : {"0", "1"})
    for (const std::string decider : kDeciders)
      for (const std::string change : kChanges) {
        std::string body = decider;
        const std::size_t at = body.find('#');
        const std::size_t indent = at - body.rfind('\n', at) - 1;
        std::string statement = change;
        if (const std::size_t semi = statement.find("; "); semi != std::string::npos)
          statement.replace(semi, 2, "\n" + std::string(indent, ' '));
        body.replace(at, 1, statement);
        Template form;
        form.leaves = {value};
        form.text =
            "x = [1]\nx2 = x\nq = x\ndef f(l):\n  l.append(2)\ndef g():\n  x.append(2)\n"
            "def h(l):\n  m = l\n  m.append(2)\n" +
            body;
        const bool binds = change.starts_with("def x") || change.starts_with("import");
        const Use use = binds ? Use{"sent", "\nsend(1 if callable(x) else 2)\n"} : kSent;
        const auto kind = static_cast<LabelKind>(runs++ % kLabelKinds.size());
        const Told told = run_template(form, 0, kind, use);
        EXPECT_TRUE(told.ran && told.carried) << kLabelKinds[static_cast<std::size_t>(kind)] << "\n"
                                              << told.text;
        const Told without = run_template(form, 1, kind, use);
        EXPECT_TRUE(without.ran && without.clean) << without.text;
      }
  fmt::print("{} runs\n", runs);
}

}  // namespace
}  // namespace plan_test
