// SPDX-License-Identifier: Apache-2.0
// Constructs that are open: branches, choices, loops, clauses. What each does to the control label
// when it opens and when it closes, early or at its end.
#include <algorithm>

#include "lang/join_point.h"
#include "lang/run.h"

namespace lang {

Construct& Run::open(Construct::Kind kind, NodeId node) {
  Construct& made = constructs_.emplace_back();
  made.kind = kind;
  made.node = node;
  made.outer = control_;
  return made;
}

void Run::close() {
  const Construct construct = constructs_.back();
  LabelId why = construct.label;
  switch (construct.kind) {
    case Construct::Kind::kLoop: return close_loop(false);
    case Construct::Kind::kTry: close_try(construct, false, why); [[fallthrough]];
    case Construct::Kind::kTryTail:
    case Construct::Kind::kBranch:
    case Construct::Kind::kLoopElse:
      constructs_.pop_back();
      if (why != label::kClean) skipped(construct.node, join(construct.outer, why));
      return restore(construct.outer);
    case Construct::Kind::kHandler:
      constructs_.pop_back();
      handled_ = frame_->registers[construct.at + 1];
      if (at(construct.node).text != kNoText)
        if (Value* place = place_of(plan_.refs[construct.node]))
          *place = Value().with(place->label());
      return;
    case Construct::Kind::kFinal: return close_final();
    case Construct::Kind::kChoice: return close_choice(construct.node);
    case Construct::Kind::kClause: constructs_.pop_back(); return restore(construct.outer);
  }
}

// Branches.

bool Run::test(const Value& v, NodeId id) {
  const LabelId l = deep(v);
  if (l != label::kClean) {
    Construct& made = open(Construct::Kind::kBranch, id);
    made.label = l;
    branch(id, l);
  }
  return truth(v);
}

// Comparisons in a row, `and`, `or`: whether the parts of `whole` from `next` on run, `l` decides.
void Run::choose_rest(LabelId l, NodeId next, NodeId whole) {
  if (l == label::kClean || !joined(JoinPoint::kChoice)) return;
  if (!is_open(whole)) open(Construct::Kind::kChoice, whole);
  constructs_.back().label = join(constructs_.back().label, l);
  const Node& n = at(whole);
  bool rest = false;
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const NodeId one = n.kind == NodeKind::kCompare ? at(part(n, i)).a : part(n, i);
    rest = rest || one == next;
    if (rest) branch(one, l);
  }
}

bool Run::chain(const Value& seen, NodeId next, NodeId whole) {
  choose_rest(seen.label(), next, whole);
  return truth(seen);
}

bool Run::choose(const Value& v, Value& labels, bool wanted, NodeId next, NodeId whole) {
  labels = labels.with(join(labels.label(), deep(v)));
  choose_rest(labels.label(), next, whole);
  return truth(v) == wanted;
}

void Run::close_choice(NodeId id) {
  if (!is_open(id)) return;
  const Construct choice = constructs_.back();
  constructs_.pop_back();
  skipped(id, join(choice.outer, choice.label));
  restore(choice.outer);
}

// Loops.

bool Run::test_loop(const Value& v) {
  const LabelId l = deep(v);
  if (l != label::kClean) {
    Construct& loop = constructs_.back();
    if (joined(JoinPoint::kLoopTest)) loop.label = join(loop.label, l);
    branch(loop.node, l);
  }
  return truth(v);
}

void Run::next_of_while() {
  const Construct& loop = constructs_.back();
  restore(join(loop.outer, loop.label));
}

bool Run::begin_loop(Register items_at, NodeId id) {
  Value& items = frame_->registers[items_at];
  Construct& loop = open(Construct::Kind::kLoop, id);
  loop.at = items_at;
  loop.before = std::exchange(loop_exit_, label::kClean);
  loop.label = shape(items);
  if (loop.label != label::kClean) branch(id, loop.label);
  if (is(items, Kind::kRange)) {
    loop.size = as<Range>(items)->size();
    return true;
  }
  if (is(items, Kind::kList)) {
    loop.live = true;
    return true;
  }
  Values all;
  if (!iterate(items, all)) return false;
  if (is(items, Kind::kDict)) {
    loop.dict = as<Dict>(items);
    loop.keys = loop.dict->live;
  }
  loop.size = all.size();
  items = items.with(label::kClean);
  items = list(std::move(all));
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

bool Run::next_of_loop(const Value& items, Value& out, bool& more) {
  Construct& loop = constructs_.back();
  restore(join(loop.outer, loop.label));
  if (loop.dict != nullptr && loop.next > 0 && loop.dict->live != loop.keys)
    return raise(TypeName::kRuntimeError, "dictionary changed size during iteration", loop.label);
  if (is(items, Kind::kRange)) {
    more = loop.next < loop.size;
    if (more) out = Value::integer(as<Range>(items)->at(loop.next++), loop.label);
    return charge(1);
  }
  const List* list = as<List>(items);
  more = loop.next < (loop.live ? list->items.size() : loop.size);
  if (loop.live) {
    const LabelId seen = join(loop.label, shape(items));
    loop.label = seen;
    if (seen != label::kClean) branch(loop.node, seen);  // whether there is more, it decides
  }
  if (more) {
    out = list->items[loop.next++];
    if (loop.live) out = labelled(read(items, out), loop.label);
  }
  return charge(1);
}

void Run::close_loop(bool with_else) {
  const Construct loop = constructs_.back();
  constructs_.pop_back();
  // A list says by its shape, also at an early end, how long the loop would have gone on.
  const LabelId seen = loop.live ? join(loop.label, shape(frame_->registers[loop.at])) : loop.label;
  const LabelId why = join(seen, loop_exit_);
  loop_exit_ = loop.before;
  if (with_else) {
    Construct& otherwise = constructs_.emplace_back();
    otherwise.kind = Construct::Kind::kLoopElse;
    otherwise.node = loop.node;
    otherwise.outer = loop.outer;
    otherwise.label = why;
    control_ = join(loop.outer, why);
    if (why != label::kClean) {
      exits(at(loop.node).kind == NodeKind::kFor ? at(loop.node).c : at(loop.node).b);
      skipped(loop.node, control_);
    }
    return restore(control_);
  }
  if (why != label::kClean) skipped(loop.node, join(loop.outer, why));
  restore(loop.outer);
}

// Comprehensions.

bool Run::begin_clause(Value& items, NodeId id, Container* into) {
  Values all;
  if (!iterate(items, all)) return false;
  Construct& clause = open(Construct::Kind::kClause, id);
  clause.label = shape(items);
  clause.size = all.size();
  if (clause.label != label::kClean) branch(id, clause.label);
  raise_own(into, control_);
  heap.changed();
  constructs_.back().before = control_;
  items = list(std::move(all));
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

bool Run::next_of_clause(const Value& items, Value& out, bool& more) {
  Construct& clause = constructs_.back();
  if (clause.next > 0) restore(clause.before);
  clause.before = control_;
  more = clause.next < clause.size;
  if (more) out = as<List>(items)->items[clause.next++];
  return charge(1);
}

bool Run::test_clause(const Value& v, Container* into, NodeId id) {
  const LabelId why = deep(v);
  if (why != label::kClean) {
    branch(id, why);
    if (joined(JoinPoint::kClauseTest)) raise_own(into, control_);
    heap.changed();
    skipped(id, control_);
  }
  return truth(v);
}

void Run::end_clause() {
  const Construct clause = constructs_.back();
  constructs_.pop_back();
  if (clause.label != label::kClean) skipped(clause.node, control_);
  restore(clause.outer);
}

}  // namespace lang
