// SPDX-License-Identifier: Apache-2.0
// Labels of containers and of control: what decided that something ran, or did not.
#include <algorithm>
#include <array>

#include "lang/join_point.h"
#include "lang/run.h"

namespace lang {
namespace {

constexpr std::array<std::string_view, 22> kChanging{"append",
                                                     "extend",
                                                     "insert",
                                                     "remove",
                                                     "pop",
                                                     "clear",
                                                     "sort",
                                                     "reverse",
                                                     "update",
                                                     "setdefault",
                                                     "popitem",
                                                     "add",
                                                     "discard",
                                                     "rotate",
                                                     "appendleft",
                                                     "popleft",
                                                     "extendleft",
                                                     "subtract",
                                                     "difference_update",
                                                     "intersection_update",
                                                     "symmetric_difference_update",
                                                     "move_to_end"};

bool changes(std::string_view method) {
  return std::ranges::find(kChanging, method) != kChanging.end();
}

template <class F> void children(Container* owner, F f) {
  switch (owner->kind) {
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDeque:
      for (const Value& v : static_cast<List*>(owner)->items) f(v);
      return;
    case Kind::kDict:
    case Kind::kSet:
      for (const auto& entry : static_cast<Dict*>(owner)->entries) {
        f(entry.key);
        f(entry.value);
      }
      f(static_cast<Dict*>(owner)->factory);
      return;
    case Kind::kSlice: {
      const auto* slice = static_cast<Slice*>(owner);
      f(slice->begin);
      f(slice->end);
      f(slice->step);
      return;
    }
    case Kind::kCell: return f(static_cast<Cell*>(owner)->value);
    case Kind::kFunction:
      for (const Value& v : static_cast<Function*>(owner)->defaults) f(v);
      for (Cell* cell : static_cast<Function*>(owner)->captured) f(Value::object(cell));
      return;
    case Kind::kBound: return f(static_cast<Bound*>(owner)->receiver);
    case Kind::kClass:
      for (const Field& field : static_cast<Class*>(owner)->fields) {
        f(field.initial);
        f(field.factory);
      }
      return;
    case Kind::kInstance:
      for (const Value& v : static_cast<Instance*>(owner)->items) f(v);
      return;
    default: return;
  }
}

bool same(const Ref& a, const Ref& b) {
  return a.kind == b.kind && a.slot == b.slot && a.scope == b.scope;
}

}  // namespace

LabelId Run::deep_object(const Value& v) {
  Object* object = v.as_object();
  LabelId l = join(v.label(), object->own);
  if (!is_container(object)) return l;
  auto* container = static_cast<Container*>(object);
  l = join(l, container->inner);
  return container->nested && joined(JoinPoint::kWalk) ? join(l, walk(container)) : l;
}

// Whether `known` holds all that is in a container; false also where it would have to be searched.
bool Run::covers(LabelId known, const Value& v) {
  const auto* container = static_cast<const Container*>(v.as_object());
  const bool searched = !container->nested || container->epoch == heap.epoch;
  const LabelId inner = container->nested ? container->deep : container->inner;
  return searched && at_most(join(v.label(), join(container->own, inner)), known);
}

// The join over all that can be reached; cached until any container changes.
LabelId Run::walk(Container* from) {
  if (from->epoch == heap.epoch) return from->deep;
  LabelId l = label::kClean;
  const std::uint32_t mark = ++heap.mark;
  std::vector<Container*> open{from};
  from->mark = mark;
  while (!open.empty()) {
    Container* at = open.back();
    open.pop_back();
    l = join(l, join(at->own, at->inner));
    if (!at->nested) continue;
    children(at, [&](const Value& v) {
      ++steps_;
      l = join(l, v.label());
      if (v.type() != Type::kObject) return;
      Object* object = v.as_object();
      l = join(l, object->own);
      if (!is_container(object) || object->mark == mark) return;
      object->mark = mark;
      auto* inner = static_cast<Container*>(object);
      if (inner->nested && inner->epoch == heap.epoch) l = join(l, inner->deep);
      else open.push_back(inner);
    });
  }
  from->epoch = heap.epoch;
  from->deep = l;
  return l;
}

void Run::survived(LabelId l) {
  if (tries_ == 0 || l == label::kClean || !joined(JoinPoint::kSurvived)) return;
  may_raise(l);
  passed(l);
}

void Run::passed(LabelId l) {
  if (tries_ == 0 || !joined(JoinPoint::kSurvived)) return;
  try_exit_ = join(try_exit_, l);
  control_ = join(control_, l);
}

bool can_change(const Object* object) {
  switch (object->kind) {
    case Kind::kList:
    case Kind::kDeque: return true;
    case Kind::kDict:
    case Kind::kSet: return !static_cast<const Dict*>(object)->frozen;
    case Kind::kInstance: {
      const Class* type = static_cast<const Instance*>(object)->type;
      return (type->sort == Class::Sort::kModel || type->sort == Class::Sort::kData) &&
             !type->is_frozen;
    }
    default: return false;
  }
}

void Run::raise_object(Object* object, LabelId l) {
  if (!tainted_) return;
  raise_own(object, l);
  heap.changed();
}

void Run::mix(Container* owner, const Value& v) {
  if (v.type() != Type::kObject) return;
  Object* object = v.as_object();
  if (is_container(object) && !at_most(owner->own, object->own)) owner->mixed = true;
}

void Run::raise_shape(Object* object, LabelId l) {
  object->own = join(object->own, l);
  heap.changed();
  if (is_container(object)) static_cast<Container*>(object)->mixed = true;
}

Value Run::read(const Value& owner, const Value& item, LabelId index) {
  const LabelId l = join(shape(owner), index);
  if (l == label::kClean || !joined(JoinPoint::kReadShape)) return item;
  const Value out = labelled(item, l);
  const Object* object = owner.as_object();
  const bool mixed = is_container(object) && static_cast<const Container*>(object)->mixed;
  return owner.is_chosen() || mixed || !at_most(index, object->own) ? out.chosen() : out;
}

void Run::touch(const Value& reference, LabelId more) {
  if (!tainted_) return;
  Object* object = reference.as_object();
  // SECURITY: where a label decided *which* container changes, that the others did not change says
  // the same.
  const LabelId which = reference.label();
  if (joined(JoinPoint::kTouchChosen) && !at_most(which, control_) &&
      (reference.is_chosen() || !at_most(which, object->own)))
    raise_chosen(join(which, control_));
  if (joined(JoinPoint::kTouch))
    raise_object(object, join(join(reference.label(), control_), more));
  else heap.changed();
}

// Whatever could have changed; `variables`: those of functions and of the module, too.
void Run::raise_heap(LabelId l, bool variables) {
  for (Object* object : heap.objects()) {
    if (can_change(object)) raise_own(object, l);
    if (!variables || object->kind != Kind::kCell) continue;
    auto* cell = static_cast<Cell*>(object);
    cell->value = decided(cell->value, l);
  }
  steps_ += heap.objects().size();
  if (variables)
    for (std::size_t i = 0; i < plan_.globals.size(); ++i) globals_[i] = decided(globals_[i], l);
  heap.changed();
}

// SECURITY: a reference that a label chose before the branch: which object changes in it, if any,
// is said by those that do not.
void Run::guard(NodeId id, Frame* frame, LabelId before, LabelId l) {
  const Region& r = region(id);
  if (r.roots.empty() && r.added.empty() && !r.deep && !r.calls) return;
  LabelId why = label::kClean;
  const auto more = [&](LabelId chosen) {  // what `before` chose, it guarded
    if (!at_most(chosen, before)) why = join(why, chosen);
  };
  const std::uint32_t mark = ++heap.mark;
  std::vector<Container*> open;
  const auto visit = [&](const Value& v) {
    if (v.type() != Type::kObject || !is_container(v.as_object())) return;
    if (v.is_chosen()) more(v.label());
    if (v.as_object()->mark == mark) return;
    v.as_object()->mark = mark;
    open.push_back(static_cast<Container*>(v.as_object()));
  };
  for (const NodeId root : r.roots)  // in another run it may be a container
    if (const Value* place = place_of(plan_.refs[root], frame);
        place != nullptr && place->is_chosen())
      more(place->label());
  for (const NodeId name : r.mentioned) {
    const Value* place = place_of(plan_.refs[name], frame);
    if (place == nullptr) continue;
    visit(*place);
    if (place->type() == Type::kUndefined && place->is_chosen() && is_defined(plan_.refs[name]))
      more(place->label());  // in another run it is a function
  }
  if (r.deep || r.calls)
    for (std::size_t i = 0; i < plan_.scopes[frame->scope].slots; ++i)
      if (is(frame->locals[i], Kind::kCell)) visit(frame->locals[i]);
  std::size_t seen = 0;
  for (; !open.empty(); ++seen) {
    Container* container = open.back();
    open.pop_back();
    if (container->mixed) more(container->own);
    if (container->nested) children(container, visit);
    if (container->kind != Kind::kFunction) continue;
    for (const NodeId name : region(static_cast<Function*>(container)->node | kCalled).mentioned)
      if (plan_.refs[name].kind == Ref::Kind::kGlobal) visit(globals_[plan_.refs[name].slot]);
  }
  steps_ += seen;
  if (!joined(JoinPoint::kBranchChosen)) why = label::kClean;
  if (why != label::kClean && before == label::kClean) raise_heap(join(why, l), false);
  else if (why != label::kClean) raise_chosen(join(why, l));
  if (joined(JoinPoint::kBranchChanges)) raise_changed(r, frame, l);
}

// Containers one of which changes through a reference that a label chose: where another label
// decided that this runs at all, only what that could reach, for it raised no more than this.
void Run::raise_chosen(LabelId l) {
  if (control_ == label::kClean || around_.node == kNoNode) return raise_heap(l, false);
  raise_changed(region(around_.node), around_.frame, l);
}

// The same of functions one of which is called.
void Run::raise_called(LabelId l) {
  if (control_ == label::kClean || around_.node == kNoNode) return raise_heap(l, true);
  raise_changed(region(around_.node), around_.frame, l);
}

// Whether a `def` binds it.
bool Run::is_defined(const Ref& ref) const {
  for (std::size_t id = 0; id < tree_.nodes.size(); ++id)
    if (tree_.nodes[id].kind == NodeKind::kFunction && same(plan_.refs[id], ref)) return true;
  return false;
}

Value* Run::place_of(const Ref& ref, Frame* frame) {
  if (ref.kind == Ref::Kind::kGlobal) return &globals_[ref.slot];
  if (ref.scope != frame->scope) return nullptr;
  if (ref.kind == Ref::Kind::kLocal) return &frame->locals[ref.slot];
  if (ref.kind != Ref::Kind::kCell || !is(frame->locals[ref.slot], Kind::kCell)) return nullptr;
  return &as<Cell>(frame->locals[ref.slot])->value;
}

void Run::root_of(NodeId target, Region& out, bool direct) {
  const Node& n = at(target);
  switch (n.kind) {
    case NodeKind::kName:
      out.roots.push_back(target);
      out.deep = out.deep || !direct;
      return;
    case NodeKind::kAttribute:
    case NodeKind::kSubscript: return root_of(n.a, out, false);
    default: out.deep = true; return;
  }
}

// SECURITY: what reads an item of a defaultdict adds the one that is not there, and calls for it.
void Run::may_add_to(NodeId owner, Region& out) {
  const NodeKind kind = at(owner).kind;
  if (!plan_.has_default || kind <= NodeKind::kString || kind == NodeKind::kTuple) return;
  root_of(owner, out, true);
  out.calls = true;
}

const Region& Run::region(NodeId id) {
  const std::size_t nodes = tree_.nodes.size();
  if (regions_.empty()) regions_.resize(2 * nodes);
  std::unique_ptr<Region>& known = regions_[(id & ~kCalled) + ((id & kCalled) != 0 ? nodes : 0)];
  if (known != nullptr) return *known;
  known = std::make_unique<Region>();
  Region& out = *known;
  if ((id & kCalled) != 0) {
    const Node& n = at(id & ~kCalled);
    if (n.kind == NodeKind::kLambda) survey(n.a, out, 0, false);
    else
      for (std::uint32_t i = 0; i < n.count; ++i) survey(part(n, i), out, 0, false);
  } else {
    survey(id, out, 0, false);
  }
  steps_ += out.mentioned.size();
  return out;
}

// What a statement binds it binds for those behind it; what stands in one of these, perhaps not.
bool may_not_run(NodeKind kind) {
  switch (kind) {
    case NodeKind::kIf:
    case NodeKind::kWhile:
    case NodeKind::kFor:
    case NodeKind::kBody:
    case NodeKind::kTry:
    case NodeKind::kHandler:
    case NodeKind::kFunction:
    case NodeKind::kLambda:
    case NodeKind::kListComp:
    case NodeKind::kSetComp:
    case NodeKind::kGenerator:
    case NodeKind::kDictComp:
    case NodeKind::kConditional:
    case NodeKind::kBool:
    case NodeKind::kCompare: return true;
    default: return false;
  }
}

// A name that is only bound is not mentioned, nor one that was bound here before.
void Run::bind_name(NodeId id, Region& out) {
  out.assigned.push_back(id);
  out.bound.push_back(id);
}

void Run::survey_target(NodeId id, Region& out, int loops, bool inside) {
  const Node& n = at(id);
  switch (n.kind) {
    case NodeKind::kName: return bind_name(id, out);
    case NodeKind::kStar: return survey_target(n.a, out, loops, inside);
    case NodeKind::kTuple:
    case NodeKind::kList: return survey_parts(n, out, loops, inside, true);
    default: root_of(n.a, out, true); return survey(id, out, loops, inside);
  }
}

void Run::survey_parts(const Node& n, Region& out, int loops, bool inside, bool targets) {
  for (std::uint32_t i = 0; i < n.count; ++i) {
    if (targets) survey_target(part(n, i), out, loops, inside);
    else survey(part(n, i), out, loops, inside);
  }
}

void Run::survey(NodeId id, Region& out, int loops, bool inside) {
  if (id == kNoNode) return;
  const std::size_t bound = out.bound.size();
  survey_node(id, out, loops, inside);
  const NodeKind kind = at(id).kind;
  if (may_not_run(kind)) out.bound.resize(bound);
  if (kind == NodeKind::kFunction || kind == NodeKind::kClass || kind == NodeKind::kAlias)
    bind_name(id, out);
}

// Whether it is a node that binds names or makes a list in an order of its own; then it is done.
bool Run::survey_binder(const Node& n, Region& out, int loops, bool inside) {
  switch (n.kind) {
    case NodeKind::kNamed:
      survey(n.b, out, loops, inside);
      bind_name(n.a, out);
      return true;
    case NodeKind::kClause:
      survey(n.b, out, loops, inside);
      survey_target(n.a, out, loops, inside);
      survey_parts(n, out, loops, inside, false);
      return true;
    case NodeKind::kListComp:
    case NodeKind::kSetComp:
    case NodeKind::kGenerator:
    case NodeKind::kDictComp:
      survey_parts(n, out, loops, inside, false);
      survey(n.a, out, loops, inside);
      survey(n.b, out, loops, inside);
      return true;
    case NodeKind::kAssign:
      survey(n.a, out, loops, inside);
      survey_parts(n, out, loops, inside, true);
      return true;
    case NodeKind::kDelete: survey_parts(n, out, loops, inside, true); return true;
    case NodeKind::kAugmented:  // `+=` changes a list in place
      if (static_cast<Operator>(n.op) == Operator::kMod) may_add_to(n.b, out);
      survey(n.b, out, loops, inside);
      if (at(n.a).kind == NodeKind::kName) out.added.push_back(n.a);
      survey(n.a, out, loops, inside);
      survey_target(n.a, out, loops, inside);
      return true;
    case NodeKind::kAnnotated:
      survey(n.c, out, loops, inside);
      if (n.c != kNoNode) survey_target(n.a, out, loops, inside);
      return true;
    case NodeKind::kFor:
      survey(n.b, out, loops, inside);
      survey(n.c, out, loops, inside);
      survey_target(n.a, out, loops, inside);
      survey_parts(n, out, loops + 1, inside, false);
      return true;
    default: return false;
  }
}

void Run::survey_node(NodeId id, Region& out, int loops, bool inside) {
  const Node& n = at(id);
  if (n.kind <= NodeKind::kString || survey_binder(n, out, loops, inside)) return;
  int more = loops;
  switch (n.kind) {
    case NodeKind::kName: {
      const auto known = [&](NodeId b) { return same(plan_.refs[b], plan_.refs[id]); };
      if (std::ranges::none_of(out.bound, known)) out.mentioned.push_back(id);
      // `next` takes from what it is given, under any name
      out.deep = out.deep || (plan_.refs[id].kind == Ref::Kind::kBuiltin && text(n.text) == "next");
      return;
    }
    case NodeKind::kWhile: more = loops + 1; break;
    case NodeKind::kHandler:
      if (n.text != kNoText) bind_name(id, out);
      break;
    case NodeKind::kFunction:
    case NodeKind::kLambda: {
      const Scope& scope = plan_.scopes[n.slot];
      out.deep = out.deep || !scope.captures.empty();  // what it captures has no name here
      const std::size_t roots = out.roots.size() + out.added.size();
      survey(n.a, out, 0, true);
      survey_parts(n, out, 0, true, false);
      out.deep = out.deep || out.roots.size() + out.added.size() > roots;
      return;
    }
    case NodeKind::kCall: {
      out.calls = true;
      const Node& callee = at(n.a);
      if (callee.kind != NodeKind::kAttribute || !changes(text(callee.text))) break;
      root_of(callee.a, out, at(callee.a).kind == NodeKind::kName);
      survey(callee.a, out, loops, inside);
      return survey_parts(n, out, loops, inside, false);
    }
    case NodeKind::kAttribute:  // kept: nobody knows where it is called
      out.deep =
          out.deep || changes(text(n.text)) || (plan_.has_default && text(n.text) == "format_map");
      out.calls = out.calls || (plan_.has_default && text(n.text) == "format_map");
      break;
    case NodeKind::kSubscript: may_add_to(n.a, out); break;
    case NodeKind::kBinary:  // `"%(key)s" % d`
      if (static_cast<Operator>(n.op) == Operator::kMod) may_add_to(n.b, out);
      break;
    case NodeKind::kBreak:
    case NodeKind::kContinue: out.jumps = out.jumps || (loops == 0 && !inside); break;
    case NodeKind::kReturn: out.returns = out.returns || !inside; break;
    case NodeKind::kRaise:
    case NodeKind::kAssert: out.raises = out.raises || !inside; break;
    default: break;
  }
  for (const NodeId p : {n.a, n.b, n.c}) survey(p, out, loops, inside);
  survey_parts(n, out, more, inside, false);
}

// SECURITY: the other half of the control label. What a branch would have assigned or changed says,
// by not having been, that the branch was not taken.
void Run::skipped(NodeId id, LabelId l) {
  if (id == kNoNode || l == label::kClean) return;
  const Region& r = region(id);
  last_ = labelled(last_, l);
  if (r.calls && joined(JoinPoint::kSkippedOutput)) output_label_ = join(output_label_, l);
  if (!joined(JoinPoint::kSkippedNames)) return;
  for (const NodeId name : r.assigned)
    if (Value* place = place_of(plan_.refs[name])) {
      *place = decided(*place, l);
      heap.changed();
    }
}

// The containers that the region may change: before it runs, because what it assigns hides them.
void Run::raise_changed(const Region& r, Frame* frame, LabelId l) {
  const auto raise = [&](const Value* place) {
    if (place != nullptr && place->type() == Type::kObject && can_change(place->as_object()))
      raise_object(place->as_object(), l);
  };
  bool all = r.deep;
  for (const auto* roots : {&r.roots, &r.added})
    for (const NodeId root : *roots) {
      raise(place_of(plan_.refs[root], frame));
      for (const NodeId name : r.assigned)
        all = all || (same(plan_.refs[root], plan_.refs[name]) && root != name);
    }
  if (!all && !r.calls) return;
  Values from;
  from.reserve(r.mentioned.size());
  for (const NodeId name : r.mentioned)
    if (const Value* place = place_of(plan_.refs[name], frame)) from.push_back(*place);
  if (r.deep)  // captured cells of the functions in it, by way of the frame
    for (std::size_t i = 0; i < plan_.scopes[frame->scope].slots; ++i)
      if (is(frame->locals[i], Kind::kCell)) from.push_back(frame->locals[i]);
  raise_reachable(from, l, all ? Raise::kAll : Raise::kChanged);
}

// Walks from values through containers and functions; raises what the functions assign, and all
// containers if `raise` or one of the functions changes some.
void Run::raise_reachable(const Values& from, LabelId l, Raise what) {
  bool raise = what == Raise::kAll;
  const std::uint32_t mark = ++heap.mark;
  std::vector<Container*> open;
  std::vector<Container*> seen;
  const auto visit = [&](const Value& v) {
    if (v.type() != Type::kObject || !is_container(v.as_object())) return;
    if (v.as_object()->mark == mark) return;
    v.as_object()->mark = mark;
    open.push_back(static_cast<Container*>(v.as_object()));
  };
  for (const Value& v : from) visit(v);
  while (!open.empty()) {
    Container* container = open.back();
    open.pop_back();
    seen.push_back(container);
    children(container, visit);
    raise = raise || container->kind == Kind::kBound;  // perhaps of a method that changes
    if (container->kind != Kind::kFunction) continue;
    const auto* function = static_cast<Function*>(container);
    const Region& r = region(function->node | kCalled);
    raise = raise || r.deep || !r.roots.empty() || !r.added.empty();
    const auto& captures = plan_.scopes[function->scope].captures;
    for (const NodeId name : r.assigned) {
      const Ref& ref = plan_.refs[name];
      if (ref.kind == Ref::Kind::kGlobal) globals_[ref.slot] = decided(globals_[ref.slot], l);
      for (std::size_t i = 0; i < captures.size() && ref.kind == Ref::Kind::kCell; ++i)
        if (captures[i].to == ref.slot && ref.scope == function->scope)
          function->captured[i]->value = decided(function->captured[i]->value, l);
    }
    for (const NodeId name : r.mentioned)
      if (plan_.refs[name].kind == Ref::Kind::kGlobal) visit(globals_[plan_.refs[name].slot]);
  }
  steps_ += seen.size();
  heap.changed();
  if (!raise || what == Raise::kVariables) return;
  for (Container* container : seen)
    if (can_change(container)) raise_own(container, l);
}

void Run::may_call(const Arguments& arguments, LabelId l) {
  Values functions;
  LabelId chosen = label::kClean;
  const auto add = [&](const Value& v) {
    if (!is(v, Kind::kFunction) && !is(v, Kind::kBound) && !is(v, Kind::kTool) &&
        !is(v, Kind::kNative))
      return;
    functions.push_back(v);
    if (v.is_chosen()) chosen = join(chosen, v.label());
  };
  for (const Value& v : arguments.list) add(v);
  for (const auto& [name, v] : arguments.keywords) add(v);
  if (functions.empty()) return;
  output_label_ = join(output_label_, l);
  if (plan_.functions_raise) raise_exit_ = join(raise_exit_, l);
  if (tries_ > 0) try_exit_ = join(try_exit_, l);
  if (!at_most(chosen, control_)) raise_called(join(l, chosen));
  raise_reachable(functions, l, Raise::kChanged);
}

void Run::decides(LabelId l) {
  compared_ = join(compared_, l);
  may_raise(l);
}

void Run::may_raise(LabelId l) {
  if (tries_ > 0 && !at_most(l, control_)) guard_tries(control_, join(l, control_));
}

// SECURITY: what was decided before inside of a construct, and ends with it, is not what decides
// from now on that its rest is run.
// Once for each label: a second time it would take for chosen what the first one raised.
void Run::guard_rest(LabelId& guarded, NodeId id, Frame* frame, LabelId outside, LabelId l) {
  const LabelId before = join(outside, guarded);
  if (at_most(l, before)) return;
  guarded = join(guarded, l);
  if (before == label::kClean) around_ = {id, frame};
  guard(id, frame, before, l);
}

bool is_try(Construct::Kind kind) {
  return kind == Construct::Kind::kTry || kind == Construct::Kind::kFinal;
}

void Run::guard_tries(LabelId before, LabelId l) {
  Frame* frame = frame_;
  for (std::size_t i = constructs_.size(); i-- > 0;) {
    while (i < frame->constructs) frame = frame->below;
    if (is_try(constructs_[i].kind))
      guard_rest(constructs_[i].guarded, constructs_[i].node, frame, before, l);
  }
}

void Run::branch(NodeId id, LabelId why) {
  const LabelId before = control_;
  if (before == label::kClean) around_ = {id, frame_};
  if (joined(JoinPoint::kBranchControl)) control_ = join(before, why);
  if (control_ != before) guard(id, frame_, before, control_);
  exits(id);
  if (tries_ > 0 && control_ != before) guard_tries(before, control_);
}

// What holds beyond the construct at `place` anyway.
LabelId Run::around(std::size_t place) {
  for (std::size_t i = place; i < constructs_.size(); ++i)
    if (is_try(constructs_[i].kind)) return raise_exit_;
  return join(raise_exit_, try_exit_);
}

void Run::exits(NodeId id, std::size_t below) {
  const Region& r = region(id);
  LabelId* exit = &loop_exit_;  // of the innermost loop, then of those around it
  for (std::size_t i = constructs_.size(); r.jumps && i-- > frame_->constructs;) {
    Construct& loop = constructs_[i];
    if (loop.kind != Construct::Kind::kLoop) continue;
    if (i < below && loop.node != id) {
      guard_rest(loop.guarded, loop.node, frame_,
                 join(join(around(i), function_exit_), join(join(loop.outer, loop.label), *exit)),
                 control_);
      if (joined(JoinPoint::kLoopExit)) *exit = join(*exit, control_);
      exits(loop.node, i);
      break;
    }
    exit = &loop.before;
  }
  if (r.returns && (id & kCalled) == 0 && frame_->function != nullptr) {
    const NodeId body = frame_->function->node | kCalled;
    guard_rest(frame_->guarded, body, frame_,
               join(around(frame_->constructs), join(frame_->outer, function_exit_)), control_);
    if (joined(JoinPoint::kFunctionExit)) function_exit_ = join(function_exit_, control_);
    exits(body, constructs_.size());
  }
  if (joined(JoinPoint::kRaiseExit) && (r.raises || (r.calls && plan_.functions_raise)) &&
      !at_most(control_, raise_exit_)) {
    raise_exit_ = join(raise_exit_, control_);
    around_ = {};
  }
  if (tries_ > 0 && joined(JoinPoint::kTryExit)) try_exit_ = join(try_exit_, control_);
}

}  // namespace lang
