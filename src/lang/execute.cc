// SPDX-License-Identifier: Apache-2.0
// The loop of the machine. What is here is what is fast: instructions whose operands are as they
// mostly are; everything else is a call. INVARIANT: while no value of the run has had a label
// (tainted_), control and every exit are clean, so nothing has to be joined.
#include "base/result.h"
#include "lang/quick.h"
#include "lang/run.h"

#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values: a jump an instruction

namespace lang {

bool Run::execute() {
  ++executing_;
  const bool ok = execute_frames();
  --executing_;
  line_said_ = !ok;
  return ok;
}

// MACROS: parts of one function whose jumps are computed; a function could not jump for it.
// NOLINTBEGIN: for the same reason.
#define NEXT()                                         \
  do {                                                 \
    ++pc;                                              \
    goto* kPlaces[static_cast<std::uint16_t>(pc->op)]; \
  } while (false)
#define NEXT_AFTER_MORE()                              \
  do {                                                 \
    pc += 2;                                           \
    goto* kPlaces[static_cast<std::uint16_t>(pc->op)]; \
  } while (false)
#define GO(place)                                      \
  do {                                                 \
    pc = code + (place);                               \
    goto* kPlaces[static_cast<std::uint16_t>(pc->op)]; \
  } while (false)
#define TRY_STEP(expression)       \
  do {                             \
    frame_->pc = pc;               \
    if (!(expression)) goto ended; \
  } while (false)
#define PUT(v)                                                                                    \
  do {                                                                                            \
    const Value put_ = words(v);                                                                  \
    r[pc->a] = control_ == label::kClean || pc->a >= variables ? put_ : labelled(put_, control_); \
  } while (false)
#define INT_OPERATION(name, overflow)                                    \
  name : {                                                               \
    const Value x = words(r[pc->b]), y = words(r[pc->c]);                \
    const std::uint64_t header = int_header(control_);                   \
    std::int64_t result = 0;                                             \
    if (x.header() == header && y.header() == header &&                  \
        !overflow(x.as_int(), y.as_int(), &result)) {                    \
      r[pc->a] = Value::raw(header, static_cast<std::uint64_t>(result)); \
      NEXT();                                                            \
    }                                                                    \
    goto slow_operator;                                                  \
  }
#define SMALL_OPERATION(name, overflow, which)                                         \
  name : {                                                                             \
    const Value x = words(r[pc->b]);                                                   \
    const std::uint64_t header = int_header(control_);                                 \
    std::int64_t result = 0;                                                           \
    if (x.header() == header && !overflow(x.as_int(), std::int64_t{pc->c}, &result)) { \
      r[pc->a] = Value::raw(header, static_cast<std::uint64_t>(result));               \
      NEXT();                                                                          \
    }                                                                                  \
    Value out;                                                                         \
    TRY_STEP(step_operator(which, r[pc->b], Value::integer(pc->c), out));              \
    PUT(out);                                                                          \
    NEXT();                                                                            \
  }
#define TEST_OPERATION(name, sign, which)                                   \
  name : {                                                                  \
    const Value x = words(r[pc->b]), y = words(r[pc->c]);                   \
    if (x.header() == Value::kCleanInt && y.header() == Value::kCleanInt) { \
      ++pc;                                                                 \
      if (x.as_int() sign y.as_int()) NEXT();                               \
      GO(pc->c);                                                            \
    }                                                                       \
    Value out;                                                              \
    TRY_STEP(step_compare(which, r[pc->b], r[pc->c], out));                 \
    r[pc->a] = out;                                                         \
    NEXT();                                                                 \
  }
#define SMALL_TEST(name, sign, which)                                    \
  name : {                                                               \
    const Value x = words(r[pc->b]);                                     \
    if (x.header() == Value::kCleanInt) {                                \
      const std::int64_t y = pc->c;                                      \
      ++pc;                                                              \
      if (x.as_int() sign y) NEXT();                                     \
      GO(pc->c);                                                         \
    }                                                                    \
    Value out;                                                           \
    TRY_STEP(step_compare(which, r[pc->b], Value::integer(pc->c), out)); \
    r[pc->a] = out;                                                      \
    NEXT();                                                              \
  }

bool Run::execute_frames() {
  static const void* const kPlaces[] = {
#define YETT_OPCODE(name) &&name,
      YETT_OPCODES(YETT_OPCODE)
#undef YETT_OPCODE
  };
  const Instruction* const code = program_.code.data();
  const Value* const constants = program_.constants.data();
  const Code* const scopes = program_.scopes.data();
  Site* const sites = sites_.data();
  const Instruction* pc = frame_->pc;
  Value* r = frame_->registers;
  std::uint32_t variables = frame_->code->variables;
  goto* kPlaces[static_cast<std::uint16_t>(pc->op)];

kMove : {
  const Value v = words(r[pc->b]);
  if (v.type() == Type::kUndefined) TRY_STEP(not_defined(r + pc->b));
  PUT(v);
  NEXT();
}
kConstant : {
  PUT(constants[pc->b]);
  NEXT();
}
kLoadGlobal : {
  const Value v = globals_[pc->b];
  if (v.type() == Type::kUndefined) goto made;
  PUT(v);
  NEXT();
}
kStoreGlobal : {
  globals_[pc->a] = labelled(r[pc->b], control_);
  NEXT();
}
  INT_OPERATION(kAdd, __builtin_add_overflow)
  INT_OPERATION(kSub, __builtin_sub_overflow)
  INT_OPERATION(kMul, __builtin_mul_overflow)
kDiv:
kFloorDiv:
kMod:
kPow:
kShiftLeft:
kShiftRight:
kBitAnd:
kBitOr:
kBitXor:
slow_operator : {
  const auto which = static_cast<Operator>(static_cast<std::uint16_t>(pc->op) -
                                           static_cast<std::uint16_t>(Op::kAdd));
  Value out;
  TRY_STEP(step_operator(which, r[pc->b], r[pc->c], out));
  PUT(out);
  NEXT();
}
  SMALL_OPERATION(kAddInt, __builtin_add_overflow, Operator::kAdd)
  SMALL_OPERATION(kSubInt, __builtin_sub_overflow, Operator::kSub)
kModInt : {
  const Value x = words(r[pc->b]);
  if (x.header() == int_header(control_)) {
    std::int64_t rest = x.as_int() % pc->c;
    if (rest < 0) rest += pc->c;
    r[pc->a] = Value::raw(x.header(), static_cast<std::uint64_t>(rest));
    NEXT();
  }
  Value out;
  TRY_STEP(step_operator(Operator::kMod, r[pc->b], Value::integer(pc->c), out));
  PUT(out);
  NEXT();
}
kAugmented : {
  const Value x = words(r[pc->b]), y = words(r[pc->c]);
  const auto which = static_cast<Operator>(pc[1].a);
  const std::uint64_t header = int_header(control_);
  std::int64_t result = 0;
  if (which == Operator::kAdd && header == Value::kCleanInt && x.header() == header &&
      y.header() == header && !__builtin_add_overflow(x.as_int(), y.as_int(), &result)) {
    r[pc->a] = Value::raw(header, static_cast<std::uint64_t>(result));
    NEXT_AFTER_MORE();
  }
  Value out;
  TRY_STEP(step_augmented(which, r[pc->b], r[pc->c], out));
  PUT(out);
  NEXT_AFTER_MORE();
}
kEq:
kNe:
kLt:
kLe:
kGt:
kGe:
kIs:
kIsNot:
kIn:
kNotIn : {
  const auto which = static_cast<Operator>(static_cast<std::uint16_t>(pc->op) -
                                           static_cast<std::uint16_t>(Op::kEq) +
                                           static_cast<std::uint16_t>(Operator::kEq));
  Value out;
  TRY_STEP(step_compare(which, r[pc->b], r[pc->c], out));
  PUT(out);
  NEXT();
}
  TEST_OPERATION(kEqTest, ==, Operator::kEq)
  TEST_OPERATION(kNeTest, !=, Operator::kNe)
  TEST_OPERATION(kLtTest, <, Operator::kLt)
  TEST_OPERATION(kLeTest, <=, Operator::kLe)
  TEST_OPERATION(kGtTest, >, Operator::kGt)
  TEST_OPERATION(kGeTest, >=, Operator::kGe)
  SMALL_TEST(kLtIntTest, <, Operator::kLt)
  SMALL_TEST(kLeIntTest, <=, Operator::kLe)
  SMALL_TEST(kGtIntTest, >, Operator::kGt)
  SMALL_TEST(kGeIntTest, >=, Operator::kGe)
  SMALL_TEST(kEqIntTest, ==, Operator::kEq)
  SMALL_TEST(kNeIntTest, !=, Operator::kNe)
kJump:
  GO(pc->c);
kLoop : {
  steps_ += pc->b;
  if (steps_ > limits_.steps) TRY_STEP(limit("steps"));
  GO(pc->c);
}
kTestIf : {
  const Value v = words(r[pc->a]);
  bool yes = false;
  if (v.header() == Value::kCleanBool) {
    yes = v.as_bool();
  } else {
    TRY_STEP(defined(r[pc->a]));
    yes = test(v, pc->b);
  }
  if (yes) NEXT();
  GO(pc->c);
}
kTestWhile : {
  const Value v = words(r[pc->a]);
  bool yes = false;
  if (v.header() == Value::kCleanBool) {
    yes = v.as_bool();
  } else {
    TRY_STEP(defined(r[pc->a]));
    yes = test_loop(v);
  }
  if (yes) NEXT();
  GO(pc->c);
}
kJoin : {
  if (!constructs_.empty() && constructs_.back().node == pc->b && is_open(pc->b)) close();
  NEXT();
}
kJoinValue : {
  if (is_open(pc->b)) {
    r[pc->a] = decided(r[pc->a], constructs_.back().label);
    close();
  }
  NEXT();
}
kForNext : {
  Construct& loop = constructs_.back();
  const Object* items = r[pc->a].as_object();
  if (!tainted_ && loop.dict == nullptr) {
    if (items->kind == Kind::kRange) {
      if (loop.next >= loop.size) GO(pc->c);
      r[pc->b] = Value::integer(static_cast<const Range*>(items)->at(loop.next++));
      NEXT();
    }
    const Values& all = static_cast<const List*>(items)->items;
    if (loop.next >= (loop.live ? all.size() : loop.size)) GO(pc->c);
    r[pc->b] = words(all.data()[loop.next++]);
    NEXT();
  }
  Value out;
  bool more = false;
  TRY_STEP(next_of_loop(r[pc->a], out, more));
  if (!more) GO(pc->c);
  put_variable(r[pc->b], out, pc->b < variables);
  NEXT();
}
kWhileNext : {
  if (tainted_) next_of_while();
  NEXT();
}
kItem : {
  const Value owner = words(r[pc->b]), index = words(r[pc->c]);
  if (!tainted_)
    if (const Value* there = quick_item(owner, index)) {
      r[pc->a] = words(*there);
      NEXT();
    }
  Value out;
  TRY_STEP(step_item(r[pc->b], r[pc->c], out));
  PUT(out);
  NEXT();
}
kSetItem : {
  TRY_STEP(quick_set_item(r[pc->a], r[pc->b], r[pc->c]) ||
           step_set_item(r[pc->a], r[pc->b], r[pc->c]));
  NEXT();
}
kAppend : {
  TRY_STEP(push(as<List>(r[pc->a]), labelled(r[pc->b], control_)));
  NEXT();
}
kClauseNext : {
  Construct& clause = constructs_.back();
  if (!tainted_) {
    if (clause.next >= clause.size) GO(pc->c);
    r[pc->b] = as<List>(r[pc->a])->items[clause.next++];
    NEXT();
  }
  Value out;
  bool more = false;
  TRY_STEP(next_of_clause(r[pc->a], out, more));
  if (!more) GO(pc->c);
  put_variable(r[pc->b], out, pc->b < variables);
  NEXT();
}
kClauseTest : {
  TRY_STEP(defined(r[pc->a]));
  if (test_clause(r[pc->a], static_cast<Container*>(r[pc->b].as_object()), pc[1].a))
    NEXT_AFTER_MORE();
  GO(pc->c);
}
kChain : {
  if (chain(r[pc->a], pc->b, pc[1].a)) NEXT_AFTER_MORE();
  GO(pc->c);
}
kAnd:
kOr : {
  if (choose(r[pc->a], r[pc->b], pc->op == Op::kAnd, pc[1].a, pc[1].b)) NEXT_AFTER_MORE();
  GO(pc->c);
}
kMatch : {
  bool caught = false;
  TRY_STEP(defined(r[pc->b]) && matches(r[pc->a], r[pc->b], caught));
  if (caught) NEXT();
  GO(pc->c);
}
kAssert : {
  bool holds = false;
  TRY_STEP(step_assert(r[pc->a], holds));
  if (holds) GO(pc->c);
  NEXT();
}
kMethod : {
  const Value receiver = words(r[pc->b]);
  const Site& site = sites[pc[1].a];
  if (site.native != nullptr && receiver.type() == Type::kObject &&
      receiver.as_object()->kind == site.kind &&
      (site.kind != Kind::kDict ||
       static_cast<Dict*>(receiver.as_object())->flavour == Dict::Flavour::kPlain)) {
    r[pc->a] = found_method(site.native);
    r[pc->a + 1] = receiver;
    NEXT_AFTER_MORE();
  }
  TRY_STEP(find_method_of(pc, r));
  NEXT_AFTER_MORE();
}
kCallMethod : {
  const Quick quick = sites[pc[1].a].quick;
  if (quick != Quick::kNone) {
    Value out;
    if (quick_call(quick, r + pc->b, pc->c, out)) {
      PUT(out);
      NEXT_AFTER_MORE();
    }
  }
  bool entered = false;
  TRY_STEP(call_method_of(pc, r, entered));
  if (!entered) NEXT_AFTER_MORE();
  frame_->below->pc = pc + 2;
  goto begin;
}
kCall : {
  const Value callee = words(r[pc->b]);
  frame_->pc = pc;
  if (callee.header() == Value::kCleanObject && callee.as_object()->kind == Kind::kFunction) {
    const auto* function = static_cast<const Function*>(callee.as_object());
    const Code& entry = scopes[function->scope];
    const std::uint32_t count = pc->c;
    if (entry.plain && entry.parameters == count) {
      Frame* next = frame_->above.get();
      if (tainted_ || next == nullptr || depth_ >= limits_.depth ||
          steps_ + entry.weight > limits_.steps || !registers_.fits(entry.registers)) {
        if (!enter(function, callee, r + pc->b + 1, count, r + pc->a, pc->a < variables))
          goto ended;
        frame_->below->pc = pc + 1;
        goto begin;
      }
      steps_ += entry.weight;
      ++depth_;
      Value* const to = registers_.take(entry.registers);
      const Value* const from = r + pc->b + 1;
      std::uint32_t i = 0;
      for (; i < count; ++i) to[i] = words(from[i]);
      for (; i < entry.variables; ++i) to[i] = Value::raw(0, 0);
      next->registers = next->locals = to;
      next->code = &entry;
      next->function = function;
      next->callee = callee;
      next->out = r + pc->a;
      next->variable = pc->a < variables;
      next->boundary = false;
      next->scope = function->scope;
      next->constructs = static_cast<std::uint32_t>(constructs_.size());
      next->around_before = around_;
      next->outer = next->loop_before = next->exit_before = label::kClean;
      next->arguments = from;
      next->argument_count = count;
      frame_->pc = pc + 1;
      frame_ = next;
      r = to;
      variables = entry.variables;
      GO(entry.first);
    }
  }
  bool entered = false;
  if (!call_from(callee, r + pc->b + 1, pc->c, r + pc->a, pc->a < variables, entered)) goto ended;
  if (!entered) NEXT();
  frame_->below->pc = pc + 1;
  goto begin;
}
kCallMixed : {
  bool entered = false;
  TRY_STEP(call_mixed(pc, r, entered));
  if (!entered) NEXT_AFTER_MORE();
  frame_->below->pc = pc + 2;
  goto begin;
}
kCallTool : {
  TRY_STEP(step_tool(pc, r));
  NEXT_AFTER_MORE();
}
kCallBuiltin : {
  TRY_STEP(call_builtin(pc, r));
  NEXT_AFTER_MORE();
}
kReturn:
kReturnNone : {
  if (!tainted_ && !frame_->boundary && constructs_.size() == frame_->constructs) {
    const Value result = pc->op == Op::kReturn ? words(r[pc->a]) : Value::none();
    Frame* const left = frame_;
    *left->out = result;
    registers_.give_back(left->registers);
    --depth_;
    frame_ = left->below;
    goto begin;
  }
  Value result = pc->op == Op::kReturn ? r[pc->a] : Value::none();
  if (tainted_ && (pc->op == Op::kReturnNone || pc->b == 0)) result = labelled(result, control_);
  while (constructs_.size() > frame_->constructs) close();
  const bool boundary = frame_->boundary;
  leave_frame(&result);
  if (boundary) return true;
  goto begin;
}
kLast : {
  const Value v = words(r[pc->a]);
  if (v.type() == Type::kUndefined) TRY_STEP(not_defined(r + pc->a));
  last_ = labelled(v, control_);
  NEXT();
}
kReraise : {
  pending = {Pending::Kind::kRaise, labelled(r[pc->a], control_)};
  frame_->pc = pc;
  goto ended;
}
kFinalLeave : {
  const std::int64_t how = r[pc->a].as_int();
  if (how == 0) GO(pc->c);
  if (how == 1) {
    pending = {Pending::Kind::kRaise, labelled(r[pc->a + 1], control_)};
    frame_->pc = pc;
    goto ended;
  }
  GO(pc[how - 1].c);
}
kFormat:
kJoinText : {
  Value out;
  TRY_STEP(pc->op == Op::kFormat ? step_format(*pc, r, out) : step_join_text(*pc, r, out));
  PUT(out);
  NEXT_AFTER_MORE();
}
kNumber:
kLoadCell:
kLoadBuiltin:
kLoadTool:
kUnary:
kAttribute:
kSlice:
kList:
kTuple:
kSet:
kDisplay:
kImport:
kFunction:
made : {
  Value out;
  TRY_STEP(step_made(pc, out));
  PUT(out);
  NEXT();
}
kStoreCell:
kClearCell:
kClearGlobal:
kClear:
kSeen:
kChainDone:
kBoolDone:
kForBegin:
kWhileBegin:
kLoopEnd:
kLoopElse:
kLoopDone:
kUnwindLoop:
kUnwindFinal:
kTryBegin:
kTryEnd:
kTryDone:
kHandle:
kHandleEnd:
kFinalBegin:
kFinalEnter:
kFinalReach:
kRaise:
kRaiseAgain:
kAssertFail:
kDeleteItem:
kSetAttribute:
kUnpack:
kSpread:
kDict:
kDictPut:
kDictMerge:
kNewList:
kFresh:
kClauseBegin:
kClauseEnd:
kAddElement:
kPut:
kControl:
kCollect:
kClassHead:
kClassMember:
kSpreadCall:
kSpreadKeys:
kTrace:
  TRY_STEP(step(pc));
  NEXT();
kMore:
kEnd:
  frame_->pc = pc;
  return true;

begin:
  pc = frame_->pc;
  r = frame_->registers;
  variables = frame_->code->variables;
  goto* kPlaces[static_cast<std::uint16_t>(pc->op)];

ended:
  if (!std::exchange(line_said_, false)) line_ = current_line();
  if (!unwind()) return false;
  goto begin;
}
// NOLINTEND

}  // namespace lang
