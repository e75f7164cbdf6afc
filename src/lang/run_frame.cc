// SPDX-License-Identifier: Apache-2.0
// Functions of the plan: what they are given, how they are entered and left.
#include <algorithm>

#include "lang/join_point.h"
#include "lang/run.h"

namespace lang {

bool Run::bind_arguments(const Function& function, Arguments& arguments, Value* slots) {
  if (!joined(JoinPoint::kUnpacked)) arguments.shape = label::kClean;
  const Scope& scope = plan_.scopes[function.scope];
  const Node& node = at(function.node);
  const std::string name = node.kind == NodeKind::kLambda ? "<lambda>" : text(node.text);
  std::size_t next = 0;
  std::vector<bool> used(arguments.keywords.size());
  for (std::size_t i = 0; i < scope.parameters.size(); ++i) {
    const Parameter& p = scope.parameters[i];
    Value& slot = slots[p.slot];
    if (p.kind == Parameter::Kind::kRest) {
      const auto from = arguments.list.begin() +
                        static_cast<std::ptrdiff_t>(std::min(next, arguments.list.size()));
      slot = list(Values(from, arguments.list.end()), Kind::kTuple);
      raise_own(slot.as_object(), arguments.shape);
      next = std::max(next, arguments.list.size());
      continue;
    }
    if (p.kind == Parameter::Kind::kRestKeywords) {
      Dict* rest = dict();
      raise_own(rest, arguments.shape);
      slot = Value::object(rest);
      for (std::size_t k = 0; k < used.size(); ++k) {
        Value key;
        if (used[k]) continue;
        used[k] = true;
        if (!string(std::string(arguments.keywords[k].first), key) ||
            !put(rest, key, arguments.keywords[k].second))
          return false;
      }
      continue;
    }
    const bool positional = p.kind != Parameter::Kind::kKeyword && next < arguments.list.size();
    if (positional) slot = arguments.list[next++];
    if (p.kind != Parameter::Kind::kPositional)
      for (std::size_t k = 0; k < used.size(); ++k) {
        if (used[k] || arguments.keywords[k].first != text(p.text)) continue;
        if (positional)
          return type_error(name + "() got multiple values for argument '" + text(p.text) + "'");
        used[k] = true;
        slot = arguments.keywords[k].second;
      }
    if (slot.type() == Type::kUndefined) slot = function.defaults[i];
    if (slot.type() == Type::kUndefined)
      return type_error(name + "() missing 1 required " +
                        (p.kind == Parameter::Kind::kKeyword ? "keyword-only" : "positional") +
                        " argument: '" + text(p.text) + "'");
    slot = decided(slot, arguments.shape);
  }
  if (next < arguments.list.size())
    return type_error(name + "() takes " + std::to_string(next) + " positional argument" +
                      (next == 1 ? "" : "s") + " but " + std::to_string(arguments.list.size()) +
                      (arguments.list.size() == 1 ? " was" : " were") + " given");
  for (std::size_t k = 0; k < used.size(); ++k)
    if (!used[k])
      return type_error(name + "() got an unexpected keyword argument '" +
                        std::string(arguments.keywords[k].first) + "'");
  return true;
}

// The frame above the present one, not entered yet; null: too deep.
Frame* Run::push_frame(const Function& function, std::size_t more) {
  if (depth_ >= limits_.depth) {
    limit("call depth");
    return nullptr;
  }
  const Code& code = program_.scopes[function.scope];
  steps_ += code.weight;
  if (steps_ > limits_.steps) {
    limit("steps");
    return nullptr;
  }
  if (frame_->above == nullptr) {
    frame_->above = std::make_unique<Frame>();
    frame_->above->below = frame_;
  }
  Frame* frame = frame_->above.get();
  frame->code = &code;
  frame->registers = registers_.take(code.registers + more);
  frame->locals = frame->registers;
  frame->function = &function;
  frame->scope = function.scope;
  frame->pc = program_.code.data() + code.first;
  frame->boundary = false;
  return frame;
}

void Run::enter_frame(Frame* frame, const Value& callee, Value* out, bool variable) {
  frame->callee = callee;
  frame->out = out;
  frame->variable = variable;
  frame->constructs = static_cast<std::uint32_t>(constructs_.size());
  survived(callee.label());
  frame->outer = control_;
  frame->around_before = around_;
  frame->guarded = label::kClean;
  // SECURITY: which function was called is said by what the others would have changed.
  if (callee.label() != label::kClean && joined(JoinPoint::kCallee)) {
    const LabelId which = callee.label();
    output_label_ = join(output_label_, which);  // another function might have printed
    if (!at_most(which, control_) && (callee.is_chosen() || !at_most(which, frame->function->own)))
      raise_called(join(which, control_));
    control_ = join(control_, callee.label());
  }
  frame->loop_before = std::exchange(loop_exit_, label::kClean);
  frame->exit_before = std::exchange(function_exit_, label::kClean);
  ++depth_;
  frame_ = frame;
}

bool Run::enter(const Function* function, const Value& callee, const Value* arguments,
                std::size_t count, Value* out, bool variable) {
  Frame* frame = push_frame(*function, 0);
  if (frame == nullptr) return false;
  std::size_t i = 0;
  for (; i < count; ++i) frame->registers[i] = arguments[i];
  for (; i < frame->code->variables; ++i) frame->registers[i] = Value();
  frame->arguments = arguments;
  frame->argument_count = static_cast<std::uint32_t>(count);
  enter_frame(frame, callee, out, variable);
  return true;
}

bool Run::enter_slowly(const Value& callee, Arguments& arguments, Value* out, bool variable) {
  const Function& function = *as<Function>(callee);
  const Scope& scope = plan_.scopes[function.scope];
  const std::size_t given = arguments.list.size() + arguments.keywords.size();
  Frame* frame = push_frame(function, given);
  if (frame == nullptr) return false;
  Value* slots = frame->registers;
  for (std::size_t i = 0; i < frame->code->variables; ++i) slots[i] = Value();
  Value* kept = slots + frame->code->registers;
  frame->arguments = kept;
  frame->argument_count = static_cast<std::uint32_t>(given);
  for (const Value& v : arguments.list) *kept++ = v;
  for (const auto& [name, v] : arguments.keywords) *kept++ = v;
  if (!bind_arguments(function, arguments, slots)) {
    registers_.give_back(slots);
    if (pending.kind == Pending::Kind::kRaise)
      pending.value = labelled(pending.value, join(arguments.shape, callee.label()));
    return false;
  }
  survived(arguments.shape);
  for (std::uint32_t i = 0; i < scope.slots; ++i) {
    if (!scope.cells[i]) continue;
    Cell* cell = heap.make<Cell>();
    cell->value = slots[i];
    hold(cell, cell->value);
    slots[i] = Value::object(cell);
  }
  for (std::size_t i = 0; i < scope.captures.size(); ++i)
    slots[scope.captures[i].to] = Value::object(function.captured[i]);
  enter_frame(frame, callee, out, variable);
  return true;
}

// `result`: null if the normal flow ended in it.
void Run::leave_frame(const Value* result) {
  const Frame& left = *frame_;
  Value out = result == nullptr ? Value() : *result;
  const LabelId why = std::exchange(function_exit_, left.exit_before);
  loop_exit_ = left.loop_before;
  if (why != label::kClean) {  // what the rest of it would have assigned and printed
    Values from(left.arguments, left.arguments + left.argument_count);
    from.push_back(left.callee);
    raise_reachable(from, why, Raise::kVariables);
    if (region(left.function->node | kCalled).calls) output_label_ = join(output_label_, why);
  }
  if (joined(JoinPoint::kReturned)) out = decided(out, join(why, left.callee.label()));
  restore(left.outer);
  around_ = left.outer == control_ ? left.around_before : Around{};
  registers_.give_back(left.registers);
  --depth_;
  frame_ = left.below;
  if (result != nullptr) *left.out = left.variable ? labelled(out, control_) : out;
}

// A call by a native function: the machine runs inside of it.
bool Run::call_function(const Value& callee, Arguments& arguments, Value& out) {
  char here = 0;
  const auto used = static_cast<std::size_t>(stack_ > &here ? stack_ - &here : &here - stack_);
  if (used > limits_.stack_bytes) return limit("call depth");
  Value result;
  if (!enter_slowly(callee, arguments, &result, false)) return false;
  frame_->boundary = true;
  if (!execute()) return false;
  out = result;
  return true;
}

}  // namespace lang
