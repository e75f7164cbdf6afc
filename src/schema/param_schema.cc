// SPDX-License-Identifier: Apache-2.0
#include "schema/constraint.h"
#include "schema/number.h"
#include "schema/param.h"

namespace schema {
namespace {

Value text_of(std::string_view s) { return Value::string(std::string(s)); }

// INVARIANT: ParamSet::create refused bounds that are not finite.
void set_bound(Value& out, const char* key, const std::optional<double>& bound) {
  if (bound) out.set(key, std::move(*Value::real(*bound)));
}

void set_count(Value& out, const char* key, const std::optional<std::uint32_t>& count) {
  if (count) out.set(key, Value::integer(*count));
}

void set_scalar(Value& out, const Param& p) {
  if (!p.one_of.empty()) out.set("enum", Value::array(p.one_of));
  // JSON Schema patterns match anywhere in the text; ours match all of it.
  if (!p.pattern.empty()) out.set("pattern", Value::string("^(?:" + p.pattern + ")$"));
  set_bound(out, "minimum", p.min);
  set_bound(out, "maximum", p.max);
  set_count(out, "minLength", p.min_length);
  set_count(out, "maxLength", p.max_length);
}

Value schema_of(const Param& p) {
  Value out = Value::object();
  out.set("type", text_of(name_of(p.type)));
  if (!p.description.empty()) out.set("description", Value::string(p.description));
  if (p.type != ParamType::kArray) {
    set_scalar(out, p);
    return out;
  }
  Value items = Value::object();
  items.set("type", text_of(name_of(p.item_type)));
  set_scalar(items, p);
  out.set("items", std::move(items));
  set_count(out, "minItems", p.min_items);
  set_count(out, "maxItems", p.max_items);
  return out;
}

}  // namespace

Value to_json_schema(const ParamSet& set) {
  Value properties = Value::object();
  Value required = Value::array();
  for (const Param& p : set.params()) {
    properties.set(p.name, schema_of(p));
    if (p.required) required.push(Value::string(p.name));
  }
  Value out = Value::object();
  out.set("type", Value::string("object"));
  out.set("properties", std::move(properties));
  out.set("required", std::move(required));
  out.set("additionalProperties", Value::boolean(false));
  return out;
}

}  // namespace schema
