// SPDX-License-Identifier: Apache-2.0
// Operators and comparison. The label of a result is the join over both operands, but for lists:
// they keep the labels of their elements.
#include <cmath>
#include <functional>

#include "lang/format.h"
#include "lang/moment.h"
#include "lang/native.h"

namespace lang {
namespace {

std::string_view sign_of(Operator op) {
  static constexpr std::string_view kSigns[] = {
      "+", "-",  "*",   "/",  "//", "%",      "** or pow()", "<<",    ">>", "&",
      "|", "^",  "not", "-",  "+",  "~",      "and",         "or",    "==", "!=",
      "<", "<=", ">",   ">=", "is", "is not", "in",          "not in"};
  return kSigns[static_cast<std::size_t>(op)];
}

bool is_number(const Value& v) { return v.type() == Type::kFloat || is_integer(v); }

// CPython raises what the C library says, a number and its words.
bool too_large(Run& run) {
  auto* made = run.heap.make<Instance>(run.type(TypeName::kOverflowError));
  made->items = {Value::integer(34), run.short_string("Numerical result out of range")};
  run.hold(made, made->items[1]);
  return run.raise_value(Value::object(made));
}

bool float_operation(Run& run, Operator op, double a, double b, Value& out) {
  const auto no_zero = [&](const char* what) {
    return b != 0 || run.raise(TypeName::kZeroDivisionError, what);
  };
  double result = 0;
  switch (op) {
    case Operator::kAdd: result = a + b; break;
    case Operator::kSub: result = a - b; break;
    case Operator::kMul: result = a * b; break;
    case Operator::kDiv:
      if (!no_zero("float division by zero")) return false;
      result = a / b;
      break;
    case Operator::kMod:
    case Operator::kFloorDiv: {
      if (!no_zero(op == Operator::kMod ? "float modulo" : "float floor division by zero"))
        return false;
      double rest = std::fmod(a, b);
      double quotient = (a - rest) / b;
      if (rest != 0 && (rest < 0) != (b < 0)) {
        rest += b;
        quotient -= 1;
      } else if (rest == 0) {
        rest = std::copysign(0.0, b);
      }
      if (op == Operator::kMod) {
        result = rest;
        break;
      }
      result = std::floor(quotient);
      if (quotient - result > 0.5) result += 1;
      if (quotient == 0) result = std::copysign(0.0, a / b);
      break;
    }
    case Operator::kPow:
      if (a == 0 && b < 0)
        return run.raise(TypeName::kZeroDivisionError, "0.0 cannot be raised to a negative power");
      if (a < 0 && std::floor(b) != b && std::isfinite(a) && std::isfinite(b))
        return run.value_error("complex numbers are not part of the plan language");
      result = std::pow(a, b);
      if (std::isinf(result) && std::isfinite(a) && std::isfinite(b)) return too_large(run);
      break;
    default: return run.type_error("no such operation on floats");
  }
  out = Value::real(result);
  return true;
}

// A deque made of one with maxlen has it too.
void bounded(std::int64_t most, List& made) {
  made.most = most;
  if (most >= 0 && static_cast<std::int64_t>(made.items.size()) > most)
    made.items.erase(made.items.begin(), made.items.end() - most);
}

bool repeat(Run& run, const Value& sequence, const Value& count, Value& out) {
  std::int64_t times = 0;
  if (is(count, Kind::kBig))
    return run.raise(TypeName::kOverflowError, "cannot fit 'int' into an index-sized integer");
  if (!run.as_index(count, times)) return false;
  times = std::max<std::int64_t>(times, 0);
  const auto n = static_cast<std::size_t>(times);
  if (is_string(sequence)) {
    const std::string& text = text_of(sequence);
    if (!text.empty() && n > run.limits().string_bytes / text.size()) return run.limit("string");
    std::string made;
    made.reserve(text.size() * n);
    for (std::size_t i = 0; i < n && !text.empty(); ++i) made += text;
    return run.string(std::move(made), out);
  }
  const Values items = as<List>(sequence)->items;
  if (!items.empty() && n > run.limits().elements / items.size()) return run.limit("elements");
  Values made;
  for (std::size_t i = 0; i < n && !items.empty(); ++i)
    made.insert(made.end(), items.begin(), items.end());
  out = run.list(std::move(made), sequence.as_object()->kind);
  bounded(as<List>(sequence)->most, *as<List>(out));
  return run.room(items.size() * n);
}

bool set_operation(Run& run, Operator op, Dict* a, Dict* b, Value& out) {
  Dict* made = run.dict(Kind::kSet);
  made->frozen = a->frozen;
  out = Value::object(made);
  const auto each = [&](Dict* from, Dict* other, int wanted) {
    for (std::size_t i = 0; i < from->entries.size(); ++i) {
      const Dict::Entry entry = from->entries[i];
      if (!entry.live) continue;
      bool ok = true;
      const bool there = wanted < 2 && run.find(other, entry.key, ok) != nullptr;
      if (!ok) return false;
      if (wanted == 2 || there == (wanted == 1))
        if (!run.put(made, entry.key, Value::none())) return false;
    }
    return true;
  };
  switch (op) {
    case Operator::kBitOr: return each(a, b, 2) && each(b, a, 2);
    case Operator::kBitAnd:  // of two equal elements CPython keeps that of the smaller set
      return a->live < b->live ? each(a, b, 1) : each(b, a, 1);
    case Operator::kSub: return each(a, b, 0);
    default: return each(a, b, 0) && each(b, a, 0);
  }
}

bool merge(Run& run, Dict* a, Dict* b, Value& out) {
  Dict* made = run.dict();
  made->flavour = a->flavour;
  made->factory = a->factory;
  run.hold(made, made->factory);
  out = Value::object(made);
  for (Dict* from : {a, b})
    for (const auto& entry : std::vector<Dict::Entry>(from->entries))
      if (entry.live && !run.put(made, entry.key, entry.value)) return false;
  return true;
}

// Of two OrderedDicts the order counts.
bool ordered_equal(Run& run, const Dict& a, const Dict& b, bool& out) {
  for (std::size_t i = 0, j = 0;; ++i, ++j) {
    while (i < a.entries.size() && !a.entries[i].live) ++i;
    while (j < b.entries.size() && !b.entries[j].live) ++j;
    if (i == a.entries.size() || j == b.entries.size()) return out = true;
    if (!run.equal(a.entries[i].key, b.entries[j].key, out)) return false;
    if (out && !run.equal(a.entries[i].value, b.entries[j].value, out)) return false;
    if (!out) return true;
  }
}

Value parts_of(Run& run, const Value& slice) {
  const auto* s = as<Slice>(slice);
  return run.list({s->begin, s->end, s->step}, Kind::kTuple);
}

// Two of one @dataclass(order=True).
bool are_ordered(const Value& a, const Value& b) {
  return is(a, Kind::kInstance) && is(b, Kind::kInstance) &&
         as<Instance>(a)->type == as<Instance>(b)->type && as<Instance>(a)->type->is_ordered;
}

bool is_counter(const Value& v) {
  return is(v, Kind::kDict) && as<Dict>(v)->flavour == Dict::Flavour::kCounter;
}

// Members of IntEnum and StrEnum count as their values.
Value enum_value(const Value& v) {
  if (!is(v, Kind::kInstance) || as<Instance>(v)->type->sort != Class::Sort::kEnum) return v;
  const auto base = static_cast<TypeName>(as<Instance>(v)->type->builtin);
  return base == TypeName::kEnum ? v : as<Instance>(v)->items[1].with(v.label());
}

bool type_like(const Value& v) {
  return is(v, Kind::kClass) || is(v, Kind::kForm) || v.type() == Type::kNone;
}

// Unions of types, arithmetic of dates; a TypeError for all else.
bool rare_operation(Run& run, Operator op, const Value& a, const Value& b, Value& out) {
  if (op == Operator::kBitOr && type_like(a) && type_like(b) &&
      (a.type() != Type::kNone || b.type() != Type::kNone)) {  // int | None
    out = Value::object(run.heap.make<Form>("Union", run.list({a, b}, Kind::kTuple)));
    return true;
  }
  if (is_moment(a) || is_moment(b)) {
    bool known = false;
    const bool ok = moment_binary(run, op, a, b, out, known);
    if (!ok || known) return ok;
  }
  const std::string &left = run.type_of(a)->name, &right = run.type_of(b)->name;
  if (op == Operator::kAdd && is_string(a))
    return run.type_error("can only concatenate str (not \"" + right + "\") to str");
  if (op == Operator::kAdd && is(a, Kind::kList))
    return run.type_error("can only concatenate list (not \"" + right + "\") to list");
  return run.type_error("unsupported operand type(s) for " + std::string(sign_of(op)) + ": '" +
                        left + "' and '" + right + "'");
}

bool holds(Operator op, int order) {
  return op == Operator::kLt   ? order < 0
         : op == Operator::kLe ? order <= 0
         : op == Operator::kGt ? order > 0
                               : order >= 0;
}

// Equal numbers have equal hashes; false: not a scalar.
bool hash_scalar(const Value& v, std::size_t& out) {
  switch (v.type()) {
    case Type::kUndefined:
    case Type::kNone: out = 0x1234; return true;
    case Type::kBool:
    case Type::kInt:
      out = std::hash<std::int64_t>{}(v.type() == Type::kInt ? v.as_int()
                                      : v.as_bool()          ? 1
                                                             : 0) *
            0x9e3779b97f4a7c15;
      return true;
    case Type::kFloat: {
      const double d = v.as_float();
      if (std::floor(d) == d && std::abs(d) < 9.0e18)
        out = static_cast<std::size_t>(static_cast<std::int64_t>(d)) * 0x9e3779b97f4a7c15;
      else out = std::hash<double>{}(d);
      return true;
    }
    case Type::kObject: return false;
  }
  return false;
}

}  // namespace

bool Run::as_index(const Value& v, std::int64_t& out, std::string_view what) {
  if (v.type() == Type::kInt || v.type() == Type::kBool) {
    out = v.type() == Type::kInt ? v.as_int() : v.as_bool() ? 1 : 0;
    return true;
  }
  if (is(v, Kind::kBig)) {
    out = BN_is_negative(as<Big>(v)->number.get()) ? INT64_MIN / 2 : INT64_MAX / 2;
    return true;
  }
  if (!what.empty()) return type_error(std::string(what));
  return type_error("'" + type_of(v)->name + "' object cannot be interpreted as an integer");
}

bool Run::truth(const Value& v) const {
  switch (v.type()) {
    case Type::kUndefined:
    case Type::kNone: return false;
    case Type::kBool: return v.as_bool();
    case Type::kInt: return v.as_int() != 0;
    case Type::kFloat: return v.as_float() != 0;
    case Type::kObject: break;
  }
  switch (v.as_object()->kind) {
    case Kind::kString: return !text_of(v).empty();
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDeque: return !as<List>(v)->items.empty();
    case Kind::kDict:
    case Kind::kSet: return as<Dict>(v)->live != 0;
    case Kind::kRange: return as<Range>(v)->size() != 0;
    case Kind::kInstance: {
      const auto* instance = as<Instance>(v);
      const auto base = static_cast<TypeName>(instance->type->builtin);
      return instance->type->sort != Class::Sort::kEnum || base == TypeName::kEnum ||
             truth(instance->items[1]);
    }
    case Kind::kMoment: {
      const auto* m = as<Moment>(v);
      return m->type != TypeName::kTimedelta || m->days != 0 || m->micros != 0;
    }
    default: return true;
  }
}

bool Run::binary(Operator op, const Value& x, const Value& y, Value& out) {
  const Value a = enum_value(x), b = enum_value(y);
  const auto sequence = [](const Value& v) {
    return is(v, Kind::kList) || is(v, Kind::kTuple) || is(v, Kind::kDeque);
  };
  const bool lists = sequence(a) && op == Operator::kAdd && b.type() == Type::kObject &&
                     b.as_object()->kind == a.as_object()->kind;
  const bool repeats =
      op == Operator::kMul && ((sequence(a) && is_integer(b)) || (sequence(b) && is_integer(a)));
  const bool counters = is_counter(a) && is_counter(b) &&
                        (op == Operator::kAdd || op == Operator::kSub || op == Operator::kBitAnd ||
                         op == Operator::kBitOr);
  // What a Counter keeps depends on its counts, not only on its keys.
  const bool dicts =
      op == Operator::kBitOr && is(a, Kind::kDict) && is(b, Kind::kDict) && !counters;
  const LabelId l = lists || repeats || dicts ? join(shape(x), shape(y)) : join(deep(x), deep(y));
  const auto done = [&](bool ok) {
    if (!ok) {
      if (pending.kind == Pending::Kind::kRaise)
        pending.value = labelled(pending.value, join(deep(x), deep(y)));
      return false;
    }
    out = labelled(out, l);
    if (out.type() == Type::kObject && is_container(out.as_object()))
      raise_own(out.as_object(), join(l, control_));
    survived(l);
    return true;
  };
  if (is_number(a) && is_number(b)) {
    if (a.type() == Type::kFloat || b.type() == Type::kFloat)
      return done(float_operation(*this, op, float_of(a), float_of(b), out));
    if (op != Operator::kDiv) return done(integer_operation(*this, op, a, b, out));
    if (!truth(b)) return done(raise(TypeName::kZeroDivisionError, "division by zero"));
    const double quotient = quotient_of(a, b);
    if (!std::isfinite(quotient))
      return done(raise(TypeName::kOverflowError, "integer division result too large for a float"));
    out = Value::real(quotient);
    return done(true);
  }
  if (op == Operator::kAdd && is_string(a) && is_string(b)) {
    if (text_of(a).size() + text_of(b).size() > limits_.string_bytes) return limit("string");
    return done(string(text_of(a) + text_of(b), out));
  }
  if (lists) {
    Values items = as<List>(a)->items;
    items.insert(items.end(), as<List>(b)->items.begin(), as<List>(b)->items.end());
    const std::size_t size = items.size();
    if (!room(size)) return false;
    out = list(std::move(items), a.as_object()->kind);
    bounded(as<List>(a)->most, *as<List>(out));
    return done(true);
  }
  if (op == Operator::kMul && is_integer(b) && (is_string(a) || sequence(a)))
    return done(repeat(*this, a, b, out));
  if (op == Operator::kMul && is_integer(a) && (is_string(b) || sequence(b)))
    return done(repeat(*this, b, a, out));
  if (op == Operator::kMod && is_string(a)) {
    std::string text;
    return done(percent_text(*this, a, b, text) && string(std::move(text), out));
  }
  if (counters) return done(counter_binary(*this, op, as<Dict>(a), as<Dict>(b), out));
  if (dicts) return done(merge(*this, as<Dict>(a), as<Dict>(b), out));
  if (is(a, Kind::kSet) && is(b, Kind::kSet) &&
      (op == Operator::kBitOr || op == Operator::kBitAnd || op == Operator::kSub ||
       op == Operator::kBitXor))
    return done(set_operation(*this, op, as<Dict>(a), as<Dict>(b), out));
  return done(rare_operation(*this, op, a, b, out));
}

bool Run::unary(Operator op, const Value& x, Value& out) {
  const LabelId l = deep(x);
  const Value a = enum_value(x);
  bool ok = true;
  if (op == Operator::kNot) {
    out = Value::boolean(!truth(a), l);
    return true;
  }
  if (a.type() == Type::kFloat && op != Operator::kInvert) {
    out = Value::real(op == Operator::kNegative ? -a.as_float() : a.as_float());
  } else if (is_counter(a) && op != Operator::kInvert) {
    ok = counter_unary(*this, op, as<Dict>(a), out);
  } else if (is_moment(a, TypeName::kTimedelta) && op != Operator::kInvert) {
    if (op == Operator::kPositive) out = a;
    else ok = moment_negative(*this, *as<Moment>(a), out);
  } else if (is_integer(a)) {
    const Value left = Value::integer(op == Operator::kInvert ? -1 : 0);
    ok = integer_operation(*this, op == Operator::kPositive ? Operator::kAdd : Operator::kSub, left,
                           a, out);
  } else {
    const std::string word(op == Operator::kInvert ? "~" : sign_of(op));
    ok = raise(TypeName::kTypeError,
               "bad operand type for unary " + word + ": '" + type_of(a)->name + "'", l);
  }
  if (!ok) return false;
  out = labelled(out, l);
  survived(l);
  return true;
}

bool Run::Deeper::fits() { return run.nesting_ <= 200 || run.limit("nesting of values"); }

bool Run::equal(const Value& x, const Value& y, bool& out) {
  const Value a = enum_value(x), b = enum_value(y);
  if (is_number(a) && is_number(b)) {
    bool unordered = false;
    out = compare_numbers(a, b, unordered) == 0 && !unordered;
    return true;
  }
  out = false;
  if (a.type() != b.type()) return true;
  if (a.type() != Type::kObject) return out = true;
  Object* left = a.as_object();
  Object* right = b.as_object();
  if (left == right) return out = true;
  if (left->kind != right->kind) return true;
  if (!charge(1)) return false;
  Deeper deeper(*this);
  if (!deeper.fits()) return false;
  const auto all = [&](const Values& p, const Values& q) {
    if (p.size() != q.size()) return true;
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (!equal(p[i], q[i], out)) return false;
      if (!out) return true;
    }
    return out = true;
  };
  switch (left->kind) {
    case Kind::kString: out = text_of(a) == text_of(b); return true;
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDeque: return all(as<List>(a)->items, as<List>(b)->items);
    case Kind::kRange: {
      const auto *p = as<Range>(a), *q = as<Range>(b);
      out = p->size() == q->size() &&
            (p->size() == 0 || (p->begin == q->begin && (p->size() == 1 || p->step == q->step)));
      return true;
    }
    case Kind::kDict:
    case Kind::kSet: {
      auto *p = as<Dict>(a), *q = as<Dict>(b);
      if (is_counter(a) && is_counter(b)) return counter_equal(*this, p, q, out);
      if (p->live != q->live) return true;
      if (p->flavour == Dict::Flavour::kOrdered && q->flavour == p->flavour)
        return ordered_equal(*this, *p, *q, out);
      for (const auto& entry : p->entries) {
        if (!entry.live) continue;
        bool ok = true;
        const Dict::Entry* other = find(q, entry.key, ok);
        if (!ok) return false;
        if (other == nullptr) return out = false, true;
        if (left->kind == Kind::kSet) continue;
        if (!equal(entry.value, other->value, out)) return false;
        if (!out) return true;
      }
      return out = true;
    }
    case Kind::kInstance: {
      const auto *p = as<Instance>(a), *q = as<Instance>(b);
      const bool by_value =
          p->type->sort == Class::Sort::kModel || p->type->sort == Class::Sort::kData;
      return p->type != q->type || !by_value || all(p->items, q->items);
    }
    case Kind::kSlice: return equal(parts_of(*this, a), parts_of(*this, b), out);
    case Kind::kMoment: out = moment_equal(*as<Moment>(a), *as<Moment>(b)); return true;
    case Kind::kTool: out = as<Tool>(a)->index == as<Tool>(b)->index; return true;
    case Kind::kNative:
      out = &as<NativeFunction>(a)->native == &as<NativeFunction>(b)->native;
      return true;
    default: return true;
  }
}

