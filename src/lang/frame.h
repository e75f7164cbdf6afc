// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a machine remembers between two instructions: frames, registers, constructs that are open.
// All of it lives on the heap, so a call that waits costs nothing but returning. Trust zone:
// session.
#pragma once

#include <memory>
#include <vector>

#include "lang/callable.h"
#include "lang/code.h"

namespace lang {

using label::LabelId;

// A part of the program that was entered and not left, whose end has work to do: labels to give
// back, handlers to offer. Branches only if a label decided them.
struct Construct {
  enum class Kind : std::uint8_t {
    kBranch,    // label: of the test
    kChoice,    // comparisons in a row, `and`, `or`
    kLoop,      // label: of all that decided that it goes on; before: loop_exit_
    kLoopElse,  // label: why
    kTry,       // before, raised_before: try_exit_, raise_exit_; place, at: where the handlers are
    kTryTail,   // label: why
    kHandler,   // at + 1: the exception before
    kFinal,     // place, at
    kClause,    // of a comprehension; label: of the iterable's shape; before: control
  };
  Kind kind = Kind::kBranch;
  bool live = false;  // loops: over a list that may grow, else over what was there
  Register at = 0;
  std::uint16_t place = 0;
  NodeId node = kNoNode;
  LabelId outer = label::kClean;  // control before
  LabelId label = label::kClean;
  LabelId before = label::kClean;
  LabelId raised_before = label::kClean;
  LabelId guarded = label::kClean;  // what its rest was guarded against
  std::size_t next = 0;             // loops, clauses: how many are done
  std::size_t size = 0;
  const Dict* dict = nullptr;  // loops over a dict, which had `live` keys
  std::size_t keys = 0;
};

// A part of the program in a frame.
struct Around {
  NodeId node = kNoNode;
  struct Frame* frame = nullptr;
};

struct Frame {
  Frame* below = nullptr;
  std::unique_ptr<Frame> above;  // used before, or null
  const Instruction* pc = nullptr;
  Value* registers = nullptr;
  Value* locals = nullptr;  // slot 0
  const Code* code = nullptr;
  const Function* function = nullptr;  // null: the module
  Value callee;
  Value* out = nullptr;   // of the caller
  bool variable = false;  // that is a variable: it also gets the caller's control label
  bool boundary = false;  // a native function waits for it
  std::uint32_t scope = 0;
  std::uint32_t constructs = 0;  // open when it was called
  LabelId outer = label::kClean;
  LabelId loop_before = label::kClean;
  LabelId exit_before = label::kClean;
  Around around_before;
  LabelId guarded = label::kClean;   // what the rest of its body was guarded against
  const Value* arguments = nullptr;  // what it was given: by way of it much can be changed
  std::uint32_t argument_count = 0;
};

// Registers of frames, in pieces that never move.
class Registers {
 public:
  // Not initialised.
  Value* take(std::size_t count) {
    if (static_cast<std::size_t>(end_ - top_) < count) grow(count);
    Value* taken = top_;
    top_ += count;
    return taken;
  }
  bool fits(std::size_t count) const { return static_cast<std::size_t>(end_ - top_) >= count; }
  // The last that was taken.
  void give_back(Value* taken) {
    if (taken >= begin_ && taken <= end_) top_ = taken;
    else shrink(taken);
  }

 private:
  static constexpr std::size_t kFirst = 1024;
  struct Piece {
    std::unique_ptr<std::byte[]> memory;
    Value* end = nullptr;
    Value* begin() const { return reinterpret_cast<Value*>(memory.get()); }
  };
  void grow(std::size_t count);
  void shrink(Value* taken);
  std::vector<Piece> pieces_;
  Value* begin_ = nullptr;
  Value* top_ = nullptr;
  Value* end_ = nullptr;
};

}  // namespace lang
