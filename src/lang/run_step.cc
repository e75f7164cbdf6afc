// SPDX-License-Identifier: Apache-2.0
// Instructions that take their time: operators, items, names.
#include <algorithm>
#include <charconv>

#include "lang/format.h"
#include "lang/native.h"
#include "lang/quick.h"
#include "lang/run.h"

namespace lang {

// The name whose register `place` is, if it is one.
bool Run::not_defined(const Value* place) {
  const auto index = static_cast<std::uint32_t>(place - frame_->registers);
  const bool global = frame_->function == nullptr && index < plan_.globals.size();
  std::string name;
  if (global) {
    name = text(plan_.globals[index]);
  } else {
    const std::uint32_t slot = index - frame_->code->locals;
    for (std::size_t id = 0; id < plan_.refs.size() && name.empty(); ++id) {
      const Ref& ref = plan_.refs[id];
      if (ref.kind == Ref::Kind::kLocal && ref.slot == slot && ref.scope == frame_->scope &&
          at(static_cast<NodeId>(id)).kind == NodeKind::kName)
        name = text(at(static_cast<NodeId>(id)).text);
    }
  }
  Ref ref;
  ref.kind = Ref::Kind::kGlobal;
  ref.slot = index;
  if (global) not_there(*place, ref);
  return raise(global ? TypeName::kNameError : TypeName::kUnboundLocalError,
               global ? "name '" + name + "' is not defined"
                      : "cannot access local variable '" + name +
                            "' where it is not associated with a value",
               place->label());
}

// In another run a branch defined the function that is not there, and it is called now.
void Run::not_there(const Value& place, const Ref& ref) {
  if (place.is_chosen() && !at_most(place.label(), control_) && is_defined(ref))
    raise_called(join(place.label(), control_));
}

bool Run::step_load(const Instruction& i, Value& out) {
  const bool global = i.op == Op::kLoadGlobal;
  const Value found = global ? globals_[i.b] : as<Cell>(frame_->registers[i.b])->value;
  if (found.type() != Type::kUndefined) {
    out = found;
    return true;
  }
  const std::string& name = text(at(i.c).text);
  not_there(found, plan_.refs[i.c]);
  const std::uint32_t slot = i.b - std::uint32_t{frame_->code->locals};
  const auto captured = [&](const Scope::Capture& c) { return c.to == slot; };
  const bool free = !global && std::ranges::any_of(plan_.scopes[frame_->scope].captures, captured);
  if (free)
    return raise(TypeName::kNameError,
                 "cannot access free variable '" + name +
                     "' where it is not associated with a value in enclosing scope",
                 found.label());
  return raise(global ? TypeName::kNameError : TypeName::kUnboundLocalError,
               global ? "name '" + name + "' is not defined"
                      : "cannot access local variable '" + name +
                            "' where it is not associated with a value",
               found.label());
}

bool Run::step_store_cell(Value& place, const Value& v) {
  Cell* cell = as<Cell>(place);
  cell->value = labelled(v, control_);
  hold(cell, cell->value);
  heap.changed();
  return true;
}

bool Run::step_operator(Operator op, const Value& a, const Value& b, Value& out) {
  if (!defined(a) || !defined(b)) return false;
  if (a.type() == Type::kInt && b.type() == Type::kInt) {
    std::int64_t result = 0;
    const bool fits =
        op == Operator::kAdd   ? !__builtin_add_overflow(a.as_int(), b.as_int(), &result)
        : op == Operator::kSub ? !__builtin_sub_overflow(a.as_int(), b.as_int(), &result)
        : op == Operator::kMul ? !__builtin_mul_overflow(a.as_int(), b.as_int(), &result)
                               : false;
    if (fits) {
      out = Value::integer(result, join(a.label(), b.label()));
      return true;
    }
  }
  if (!tainted_ && op == Operator::kAdd && is_string(a) && is_string(b)) {
    const String &x = *as<String>(a), &y = *as<String>(b);
    if (!string_room(x.text.size() + y.text.size())) return false;
    std::string both;
    both.reserve(x.text.size() + y.text.size());
    both.append(x.text).append(y.text);
    return string(std::move(both), x.length + y.length, out);
  }
  return binary(op, a, b, out);
}

bool Run::step_augmented(Operator op, const Value& old, const Value& v, Value& out) {
  if (!defined(old) || !defined(v)) return false;
  const Native* method = in_place_method(old, op, v);
  if (method == nullptr) return binary(op, old, v, out);
  Arguments arguments;
  arguments.list.push_back(old);
  arguments.list.push_back(v);
  out = old;
  Value none;
  return call_native(*method, label::kClean, arguments, none);
}

bool Run::step_compare(Operator op, const Value& a, const Value& b, Value& out) {
  if (!defined(a) || !defined(b)) return false;
  const bool identity = op == Operator::kIs || op == Operator::kIsNot;
  const LabelId both = identity ? join(a.label(), b.label()) : join(deep(a), deep(b));
  bool holds = false;
  if (!compare(op, a, b, holds)) {
    if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, both);
    return false;
  }
  survived(both);
  out = Value::boolean(holds, both);
  return true;
}