bool Run::less(const Value& x, const Value& y, bool& out) {
  const Value a = enum_value(x), b = enum_value(y);
  if (is_number(a) && is_number(b)) {
    bool unordered = false;
    out = compare_numbers(a, b, unordered) < 0 && !unordered;
    return true;
  }
  if (is_string(a) && is_string(b)) {
    out = text_of(a) < text_of(b);  // bytes of UTF-8 order as code points do
    return charge(1);
  }
  const bool sequences = (is(a, Kind::kList) && is(b, Kind::kList)) ||
                         (is(a, Kind::kTuple) && is(b, Kind::kTuple)) ||
                         (is(a, Kind::kDeque) && is(b, Kind::kDeque));
  if (are_ordered(a, b))
    return less(list(as<Instance>(a)->items, Kind::kTuple),
                list(as<Instance>(b)->items, Kind::kTuple), out);
  if (is(a, Kind::kSlice) && is(b, Kind::kSlice))
    return less(parts_of(*this, a), parts_of(*this, b), out);
  if (sequences) {
    Deeper deeper(*this);
    if (!deeper.fits()) return false;
    const Values p = as<List>(a)->items, q = as<List>(b)->items;
    for (std::size_t i = 0; i < std::min(p.size(), q.size()); ++i) {
      bool same = false;
      if (!charge(1) || !equal(p[i], q[i], same)) return false;
      if (!same) return less(p[i], q[i], out);
    }
    out = p.size() < q.size();
    return true;
  }
  if (is_moment(a) || is_moment(b)) {
    int order = 0;
    if (!moment_order(*this, Operator::kLt, x, y, order)) return false;
    out = order < 0;
    return charge(1);
  }
  return type_error("'<' not supported between instances of '" + type_of(x)->name + "' and '" +
                    type_of(y)->name + "'");
}

