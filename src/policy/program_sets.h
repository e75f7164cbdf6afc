// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the tests of a compiled policy read: paths, operands, values, elements and set expressions
// as rows of flat tables, which name each other by index. Trust zone: as program.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/words.h"

namespace policy {

// `to/0` is one segment; each further segment stands after a [*]: `to[*].a` is {"to", "/a"}.
struct PathCode {
  std::vector<std::string> segments;
  template <class V> void visit(V& v) { v(segments); }
};

// An operand. The order of the scopes is that of `PolicySet`'s tables.
struct OperandCode {
  enum class Scope : std::uint8_t {
    kArgument,
    kArgsUnion,
    kArgsIntersect,
    kResult,
    kSession,
    kControl,
    kRoles,
    kScopes,
    kLast = kScopes,
  };
  Scope scope = Scope::kArgument;
  Field field = Field::kTags;
  std::uint32_t path = 0;  // kArgument
  template <class V> void visit(V& v) { v(scope, field, path); }
};

struct ValueCode {
  enum class Kind : std::uint8_t {
    kArgument,  // index: path
    kResult,
    kSession,
    kString,     // index: text
    kInstant,    // bits: microseconds
    kInteger,    // bits
    kDecimal,    // bits of the double
    kBool,       // bits: 0 or 1
    kAttribute,  // index: Attribute
    kCounter,    // index: counter
    kLast = kCounter,
  };
  Kind kind = Kind::kString;
  std::uint32_t index = 0;
  std::uint64_t bits = 0;
  template <class V> void visit(V& v) { v(kind, index, bits); }
};

// One bound of a range; not there: unbounded. `bits` as `kind` says.
struct BoundCode {
  enum class Kind : std::uint8_t { kInteger, kDecimal, kInstant, kLast = kInstant };
  Kind kind = Kind::kInteger;
  bool open = false;
  std::uint64_t bits = 0;
  template <class V> void visit(V& v) { v(kind, open, bits); }
};
struct RangeCode {
  std::optional<BoundCode> low;
  std::optional<BoundCode> high;
  template <class V> void visit(V& v) { v(low, high); }
};

struct UrlCode {
  std::optional<std::string> scheme;
  std::optional<std::string> host;
  std::optional<std::string> host_under;
  std::optional<std::uint16_t> port;
  std::optional<std::string> path_under;
  template <class V> void visit(V& v) { v(scheme, host, host_under, port, path_under); }
};

// An element of a set literal; texts of canonicalising domains are canonical already.
struct ElementCode {
  enum class Kind : std::uint8_t {
    kString,
    kPattern,
    kWildcard,
    kNumber,  // range
    kInt,
    kFloat,
    kTrue,
    kFalse,
    kInstant,  // range
    kPathIs,
    kPathUnder,
    kPathLike,
    kHostIs,
    kHostUnder,
    kHostLike,
    kEmailIs,
    kEmailDomain,
    kCidr,
    kUrl,
    kLast = kUrl,
  };
  Kind kind = Kind::kString;
  std::string text;
  std::optional<RangeCode> range;
  std::optional<RangeCode> length;
  std::optional<UrlCode> url;
  template <class V> void visit(V& v) { v(kind, text, range, length, url); }
};

// A node of a set expression. Parts stand before the whole.
struct SetCode {
  enum class Kind : std::uint8_t {
    kLiteral,  // elements a, a+1, ... (b of them)
    kUniversal,
    kOperand,  // operand a
    kUnion,    // sets a, b
    kIntersect,
    kMinus,
    kXor,
    kLast = kXor,
  };
  Kind kind = Kind::kLiteral;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  template <class V> void visit(V& v) { v(kind, a, b); }
};

}  // namespace policy