bool Run::step_item(const Value& owner, const Value& index, Value& out) {
  if (!defined(owner) || !defined(index)) return false;
  if (const Value* there = quick_item(owner, index)) {
    may_add(owner, index);
    const LabelId l = join(shape(owner), index.label());
    out = read(owner, *there, index.label());
    survived(l);
    return true;
  }
  if (!get_item(owner, index, out)) return false;
  survived(join(shape(owner), deep(index)));
  return true;
}

bool Run::step_set_item(const Value& owner, const Value& index, const Value& v) {
  if (!defined(owner) || !defined(index)) return false;
  if (!set_item(owner, index, labelled(v, control_))) return false;
  passed(join(shape(owner), deep(index)));
  return true;
}

bool Run::step_delete_item(const Value& owner, const Value& index) {
  if (!defined(owner) || !defined(index)) return false;
  const LabelId l = join(shape(owner), deep(index));
  if (!delete_item(owner, index)) return false;
  passed(l);
  return true;
}

bool Run::step_slice(const Value* parts, Value& out) {
  auto* made = heap.make<Slice>();
  made->begin = parts[0];
  made->end = parts[1];
  made->step = parts[2];
  for (std::size_t i = 0; i < 3; ++i) hold(made, parts[i]);
  out = Value::object(made);
  return true;
}

bool Run::step_unpack(const Value& v, NodeId targets, Value* out) {
  const Node& n = at(targets);
  Values items;
  if (!iterate(v, items)) return false;
  const LabelId l = shape(v);
  std::uint32_t star = n.count;
  for (std::uint32_t i = 0; i < n.count; ++i)
    if (at(part(n, i)).kind == NodeKind::kStar) star = i;
  const std::size_t fixed = star < n.count ? n.count - 1 : n.count;
  if (items.size() < fixed)
    return raise(TypeName::kValueError,
                 "not enough values to unpack (expected " +
                     std::string(star < n.count ? "at least " : "") + std::to_string(fixed) +
                     ", got " + std::to_string(items.size()) + ")",
                 l);
  if (items.size() > fixed && star == n.count)
    return raise(TypeName::kValueError,
                 "too many values to unpack (expected " + std::to_string(fixed) + ")", l);
  survived(l);
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < n.count; ++i) {
    if (i != star) {
      out[i] = items[next++];
      continue;
    }
    const std::size_t count = items.size() - fixed;
    const auto from = items.begin() + static_cast<std::ptrdiff_t>(next);
    const Value rest = list(Values(from, from + static_cast<std::ptrdiff_t>(count)));
    raise_own(rest.as_object(), l);
    next += count;
    out[i] = rest;
  }
  return true;
}

// A list whose own label is exactly that of the shape of `v`.
bool Run::step_spread(Value& v) {
  Values items;
  const LabelId shapes = shape(v);
  if (!iterate(v, items)) return false;
  v = list(std::move(items));
  v.as_object()->own = shapes;
  return true;
}

