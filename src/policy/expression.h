// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The expressions of the policy tree: paths, sets, values, predicates. Part of policy/tree.h, whose
// includers need no other. Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/words.h"

namespace policy {

// A step into a structured argument.
struct Step {
  enum class Kind : std::uint8_t { kKey, kIndex, kEach };
  Kind kind = Kind::kKey;
  std::string key;          // kKey
  std::uint32_t index = 0;  // kIndex
  friend bool operator==(const Step&, const Step&) = default;
};

// `to`, `to[0].address`, `to[*]`; or `@role.recipient` (then `argument` and `steps` are empty).
struct Path {
  std::string argument;
  std::vector<Step> steps;
  std::optional<Role> role;  // gone after expansion
  Span span;
  friend bool operator==(const Path&, const Path&) = default;
};

// Whose set or value is read.
enum class Scope : std::uint8_t {
  kArgument,
  kArgs,  // the join over all arguments; with `intersect`, the intersection
  kResult,
  kSession,
  kHere,       // `@tags`: of the block around
  kControl,    // yett
  kPrincipal,  // yett; Operand::principal says which set
};

// What stands left of `overlaps` and may stand in a set expression.
struct Operand {
  Scope scope = Scope::kArgument;
  Path path;                   // kArgument
  Field field = Field::kTags;  // all but kPrincipal
  bool intersect = false;      // kArgs
  bool scopes = false;         // kPrincipal: scopes, else roles
  Span span;
  friend bool operator==(const Operand&, const Operand&) = default;
};

// One element of a set literal, or a domain.
struct Element {
  enum class Kind : std::uint8_t {
    kString,    // text; in a literal also written `str "text"`
    kPattern,   // text: RE2
    kWildcard,  // text
    kNumber,    // range.low
    kBool,      // truth
    kInt,       // range
    kFloat,     // range
    kInstant,   // instants
    kPathIs,    // text, as written
    kPathUnder,
    kPathLike,
    kHostIs,
    kHostUnder,
    kHostLike,
    kEmailIs,
    kEmailDomain,
    kCidr,
    kUrl,  // url
  };
  struct Url {
    std::optional<std::string> scheme;
    std::optional<std::string> host;
    std::optional<std::string> host_under;
    std::optional<std::uint16_t> port;
    std::optional<std::string> path_under;
    friend bool operator==(const Url&, const Url&) = default;
  };
  Kind kind = Kind::kString;
  std::string text;
  bool truth = false;
  Range<Number> range;                  // kNumber, kInt, kFloat; exact: low == high, both closed
  Range<Instant> instants;              // kInstant
  std::optional<Range<Number>> length;  // of kString, kPattern, kWildcard
  Url url;
  Span span;
  friend bool operator==(const Element&, const Element&) = default;
};

// A set expression.
struct SetExpr {
  enum class Kind : std::uint8_t {
    kLiteral,  // elements
    kDomain,   // elements: exactly one; only as a let's whole value
    kOperand,  // operand
    kName,     // name of a let
    kUnion,    // left, right: parts[0], parts[1]
    kIntersect,
    kMinus,
    kXor,
    kWith,     // parts[0], elements[0]
    kWithout,  // parts[0], elements[0]
  };
  Kind kind = Kind::kLiteral;
  std::vector<Element> elements;
  Operand operand;
  std::string name;
  std::vector<SetExpr> parts;
  Span span;
  friend bool operator==(const SetExpr&, const SetExpr&) = default;
};

// One side of a comparison of values.
struct Value {
  enum class Kind : std::uint8_t {
    kArgument,  // path
    kResult,
    kSession,
    kString,     // text
    kInstant,    // instant
    kNumber,     // number
    kBool,       // truth
    kAttribute,  // attribute
    kCounter,    // text: its name
  };
  Kind kind = Kind::kString;
  Path path;
  std::string text;
  Instant instant;
  Number number;
  bool truth = false;
  Attribute attribute = Attribute::kPrincipalId;
  Span span;
  friend bool operator==(const Value&, const Value&) = default;
};

struct Predicate {
  enum class Kind : std::uint8_t {
    kAnd,       // parts: two or more, in order
    kOr,        // parts
    kNot,       // parts[0]
    kName,      // name of a let
    kIn,        // left in set
    kCompare,   // left comparator right
    kOverlaps,  // operand, set
    kSubset,
    kSuperset,
    kSetEqual,
    kEmpty,      // operand
    kUniversal,  // operand
    kGrants,     // operand grants name
    kPresent,    // path
    kAbsent,     // path
    kNamed,      // path
    kAny,        // parts[0]: a comparison whose left path holds [*] or is a role
    kAll,        // parts[0]
  };
  Kind kind = Kind::kAnd;
  std::vector<Predicate> parts;
  std::string name;
  Value left;
  Value right;
  Comparator comparator = Comparator::kEqual;
  Operand operand;
  SetExpr set;
  Path path;
  Span span;
  friend bool operator==(const Predicate&, const Predicate&) = default;
};

}  // namespace policy
