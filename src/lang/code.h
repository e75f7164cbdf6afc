// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a plan is compiled to: instructions over registers, constants, lines. Made once a plan,
// shared by its runs. Trust zone: session.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "lang/object.h"
#include "lang/tree.h"
#include "lang/value.h"

namespace lang {

using Register = std::uint16_t;

// MACROS: rows of a table that is read three times.
// R: a register, K: a constant, N: a node, T: a text, S: a slot, L: a place in the code. A register
// below Code::variables is a variable: whatever is written there also gets the control label.
#define YETT_OPCODES(X)                                                                            \
  X(kMove)        /* R a = R b, which must be defined */                                           \
  X(kConstant)    /* R a = K b */                                                                  \
  X(kNumber)      /* R a = the integer of T b, which may be large */                               \
  X(kLoadGlobal)  /* R a = S b of the module */                                                    \
  X(kLoadCell)    /* R a = what the cell in R b holds */                                           \
  X(kLoadBuiltin) /* R a = builtin b */                                                            \
  X(kLoadTool)    /* R a = tool b */                                                               \
  X(kStoreGlobal) /* S a of the module = R b */                                                    \
  X(kStoreCell)   /* the cell in R a holds R b */                                                  \
  X(kClearCell)   /* the cell in R a holds nothing any more */                                     \
  X(kClearGlobal) /* S a of the module likewise */                                                 \
  X(kClear)       /* R a likewise */                                                               \
  X(kAdd)         /* R a = R b + R c; the other operators in the order of Operator */              \
  X(kSub)                                                                                          \
  X(kMul)                                                                                          \
  X(kDiv)                                                                                          \
  X(kFloorDiv) X(kMod) X(kPow) X(kShiftLeft) X(kShiftRight) X(kBitAnd) X(kBitOr) X(kBitXor)        \
      X(kAddInt)                          /* R a = R b + the small number c */                     \
      X(kSubInt) X(kModInt) X(kAugmented) /* R a = R b op= R c; kMore: operator */                 \
      X(kUnary)                           /* R a = operator c of R b */                            \
      X(kEq) /* R a = R b == R c; the other comparisons in the order of Operator */                \
      X(kNe) X(kLt) X(kLe) X(kGt) X(kGe) X(kIs) X(kIsNot) X(kIn) X(kNotIn)                         \
          X(kEqTest) /* the same, and the kTestIf or kTestWhile on R a that follows */             \
      X(kNeTest) X(kLtTest) X(kLeTest) X(kGtTest) X(kGeTest)                                       \
          X(kLtIntTest) /* the same with the small number c */                                     \
      X(kLeIntTest) X(kGtIntTest) X(kGeIntTest) X(kEqIntTest) X(kNeIntTest) X(kJump) /* to L c */  \
      X(kLoop)         /* to L c; costs b steps */                                                 \
      X(kTestIf)       /* to L c unless R a; opens the branch N b if it has a label */             \
      X(kTestWhile)    /* to L c unless R a; its label goes to the loop */                         \
      X(kJoin)         /* closes the branch N b */                                                 \
      X(kJoinValue)    /* closes the branch N b, which gave R a */                                 \
      X(kChain)        /* to L c unless R a, else N b is compared next; kMore: N whole */          \
      X(kSeen)         /* R a = R b, under both labels */                                          \
      X(kChainDone)    /* closes the comparison N b */                                             \
      X(kAnd)          /* to L c unless R a; R b collects labels; kMore: N next, N whole */        \
      X(kOr)           /* to L c if R a; likewise */                                               \
      X(kBoolDone)     /* closes N c; R a gets the labels in R b */                                \
      X(kForBegin)     /* opens the loop N b over R a */                                           \
      X(kForNext)      /* R b = the next of R a, or to L c */                                      \
      X(kWhileBegin)   /* opens the loop N b */                                                    \
      X(kWhileNext)    /* begins a round of it */                                                  \
      X(kLoopEnd)      /* closes the loop */                                                       \
      X(kLoopElse)     /* closes it but for its `else` */                                          \
      X(kLoopDone)     /* closes that */                                                           \
      X(kUnwindLoop)   /* closes all that is open in the innermost loop */                         \
      X(kUnwindFinal)  /* closes all that is open in the innermost `finally`, and that */          \
      X(kTryBegin)     /* opens the `try` N b; what is raised goes to R a and to L c */            \
      X(kTryEnd)       /* nothing was raised */                                                    \
      X(kTryDone)      /* after handlers or `else` */                                              \
      X(kMatch)        /* to L c unless R a is of the type R b */                                  \
      X(kHandle)       /* opens the handler N c of R a; R b keeps the exception before */          \
      X(kHandleEnd)    /* closes it */                                                             \
      X(kFinalBegin)   /* opens a `finally` at L c; R a: how it was reached, R a+1: its value */   \
      X(kFinalEnter)   /* closes it: nothing happened */                                           \
      X(kFinalReach)   /* R a: how = b, R a+1 = R c */                                             \
      X(kFinalLeave)   /* goes on as R a says: to L c, or to the L c of one of b kMore */          \
      X(kReraise)      /* raises R a as it is */                                                   \
      X(kRaise)        /* raises R a from R b; b 0xffff: no cause */                               \
      X(kRaiseAgain)   /* raises the exception that is being handled */                            \
      X(kAssert)       /* to L c if R a; R a keeps the label */                                    \
      X(kAssertFail)   /* raises AssertionError(R b) under R a; b 0xffff: no message */            \
      X(kItem)         /* R a = R b [ R c ] */                                                     \
      X(kSetItem)      /* R a [ R b ] = R c */                                                     \
      X(kDeleteItem)   /* del R a [ R b ] */                                                       \
      X(kAttribute)    /* R a = R b . T c */                                                       \
      X(kSetAttribute) /* R a . T b = R c */                                                       \
      X(kSlice)        /* R a = slice(R b, R b+1, R b+2) */                                        \
      X(kUnpack)       /* R a... = the parts of R b, as the targets N c are */                     \
      X(kList)         /* R a = [R b, ...] of c elements */                                        \
      X(kTuple) X(kSet) X(kDisplay) /* R a = the display N c of R b...: with unpacked parts */     \
      X(kSpread)                    /* R a = what R b iterates over, as kDisplay wants it */       \
      X(kDict)                      /* R a = {} */                                                 \
      X(kDictPut)                   /* R a [ R b ] = R c, while R a is made */                     \
      X(kDictMerge)                 /* R a gets what R b maps, while R a is made */                \
      X(kNewList)                   /* R a = [] of the comprehension N b */                        \
      X(kFresh)                     /* the variables of the comprehension N b are new */           \
      X(kClauseBegin)               /* opens a clause of N b over R a, into R c */                 \
      X(kClauseNext)                /* R b = the next of R a, or to L c */                         \
      X(kClauseTest)                /* to L c unless R a; R b is made, by N of kMore */            \
      X(kClauseEnd)                 /* closes the clause */                                        \
      X(kAppend)                    /* R a gets R b */                                             \
      X(kAddElement) X(kPut)        /* R a [ R b ] = R c */                                        \
      X(kControl)                   /* R a gets the control label */                               \
      X(kCollect)                   /* R a gets the label of R b */                                \
      X(kFormat)      /* R a = the text of R b as N c says; kMore: R collects labels, R of spec */ \
      X(kJoinText)    /* R a = the texts of R b... as the parts of N c say; kMore: R of labels */  \
      X(kFunction)    /* R a = the function N c with defaults R b... */                            \
      X(kClassHead)   /* R a = the class N c of R b... */                                          \
      X(kClassMember) /* R a gets the member N c of R b... */                                      \
      X(kImport)      /* R a = the module or member that the alias N c of N b names */             \
      X(kMethod)      /* R a, R a+1 = the method T c of R b and its receiver; kMore: site */       \
      X(kCallMethod)  /* R a = R b (R b+1, R b+2, ...) of c arguments; kMore: site */              \
      X(kCall)        /* R a = R b (R b+1, ...) of c arguments */                                  \
      X(kCallTool)    /* R a = tool b (...); kMore: first R, count */                              \
      X(kCallBuiltin) /* R a = builtin b (...); kMore: first R, count */                           \
      X(kCallMixed)   /* R a = R b (...) with the arguments of the call N c; kMore: a method? */   \
      X(kSpreadCall)  /* R a = R a as `*` of a call wants it */                                    \
      X(kSpreadKeys)  /* R a = R a as `**` of a call wants it */                                   \
      X(kReturn)      /* R a, b: without the control label */                                      \
      X(kReturnNone) X(kLast) /* R a is the value of the last expression of the module */          \
      X(kTrace)               /* tells that T b was assigned R a */                                \
      X(kMore)                /* of the instruction before */                                      \
      X(kEnd)

enum class Op : std::uint16_t {
#define YETT_OPCODE(name) name,
  YETT_OPCODES(YETT_OPCODE)
#undef YETT_OPCODE
};

struct Instruction {
  Op op = Op::kEnd;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t c = 0;
};
static_assert(sizeof(Instruction) == 8);

// Of one scope: the module's, a function's or a lambda's.
struct Code {
  std::uint32_t first = 0;      // in Program::code
  std::uint16_t variables = 0;  // registers that are names
  std::uint16_t locals = 0;     // the register of slot 0: behind the globals of the module, else 0
  std::uint16_t registers = 0;  // all of them
  std::uint16_t weight = 1;     // what a call costs in steps
  std::uint16_t parameters = 0;
  bool plain = false;  // parameters are positional, slots in order, no cells
};

struct Program {
  std::vector<Instruction> code;
  std::vector<std::uint32_t> lines;  // by instruction
  std::vector<Value> constants;
  std::vector<std::optional<String>> strings;  // of constants, by text: they stay where they are
  std::vector<Code> scopes;                    // by scope
  std::uint32_t sites = 0;                     // of method calls
  bool too_long = false;                       // LIMIT: 65,535 instructions or registers of a scope
};

struct Resolved;
// `traced`: with kTrace, for runs that have a tracer.
Program compile(const Resolved& resolved, bool traced);

}  // namespace lang