bool Run::compare(Operator op, const Value& a, const Value& b, bool& out) {
  switch (op) {
    case Operator::kEq: return equal(a, b, out);
    case Operator::kNe:
      if (!equal(a, b, out)) return false;
      out = !out;
      return true;
    case Operator::kIs:
    case Operator::kIsNot: {
      const bool same =
          a.type() == b.type() &&
          (a.type() == Type::kNone || a.type() == Type::kUndefined || a.as_int() == b.as_int());
      out = same == (op == Operator::kIs);
      return true;
    }
    case Operator::kIn:
    case Operator::kNotIn:
      if (!contains(b, a, out)) return false;
      out = out == (op == Operator::kIn);
      return true;
    default: break;
  }
  const Value p = enum_value(a), q = enum_value(b);
  if (is(p, Kind::kSet) && is(q, Kind::kSet)) {
    const bool up = op == Operator::kLt || op == Operator::kLe;
    Dict* small = as<Dict>(up ? p : q);
    Dict* large = as<Dict>(up ? q : p);
    out = small->live <= large->live - (op == Operator::kLt || op == Operator::kGt
                                            ? std::min<std::size_t>(1, large->live)
                                            : 0);
    if ((op == Operator::kLt || op == Operator::kGt) && large->live == 0) out = false;
    for (const auto& entry : small->entries) {
      bool ok = true;
      if (out && entry.live) out = find(large, entry.key, ok) != nullptr;
      if (!ok) return false;
    }
    return true;
  }
  bool unordered = false;
  if (is_number(p) && is_number(q)) {
    const int order = compare_numbers(p, q, unordered);
    out = !unordered && holds(op, order);
    return true;
  }
  if (is_moment(p) || is_moment(q)) {
    int order = 0;
    if (!moment_order(*this, op, a, b, order)) return false;
    out = holds(op, order);
    return true;
  }
  const bool ordered = (is_string(p) && is_string(q)) ||
                       (is(p, Kind::kList) && is(q, Kind::kList)) ||
                       (is(p, Kind::kTuple) && is(q, Kind::kTuple)) ||
                       (is(p, Kind::kDeque) && is(q, Kind::kDeque)) ||
                       (is(p, Kind::kSlice) && is(q, Kind::kSlice)) || are_ordered(p, q);
  if (!ordered)
    return type_error("'" + std::string(sign_of(op)) + "' not supported between instances of '" +
                      type_of(a)->name + "' and '" + type_of(b)->name + "'");
  bool same = false;
  if (!equal(p, q, same)) return false;
  if (same) {
    out = op == Operator::kLe || op == Operator::kGe;
    return true;
  }
  const bool swap = op == Operator::kGt || op == Operator::kGe;
  return less(swap ? q : p, swap ? p : q, out);
}

