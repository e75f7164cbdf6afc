// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The syntax tree of a plan: nodes in one array, linked by index, so that a plan costs no
// allocation a node. The shape follows CPython 3.11's `ast` for the subset
// (docs/reference/plan-language.md), so that trees can be compared. Trust zone: session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/source.h"

namespace lang {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xffffffff;

// What a node is. After each kind: what its fields hold. `list` is a run of Tree::links
// (first, count); `text` an index into Tree::texts; `op` an Operator.
enum class NodeKind : std::uint8_t {
  // expressions
  kNone,
  kTrue,
  kFalse,
  kEllipsis,   // only as an argument of `Field(...)`: the field has no default
  kInt,        // text: decimal digits, underscores gone, of any base
  kFloat,      // text
  kString,     // text: decoded, adjacent literals joined
  kFString,    // list: kString and kFormatted parts in order
  kFormatted,  // a: value; op: 0, 's', 'r', 'a'; b: kFString of the spec or kNoNode
  kName,       // text; slot and scope after resolve
  kTuple,
  kList,
  kSet,          // list: elements, kStar allowed
  kDict,         // list: key, value, key, value...; `**x`: key is kNoNode
  kStar,         // a
  kAttribute,    // a . text
  kSubscript,    // a [ b ]
  kSlice,        // a : b : c, each may be kNoNode
  kCall,         // a ( list: positional, kStar, kKeyword )
  kKeyword,      // text = a; `**a`: text is kNoText
  kUnary,        // op a
  kBinary,       // a op b
  kBool,         // op (and, or); list: two or more
  kCompare,      // a; list: kCompareTail ...
  kCompareTail,  // op a
  kConditional,  // a if b else c
  kNamed,        // a := b; a is a kName
  kLambda,       // list: kParameter ...; a: body; scope
  kListComp,
  kSetComp,
  kGenerator,  // a: element; list: kClause ...; scope
  kDictComp,   // a: key; b: value; list: kClause ...; scope
  kClause,     // for a in b; list: conditions
  // statements
  kExpression,  // a
  kAssign,      // list: targets; a: value
  kAugmented,   // a op= b
  kAnnotated,   // a: target; b: annotation; c: value or kNoNode
  kDelete,      // list: subscripts and names
  kPass,
  kBreak,
  kContinue,
  kIf,          // a: test; list: body; b: kBody of else or kNoNode
  kWhile,       // like kIf
  kFor,         // a: target; b: iterable; list: body; c: kBody of else or kNoNode
  kBody,        // list
  kTry,         // list: body; a: kBody of kHandler; b: kBody of else; c: kBody of finally
  kHandler,     // a: type or kNoNode; text: name or kNoText; list: body
  kRaise,       // a or kNoNode; b: cause or kNoNode
  kAssert,      // a; b: message or kNoNode
  kReturn,      // a or kNoNode
  kFunction,    // text: name; a: kBody of kParameter; list: body; b: return annotation; scope
  kParameter,   // text; a: default or kNoNode; b: annotation or kNoNode; op: 0, '*', 'd' (**), '/'
  kClass,       // text: name; a: kBody of bases and keywords; list: body; b: kBody of decorators
  kImport,      // list: kAlias
  kImportFrom,  // text: module; list: kAlias
  kAlias,       // text: name; a is kNoNode; slot name in `second`
  kGlobal,
  kNonlocal,  // list: kName
  kModule,    // list: body
};

enum class Operator : std::uint8_t {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kFloorDiv,
  kMod,
  kPow,
  kShiftLeft,
  kShiftRight,
  kBitAnd,
  kBitOr,
  kBitXor,
  kNot,
  kNegative,
  kPositive,
  kInvert,
  kAnd,
  kOr,
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kIs,
  kIsNot,
  kIn,
  kNotIn,
};

inline constexpr std::uint32_t kNoText = 0xffffffff;

struct Node {
  NodeKind kind = NodeKind::kPass;
  std::uint8_t op = 0;
  std::uint16_t flags = 0;  // for the resolver
  Place place;
  std::uint32_t text = kNoText;
  std::uint32_t second = kNoText;  // kAlias: the `as` name
  NodeId a = kNoNode;
  NodeId b = kNoNode;
  NodeId c = kNoNode;
  std::uint32_t first = 0;  // list
  std::uint32_t count = 0;
  std::uint32_t slot = 0xffffffff;  // resolve.h: where a name lives, or which scope this node opens
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<NodeId> links;
  std::vector<std::string> texts;  // interned: equal texts have one index
  NodeId root = kNoNode;

  const Node& at(NodeId id) const { return nodes[id]; }
  const std::string& text(std::uint32_t index) const { return texts[index]; }
};

}  // namespace lang
