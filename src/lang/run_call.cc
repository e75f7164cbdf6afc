// SPDX-License-Identifier: Apache-2.0
// Calls: of our functions, of types, of tools.
#include <algorithm>

#include "base/result.h"
#include "lang/join_point.h"
#include "lang/run.h"

namespace lang {

const Value* Arguments::find(std::string_view name) const {
  for (const auto& [known, v] : keywords)
    if (known == name) return &v;
  return nullptr;
}

bool Run::call(const Value& callee, Arguments& arguments, Value& out) {
  const LabelId l = callee.label();
  if (l != label::kClean) output_label_ = join(output_label_, l);  // another might have printed
  if (callee.type() == Type::kObject) switch (callee.as_object()->kind) {
      case Kind::kFunction: return call_function(callee, arguments, out);
      case Kind::kNative: return call_native(as<NativeFunction>(callee)->native, l, arguments, out);
      case Kind::kTool: return call_tool(as<Tool>(callee)->index, l, arguments, out);
      case Kind::kBound:
        arguments.list.insert(arguments.list.begin(), as<Bound>(callee)->receiver);
        return call_native(as<Bound>(callee)->native, l, arguments, out);
      case Kind::kClass: {
        Class* made = as<Class>(callee);
        const Native* native = made->sort == Class::Sort::kBuiltin
                                   ? type_constructor(static_cast<TypeName>(made->builtin))
                                   : nullptr;
        if (native != nullptr) return call_native(*native, l, arguments, out);
        return construct_under(made, l, arguments, out);
      }
      default: break;
    }
  return raise(TypeName::kTypeError, "'" + type_of(callee)->name + "' object is not callable", l);
}

// Of a class of the plan: `l` is the callee's label.
bool Run::construct_under(Class* made, LabelId l, Arguments& arguments, Value& out) {
  const LabelId around = join(l, arguments.shape);
  LabelId all = around;
  for (const Value& v : arguments.list) all = join(all, deep(v));
  for (const auto& [name, v] : arguments.keywords) all = join(all, deep(v));
  const std::uint32_t serial = heap.next_serial();
  may_raise(all);
  if (!construct(made, arguments, out)) {
    if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, all);
    return false;
  }
  out = labelled(out, around);
  if (out.type() == Type::kObject && out.as_object()->serial >= serial)
    raise_own(out.as_object(), around);
  passed(all);
  return true;
}

bool Run::call_under(LabelId why, const Value& callee, Arguments& arguments, Value& out) {
  const LabelId outer = control_;
  if (joined(JoinPoint::kCallBack)) control_ = join(control_, why);
  const bool ok = call(callee, arguments, out);
  restore(outer);
  return ok;
}

bool Run::call_native(const Native& native, LabelId callee, Arguments& arguments, Value& out) {
  LabelId l = join(callee, arguments.shape);
  for (const Value& v : arguments.list) l = join(l, native.elements ? shape(v) : deep(v));
  for (const auto& [name, v] : arguments.keywords)
    l = join(l, native.elements ? shape(v) : deep(v));
  const std::uint32_t serial = heap.next_serial();
  out = Value::none();
  const LabelId outer = control_;
  const LabelId before = std::exchange(native_, l);
  const LabelId compared = std::exchange(compared_, label::kClean);
  if (l != label::kClean) {
    may_raise(l);
    may_call(arguments, join(outer, l));
    control_ = join(control_, arguments.shape);
  }
  const bool ok = native.call(*this, arguments, out);
  native_ = before;
  const LabelId seen = join(l, std::exchange(compared_, compared));
  if (l != label::kClean) restore(outer);
  if (!ok) {
    if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, seen);
    return false;
  }
  if (!native.elements) l = seen;
  if (!joined(JoinPoint::kNativeArguments)) l = label::kClean;
  const bool fresh = out.type() == Type::kObject && out.as_object()->serial >= serial;
  out = fresh ? labelled(out, l) : decided(out, l);
  if (fresh && is_container(out.as_object()) && joined(JoinPoint::kNativeShape)) {
    raise_own(out.as_object(), join(l, control_));
    if (l != label::kClean) static_cast<Container*>(out.as_object())->mixed = true;
  }
  passed(seen);
  return charge(1);
}

