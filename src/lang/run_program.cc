// SPDX-License-Identifier: Apache-2.0
// The start, the end and the going on of a run.
#include "base/result.h"
#include "lang/run.h"

namespace lang {

Run::Run(const Plan& plan, const Program& program, label::Table& labels, const Limits& limits,
         Tracer* tracer, std::uint64_t told, Memory* memory)
    : heap(memory),
      plan_(plan.resolved()),
      program_(program),
      tree_(plan.resolved().tree),
      tools_(plan.tools()),
      labels_(labels),
      limits_(limits),
      tracer_(tracer),
      told_(told) {
  types_.resize(kTypeCount);
  sites_.resize(program_.sites);
  builtins_.resize(builtin_count());
}

Outcome Run::run(Answers& host) {
  char here = 0;
  stack_ = &here;
  host_ = &host;
  const Code& code = program_.scopes[0];
  Frame& frame = module_;
  frame.code = &code;
  frame.pc = program_.code.data() + code.first;
  frame.registers = registers_.take(code.registers);
  frame.locals = frame.registers + code.locals;
  globals_ = frame.registers;
  for (std::size_t i = 0; i < code.variables; ++i) frame.registers[i] = Value();
  for (std::size_t i = 0; i < plan_.scopes[0].slots; ++i)
    if (plan_.scopes[0].cells[i]) frame.locals[i] = Value::object(heap.make<Cell>());
  frame_ = &frame;
  return finish(execute());
}

Outcome Run::resume(Answers& host, const Answer& answer) {
  CHECK(waiting_);
  char here = 0;
  stack_ = &here;
  host_ = &host;
  waiting_ = false;
  pending = {};
  outcome_ = {};
  const Instruction* pc = frame_->pc;
  Value result;
  if (answered(answer, result)) {
    put_variable(frame_->registers[pc->a], result, pc->a < frame_->code->variables);
    frame_->pc = pc + (pc->op == Op::kCall ? 1 : 2);
  } else {
    line_ = current_line();
    if (!unwind()) return finish(false);
  }
  return finish(execute());
}

Outcome Run::finish(bool ok) {
  Value result = last_;
  const bool has_final = plan_.final_slot < plan_.globals.size();
  if (has_final && globals_[plan_.final_slot].type() != Type::kUndefined)
    result = globals_[plan_.final_slot];
  if (result.type() == Type::kUndefined) result = Value::none(result.label());
  if (ok) {
    line_ = current_line();
    outcome_.kind = Outcome::Kind::kDone;
    // What kept an untaken branch from assigning `final_return_value` is in the label of its slot.
    LabelId around = control_;
    if (has_final) around = join(around, globals_[plan_.final_slot].label());
    outcome_.label = join(deep(result), around);
    ok = to_json(result, around, "", outcome_.value, &outcome_.leaves);
    if (!ok && pending.kind == Pending::Kind::kRaise)
      pending.value = labelled(pending.value, outcome_.label);
  }
  if (!ok && pending.kind == Pending::Kind::kRaise) {
    outcome_.kind = Outcome::Kind::kRaised;
    const Value exception = pending.value;
    outcome_.error = as<Instance>(exception)->type->name;
    outcome_.label = join(deep(exception), control_);
    outcome_.value = {};
    outcome_.leaves.clear();
    if (!str(exception, outcome_.text)) outcome_.text.clear();
  }
  outcome_.output = output_;
  // An explicit raise skipped what may have printed; where it did not come to that, the same.
  outcome_.output_label = join(output_label_, raise_exit_);
  outcome_.line = line_;
  return std::move(outcome_);
}

}  // namespace lang
