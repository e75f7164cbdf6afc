// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The compiler's state: one walk over the resolved tree; registers of temporaries are a stack.
// Labels are the machine's work: the compiler emits where each construct opens and closes.
// Trust zone: session.
#pragma once

#include <vector>

#include "lang/code.h"
#include "lang/resolve.h"

namespace lang {

class Compiler {
 public:
  Compiler(const Resolved& resolved, bool traced) : plan_(resolved), traced_(traced) {}
  Program run();

 private:
  static constexpr Register kNowhere = 0xffff;
  static constexpr std::size_t kMost = 0xfff0;

  enum class Exit : std::uint8_t { kBreak, kContinue, kReturn };
  // What leaving a statement early has to pass: loops and `finally`.
  struct Around {
    bool final = false;
    std::uint32_t top = 0;              // of a loop: where `continue` goes
    std::vector<std::uint32_t> breaks;  // jumps to the end of a loop
    Register reached = 0;               // of a `finally`
    std::vector<Exit> exits;
    std::vector<std::uint32_t> jumps;  // to the body of a `finally`
  };
  // Frees the temporaries made since.
  struct Scratch {
    explicit Scratch(Compiler& c) : compiler(c), before(c.top_) {}
    ~Scratch() { compiler.top_ = before; }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Compiler& compiler;
    std::uint32_t before;
  };

  const Node& at(NodeId id) const { return plan_.tree.nodes[id]; }
  NodeId part(const Node& n, std::uint32_t i) const { return plan_.tree.links[n.first + i]; }
  const std::string& text(std::uint32_t index) const { return plan_.tree.texts[index]; }

  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.code.size()); }
  std::uint32_t emit(Op op, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0);
  void patch(std::uint32_t instruction) {
    out_.code[instruction].c = static_cast<std::uint16_t>(here());
  }
  std::uint32_t jump() { return emit(Op::kJump); }
  void loop(std::uint32_t top);
  Register fresh(std::uint32_t count = 1);
  std::uint32_t constant(Value v);
  std::uint32_t text_constant(std::uint32_t index);

  // compile.cc
  void scope(std::uint32_t index, NodeId node);
  bool plain(const Scope& scope) const;
  // The register of a name that is a variable of this frame, or kNowhere.
  Register variable(const Ref& ref) const;
  void store(const Ref& ref, Register from);
  void clear(const Ref& ref);
  void assign(NodeId target, Register from);
  // Where a value for `target` may be put at once; kNowhere if assign() must follow.
  Register direct(NodeId target) const;
  void trace(NodeId target, Register from);

  // compile_expression.cc: the value goes to `to`, or to where the answer says.
  void expression(NodeId id, Register to);
  Register operand(NodeId id);
  Register left_operand(NodeId id, NodeId right);
  bool is_leaf(NodeId id) const;
  bool is_quiet(NodeId id) const;
  bool small(NodeId id, std::int64_t& number) const;
  void name(NodeId id, Register to);
  void number(const Node& n, Register to);
  void binary(const Node& n, Register to);
  void compare(NodeId id, const Node& n, Register to);
  void choice(NodeId id, const Node& n, Register to);
  void conditional(NodeId id, const Node& n, Register to);
  void display(NodeId id, const Node& n, Register to);
  void dictionary(const Node& n, Register to);
  void comprehension(NodeId id, const Node& n, Register to);
  void clause(NodeId id, const Node& n, std::uint32_t index, Register into);
  void slice(const Node& n, Register to);
  void format(NodeId id, const Node& n, Register to, Register labels);
  bool has_formats(const Node& n) const;
  // Emits a jump to be patched: taken unless `test`.
  std::uint32_t condition(NodeId test, NodeId construct, Op branch);

  // compile_call.cc
  void call(NodeId id, const Node& n, Register to);
  void method_call(NodeId id, const Node& n, Register to);
  bool is_simple(const Node& n) const;
  void arguments(const Node& n, Register first);
  void mixed_arguments(const Node& n, Register first);
  void function(NodeId id, const Node& n, Register to);
  void class_statement(NodeId id, const Node& n);
  std::uint32_t class_values(const Node& member, bool emits, Register first);

  // compile_statement.cc
  void statement(NodeId id);
  void body(const Node& owner);
  void assignment(const Node& n);
  void augmented(const Node& n);
  void remove(const Node& n);
  void branch(NodeId id, const Node& n);
  void while_loop(NodeId id, const Node& n);
  void for_loop(NodeId id, const Node& n);
  void end_loop(NodeId otherwise);
  void try_statement(NodeId id, const Node& n);
  void except_clauses(const Node& n, Register exception, std::vector<std::uint32_t>& done);
  void final_body(const Node& n, Register reached);
  void raise(const Node& n);
  void assertion(const Node& n);
  void leave(Exit what, Register value, std::size_t depth, bool labelled);
  void result(const Node& n);

  struct Body {
    std::uint32_t scope;
    NodeId node;
  };
  const Resolved& plan_;
  bool traced_;
  Program out_;
  std::vector<std::uint32_t> text_constants_;  // place + 1 by text; 0: none
  std::vector<Body> bodies_;                   // functions still to be compiled
  std::vector<Around> around_;
  std::uint32_t scope_ = 0;
  std::uint32_t locals_ = 0;  // register of slot 0
  std::uint32_t top_ = 0;     // the first register that is free
  std::uint32_t most_ = 0;
  std::uint32_t line_ = 0;
};

}  // namespace lang
