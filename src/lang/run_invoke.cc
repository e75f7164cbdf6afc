// SPDX-License-Identifier: Apache-2.0
// The instructions that call.
#include <charconv>

#include "base/result.h"
#include "lang/quick.h"
#include "lang/run.h"

namespace lang {
bool Run::find_method_of(const Instruction* pc, Value* registers) {
  const Value receiver = registers[pc->b];
  if (!defined(registers[pc->b])) return false;
  const std::string& name = text(pc->c);
  Site& site = sites_[pc[1].a];
  const bool object = receiver.type() == Type::kObject;
  const Kind kind = object ? receiver.as_object()->kind : Kind::kBig;
  const bool lasting =
      kind == Kind::kString || kind == Kind::kList || kind == Kind::kTuple ||
      (kind == Kind::kDict && as<Dict>(receiver)->flavour == Dict::Flavour::kPlain);
  const Native* native = nullptr;
  if (lasting && site.kind == kind) {
    native = site.native;
  } else {
    native = find_method(receiver, name);
    if (lasting && native != nullptr)
      site = {kind, native,
              kind == Kind::kList && name == "append" ? Quick::kAppend
              : kind == Kind::kDict && name == "get"  ? Quick::kGet
                                                      : Quick::kNone};
  }
  if (native != nullptr) {
    registers[pc->a] = found_method(native);
    registers[pc->a + 1] = receiver;
    return true;
  }
  Value function;
  if (!get_attribute(receiver, name, function)) return false;
  registers[pc->a] = function;
  registers[pc->a + 1] = Value();
  return true;
}

bool Run::call_method_of(const Instruction* pc, Value* registers, bool& entered) {
  Value* first = registers + pc->b;
  Value& out = registers[pc->a];
  const bool variable = pc->a < frame_->code->variables;
  if (first[1].type() == Type::kUndefined)
    return call_from(first[0], first + 2, pc->c, &out, variable, entered);
  Arguments arguments;
  arguments.list.assign(first + 1, first + 2 + pc->c);
  Value result;
  if (!call_native(*method_in(first[0]), label::kClean, arguments, result)) return false;
  put_variable(out, result, variable);
  return true;
}

bool Run::call_from(const Value& callee, const Value* arguments, std::size_t count, Value* out,
                    bool variable, bool& entered) {
  if (is(callee, Kind::kFunction)) {
    const auto* function = as<Function>(callee);
    const Code& code = program_.scopes[function->scope];
    entered = true;
    if (code.plain && code.parameters == count)
      return enter(function, callee, arguments, count, out, variable);
  }
  Arguments given;
  given.list.assign(arguments, arguments + count);
  if (entered) return enter_slowly(callee, given, out, variable);
  return call_other(callee, given, *out, variable);
}

// Whatever is no function of the plan.
bool Run::call_other(const Value& callee, Arguments& arguments, Value& out, bool variable) {
  Value result;
  if (!call(callee, arguments, result)) {
    waiting_ = is(callee, Kind::kTool) && executing_ == 1 &&
               outcome_.kind == Outcome::Kind::kSuspended && pending.kind == Pending::Kind::kStop;
    return false;
  }
  put_variable(out, result, variable);
  return true;
}

bool Run::call_mixed(const Instruction* pc, Value* registers, bool& entered) {
  const Node& n = at(pc->c);
  const bool method = pc[1].a != 0;
  const Value callee = registers[pc->b];
  const Value* next = registers + pc->b + (method ? 2 : 1);
  Value& out = registers[pc->a];
  const bool variable = pc->a < frame_->code->variables;
  Arguments arguments;
  const bool native = method && next[-1].type() != Type::kUndefined;
  if (native) arguments.list.push_back(next[-1]);
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const Node& one = at(part(n, i));
    const Value& v = *next++;
    if (one.kind == NodeKind::kStar) {
      arguments.shape = join(arguments.shape, as<List>(v)->own);
      for (const Value& item : as<List>(v)->items) arguments.list.push_back(item);
    } else if (one.kind != NodeKind::kKeyword) {
      arguments.list.push_back(v);
    } else if (one.text != kNoText) {
      arguments.keywords.emplace_back(text(one.text), v);
    } else {
      const Values& pairs = as<List>(v)->items;
      arguments.shape = join(arguments.shape, as<List>(v)->own);
      for (std::size_t k = 0; k + 1 < pairs.size(); k += 2)
        arguments.keywords.emplace_back(text_of(pairs[k]), pairs[k + 1]);
    }
  }
  for (std::size_t i = 0; i < arguments.keywords.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (arguments.keywords[i].first == arguments.keywords[j].first)
        return raise(TypeName::kTypeError,
                     "got multiple values for keyword argument '" +
                         std::string(arguments.keywords[i].first) + "'",
                     arguments.shape);
  if (native) {
    Value result;
    if (!call_native(*method_in(callee), label::kClean, arguments, result)) return false;
    put_variable(out, result, variable);
    return true;
  }
  entered = is(callee, Kind::kFunction);
  return entered ? enter_slowly(callee, arguments, &out, variable)
                 : call_other(callee, arguments, out, variable);
}

bool Run::spread_call(Value& v) {
  Values items;
  if (!iterate(v, items)) return false;
  const LabelId shapes = shape(v);
  for (Value& item : items) item = labelled(item, shapes);
  v = list(std::move(items));
  v.as_object()->own = shapes;
  return true;
}

// Keys and values in turn.
bool Run::spread_keys(Value& v) {
  if (!is(v, Kind::kDict)) return type_error("argument after ** must be a mapping");
  Values pairs;
  const LabelId shapes = shape(v);
  for (const auto& entry : as<Dict>(v)->entries) {
    if (!entry.live) continue;
    if (!is_string(entry.key)) return type_error("keywords must be strings");
    pairs.push_back(entry.key);
    pairs.push_back(labelled(entry.value, shapes));
  }
  v = list(std::move(pairs));
  v.as_object()->own = shapes;
  return true;
}

bool Run::call_builtin(const Instruction* pc, Value* registers) {
  const Value* first = registers + pc[1].a;
  const std::size_t count = pc[1].b;
  Value& out = registers[pc->a];
  const bool variable = pc->a < frame_->code->variables;
  Site& site = builtins_[pc->b];
  if (site.kind != Kind::kNative) {
    const Native* native = builtin_native(pc->b);
    site = {Kind::kNative, native,
            native != nullptr && native->name == "str" ? Quick::kStr : Quick::kNone};
  }
  Value result;
  if (site.quick == Quick::kStr && count == 1 && first[0].type() == Type::kInt) {
    const LabelId l = first[0].label();
    char digits[24];
    const auto* end = std::to_chars(digits, digits + sizeof digits, first[0].as_int()).ptr;
    const auto size = static_cast<std::size_t>(end - digits);
    if (!string(std::string(digits, size), size, result)) return false;
    result = result.with(l);
    survived(l);
    put_variable(out, result, variable);
    return true;
  }
  Arguments arguments;
  arguments.list.assign(first, first + count);
  if (site.native != nullptr) {
    if (!call_native(*site.native, label::kClean, arguments, result)) return false;
    put_variable(out, result, variable);
    return true;
  }
  Value callee;
  return builtin_value(*this, pc->b, callee) && call_other(callee, arguments, out, variable);
}

bool Run::step_tool(const Instruction* pc, Value* registers) {
  const Value* first = registers + pc[1].a;
  Arguments arguments;
  arguments.list.assign(first, first + pc[1].b);
  Value result;
  if (!call_tool(pc->b, label::kClean, arguments, result)) {
    waiting_ = executing_ == 1 && pending.kind == Pending::Kind::kStop &&
               outcome_.kind == Outcome::Kind::kSuspended;
    return false;
  }
  put_variable(registers[pc->a], result, pc->a < frame_->code->variables);
  return true;
}

}  // namespace lang
