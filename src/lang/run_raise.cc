// SPDX-License-Identifier: Apache-2.0
// Exceptions: how they are raised, which `try` catches them, and what that says.
#include <algorithm>

#include "lang/join_point.h"
#include "lang/run.h"

namespace lang {

bool Run::limit(std::string_view what) {
  pending = {Pending::Kind::kStop, {}};
  outcome_ = {};
  outcome_.kind = Outcome::Kind::kLimit;
  outcome_.text = what;
  outcome_.label = control_;
  return false;
}

bool Run::raise_value(Value exception) {
  pending = {Pending::Kind::kRaise, labelled(exception, control_)};
  return false;
}

bool Run::raise(TypeName which, std::string message, LabelId why) {
  auto* made = heap.make<Instance>(type(which));
  Value words;
  if (!string(std::move(message), words)) return false;
  made->items.push_back(words.with(why));
  hold(made, made->items[0]);
  return raise_value(Value::object(made, why));
}

bool Run::catches_all(NodeId id) const {
  const Node& list = at(at(id).a);
  for (std::uint32_t i = 0; i < list.count; ++i) {
    const Node& handler = at(part(list, i));
    if (handler.a == kNoNode ||
        (at(handler.a).kind == NodeKind::kName && text(at(handler.a).text) == "BaseException"))
      return true;
  }
  return false;
}

// `why`: of all that decided whether the end of the body was reached.
void Run::close_try(const Construct& construct, bool raised, LabelId& why) {
  --tries_;
  const LabelId explicit_exit = raise_exit_;
  why = join(try_exit_, raise_exit_);
  if (raised) why = join(why, pending.value.label());
  if (!joined(JoinPoint::kCaught)) why = label::kClean;
  const bool all = catches_all(construct.node);
  raise_exit_ = all ? construct.raised_before : join(construct.raised_before, explicit_exit);
  try_exit_ = all || tries_ == 0 ? construct.before : join(construct.before, why);
  restore(join(construct.outer, why));
  if (why != label::kClean) exits(construct.node);  // which part of it runs
}

// A `finally` runs however it is reached; what the rest before it would have bound says how.
void Run::close_final() {
  const Construct construct = constructs_.back();
  constructs_.pop_back();
  --tries_;
  const LabelId why = join(try_exit_, raise_exit_);
  try_exit_ = tries_ == 0 ? construct.before : join(construct.before, try_exit_);
  if (why != label::kClean) skipped(construct.node, join(construct.outer, why));
  restore(construct.outer);
}

void Run::catch_raised(const Construct& construct) {
  LabelId why = label::kClean;
  close_try(construct, true, why);
  Construct& tail = constructs_.emplace_back();
  tail.kind = Construct::Kind::kTryTail;
  tail.node = construct.node;
  tail.outer = construct.outer;
  tail.label = why;
  frame_->registers[construct.at] = labelled(pending.value, why);
  pending = {};
}

bool Run::unwind() {
  if (pending.kind != Pending::Kind::kRaise) return false;
  while (true) {
    while (constructs_.size() > frame_->constructs) {
      const Construct construct = constructs_.back();
      if (construct.kind == Construct::Kind::kTry) {
        may_raise(pending.value.label());
        constructs_.pop_back();
        catch_raised(construct);
        frame_->pc = program_.code.data() + construct.place;
        return true;
      }
      if (construct.kind == Construct::Kind::kFinal) {
        may_raise(pending.value.label());
        try_exit_ = join(try_exit_, pending.value.label());
        close_final();
        frame_->registers[construct.at] = Value::integer(1);
        frame_->registers[construct.at + 1] = pending.value;
        pending = {};
        frame_->pc = program_.code.data() + construct.place;
        return true;
      }
      close();
    }
    if (frame_->function == nullptr) return false;
    const bool boundary = frame_->boundary;
    leave_frame(nullptr);
    if (boundary) return false;
  }
}

bool Run::matches(const Value& exception, const Value& type, bool& out) {
  out = true;
  const LabelId l = deep(type);  // which handler runs
  if (l != label::kClean && joined(JoinPoint::kHandlerType)) {
    constructs_.back().label = join(constructs_.back().label, l);
    branch(constructs_.back().node, l);
  }
  Values types{type};
  if (is(type, Kind::kTuple)) types = as<List>(type)->items;
  for (const Value& one : types) {
    if (!is(one, Kind::kClass) || as<Class>(one)->sort != Class::Sort::kException)
      return type_error("catching classes that do not inherit from BaseException is not allowed");
    if (as<Instance>(exception)->type->is(as<Class>(one))) return true;
  }
  out = false;
  return true;
}

bool Run::step_raise(const Value& value, const Value* cause) {
  Value v = value;
  if (is(v, Kind::kClass) && as<Class>(v)->sort == Class::Sort::kException) {
    Arguments none;
    const LabelId l = v.label();
    if (!construct(as<Class>(v), none, v)) return false;
    v = labelled(v, l);
  }
  if (!is(v, Kind::kInstance) || as<Instance>(v)->type->sort != Class::Sort::kException)
    return type_error("exceptions must derive from BaseException");
  if (cause != nullptr) {
    as<Instance>(v)->cause = *cause;
    hold(as<Instance>(v), *cause);
  }
  return raise_value(v);
}

bool Run::step_assert(Value& test, bool& holds) {
  const LabelId l = deep(test);
  if (l != label::kClean && joined(JoinPoint::kAssert)) {
    may_raise(l);
    raise_exit_ = join(raise_exit_, l);
    if (tries_ > 0) try_exit_ = join(try_exit_, l);
    control_ = join(control_, l);
  }
  holds = truth(test);
  test = Value::none(l);
  return true;
}

bool Run::step_assert_fail(const Value& test, const Value* message) {
  Arguments arguments;
  if (message != nullptr) arguments.list.push_back(*message);
  Value made;
  return construct(type(TypeName::kAssertionError), arguments, made) &&
         raise_value(labelled(made, test.label()));
}

}  // namespace lang
