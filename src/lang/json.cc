// SPDX-License-Identifier: Apache-2.0
// Values of a plan ↔ JSON.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "lang/moment.h"
#include "lang/native.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace lang {

// Records have the same keys: one text serves for all.
bool Run::json_key(const std::string& key, Value& out) {
  const std::size_t place = key.empty()
                                ? 0
                                : (key.size() * 7 + static_cast<unsigned char>(key.front()) * 3 +
                                   static_cast<unsigned char>(key.back())) %
                                      json_keys_.size();
  String*& known = json_keys_[place];
  if (known == nullptr || known->text != key) {
    if (!string(key, out)) return false;
    known = as<String>(out);
  }
  out = Value::object(known);
  return true;
}

bool Run::from_json(const schema::Value& json, LabelId l, Value& out) {
  Deeper deeper(*this);
  if (!deeper.fits() || !charge(1)) return false;
  switch (json.kind()) {
    case schema::Kind::kNull: out = Value::none(); break;
    case schema::Kind::kBool: out = Value::boolean(*json.as_bool()); break;
    case schema::Kind::kNumber: {
      const std::string& digits = *json.number_text();
      bool good = false;
      if (digits.find_first_of(".eE") != std::string::npos)
        out = Value::real(json.as_double().value_or(0));
      else if (digits.size() <= 18) {
        std::int64_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        out = Value::integer(number);
      } else if (!parse_integer(*this, digits, 10, out, good)) return false;
      break;
    }
    case schema::Kind::kString:
      if (!string(*json.as_string(), out)) return false;
      break;
    case schema::Kind::kArray: {
      Values items;
      items.reserve(json.as_array()->size());
      for (const schema::Value& item : *json.as_array())
        if (!from_json(item, l, items.emplace_back())) return false;
      if (!room(items.size())) return false;
      out = list(std::move(items));
      break;
    }
    case schema::Kind::kObject: {
      Dict* made = dict();
      out = Value::object(made);
      made->entries.reserve(std::min(json.as_object()->size(), Dict::kFew));
      for (const schema::Member& member : *json.as_object()) {
        Value key, v;
        if (!json_key(member.key, key) || !from_json(member.value, l, v) ||
            !put_new(made, key, v, l))
          return false;
      }
      break;
    }
  }
  out = out.with(l);
  if (out.type() == Type::kObject && is_container(out.as_object())) {
    auto* made = static_cast<Container*>(out.as_object());
    made->own = join(made->own, l);
    made->mixed = false;  // all in it came with it
  }
  return true;
}

namespace {

// ISO text, as pydantic writes it; a timedelta has no text that tools agree on.
bool moment_json(Run& run, const Moment& m, std::string& out) {
  if (m.type != TypeName::kTimedelta && m.type != TypeName::kTimezone)
    return iso_text(run, m, "T", "auto", out);
  return run.type_error("Object of type " +
                        std::string(kTypeRows[static_cast<std::size_t>(m.type)].name) +
                        " is not JSON serializable");
}

bool items_to_json(Run& run, const Values& items, LabelId l, const std::string& path,
                   schema::Value& out, std::vector<LeafLabel>* leaves) {
  schema::Array made(items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!run.to_json(items[i], l, path + "/" + std::to_string(i), made[i], leaves)) return false;
  out = schema::Value::array(std::move(made));
  return true;
}

}  // namespace

// A dict that is not empty; `l` is the label of its shape and of what is around it.
bool Run::dict_to_json(const Value& v, LabelId l, const std::string& path, schema::Value& out,
                       std::vector<LeafLabel>* leaves) {
  out = schema::Value::object();
  for (const auto& entry : as<Dict>(v)->entries) {
    if (!entry.live) continue;
    std::string key;
    if (is_string(entry.key)) key = text_of(entry.key);
    else if (entry.key.type() == Type::kNone) key = "null";
    else if (entry.key.type() == Type::kBool) key = entry.key.as_bool() ? "true" : "false";
    else if (is_integer(entry.key) || entry.key.type() == Type::kFloat) {
      if (!repr(entry.key, key)) return false;
    } else if (!str(entry.key, key)) {
      return false;
    }
    schema::Value made;
    if (!to_json(entry.value, join(l, deep(entry.key)), path + "/" + key, made, leaves))
      return false;
    out.set(std::move(key), std::move(made));
  }
  return true;
}

// `around`: the labels of the containers around `v`.
bool Run::to_json(const Value& v, LabelId around, const std::string& path, schema::Value& out,
                  std::vector<LeafLabel>* leaves) {
  Deeper deeper(*this);
  if (!deeper.fits() || !charge(1)) return false;
  const LabelId l = join(around, shape(v));
  const auto leaf = [&](schema::Value made) {
    out = std::move(made);
    if (leaves != nullptr) leaves->push_back({path, l});
    return true;
  };
  switch (v.type()) {
    case Type::kObject: break;
    case Type::kBool: return leaf(schema::Value::boolean(v.as_bool()));
    case Type::kInt: return leaf(schema::Value::integer(v.as_int()));
    case Type::kFloat: {
      auto made = schema::Value::number(float_repr(v.as_float()));
      if (!made) return value_error("Out of range float values are not JSON compliant");
      return leaf(std::move(*made));
    }
    default: return leaf({});
  }
  switch (v.as_object()->kind) {
    case Kind::kString: return leaf(schema::Value::string(text_of(v)));
    case Kind::kBig: {
      auto made = schema::Value::number(integer_text(v));
      if (!made) return value_error("this integer is too large for JSON");
      return leaf(std::move(*made));
    }
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDeque:
    case Kind::kSet:
    case Kind::kRange: {
      Values items;
      if (!iterate(v, items)) return false;
      if (items.empty()) return leaf(schema::Value::array());
      return items_to_json(*this, items, l, path, out, leaves);
    }
    case Kind::kDict:
      if (as<Dict>(v)->live == 0) return leaf(schema::Value::object());
      return dict_to_json(v, l, path, out, leaves);
    case Kind::kInstance: {
      const auto* instance = as<Instance>(v);
      const Class* type = instance->type;
      if (type->sort == Class::Sort::kEnum)
        return to_json(instance->items[1], l, path, out, leaves);
      if (type->sort != Class::Sort::kModel && type->sort != Class::Sort::kData) break;
      out = schema::Value::object();
      if (instance->items.empty()) return leaf(schema::Value::object());
      for (std::size_t i = 0; i < instance->items.size(); ++i) {
        schema::Value made;
        if (!to_json(instance->items[i], l, path + "/" + type->fields[i].name, made, leaves))
          return false;
        out.set(type->fields[i].name, std::move(made));
      }
      return true;
    }
    case Kind::kMoment: {
      std::string words;
      if (!moment_json(*this, *as<Moment>(v), words)) return false;
      return leaf(schema::Value::string(std::move(words)));
    }
    default: break;
  }
  Value made;  // a type as its schema
  if (is(v, Kind::kForm) || is(v, Kind::kClass))
    return form_schema(v, made) && to_json(made, l, path, out, leaves);
  return type_error("Object of type " + type_of(v)->name + " is not JSON serializable");
}

}  // namespace lang