namespace {

// The type that the result is to be made of; undefined: none. A schema as data asks for data.
Value result_form(const Signature& signature, const Arguments& arguments) {
  const auto at = std::ranges::find(signature.parameters, signature.result_type);
  if (signature.result_type.empty() || at == signature.parameters.end()) return {};
  const auto place = static_cast<std::size_t>(at - signature.parameters.begin());
  const Value* form = place < arguments.list.size() ? &arguments.list[place]
                                                    : arguments.find(signature.result_type);
  return form == nullptr || is(*form, Kind::kDict) ? Value() : *form;
}

}  // namespace

bool Run::call_tool(std::uint32_t tool, LabelId callee, Arguments& arguments, Value& out) {
  const Signature& signature = tools_[tool];
  if (++calls_ > limits_.calls) return limit("tool calls");
  Call made;
  made.tool = tool;
  made.control = join(control_, callee);
  made.line = current_line();
  if (arguments.list.size() > signature.parameters.size())
    return type_error(signature.name + "() takes " + std::to_string(signature.parameters.size()) +
                      " positional arguments but " + std::to_string(arguments.list.size()) +
                      " were given");
  const auto add = [&](const std::string& name, const Value& v) {
    for (const Argument& known : made.arguments)
      if (known.name == name)
        return type_error(signature.name + "() got multiple values for argument '" + name + "'");
    Argument argument{name, {}, join(deep(v), arguments.shape), {}};
    if (!to_json(v, arguments.shape, "", argument.value, &argument.leaves)) {
      if (pending.kind == Pending::Kind::kRaise)
        pending.value = labelled(pending.value, argument.label);
      return false;
    }
    survived(argument.label);
    made.arguments.push_back(std::move(argument));
    return true;
  };
  for (std::size_t i = 0; i < arguments.list.size(); ++i)
    if (!add(signature.parameters[i], arguments.list[i])) return false;
  for (const auto& [name, v] : arguments.keywords) {
    const bool known = std::ranges::find(signature.parameters, name) != signature.parameters.end();
    if (!known && !signature.open_keywords)
      return type_error(signature.name + "() got an unexpected keyword argument '" +
                        std::string(name) + "'");
    if (!add(std::string(name), v)) return false;
  }
  if (tracer_ != nullptr && ++events_ > told_)
    tracer_->called(made.line, signature.name, made.control);
  wanted_ = result_form(signature, arguments);
  const Answer* const asked = host_->ask(made);
  if (asked == nullptr) return limit("recorded calls");
  const Answer& answer = *asked;
  if (answer.kind == Answer::Kind::kLater || answer.kind == Answer::Kind::kDenied) {
    pending = {Pending::Kind::kStop, {}};
    outcome_ = {};
    outcome_.kind =
        answer.kind == Answer::Kind::kLater ? Outcome::Kind::kSuspended : Outcome::Kind::kDenied;
    outcome_.call = std::move(made);
    return false;
  }
  return answered(answer, out);
}

// What came back, now or after a while, of the call whose control label is still the present one.
bool Run::answered(const Answer& answer, Value& out) {
  tainted_ = tainted_ || answer.label != label::kClean;
  switch (answer.kind) {
    case Answer::Kind::kError:
      survived(answer.label);
      return raise(TypeName::kToolError, answer.text, answer.label);
    case Answer::Kind::kNotEnough:
      survived(answer.label);
      return raise(TypeName::kNotEnoughInformationError, answer.text, answer.label);
    case Answer::Kind::kDenied:
      pending = {Pending::Kind::kStop, {}};
      outcome_ = {};
      outcome_.kind = Outcome::Kind::kDenied;
      return false;
    default: break;
  }
  if (!from_json(answer.value, join(answer.label, control_), out)) return false;
  survived(answer.label);
  return result_fits(out);
}

// Makes the result a value of the type that the call asked for.
bool Run::result_fits(Value& out) {
  if (wanted_.type() == Type::kUndefined) return true;
  const LabelId l = join(out.label(), deep(wanted_));
  bool good = true;
  if (!coerce_form(wanted_, out, good)) return false;
  out = labelled(out, l);
  survived(l);
  return good || raise(TypeName::kValidationError, "the result has another type", l);
}

}  // namespace lang
