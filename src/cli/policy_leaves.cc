// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_leaves.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "schema/number.h"
#include "schema/parse.h"

namespace cli {
namespace {

using policy::ArgumentShape;
using policy::LeafKind;
using policy::LeafValue;
using schema::Value;
using Kind = ArgumentShape::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kString: return "a string";
    case Kind::kInteger: return "a whole number";
    case Kind::kNumber: return "a number";
    case Kind::kBoolean: return "true or false";
    case Kind::kArray: return "an array";
    case Kind::kObject: return "an object";
    case Kind::kAny: return "a value";
  }
  return "";
}

const ArgumentShape* argument_of(const policy::ToolShape& shape, std::string_view name) {
  const auto found = std::ranges::find(shape.arguments, name, &ArgumentShape::name);
  return found == shape.arguments.end() ? nullptr : &*found;
}

base::Error unknown_argument(const policy::ToolShape& shape, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& argument : shape.arguments) names.push_back(argument.name);
  const std::string_view near = base::nearest(name, names);
  std::string hint =
      names.empty() ? "it has none" : fmt::format("it has {}", fmt::join(names, ", "));
  if (!near.empty()) hint = fmt::format("did you mean `{}`?", near);
  return base::invalid(fmt::format("tool `{}` has no argument `{}`; {}",
                                   base::printable(shape.name), base::printable(name), hint));
}

std::string number_text(const std::string& written) {
  if (const auto whole = schema::integer_of(written)) return fmt::format("{}", *whole);
  const auto real = schema::double_of(written);
  return real ? schema::es6_number(*real) : written;
}

// The kind and text of a scalar where `kind` is expected; nothing if it is never of that kind.
std::optional<LeafValue> scalar(const Value& value, Kind kind) {
  const auto is = [kind](Kind of) { return kind == of || kind == Kind::kAny; };
  LeafValue leaf;
  if (const std::string* text = value.as_string(); text != nullptr && is(Kind::kString)) {
    leaf.text = *text;
    return leaf;
  }
  if (const std::string* number = value.number_text()) {
    const bool whole = value.as_i64().has_value() && kind != Kind::kNumber;
    if (!is(Kind::kNumber) && !(whole && kind == Kind::kInteger)) return std::nullopt;
    leaf.kind = whole ? LeafKind::kInteger : LeafKind::kNumber;
    leaf.text = number_text(*number);
    return leaf;
  }
  if (const auto truth = value.as_bool(); truth && is(Kind::kBoolean)) {
    leaf.kind = LeafKind::kBoolean;
    leaf.text = *truth ? "true" : "false";
    return leaf;
  }
  if (!value.is_null()) return std::nullopt;
  leaf.kind = LeafKind::kNull;
  return leaf;
}

// Adds the leaves of `value`; false if it is not of the kind. Bounded by the parser's depth.
bool add_leaves(const Value& value, const std::string& path, Kind kind, Kind item,  // NOLINT
                std::vector<LeafValue>& out) {
  const bool any = kind == Kind::kAny;
  if (const schema::Array* items = value.as_array()) {
    if (!any && kind != Kind::kArray) return false;
    const Kind inner = any ? Kind::kAny : item;
    for (std::size_t i = 0; i < items->size(); ++i)
      if (!add_leaves((*items)[i], fmt::format("{}/{}", path, i), inner, Kind::kAny, out))
        return false;
    return true;
  }
  if (const schema::Object* members = value.as_object()) {
    if (!any && kind != Kind::kObject) return false;
    return std::ranges::all_of(*members, [&](const schema::Member& member) {
      return add_leaves(member.value, path + "/" + member.key, Kind::kAny, Kind::kAny, out);
    });
  }
  auto leaf = scalar(value, kind);
  if (!leaf) return false;
  leaf->path = path;
  out.push_back(std::move(*leaf));
  return true;
}

Kind kind_of(const policy::ToolShape* shape, const ArgumentShape* argument) {
  return shape == nullptr || argument == nullptr ? Kind::kAny : argument->kind;
}

// The value that a word means where `kind` is expected.
base::Result<Value> value_of(std::string_view name, const std::string& word, Kind kind) {
  if (kind == Kind::kString) return Value::string(word);
  auto parsed = schema::parse(word);
  if (parsed.ok()) return parsed;
  if (kind == Kind::kAny) return Value::string(word);
  return base::invalid(
      fmt::format("argument `{}` is {}, spelled as JSON", base::printable(name), name_of(kind)));
}

}  // namespace

const policy::ToolShape* find_tool(const policy::Tools& tools, std::string_view name) {
  const auto found = std::ranges::find(tools, name, &policy::ToolShape::name);
  return found == tools.end() ? nullptr : &*found;
}

bool is_under(std::string_view path, std::string_view argument) {
  return path.starts_with(argument) &&
         (path.size() == argument.size() || path[argument.size()] == '/');
}

base::Result<std::vector<LeafValue>> leaves_of(const policy::ToolShape* shape,
                                               const Value& arguments) {
  const schema::Object* members = arguments.as_object();
  if (members == nullptr) return base::invalid("arguments are not one object");
  std::vector<LeafValue> out;
  for (const schema::Member& member : *members) {
    const ArgumentShape* argument = shape == nullptr ? nullptr : argument_of(*shape, member.key);
    if (shape != nullptr && argument == nullptr) return unknown_argument(*shape, member.key);
    const Kind kind = kind_of(shape, argument);
    const Kind item = argument == nullptr ? Kind::kAny : argument->item;
    if (!add_leaves(member.value, member.key, kind, item, out))
      return base::invalid(fmt::format("argument `{}` is {}, not {}", base::printable(member.key),
                                       name_of(kind), schema::name_of(member.value.kind())));
  }
  return out;
}

base::Result<Value> object_of(const policy::ToolShape* shape,
                              const std::vector<std::string>& words) {
  Value out = Value::object();
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return base::invalid("an argument is written NAME=VALUE");
    const std::string name = word.substr(0, equals);
    const ArgumentShape* argument = shape == nullptr ? nullptr : argument_of(*shape, name);
    if (shape != nullptr && argument == nullptr) return unknown_argument(*shape, name);
    const Kind kind = kind_of(shape, argument);
    const std::string text = word.substr(equals + 1);
    const Value* before = out.find(name);
    const bool item = kind == Kind::kArray && !text.starts_with('[');
    if (!item && before == nullptr) {
      TRY_AS(Value value, value_of(name, text, kind));
      out.set(name, std::move(value));
      continue;
    }
    if (!item && kind != Kind::kAny)
      return base::invalid(fmt::format("argument `{}` is given twice", base::printable(name)));
    TRY_AS(Value value, value_of(name, text, item ? argument->item : kind));
    Value all = Value::array();
    if (before != nullptr && before->as_array() != nullptr) all = *before;
    else if (before != nullptr) all.push(*before);
    all.push(std::move(value));
    out.set(name, std::move(all));
  }
  return out;
}

}  // namespace cli
