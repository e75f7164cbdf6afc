// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The syntax tree of a policy file: what the parser makes, the printer prints, the load checks
// read, the compiler lowers and spec/ interprets as it stands. Grammar: docs/reference/policy.md.
// Plain values. Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/expression.h"

namespace policy {

struct Rule {
  enum class Kind : std::uint8_t { kAllow, kDeny, kAsk, kRedact, kLog };
  Kind kind = Kind::kDeny;
  std::optional<Level> level;      // SQRT rules have one, Yett rules and obligations none
  std::optional<Predicate> when;   // none: always
  Ask ask;                         // kAsk
  std::vector<std::string> texts;  // kRedact: names of kept fields; kLog: one text
  std::string because;             // empty: not said
  std::vector<std::string> docs;   // text of each `///` line, without the slashes
  Span span;
  friend bool operator==(const Rule&, const Rule&) = default;
};

struct Update {
  enum class Target : std::uint8_t { kHere, kResult, kSession, kArgument };
  enum class Op : std::uint8_t { kSet, kUnion, kIntersect, kMinus, kXor };
  Target target = Target::kHere;
  std::string argument;  // kArgument: refused at load
  Field field = Field::kTags;
  Op op = Op::kSet;
  SetExpr value;
  Span span;
  friend bool operator==(const Update&, const Update&) = default;
};

struct Statement {
  std::optional<Predicate> when;
  std::vector<Update> updates;  // without `when` exactly one
  std::vector<std::string> docs;
  Span span;
  friend bool operator==(const Statement&, const Statement&) = default;
};

struct Block {
  enum class Kind : std::uint8_t { kResult, kBefore, kAfter };
  Kind kind = Kind::kResult;
  std::vector<Statement> statements;
  std::vector<std::string> docs;
  Span span;
  friend bool operator==(const Block&, const Block&) = default;
};

struct ToolId {
  enum class Kind : std::uint8_t { kExact, kPattern, kEffects };  // kEffects: gone after expansion
  Kind kind = Kind::kExact;
  std::string text;                 // name or RE2
  std::vector<ToolEffect> effects;  // kEffects; empty: every tool
  Span span;
  friend bool operator==(const ToolId&, const ToolId&) = default;
};

// One `tool` or `tools` block, or the shorthand (one block of one statement).
struct Priority {
  std::int32_t value = 0;
  Span span;
  friend bool operator==(const Priority&, const Priority&) = default;
};
struct ToolPolicy {
  using Member = std::variant<Priority, Rule, Block>;
  ToolId id;
  std::vector<Member> members;  // in the order of the source
  bool shorthand = false;
  std::vector<std::string> docs;
  Span span;
  std::int32_t priority() const;  // the last line's, else 0
  friend bool operator==(const ToolPolicy&, const ToolPolicy&) = default;
};

struct Let {
  std::string name;
  // An alias (`let x = y;`) is a SetExpr of kind kName until the load checks know its kind.
  std::variant<Predicate, SetExpr> value;
  std::vector<std::string> docs;
  Span span;
  friend bool operator==(const Let&, const Let&) = default;
};

struct Use {
  std::string pack;
  Span span;
  friend bool operator==(const Use&, const Use&) = default;
};

struct Counter {
  enum class Per : std::uint8_t { kSession, kPrincipal, kTenant };
  std::string name;
  std::string sum_of;  // argument; empty: count the calls
  ToolId tool;
  Per per = Per::kSession;
  std::int64_t within_s = 0;
  Span span;
  friend bool operator==(const Counter&, const Counter&) = default;
};

// One file.
struct Tree {
  std::string name;   // of the file or pack, for messages
  bool yett = false;  // `language yett 1;`
  std::vector<std::variant<Let, ToolPolicy, Use, Counter>> declarations;
  friend bool operator==(const Tree&, const Tree&) = default;
};

}  // namespace policy
