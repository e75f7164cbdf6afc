// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Predicates and set expressions, read off the tree as they stand: docs/reference/policy.md §3, §4.
// Trust zone: tests.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "policy/loaded.h"
#include "policy/question.h"
#include "spec/element.h"
#include "spec/set.h"

namespace spec {

// Why something could not be read: an absent argument (which some places forgive), or an error.
enum class Fault : std::uint8_t { kAbsent, kError };
template <class T> using Read = std::variant<T, Fault>;

// A set expression's value: names, and the elements of a matcher that are no plain names.
struct Group {
  Set plain;
  std::vector<const policy::Element*> matchers;  // borrowed from the tree
};

// What can be read at one moment of a call.
struct Scene {
  const policy::Question& question;
  const policy::Tree* file = nullptr;  // whose `let`s are meant: names are per file (§2)
  policy::SessionState session;
  label::Sets result;  // result and `session after` blocks
  std::string result_text;
  policy::Scope here = policy::Scope::kSession;  // what `@f` means in this block
  bool absent_is_false = false;                  // compat, `ask when`, `oblige when`
};

// What `let` binds the name to in that file; null if it binds no T.
template <class T> const T* bound_to(const policy::Tree& file, const std::string& name) {
  for (const auto& declaration : file.declarations) {
    const auto* let = std::get_if<policy::Let>(&declaration);
    if (let != nullptr && let->name == name) return std::get_if<T>(&let->value);
  }
  return nullptr;
}

class Evaluator {
 public:
  explicit Evaluator(const policy::Loaded& loaded);

  Truth holds(const policy::Predicate& predicate, const Scene& scene);
  // none: always
  Truth holds(const std::optional<policy::Predicate>& when, const Scene& scene);
  Read<Group> group(const policy::SetExpr& set, const Scene& scene);
  bool is_for(const policy::ToolId& id, const std::string& tool);

 private:
  Truth quantified(const policy::Predicate& predicate, const Scene& scene);
  Read<bool> comparison(const policy::Predicate& predicate, const Scene& scene);
  Read<bool> in(const policy::Predicate& predicate, const Scene& scene);
  Read<bool> compared(const policy::Predicate& predicate, const Scene& scene);
  Read<bool> sets_compared(const policy::Predicate& predicate, const Scene& scene);
  Read<Group> combined(policy::SetExpr::Kind op, const Group& left, const Group& right);
  Read<Data> value(const policy::Value& value, const Scene& scene) const;
  Read<Data> attribute(policy::Attribute attribute, const policy::Question& question) const;
  bool accepts_name(const Group& group, const std::string& name);

  const policy::Loaded& loaded_;
  Patterns patterns_;
};

}  // namespace spec
