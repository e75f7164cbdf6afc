// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a value can refer to: texts, big integers, containers. Trust zone: session.
#pragma once

#include <openssl/bn.h>

#include <memory>
#include <string>
#include <vector>

#include "lang/tree.h"
#include "lang/value.h"

namespace lang {

enum class Kind : std::uint8_t {
  kString,
  kBig,
  kList,
  kTuple,
  kDict,
  kSet,
  kRange,
  kSlice,
  kCell,
  kFunction,
  kNative,
  kBound,
  kClass,
  kInstance,
  kModule,
  kTool,
  kPattern,
  kMatch,
  kMoment,  // moment.h
  kDeque,   // a List
  kForm,
};

struct Object {
  explicit Object(Kind which) : kind(which) {}
  virtual ~Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  Kind kind;
  std::uint32_t serial = 0;            // older objects have smaller ones
  label::LabelId own = label::kClean;  // of what decided the shape, of whatever can change
  std::uint32_t mark = 0;              // of walks
};

// Whatever holds values. INVARIANT: `inner` holds the label of every value ever put in; `nested`
// is true if one of them may itself hold labels.
struct Container : Object {
  using Object::Object;
  label::LabelId inner = label::kClean;
  bool nested = false;
  bool mixed = false;       // `own` decides which of some objects that do not carry it are in here
  std::uint64_t epoch = 0;  // Heap::epoch at which `deep` was true
  label::LabelId deep = label::kClean;
};

struct String : Object {
  explicit String(std::string t);
  String(std::string t, std::size_t points)
      : Object(Kind::kString), text(std::move(t)), length(points) {}
  std::string text;
  std::size_t length = 0;  // code points
  bool ascii() const { return length == text.size(); }
  std::size_t hash = 0;  // 0: not known
};

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;

// INVARIANT: does not fit in 64 bits.
struct Big : Object {
  explicit Big(Number n) : Object(Kind::kBig), number(std::move(n)) {}
  Number number;
};

struct List : Container {  // also tuples and deques
  explicit List(Kind which) : Container(which) {}
  std::vector<Value> items;
  bool lazy = false;       // what Python would hold as an iterator
  std::int64_t most = -1;  // maxlen of a deque; -1: none
};

// Insertion order, open addressing. Sets have no values.
struct Dict : Container {
  explicit Dict(Kind which) : Container(which) {}
  struct Entry {
    Value key;
    Value value;
    std::size_t hash = 0;
    bool live = true;
  };
  std::vector<Entry> entries;
  // place + 1; 0: free. Empty while there are few entries: they are looked through.
  std::vector<std::uint32_t> index;
  static constexpr std::size_t kFew = 8;
  std::size_t live = 0;
  bool frozen = false;  // frozenset
  enum class Flavour : std::uint8_t { kPlain, kCounter, kDefault, kOrdered };
  Flavour flavour = Flavour::kPlain;
  Value factory;  // of defaultdict
};

struct Range : Object {
  Range(std::int64_t b, std::int64_t e, std::int64_t s)
      : Object(Kind::kRange), begin(b), end(e), step(s) {}
  std::int64_t begin, end, step;
  std::size_t size() const;
  std::int64_t at(std::size_t i) const {  // wraps on the way, never in the result
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(begin) +
                                     i * static_cast<std::uint64_t>(step));
  }
};

struct Slice : Container {
  Slice() : Container(Kind::kSlice) {}
  Value begin, end, step;
};

struct Cell : Container {
  Cell() : Container(Kind::kCell) {}
  Value value;
};

// Whether it can change after it was made, but for the variables of functions.
bool can_change(const Object* object);

inline bool is_container(const Object* object) {
  switch (object->kind) {
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDeque:
    case Kind::kDict:
    case Kind::kSet:
    case Kind::kSlice:
    case Kind::kCell:
    case Kind::kFunction:
    case Kind::kBound:
    case Kind::kClass:
    case Kind::kInstance: return true;
    default: return false;
  }
}

}  // namespace lang
