// SPDX-License-Identifier: Apache-2.0
// The arguments that a JSON Schema describes, as policy knows them.
#include <algorithm>

#include "policy/propose/propose.h"
#include "schema/write.h"

namespace policy {
namespace {

using Kind = ArgumentShape::Kind;
using schema::Value;

Kind kind_of(std::string_view word) {
  if (word == "string") return Kind::kString;
  if (word == "integer") return Kind::kInteger;
  if (word == "number") return Kind::kNumber;
  if (word == "boolean") return Kind::kBoolean;
  if (word == "array") return Kind::kArray;
  if (word == "object") return Kind::kObject;
  return Kind::kAny;
}

// `#/$defs/NAME` of `root`, followed once: a definition that only refers on says nothing.
const Value& resolved(const Value& schema, const Value& root) {
  constexpr std::string_view kHere = "#/$defs/";
  const auto ref = schema.find_string("$ref");
  if (!ref || !ref->starts_with(kHere)) return schema;
  const Value* defs = root.find("$defs");
  const Value* found = defs == nullptr ? nullptr : defs->find(ref->substr(kHere.size()));
  return found == nullptr ? schema : *found;
}

// Of `anyOf` the one alternative beside null: how an optional argument is written.
const Value& without_null(const Value& schema, const Value& root) {
  const Value* any = schema.find("anyOf");
  if (any == nullptr || any->as_array() == nullptr) return schema;
  const Value* only = nullptr;
  for (const Value& one : *any->as_array()) {
    if (one.find_string("type") == "null") continue;
    if (only != nullptr) return schema;
    only = &resolved(one, root);
  }
  return only == nullptr ? schema : *only;
}

void describe(const Value& written, const Value& root, ArgumentShape& out) {
  const Value& schema = without_null(resolved(written, root), root);
  out.kind = kind_of(schema.find_string("type").value_or(""));
  const Value* items = schema.find("items");
  out.item = items == nullptr ? Kind::kAny
                              : kind_of(resolved(*items, root).find_string("type").value_or(""));
  const Value* choices = schema.find("enum");
  if (choices == nullptr || choices->as_array() == nullptr) return;
  for (const Value& choice : *choices->as_array())
    out.choices.push_back(choice.as_string() ? *choice.as_string() : schema::write(choice));
}

}  // namespace

std::vector<ArgumentShape> arguments_of(const Value& parameters) {
  std::vector<ArgumentShape> out;
  const Value* properties = parameters.find("properties");
  if (properties == nullptr || properties->as_object() == nullptr) return out;
  const Value* required = parameters.find("required");
  for (const schema::Member& member : *properties->as_object()) {
    ArgumentShape argument;
    argument.name = member.key;
    describe(member.value, parameters, argument);
    argument.required = false;
    if (required != nullptr && required->as_array() != nullptr)
      for (const Value& name : *required->as_array())
        if (name.as_string() != nullptr && *name.as_string() == member.key)
          argument.required = true;
    out.push_back(std::move(argument));
  }
  return out;
}

}  // namespace policy