bool Run::contains(const Value& owner, const Value& v, bool& out) {
  out = false;
  if (owner.type() == Type::kObject) switch (owner.as_object()->kind) {
      case Kind::kString:
        if (!is_string(v))
          return type_error("'in <string>' requires string as left operand, not " +
                            type_of(v)->name);
        out = text_of(owner).find(text_of(v)) != std::string::npos;
        return charge(text_of(owner).size() / 256);
      case Kind::kList:
      case Kind::kTuple:
      case Kind::kDeque:
        for (std::size_t i = 0; i < as<List>(owner)->items.size() && !out; ++i)
          if (!charge(1) || !equal(as<List>(owner)->items[i], v, out)) return false;
        return true;
      case Kind::kDict:
      case Kind::kSet: {
        bool ok = true;
        out = find(as<Dict>(owner), v, ok) != nullptr;
        return ok;
      }
      case Kind::kRange: {
        if (!is_integer(v)) return true;
        std::int64_t n = 0;
        const auto* range = as<Range>(owner);
        if (!as_index(v, n)) return false;
        const bool inside = range->step > 0 ? n >= range->begin && n < range->end
                                            : n <= range->begin && n > range->end;
        const auto far = static_cast<std::uint64_t>(range->step > 0 ? n : range->begin) -
                         static_cast<std::uint64_t>(range->step > 0 ? range->begin : n);
        const auto step = static_cast<std::uint64_t>(range->step);
        out = inside && far % (range->step > 0 ? step : ~step + 1) == 0;
        return true;
      }
      case Kind::kClass:
        if (as<Class>(owner)->sort != Class::Sort::kEnum) break;
        for (const auto& [name, member] : as<Class>(owner)->members)
          if (!out && !equal(member, v, out)) return false;
        return true;
      default: break;
    }
  return type_error("argument of type '" + type_of(owner)->name + "' is not iterable");
}

