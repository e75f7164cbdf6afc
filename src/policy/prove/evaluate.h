// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Predicates, set expressions and updates over a call that is not known: policy.md §3, §4 and §6 as
// circuits. A third reading of that page, beside the compiled form and spec/. Trust zone:
// supervisor, tests.
#pragma once

#include <string>
#include <vector>

#include "policy/prove/symbols.h"

namespace policy::proving {

// What can be read at one moment. All borrowed.
struct SceneSym {
  const CallSym* call = nullptr;
  const AskerSym* asker = nullptr;
  const StateSym* state = nullptr;
  const ResultSym* result = nullptr;  // null where @result may not be read
  Scope here = Scope::kSession;
  const Tree* tree = nullptr;  // whose names are meant
  bool absent_is_false = false;
  const NodeSym* item = nullptr;  // what [*] stands for now; null: nothing is there
};

// Something that was read, or why not. INVARIANT: at most one of the two.
struct Faults {
  Bit absent;
  Bit error;
};
struct ValueRead {
  ValueSym value;
  Faults faults;
};
struct GroupRead {
  SetSym plain;
  std::vector<const Element*> matchers;
  Faults faults;
};

class Evaluation {
 public:
  // All borrowed.
  Evaluation(Circuit& circuit, Maker& maker, Sorts& sorts, Judge& judge, const Loaded& loaded)
      : circuit_(circuit), maker_(maker), sorts_(sorts), judge_(judge), loaded_(loaded) {}

  Tri holds(const Predicate& predicate, const SceneSym& scene);
  // The block's target label after its statements; the scene sees each update.
  void run(const Block& block, SceneSym scene, LabelSym& target);
  SetSym set_of(const NodeSym& node, Field field);
  SetSym united(const SetSym& a, const SetSym& b);
  // The join over all leaves of the call and its control flow.
  LabelSym join_of(const CallSym& call);

 private:
  Tri quantified(const Predicate& p, const SceneSym& scene);
  struct Item {
    const NodeSym* node = nullptr;  // null: nothing can stand there
    Bit exists;
  };
  void items(const NodeSym& node, const Path& path, std::size_t step, Bit exists,
             std::vector<Item>& out, Bit& error);
  Tri comparison(const Predicate& p, const SceneSym& scene);
  Tri finished(Bit yes, const Faults& faults, const SceneSym& scene);
  Tri member(const Predicate& p, const SceneSym& scene);
  Tri compare(const Predicate& p, const SceneSym& scene);
  Tri sets(const Predicate& p, const SceneSym& scene);
  Bit overlap(const SetSym& a, const GroupRead& b);
  Bit subset(const SetSym& a, const SetSym& b);
  Bit same(const SetSym& a, const SetSym& b);
  Bit empty(const SetSym& a);
  Bit grants(const SetSym& set, const std::string& name);
  SetSym accepted(const GroupRead& group);

  const NodeSym* find(const CallSym& call, const Path& path);
  const NodeSym* place(const Path& path, const SceneSym& scene);
  Bit all_named(const NodeSym& node);
  ValueRead read(const Value& value, const SceneSym& scene);
  ValueRead attribute(Attribute attribute, const SceneSym& scene);
  ValueRead constant(Concrete value);
  ValueRead known(ValueSym value);
  GroupRead operand(const Operand& operand, const SceneSym& scene);
  GroupRead over_arguments(const Operand& operand, const SceneSym& scene);
  GroupRead plain(SetSym set) { return {std::move(set), {}, none()}; }

  std::optional<std::size_t> sort_of(const Value& value, const SceneSym& scene);
  std::size_t sort_of(const Operand& operand);
  std::optional<std::size_t> sort_of(const SetExpr& set, const SceneSym& scene);
  GroupRead group(const SetExpr& set, std::size_t sort, const SceneSym& scene);
  GroupRead literal(const std::vector<Element>& elements, std::size_t sort);
  GroupRead combined(SetExpr::Kind op, const GroupRead& a, const GroupRead& b);
  SetSym minus(const SetSym& a, const SetSym& b, Bit& error);
  SetSym met(const SetSym& a, const SetSym& b);
  void update(const Update& update, const SceneSym& scene, Bit when, LabelSym& target);

  Faults none() { return {circuit_.falsehood(), circuit_.falsehood()}; }
  Faults then(const Faults& first, const Faults& second);
  void collect_leaves(const NodeSym& node, std::vector<const NodeSym*>& out);

  Circuit& circuit_;
  Maker& maker_;
  Sorts& sorts_;
  Judge& judge_;
  const Loaded& loaded_;
};

}  // namespace policy::proving
