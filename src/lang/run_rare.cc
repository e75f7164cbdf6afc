// SPDX-License-Identifier: Apache-2.0
// Instructions that open and close constructs, and those that make a value in one call.
#include "lang/run.h"

namespace lang {

bool Run::step_made(const Instruction* pc, Value& out) {
  const Instruction& i = *pc;
  Value* r = frame_->registers;
  switch (i.op) {
    case Op::kNumber: {
      bool good = false;
      return parse_integer(*this, text(i.b), 0, out, good);
    }
    case Op::kLoadGlobal:
    case Op::kLoadCell: return step_load(i, out);
    case Op::kLoadBuiltin: return builtin_value(*this, i.b, out);
    case Op::kLoadTool: out = Value::object(heap.make<Tool>(i.b)); return true;
    case Op::kUnary: return defined(r[i.b]) && unary(static_cast<Operator>(i.c), r[i.b], out);
    case Op::kAttribute:
      if (!defined(r[i.b]) || !get_attribute(r[i.b], text(i.c), out)) return false;
      survived(shape(r[i.b]));
      return true;
    case Op::kSlice: return step_slice(r + i.b, out);
    case Op::kImport: return step_import(i.b, i.c, out);
    case Op::kFunction: return step_function(i.c, r + i.b, out);
    default: return step_display(i, r + i.b, out);
  }
}

bool Run::step_open(const Instruction& i) {
  Value* r = frame_->registers;
  switch (i.op) {
    case Op::kForBegin: return begin_loop(i.a, i.b);
    case Op::kWhileBegin: {
      Construct& loop = open(Construct::Kind::kLoop, i.b);
      loop.before = std::exchange(loop_exit_, label::kClean);
      return true;
    }
    case Op::kTryBegin: {
      Construct& made = open(Construct::Kind::kTry, i.b);
      made.at = i.a;
      made.place = i.c;
      made.before = std::exchange(try_exit_, label::kClean);
      made.raised_before = std::exchange(raise_exit_, label::kClean);
      ++tries_;
      return true;
    }
    case Op::kTryEnd: {
      const Construct construct = constructs_.back();
      constructs_.pop_back();
      LabelId why = label::kClean;
      close_try(construct, false, why);
      Construct& tail = constructs_.emplace_back();
      tail.kind = Construct::Kind::kTryTail;
      tail.node = construct.node;
      tail.outer = construct.outer;
      tail.label = why;
      return true;
    }
    case Op::kHandle: {
      Construct& made = open(Construct::Kind::kHandler, i.c);
      made.at = i.a;
      r[i.b] = std::exchange(handled_, r[i.a]);
      return true;
    }
    case Op::kFinalBegin: {
      Construct& made = open(Construct::Kind::kFinal, i.b);
      made.before = std::exchange(try_exit_, label::kClean);
      ++tries_;
      made.at = i.a;
      made.place = i.c;
      return true;
    }
    default: return begin_clause(r[i.a], i.b, static_cast<Container*>(r[i.c].as_object()));
  }
}

bool Run::step_close(const Instruction& i) {
  Value* r = frame_->registers;
  switch (i.op) {
    case Op::kLoopEnd: close_loop(false); break;
    case Op::kLoopElse: close_loop(true); break;
    case Op::kUnwindLoop:
      while (constructs_.back().kind != Construct::Kind::kLoop) close();
      break;
    case Op::kUnwindFinal:
      while (constructs_.back().kind != Construct::Kind::kFinal) close();
      close();
      break;
    case Op::kFinalEnter:
      close();
      r[i.a] = Value::integer(0);
      break;
    case Op::kFinalReach:
      r[i.a] = Value::integer(i.b);
      r[i.a + 1] = r[i.c];
      break;
    case Op::kSeen:
      r[i.a] = Value::boolean(truth(r[i.b]), join(r[i.a].label(), r[i.b].label()));
      break;
    case Op::kChainDone: close_choice(i.b); break;
    case Op::kBoolDone:
      close_choice(i.c);
      r[i.a] = decided(r[i.a], r[i.b].label());
      break;
    case Op::kClauseEnd: end_clause(); break;
    default: close(); break;  // kLoopDone, kTryDone, kHandleEnd
  }
  return true;
}

bool Run::step(const Instruction* pc) {
  const Instruction& i = *pc;
  Value* r = frame_->registers;
  switch (i.op) {
    case Op::kStoreCell: return step_store_cell(r[i.a], r[i.b]);
    case Op::kClearCell: return step_store_cell(r[i.a], Value());
    case Op::kClearGlobal: globals_[i.a] = Value().with(control_); return true;
    case Op::kClear: r[i.a] = Value().with(control_); return true;
    case Op::kForBegin:
    case Op::kWhileBegin:
    case Op::kTryBegin:
    case Op::kTryEnd:
    case Op::kHandle:
    case Op::kFinalBegin:
    case Op::kClauseBegin: return step_open(i);
    case Op::kRaise: return step_raise(r[i.a], i.b == 0xffff ? nullptr : r + i.b);
    case Op::kRaiseAgain:
      if (handled_.type() == Type::kUndefined)
        return raise(TypeName::kRuntimeError, "No active exception to reraise");
      return raise_value(handled_);
    case Op::kAssertFail: return step_assert_fail(r[i.a], i.b == 0xffff ? nullptr : r + i.b);
    case Op::kDeleteItem: return step_delete_item(r[i.a], r[i.b]);
    case Op::kSetAttribute:
      return defined(r[i.a]) && set_attribute(r[i.a], text(i.b), labelled(r[i.c], control_));
    case Op::kUnpack: return step_unpack(r[i.b], i.c, r + i.a);
    case Op::kSpread: return step_spread(r[i.a]);
    case Op::kDict: r[i.a] = Value::object(dict()); return true;
    case Op::kDictPut: return put(as<Dict>(r[i.a]), r[i.b], r[i.c]);
    case Op::kDictMerge: return step_merge(as<Dict>(r[i.a]), r[i.b]);
    case Op::kNewList: {
      const NodeKind kind = at(i.b).kind;
      r[i.a] = kind == NodeKind::kSetComp    ? Value::object(dict(Kind::kSet))
               : kind == NodeKind::kDictComp ? Value::object(dict())
                                             : list({}, Kind::kList, kind == NodeKind::kGenerator);
      return true;
    }
    case Op::kFresh: step_fresh(i.b); return true;
    case Op::kAddElement: return put(as<Dict>(r[i.a]), labelled(r[i.b], control_), Value::none());
    case Op::kPut: return put(as<Dict>(r[i.a]), r[i.b], labelled(r[i.c], control_));
    case Op::kControl: r[i.a] = labelled(r[i.a], control_); return true;
    case Op::kCollect: r[i.a] = labelled(r[i.a], deep(r[i.b])); return true;
    case Op::kClassHead: return class_head(i.c, r + i.b, r[i.a]);
    case Op::kClassMember: return class_member(as<Class>(r[i.a]), i.c, r + i.b);
    case Op::kSpreadCall: return spread_call(r[i.a]);
    case Op::kSpreadKeys: return spread_keys(r[i.a]);
    case Op::kTrace: step_trace(i); return true;
    default: return step_close(i);
  }
}

}  // namespace lang