bool Run::step_display(const Instruction& i, Value* first, Value& out) {
  std::size_t count = i.c;
  auto kind = i.op == Op::kTuple ? Kind::kTuple : i.op == Op::kSet ? Kind::kSet : Kind::kList;
  LabelId shapes = label::kClean;
  Values items;
  if (i.op == Op::kDisplay) {
    const Node& n = at(i.c);
    count = n.count;
    kind = n.kind == NodeKind::kTuple ? Kind::kTuple
           : n.kind == NodeKind::kSet ? Kind::kSet
                                      : Kind::kList;
    for (std::size_t k = 0; k < count; ++k) {
      if (at(part(n, static_cast<std::uint32_t>(k))).kind != NodeKind::kStar) {
        items.push_back(first[k]);
        continue;
      }
      const List* more = as<List>(first[k]);
      shapes = join(shapes, more->own);
      items.insert(items.end(), more->items.begin(), more->items.end());
    }
  } else {
    items.assign(first, first + count);
  }
  if (!room(items.size())) return false;
  if (kind == Kind::kSet) {
    Dict* made = dict(Kind::kSet);
    out = Value::object(made);
    for (const Value& item : items)
      if (!put(made, item, Value::none())) return false;
  } else {
    out = list(std::move(items), kind);
  }
  raise_own(out.as_object(), shapes);
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

bool Run::step_merge(Dict* made, const Value& v) {
  if (!is(v, Kind::kDict)) return type_error("'" + type_of(v)->name + "' object is not a mapping");
  raise_own(made, shape(v));
  const auto entries = as<Dict>(v)->entries;
  for (const auto& entry : entries)
    if (entry.live && !put(made, entry.key, labelled(entry.value, v.label()))) return false;
  return true;
}

// A part that can fail becomes text at once. `labels`: of all parts so far.
bool Run::step_format(const Instruction& i, Value* registers, Value& out) {
  const Instruction& more = (&i)[1];
  const Node& piece = at(i.c);
  const Value v = registers[i.b];
  Value& labels = registers[more.a];
  labels = labels.with(join(labels.label(), deep(v)));
  const std::string spec = more.b == 0xffff ? std::string() : text_of(registers[more.b]);
  std::string shown, made;
  Value converted;
  const auto convert = [&] {
    if (!(piece.op == 's' ? str(v, shown) : repr(v, shown))) return false;
    return string(piece.op == 'a' ? ascii_of(shown) : shown, converted);
  };
  const bool ok =
      piece.op == 0 ? format(v, spec, made) : convert() && format(converted, spec, made);
  if (!ok) {
    if (pending.kind == Pending::Kind::kRaise)
      pending.value = labelled(pending.value, labels.label());
    return false;
  }
  return string_room(made.size()) && string(std::move(made), out);
}

bool Run::step_join_text(const Instruction& i, Value* registers, Value& out) {
  const Instruction& more = (&i)[1];
  const Node& n = at(i.c);
  std::string made;
  LabelId l = more.a == 0xffff ? label::kClean : registers[more.a].label();
  const Value* next = registers + i.b;
  for (std::uint32_t k = 0; k < n.count; ++k) {
    const Node& piece = at(part(n, k));
    if (piece.kind == NodeKind::kString) {
      made += text(piece.text);
      continue;
    }
    const Value& v = *next++;
    if (v.type() == Type::kInt) {
      l = join(l, v.label());
      char digits[24];
      made.append(digits,
                  static_cast<std::size_t>(
                      std::to_chars(digits, digits + sizeof digits, v.as_int()).ptr - digits));
    } else {
      l = join(l, deep(v));
      if (is_string(v)) made += text_of(v);
      else if (!format(v, "", made)) {
        if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, l);
        return false;
      }
    }
    if (!string_room(made.size())) return false;
  }
  survived(l);
  if (!string(std::move(made), out)) return false;
  out = out.with(l);
  return true;
}

bool Run::step_import(NodeId statement, NodeId alias_id, Value& out) {
  const Node& n = at(statement);
  const Node& alias = at(alias_id);
  const bool from = n.kind == NodeKind::kImportFrom;
  const auto module = module_named(text(from ? n.text : alias.text));
  if (!module) return type_error("no such module");
  if (from) return module_member(*this, *module, text(alias.text), out);
  out = Value::object(heap.make<Module>(static_cast<std::uint32_t>(*module)));
  return true;
}

bool Run::step_function(NodeId id, const Value* defaults, Value& out) {
  const std::uint32_t index = at(id).slot;
  const Scope& scope = plan_.scopes[index];
  auto* made = heap.make<Function>();
  made->node = id;
  made->scope = index;
  made->own = control_;
  for (const Parameter& parameter : scope.parameters) {
    Value& v = made->defaults.emplace_back();
    if (parameter.initial == kNoNode) continue;
    v = *defaults++;
    hold(made, v);
  }
  for (const Scope::Capture& capture : scope.captures)
    made->captured.push_back(as<Cell>(frame_->locals[capture.from]));
  made->nested = made->nested || !made->captured.empty();
  out = Value::object(made);
  return true;
}

void Run::step_fresh(NodeId id) {
  for (const std::uint32_t slot : plan_.fresh[at(id).slot])
    frame_->locals[slot] =
        plan_.scopes[frame_->scope].cells[slot] ? Value::object(heap.make<Cell>()) : Value();
}

void Run::step_trace(const Instruction& i) {
  if (tracer_ == nullptr || ++events_ <= told_) return;
  const std::uint32_t line = program_.lines[static_cast<std::size_t>(&i - program_.code.data())];
  tracer_->bound(line, i.b == 0xffff ? std::string_view() : text(i.b),
                 join(deep(frame_->registers[i.a]), control_));
}

}  // namespace lang
