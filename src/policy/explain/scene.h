// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a rule can read: the arguments of the call, the session, who asks, the time. And where the
// data of it came from. docs/reference/policy.md §3. Trust zone: supervisor.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/explain/judge.h"
#include "policy/explain/set.h"
#include "policy/loaded.h"
#include "policy/question.h"

namespace policy::tracing {

// One place of the call that a path names, for evaluation (`at`: "to/0") and for people.
struct Place {
  std::string at;
  std::string shown;  // "to", "item 3 of to": no text of the call
};

// Everything is borrowed. A failure of kNotFound says that the argument is absent; all others are
// errors of the rule.
class Scene {
 public:
  Scene(const Loaded& loaded, const Question& question, const SessionState& session)
      : loaded_(loaded), question_(question), session_(session) {}

  const Question& question() const { return question_; }
  const SessionState& session() const { return session_; }

  static Place place(const Path& path);  // of a path without [*]
  static bool is_many(const Path& path);
  // The places that a path with [*] stands for, in the order of the call.
  base::Result<std::vector<Place>> places(const Path& path) const;

  // The leaves at or under a place.
  std::vector<const LeafValue*> leaves(std::string_view at) const;
  bool present(std::string_view at) const { return !leaves(at).empty(); }
  bool named(std::string_view at) const;

  // `here` stands for the place of an operand or value whose path holds [*].
  base::Result<NameSet> read(const Operand& operand, const Place* here) const;
  base::Result<Datum> read(const Value& value, const Place* here) const;

  // The origins of what the operand reads: of its leaves that hold one of `names` in the field, or
  // of all if none does. And the arguments that these leaves belong to.
  struct Carriers {
    label::Names origins;
    std::vector<std::string> arguments;
  };
  Carriers carriers(const Operand& operand, const Place* here,
                    const std::set<std::string>& names) const;
  // The join of the labels of what an operand or a place reads.
  label::Sets label_of(const Operand& operand, const Place* here) const;
  label::Sets label_at(std::string_view at) const;
  // Names of the arguments of the call, in order, each once.
  std::vector<std::string> arguments() const;

 private:
  base::Result<NameSet> of_argument(std::string_view at, Field field) const;
  base::Result<NameSet> of_all(const Operand& operand) const;
  base::Result<Datum> leaf_at(const Place& place) const;
  base::Result<Datum> attribute(Attribute attribute) const;

  const Loaded& loaded_;
  const Question& question_;
  const SessionState& session_;
};

// The set of a label that a field names.
NameSet field_of(const label::Sets& label, Field field);

}  // namespace policy::tracing