bool Run::hash(const Value& x, std::size_t& out) {
  const Value v = enum_value(x);
  const auto mix = [](std::size_t a, std::size_t b) {
    return (a ^ (b + 0x9e3779b97f4a7c15 + (a << 6) + (a >> 2)));
  };
  if (v.type() != Type::kObject) return hash_scalar(v, out);
  Object* object = v.as_object();
  switch (object->kind) {
    case Kind::kString: {
      auto* s = static_cast<String*>(object);
      if (s->hash == 0) s->hash = std::hash<std::string>{}(s->text) | 1;
      out = s->hash;
      return true;
    }
    case Kind::kBig: out = std::hash<double>{}(float_of(v)); return true;
    case Kind::kMoment: out = moment_hash(*as<Moment>(v)); return true;
    case Kind::kTuple: {
      Deeper deeper(*this);
      if (!deeper.fits()) return false;
      out = 0x345678;
      for (const Value& item : as<List>(v)->items) {
        std::size_t one = 0;
        if (!charge(1) || !hash(item, one)) return false;
        out = mix(out, one);
      }
      return true;
    }
    case Kind::kSet:
      if (!as<Dict>(v)->frozen) break;
      out = 0x777;
      for (const auto& entry : as<Dict>(v)->entries)
        if (entry.live) out += entry.hash;
      return true;
    case Kind::kList:
    case Kind::kDeque:
    case Kind::kDict:
    case Kind::kSlice: break;
    case Kind::kInstance: {
      const auto* instance = as<Instance>(v);
      const auto sort = instance->type->sort;
      if (sort == Class::Sort::kModel || sort == Class::Sort::kData) {
        if (!instance->type->is_frozen) break;
        out = 0x99;
        for (const Value& item : instance->items) {
          std::size_t one = 0;
          if (!hash(item, one)) return false;
          out = mix(out, one);
        }
        return true;
      }
      [[fallthrough]];
    }
    default: out = std::size_t{object->serial} * 0x9e3779b97f4a7c15; return true;
  }
  return type_error("unhashable type: '" + type_of(v)->name + "'");
}

}  // namespace lang
