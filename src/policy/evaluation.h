// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tests of conditions and set expressions against one call (docs/reference/policy.md §3, §4).
// Nothing is allocated: sets are asked, never made. Trust zone: monitor.
#pragma once

#include <optional>
#include <string_view>

#include "policy/linked.h"
#include "policy/states.h"

namespace policy {

enum class Says : std::uint8_t { kFalse, kTrue, kError, kAbsent };
inline Says says(bool truth) { return truth ? Says::kTrue : Says::kFalse; }
inline bool is_known(Says s) { return s == Says::kFalse || s == Says::kTrue; }

// A path with what a quantifier has bound: `base` is the beginning of some leaf's path.
struct PathView {
  std::string_view base;
  std::string_view rest;
};

// A value as read. `state` kTrue: there; else kAbsent or kError.
struct Reading {
  enum class Kind : std::uint8_t { kString, kNumber, kBool, kNull, kInstant };
  Says state = Says::kTrue;
  Kind kind = Kind::kString;
  bool truth = false;
  std::string_view text;
  Number number;
  Instant instant;
};

class Evaluation {
 public:
  // What learning adds to the call. `session` stands for the context's while it changes.
  struct Learning {
    const label::Sets* result = nullptr;
    const label::Sets* session = nullptr;
    std::optional<std::string_view> text;
  };

  Evaluation(const Linked& linked, const Call& call, const Context& context,
             std::optional<ToolEffect> effect, Learning learning)
      : linked_(linked), call_(call), context_(context), effect_(effect), learning_(learning) {}

  // The condition of `count` operations from `first` on: kFalse, kTrue or kError.
  Says condition(std::uint32_t first, std::uint32_t count, bool absent_is_false) const;

  // Of a set expression: kTrue if universal, kFalse if finite, else why there is no answer.
  Says is_universal(std::uint32_t set) const;
  // Where is_universal says kTrue or kFalse: whether the set holds the name.
  bool holds(std::uint32_t set, std::string_view name) const;
  // True if a finite set holds nothing and accepts nothing.
  bool is_empty(std::uint32_t set) const;
  // Calls f(name) for names among which are all that a finite set holds, until f says true.
  template <class F> bool any_candidate(std::uint32_t set, const F& f) const;

 private:
  struct Quantified {
    const PathCode& path;
    const Operation& op;
    bool absent_is_false = false;
  };

  Says test(const Operation& op, std::string_view base, bool absent_is_false) const;
  Says quantified(const Operation& op, bool absent_is_false) const;
  Says each(const Quantified& q, std::size_t segment, std::string_view base) const;
  Says in(const Operation& op, std::string_view base) const;
  Says text(const Operation& op, std::string_view base) const;
  Says mask_of_argument(const Operation& op) const;
  Says mask_of_args(const Operation& op) const;
  Says named(PathView path) const;
  Says overlaps(std::uint32_t operand, std::uint32_t set, std::string_view base) const;
  Says subset(std::uint32_t operand, std::uint32_t set, std::string_view base) const;
  Says superset(std::uint32_t operand, std::uint32_t set, std::string_view base) const;
  Says equal(std::uint32_t operand, std::uint32_t set, std::string_view base) const;

  PathView view(std::uint32_t path, std::string_view base) const;
  bool is_present(PathView path) const;
  Reading read(std::uint32_t value, std::string_view base) const;
  Reading read_argument(PathView path) const;
  Reading read_attribute(Attribute attribute) const;
  Reading read_counter(std::uint32_t counter) const;

  // kTrue: everybody; kFalse: a finite set; kAbsent.
  Says everyone(const OperandCode& operand, PathView path) const;
  bool has(const OperandCode& operand, PathView path, std::string_view name) const;
  template <class F> bool any_name(const OperandCode& operand, PathView path, const F& f) const;
  const label::Sets* single(OperandCode::Scope scope) const;
  template <class Is> bool any_argument(const Is& is, bool whole) const;
  template <class Is> bool all_arguments(const Is& is, bool whole) const;
  template <class Is> bool argument_is(const Argument& one, const Is& is, bool whole) const;

  Says judge(std::uint32_t set, const Reading& value) const;
  Says judge_element(std::uint32_t element, const Reading& value) const;
  bool accepts_name(std::uint32_t element, std::string_view name) const;

  const Linked& linked_;
  const Call& call_;
  const Context& context_;
  std::optional<ToolEffect> effect_;
  Learning learning_;
};

// == and the others between two values: kTrue, kFalse or kError.
Says compare_values(Comparator comparator, const Reading& a, const Reading& b);

bool in_range(const RangeCode& range, const Number& number);
bool in_range(const RangeCode& range, Instant instant);
bool is_ascii(std::string_view text);
std::size_t code_points(std::string_view utf8);

const label::Names& names_of(const label::Sets& sets, Field field);

}  // namespace policy
