// SPDX-License-Identifier: Apache-2.0
#include "session/toolset.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "schema/parse.h"
#include "schema/write.h"
#include "session/words.h"

namespace session {
namespace {

using schema::Value;

// Arguments above this are not repeated to the model, which has to shorten them anyway.
constexpr std::size_t kEchoBytes = 64u * 1024;

schema::ParamType type_of(wire::ArgumentType type) {
  switch (type) {
    case wire::ArgumentType::kString: return schema::ParamType::kString;
    case wire::ArgumentType::kInteger: return schema::ParamType::kInteger;
    case wire::ArgumentType::kNumber: return schema::ParamType::kNumber;
    case wire::ArgumentType::kBoolean: return schema::ParamType::kBoolean;
    case wire::ArgumentType::kArray: return schema::ParamType::kArray;
  }
  return schema::ParamType::kString;
}

wire::LeafKind kind_of(schema::ParamType type) {
  switch (type) {
    case schema::ParamType::kString: return wire::LeafKind::kString;
    case schema::ParamType::kInteger: return wire::LeafKind::kInteger;
    case schema::ParamType::kNumber: return wire::LeafKind::kNumber;
    case schema::ParamType::kBoolean: return wire::LeafKind::kBoolean;
    case schema::ParamType::kArray: break;
  }
  CHECK(false);  // a leaf is a scalar
  return wire::LeafKind::kNull;
}

base::Status set_bound(std::optional<double>& to, const std::optional<std::string>& text) {
  if (!text) return base::ok();
  TRY_AS(const Value number, Value::number(*text));
  to = number.as_double();
  return base::ok();
}

base::Status set_choices(schema::Param& to, const wire::ArgumentSpec& spec) {
  const auto type = to.type == schema::ParamType::kArray ? to.item_type : to.type;
  for (const std::string& choice : spec.choices) {
    if (type == schema::ParamType::kString) {
      to.one_of.push_back(Value::string(choice));
      continue;
    }
    TRY_AS(Value number, Value::number(choice));
    to.one_of.push_back(std::move(number));
  }
  return base::ok();
}

base::Result<schema::Param> param_of(const wire::Parameter& p) {
  schema::Param out;
  out.name = p.spec.name;
  out.type = type_of(p.spec.type);
  out.item_type = type_of(p.spec.item);
  out.required = p.spec.required;
  out.description = p.description;
  out.pattern = p.pattern;
  TRY(set_choices(out, p.spec));
  TRY(set_bound(out.min, p.spec.minimum));
  TRY(set_bound(out.max, p.spec.maximum));
  if (p.min_length > 0) out.min_length = p.min_length;
  if (p.max_length > 0) out.max_length = p.max_length;
  if (out.type == schema::ParamType::kArray) {
    if (p.min_items > 0) out.min_items = p.min_items;
    out.max_items = p.spec.max_items;
  }
  return out;
}

base::Result<Tool> tool_of(const wire::OfferedTool& offered) {
  std::vector<schema::Param> params;
  std::vector<std::uint32_t> max_bytes;
  for (const wire::Parameter& p : offered.parameters) {
    TRY_AS(schema::Param param, param_of(p));
    params.push_back(std::move(param));
    max_bytes.push_back(p.spec.max_bytes);
  }
  TRY_AS(schema::ParamSet set, schema::ParamSet::create(offered.name, std::move(params)));
  return Tool{offered.description,  offered.definition, std::move(set),
              std::move(max_bytes), offered.effect,     offered.json};
}

Value definition_of(const std::string& name, const Tool& tool) {
  Value function = Value::object();
  function.set("name", Value::string(name));
  function.set("description", Value::string(tool.description));
  function.set("parameters", schema::to_json_schema(tool.params));
  Value out = Value::object();
  out.set("type", Value::string("function"));
  out.set("function", std::move(function));
  return out;
}

bool is_blank(std::string_view s) {
  return s.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

base::Result<Value> parse_arguments(std::string_view text) {
  if (is_blank(text)) return Value::object();  // how some models spell "no arguments"
  schema::ParseLimits limits;
  limits.max_bytes = kArgumentsBytes;
  return schema::parse(text, limits);
}

wire::Leaf leaf_of(schema::Leaf&& leaf) {
  wire::Leaf out;
  out.path = leaf.item ? fmt::format("{}/{}", leaf.param, *leaf.item) : std::move(leaf.param);
  out.kind = kind_of(leaf.type);
  out.text = std::move(leaf.text);
  return out;
}

// The first parameter with a value above the bound that the broker will hold it to; empty: none.
std::string too_long(const Tool& tool, const std::vector<schema::Leaf>& leaves) {
  const auto& params = tool.params.params();
  for (const schema::Leaf& leaf : leaves) {
    for (std::size_t i = 0; i < params.size(); ++i) {
      if (params[i].name != leaf.param || leaf.text.size() <= tool.max_bytes[i]) continue;
      return fmt::format("Parameter '{}' for tool '{}' must have at most {} bytes", leaf.param,
                         tool.params.tool(), tool.max_bytes[i]);
    }
  }
  return "";
}

std::variant<Proposable, Refusal> check_offered(const Tool& tool, const Value& arguments) {
  auto checked = schema::check(tool.params, arguments);
  if (!checked.ok()) return Refusal{base::Reason::kInvalidArguments, checked.error().message};
  if (std::string fault = too_long(tool, checked->leaves); !fault.empty()) {
    return Refusal{base::Reason::kInvalidArguments, std::move(fault)};
  }
  Proposable out{tool.definition, {}, true};
  for (schema::Leaf& leaf : checked->leaves) {
    out.leaves.push_back(leaf_of(std::move(leaf)));
    if (!wire::is_name(out.leaves.back().path)) {
      return Refusal{base::Reason::kInvalidArguments, "An argument's name is too long"};
    }
  }
  return out;
}

}  // namespace

base::Result<Toolset> Toolset::create(const std::vector<wire::OfferedTool>& offered) {
  Toolset out;
  for (const wire::OfferedTool& o : offered) {
    if (!wire::is_name(o.name)) return base::invalid("a tool without a proper name");
    TRY_AS(Tool tool, tool_of(o));
    const auto [at, added] = out.tools_.emplace(o.name, std::move(tool));
    if (!added) return base::invalid("tool '" + o.name + "' is there twice");
    out.names_.push_back(o.name);
    out.definitions_.push(definition_of(o.name, at->second));
  }
  return out;
}

const Tool* Toolset::find(const std::string& name) const {
  const auto found = tools_.find(name);
  return found == tools_.end() ? nullptr : &found->second;
}

CheckedCall check_call(const Toolset& tools, const std::string& name, std::string_view arguments) {
  CheckedCall out;
  const auto parsed = parse_arguments(arguments);
  if (parsed.ok() && parsed->as_object() != nullptr) {
    std::string echo = schema::write(*parsed);
    if (echo.size() <= kEchoBytes) out.arguments = std::move(echo);
  }
  const Tool* tool = tools.find(name);
  if (tool == nullptr && wire::is_name(name)) {
    out.outcome = Proposable{};
  } else if (tool == nullptr) {
    out.outcome = Refusal{base::Reason::kUnknownTool, words::unknown_tool(name)};
  } else if (!parsed.ok()) {
    out.outcome =
        Refusal{base::Reason::kInvalidArguments, words::bad_json(name, parsed.error().message)};
  } else {
    out.outcome = check_offered(*tool, *parsed);
  }
  return out;
}

}  // namespace session
