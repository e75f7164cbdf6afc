// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_toml.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/bytes.h"

namespace cli {
namespace {

using policy::ArgumentShape;
using schema::Value;
using Kind = ArgumentShape::Kind;

template <class T> std::string text_of(const T& moment) {
  std::ostringstream out;
  out << moment;
  return out.str();
}

std::vector<std::string> read_choices(Keys& keys) {
  std::vector<std::string> out;
  const toml::array* choices = keys.array("enum");
  if (choices == nullptr) return out;
  for (const auto& choice : *choices) {
    if (const auto* s = choice.as_string()) out.push_back(s->get());
    else if (const auto* n = choice.as_integer()) out.push_back(fmt::format("{}", n->get()));
    else keys.problem(place_of(choice), "`enum` holds neither a text nor a whole number");
  }
  return out;
}

ArgumentShape read_argument(Keys keys, std::string name) {
  ArgumentShape out;
  out.name = std::move(name);
  out.kind = static_cast<Kind>(
      keys.choice("type", {"string", "integer", "number", "boolean", "array", "object", "any"})
          .value_or(0));
  out.item = static_cast<Kind>(
      keys.choice("items", {"string", "integer", "number", "boolean", "array", "object", "any"})
          .value_or(0));
  if (const auto role = keys.text("role"); role && role->value != "none") {
    out.role = policy::role_of(role->value);
    if (!out.role || out.role == policy::Role::kOther)
      keys.problem(role->at,
                   "`role` is none of recipient, content, path, host, url, query, amount, command");
  }
  out.required = keys.boolean("required").value_or(true);
  out.choices = read_choices(keys);
  keys.finish();
  return out;
}

// The members of a table in the order of the file; the library sorts them by name.
struct Named {
  std::string name;
  const toml::node* node;
};
std::vector<Named> in_order(const toml::table& table) {
  std::vector<Named> out;
  for (const auto& [name, node] : table) out.push_back({std::string(name.str()), &node});
  std::ranges::stable_sort(out, {}, [](const Named& n) {
    const Place at = place_of(*n.node);
    return std::pair(at.line, at.column);
  });
  return out;
}

void read_arguments(Keys& keys, policy::ToolShape& tool) {
  const toml::table* arguments = keys.table("args");
  if (arguments == nullptr) return;
  for (const auto& [name, node] : in_order(*arguments)) {
    const std::string where = fmt::format("{} args.{}", keys.where(), base::printable(name));
    if (const auto* table = node->as_table())
      tool.arguments.push_back(read_argument(Keys(*table, where, keys.problems()), name));
    else keys.problem(place_of(*node), "an argument is not a table");
  }
}

policy::ToolShape read_tool(Keys keys, std::string name) {
  policy::ToolShape tool;
  tool.model = name.starts_with("model:");
  tool.name = std::move(name);
  if (const auto effect = keys.text("effect")) {
    const auto known = policy::effect_of(effect->value);
    if (!known)
      keys.problem(effect->at, "`effect` is none of read, write, send, destroy, pay, exec");
    tool.effect = known.value_or(policy::ToolEffect::kExec);
  }
  read_arguments(keys, tool);
  if (const auto kept = read_names(keys, "keep")) tool.kept = kept->list();
  keys.finish();
  return tool;
}

}  // namespace

Value json_of(const toml::node& node) {  // NOLINT: as deep as the parser lets a file be
  if (const auto* s = node.as_string()) return Value::string(s->get());
  if (const auto* n = node.as_integer()) return Value::integer(n->get());
  if (const auto* b = node.as_boolean()) return Value::boolean(b->get());
  if (const auto* d = node.as_floating_point()) {
    auto real = Value::real(d->get());
    return real.ok() ? std::move(*real) : Value();
  }
  if (const auto* d = node.as_date()) return Value::string(text_of(d->get()));
  if (const auto* d = node.as_time()) return Value::string(text_of(d->get()));
  if (const auto* d = node.as_date_time()) return Value::string(text_of(d->get()));
  if (const auto* array = node.as_array()) {
    Value out = Value::array();
    for (const auto& item : *array) out.push(json_of(item));
    return out;
  }
  Value out = Value::object();
  if (const auto* table = node.as_table())
    for (const auto& [key, value] : *table) out.set(std::string(key.str()), json_of(value));
  return out;
}

policy::Tools read_tools(const toml::table& tools, Problems& problems) {
  policy::Tools out;
  for (const auto& [name, node] : in_order(tools)) {
    const std::string where = fmt::format("[tool.{}]", base::printable(name));
    if (const auto* table = node->as_table())
      out.push_back(read_tool(Keys(*table, where, problems), name));
    else problems.add(place_of(*node).line, place_of(*node).column, where + " is not a table");
  }
  return out;
}

std::optional<label::Names> read_names(Keys& keys, std::string_view key) {
  const toml::array* array = keys.array(key);
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& item : *array) {
    if (const auto* s = item.as_string()) names.push_back(s->get());
    else keys.problem(place_of(item), fmt::format("`{}` holds something that is no text", key));
  }
  return label::Names(std::move(names));
}

label::Sets read_label(Keys& keys) {
  label::Sets out;
  out.tags = read_names(keys, "tags").value_or(label::Names());
  out.producers = read_names(keys, "producers").value_or(label::Names());
  out.origins = read_names(keys, "origins").value_or(label::Names());
  if (const auto consumers = read_names(keys, "consumers");
      consumers && !(*consumers == label::Names{"*"}))
    out.consumers = label::Consumers::only(*consumers);
  return out;
}

std::optional<toml::table> read_toml(std::string_view text, Problems& problems) {
  if (text.size() > (std::size_t{1} << 20)) {
    problems.add(0, 0, "the file is larger than 1 MiB");
    return std::nullopt;
  }
  try {
    return toml::table(toml::parse(text));
  } catch (const toml::parse_error& error) {
    problems.add(error.source().begin.line, error.source().begin.column,
                 base::printable(error.description()));
  } catch (const TomlBroken& error) {
    problems.add(0, 0, error.what());
  }
  return std::nullopt;
}

}  // namespace cli
