// SPDX-License-Identifier: Apache-2.0
#include "cli/tool_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "schema/parse.h"

namespace cli {
namespace {

using schema::Value;
using wire::ArgumentType;

std::string_view word_of(ArgumentType type) {
  switch (type) {
    case ArgumentType::kString: return "string";
    case ArgumentType::kInteger: return "integer";
    case ArgumentType::kNumber: return "number";
    case ArgumentType::kBoolean: return "boolean";
    case ArgumentType::kArray: return "array";
  }
  return "";
}

base::Error not_a(std::string_view name, std::string_view expected) {
  return base::invalid(fmt::format("the value of `{}` is not {}", name, expected));
}

base::Result<Value> scalar(std::string_view name, ArgumentType type, std::string_view text) {
  if (type == ArgumentType::kString) {
    if (!base::is_utf8(text)) return not_a(name, "well-formed UTF-8");
    return Value::string(std::string(text));
  }
  if (type == ArgumentType::kBoolean) {
    if (text != "true" && text != "false") return not_a(name, "`true` or `false`");
    return Value::boolean(text == "true");
  }
  auto number = Value::number(std::string(text));
  const bool whole = type == ArgumentType::kInteger;
  if (!number.ok() || (whole && !number->is_integer()))
    return not_a(name, whole ? "a whole number, such as `3`" : "a number, such as `3` or `2.5`");
  return number;
}

base::Status add_item(Value& arguments, const wire::ArgumentSpec& spec, std::string_view text) {
  const Value* before = arguments.find(spec.name);
  if (before == nullptr && text.starts_with('[')) {
    auto whole = schema::parse(text);
    if (whole.ok() && whole->as_array() != nullptr) {
      arguments.set(spec.name, std::move(*whole));
      return base::ok();
    }
  }
  TRY_AS(Value item, scalar(spec.name, spec.item, text));
  Value items = before == nullptr ? Value::array() : *before;
  items.push(std::move(item));
  arguments.set(spec.name, std::move(items));
  return base::ok();
}

base::Error unknown(const wire::OfferedTool& tool, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& p : tool.parameters) names.push_back(p.spec.name);
  const std::string_view near = base::nearest(name, names);
  std::string what = fmt::format("`{}` has no argument `{}`", tool.name, base::printable(name));
  if (!near.empty()) return base::invalid(what + fmt::format("; did you mean `{}`?", near));
  if (names.empty()) return base::invalid(what + "; it takes none");
  return base::invalid(what + fmt::format("; it takes {}", fmt::join(names, ", ")));
}

}  // namespace

base::Result<std::vector<wire::ResultRef>> typed_references(const wire::OfferedTool& tool,
                                                            const std::vector<std::string>& given) {
  std::vector<wire::ResultRef> out;
  for (const std::string& one : given) {
    const std::size_t equals = std::min(one.find('='), one.size());
    const std::string_view name = std::string_view(one).substr(0, equals);
    std::string_view place = std::string_view(one).substr(std::min(equals + 1, one.size()));
    const std::size_t slash = std::min(place.find('/'), place.size());
    const std::string_view field = place.substr(std::min(slash + 1, place.size()));
    place = place.substr(0, slash);
    if (place.starts_with('c')) place.remove_prefix(1);
    wire::ResultRef ref{std::string(name), {}, std::string(field)};
    const auto read = std::from_chars(place.data(), place.data() + place.size(), ref.call.value);
    if (name.empty() || read.ec != std::errc() || read.ptr != place.data() + place.size() ||
        !ref.call)
      return base::invalid(
          "a reference is written `--from name=CALL` or `--from name=CALL/FIELD`, "
          "CALL as `yett call` shows it, such as c12");
    const bool known = std::ranges::any_of(
        tool.parameters, [&](const wire::Parameter& p) { return p.spec.name == name; });
    if (!known) return unknown(tool, name);
    out.push_back(std::move(ref));
  }
  return out;
}

std::string type_text(const wire::ArgumentSpec& spec) {
  if (spec.type != ArgumentType::kArray) return std::string(word_of(spec.type));
  return fmt::format("array of {}s", word_of(spec.item));
}

base::Result<Value> typed_arguments(const wire::OfferedTool& tool,
                                    const std::vector<std::string>& given) {
  Value arguments = Value::object();
  for (const std::string& one : given) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0)
      return base::invalid("an argument is written `--arg name=value`");
    const std::string_view name = std::string_view(one).substr(0, equals);
    const std::string_view text = std::string_view(one).substr(equals + 1);
    const auto found =
        std::ranges::find(tool.parameters, name,
                          [](const wire::Parameter& p) -> std::string_view { return p.spec.name; });
    if (found == tool.parameters.end()) return unknown(tool, name);
    if (found->spec.type == ArgumentType::kArray) {
      TRY(add_item(arguments, found->spec, text));
      continue;
    }
    if (arguments.find(name) != nullptr)
      return base::invalid(fmt::format("`{}` is given twice, but is no array", name));
    TRY_AS(Value value, scalar(name, found->spec.type, text));
    arguments.set(std::string(name), std::move(value));
  }
  return arguments;
}

}  // namespace cli
