// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Goes over the nodes of a tree in the order of the text. What a check wants to see, it overrides.
// Names of lets are not followed. Trust zone: supervisor.
#pragma once

#include "policy/tree.h"

namespace policy {

class Walk {
 public:
  virtual ~Walk() = default;
  void predicate(const Predicate& node);
  void set(const SetExpr& node);
  void let(const Let& node);
  void member(const ToolPolicy::Member& member);  // conditions and updates of a rule or block
  void update(const Update& node);

 protected:
  Walk() = default;
  Walk(const Walk&) = default;
  Walk& operator=(const Walk&) = default;
  // Each is called before the node's parts are gone over.
  virtual void on_predicate(const Predicate& node);
  virtual void on_set(const SetExpr& node);
  virtual void on_value(const Value& node);
  virtual void on_operand(const Operand& node);
  virtual void on_path(const Path& node);
  virtual void on_element(const Element& node);
  virtual void on_update(const Update& node);

 private:
  void value(const Value& node);
  void operand(const Operand& node);
  void path(const Path& node);
  void comparison(const Predicate& node);
};

// Which parts of a predicate its kind uses.
bool has_operand(Predicate::Kind kind);  // operand
bool has_path(Predicate::Kind kind);     // path
bool has_set(Predicate::Kind kind);      // set

}  // namespace policy
