// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A compiled policy as it travels to the monitor: flat tables with a field list (visit), as the
// wire codec writes them. The monitor links it (decide.h) and never sees policy text. A plain
// struct on purpose: a test that wants a wrong program changes one field of one TestCode.
// Trust zone: written by the supervisor, read by the monitor, which checks every index.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "policy/program_sets.h"
#include "policy/words.h"

namespace policy {

// A counter that decisions read and the monitor keeps.
struct CounterSpec {
  std::string name;
  std::string sum_of;  // argument; empty: the calls are counted
  bool exact = true;   // `tool` is a name, else an RE2 pattern (full match)
  std::string tool;
  std::uint8_t per = 0;  // Counter::Per: 0 session, 1 principal, 2 tenant
  std::int64_t within_s = 0;
  template <class V> void visit(V& v) { v(name, sum_of, exact, tool, per, within_s); }
};

// One test of a condition. A condition is a run of tests: if the answer of a test is `sense`, go
// on at `target` (counted from the first test of the condition, and behind this one), else at the
// next test. kThenTrue and kThenFalse end the condition; so does going on behind its last test,
// with the opposite of what that test's target says.
struct TestCode {
  enum class Kind : std::uint8_t {
    kIn,        // value a in set b
    kCompare,   // value a `comparator` value b
    kOverlaps,  // operand a, set b
    kSubset,
    kSuperset,
    kSetEqual,
    kEmpty,  // operand a
    kUniversal,
    kPresent,  // path a
    kAbsent,
    kNamed,
    kAny,  // path a; `inner` b is asked of each
    kAll,
    kConstant,  // a: 0 or 1
    kLast = kConstant,
  };
  static constexpr std::uint32_t kThenTrue = 0xffffffff;
  static constexpr std::uint32_t kThenFalse = 0xfffffffe;
  Kind kind = Kind::kConstant;
  bool sense = false;
  Comparator comparator = Comparator::kEqual;
  std::uint32_t target = kThenFalse;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  template <class V> void visit(V& v) { v(kind, sense, comparator, target, a, b); }
};

// tests [first, first + count); none: true.
struct ConditionCode {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  template <class V> void visit(V& v) { v(first, count); }
};

struct RuleCode {
  enum class Kind : std::uint8_t { kAllow, kDeny, kAsk, kRedact, kLog, kLast = kLog };
  Kind kind = Kind::kDeny;
  std::optional<Level> level;  // none: a rule without a level, or an obligation
  ConditionCode when;
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::vector<std::string> texts;  // kAsk: roles; kRedact: fields; kLog: the text
  bool is_signed = false;          // kAsk
  std::int64_t within_s = 0;       // kAsk
  template <class V> void visit(V& v) {
    v(kind, level, when, file, line, texts, is_signed, within_s);
  }
};

struct UpdateCode {
  enum class Op : std::uint8_t { kSet, kUnion, kIntersect, kMinus, kXor, kLast = kXor };
  bool of_session = false;  // else of the result
  Field field = Field::kTags;
  Op op = Op::kSet;
  std::uint32_t set = 0;
  template <class V> void visit(V& v) { v(of_session, field, op, set); }
};
struct StatementCode {
  ConditionCode when;
  std::vector<UpdateCode> updates;
  template <class V> void visit(V& v) { v(when, updates); }
};
struct BlockCode {
  enum class Kind : std::uint8_t { kResult, kBefore, kAfter, kLast = kAfter };
  Kind kind = Kind::kResult;
  std::vector<StatementCode> statements;
  template <class V> void visit(V& v) { v(kind, statements); }
};

// One `tool` block, in the order of evaluation (priority, file, position).
struct PolicyCode {
  bool exact = true;
  std::string id;                // name or RE2
  std::uint32_t first_rule = 0;  // rules [first_rule, first_rule + rules)
  std::uint32_t rules = 0;
  std::vector<BlockCode> blocks;
  template <class V> void visit(V& v) { v(exact, id, first_rule, rules, blocks); }
};

// A tool that the policy may know of.
struct ToolCode {
  std::string name;
  std::optional<ToolEffect> effect;  // none: only a policy names it
  template <class V> void visit(V& v) { v(name, effect); }
};

struct CompatCode {
  bool default_allow = false;
  Level default_level = Level::kSoft;
  bool missing_argument_is_false = false;
  bool search = false;
  bool non_executable_memory = false;
  std::optional<Level> llm_blocked = Level::kHard;
  bool consumers_union_replaces = false;
  bool fail_fast = true;
  template <class V> void visit(V& v) {
    v(default_allow, default_level, missing_argument_is_false, search, non_executable_memory,
      llm_blocked, consumers_union_replaces, fail_fast);
  }
};

// INVARIANT: link() refuses a program with an index out of its table, a part that does not stand
// before its whole, or a jump that does not go forward: evaluation ends, and reads nothing outside.
struct Program {
  base::Digest digest{};
  CompatCode compat;
  std::vector<CounterSpec> counters;
  std::vector<std::string> texts;
  std::vector<PathCode> paths;
  std::vector<OperandCode> operands;
  std::vector<ValueCode> values;
  std::vector<ElementCode> elements;
  std::vector<SetCode> sets;
  std::vector<TestCode> inner;  // what kAny and kAll ask; none of them is kAny or kAll
  std::vector<TestCode> tests;
  std::vector<RuleCode> rules;
  std::vector<PolicyCode> policies;
  std::vector<ToolCode> tools;
  template <class V> void visit(V& v) {
    v(digest, compat, counters, texts, paths, operands, values, elements, sets, inner, tests, rules,
      policies, tools);
  }
};

}  // namespace policy
