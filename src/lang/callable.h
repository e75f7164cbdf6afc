// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Objects that can be called, and what calls make of them: functions, classes and their instances,
// tools; and what the module re gives. Trust zone: session.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/object.h"

namespace re2 {
class RE2;
}

namespace lang {

struct Function : Container {
  Function() : Container(Kind::kFunction) {}
  NodeId node = kNoNode;
  std::uint32_t scope = 0;
  std::vector<Value> defaults;  // undefined: none; one a parameter
  std::vector<Cell*> captured;
};

class Run;
struct Arguments;
using NativeCall = bool (*)(Run& run, Arguments& arguments, Value& out);

// A function of ours. `elements`: it labels the elements of its result itself and only the shapes
// of its arguments are joined in; otherwise the result is under the join over all of them.
struct Native {
  std::string_view name;
  NativeCall call = nullptr;
  bool elements = false;
};
struct NativeFunction : Object {
  explicit NativeFunction(const Native& n) : Object(Kind::kNative), native(n) {}
  const Native& native;
};
struct Bound : Container {
  Bound(Value r, const Native& n) : Container(Kind::kBound), receiver(r), native(n) {}
  Value receiver;
  const Native& native;
};

struct Class;
// What `Field(...)` admits; the names are those of kFieldLimits (field_limit.h).
enum class FieldLimit : std::uint8_t {
  kGe,
  kGt,
  kLe,
  kLt,
  kMultiple,
  kMinLength,
  kMaxLength,
  kPattern
};
struct Field {
  std::string name;
  NodeId annotation = kNoNode;
  Value initial;  // undefined: required
  Value factory;  // default_factory or undefined
  Value description;
  std::vector<std::pair<FieldLimit, Value>> limits;
};
struct Class : Container {
  enum class Sort : std::uint8_t { kBuiltin, kException, kModel, kData, kEnum };
  Class(Sort s, std::string n, Class* b)
      : Container(Kind::kClass), sort(s), name(std::move(n)), base(b) {}
  Sort sort;
  std::string name;
  Class* base;
  std::uint8_t builtin = 0;  // TypeName of kBuiltin, kEnum: of its values; else 0
  bool is_frozen = false;
  bool is_ordered = false;  // @dataclass(order=True)
  bool is_mixed = false;    // class X(str, Enum): prints as a member, not as its value
  std::vector<Field> fields;
  std::vector<std::pair<std::string, Value>> members;  // of enums: instances
  std::vector<std::pair<NodeId, Value>> names;         // in annotations: local names, as they were
  std::int64_t next = 1;                               // of auto()
  bool is(const Class* other) const {
    for (const Class* at = this; at != nullptr; at = at->base)
      if (at == other) return true;
    return false;
  }
};

// Of models, dataclasses, enums (name, value) and exceptions (arguments in `items`).
struct Instance : Container {
  explicit Instance(Class* c) : Container(Kind::kInstance), type(c) {}
  Class* type;
  std::vector<Value> items;  // by field
  Value cause;
};

// What typing gives, and `list[int]`: a type to be filled. Never changed once it stands, and under
// the label of all that it was made of.
struct Form : Object {
  Form(std::string n, Value a) : Object(Kind::kForm), name(std::move(n)), argument(a) {}
  std::string name;  // "list", "Optional", "Literal", ...
  Value argument;    // a type or a tuple of them; undefined: none
};

struct Module : Object {
  explicit Module(std::uint32_t i) : Object(Kind::kModule), index(i) {}
  std::uint32_t index;
};
struct Tool : Object {
  explicit Tool(std::uint32_t i) : Object(Kind::kTool), index(i) {}
  std::uint32_t index;
};
struct Pattern : Object {
  Pattern();
  ~Pattern() override;
  std::unique_ptr<re2::RE2> program;
  String* text = nullptr;
  std::int64_t flags = 0;
  std::int64_t given = 0;  // by the caller
  bool dollar = false;     // regex.h
};
struct Match : Object {
  Match() : Object(Kind::kMatch) {}
  Pattern* pattern = nullptr;
  String* text = nullptr;
  std::size_t from = 0, end = 0;                            // bytes of the text that were searched
  std::vector<std::pair<std::size_t, std::size_t>> groups;  // bytes; npos: took no part
};

}  // namespace lang
