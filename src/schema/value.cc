// SPDX-License-Identifier: Apache-2.0
#include "schema/value.h"

#include <cmath>

#include "base/bytes.h"
#include "schema/number.h"

namespace schema {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the well-formed UTF-8 sequence at the head of `s`; 0 if there is none.
std::size_t sequence_length(std::string_view s) {
  for (std::size_t n = 1; n <= 4 && n <= s.size(); ++n) {
    if (base::is_utf8(s.substr(0, n))) return n;
  }
  return 0;
}

}  // namespace

std::string well_formed(std::string text) {
  if (base::is_utf8(text)) return text;
  std::string out;
  for (std::string_view s = text; !s.empty();) {
    const std::size_t n = sequence_length(s);
    out += n > 0 ? s.substr(0, n) : kReplacement;
    s.remove_prefix(n > 0 ? n : 1);
  }
  return out;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "null";
    case Kind::kBool: return "a boolean";
    case Kind::kNumber: return "a number";
    case Kind::kString: return "a string";
    case Kind::kArray: return "an array";
    case Kind::kObject: return "an object";
  }
  return "";
}

Value Value::boolean(bool value) { return Value(Data(value)); }
Value Value::integer(std::int64_t value) { return Value(Data(Number{std::to_string(value)})); }
Value Value::array(Array items) { return Value(Data(std::move(items))); }
Value Value::object(Object members) { return Value(Data(std::move(members))); }

base::Result<Value> Value::real(double value) {
  if (!std::isfinite(value)) return base::invalid("a JSON number must be finite");
  return Value(Data(Number{es6_number(value)}));
}

base::Result<Value> Value::number(std::string text) {
  if (!is_number_text(text)) return base::invalid("not a JSON number");
  if (!double_of(text)) return base::invalid("a JSON number must be finite as a double");
  return Value(Data(Number{std::move(text)}));
}

Value Value::string(std::string text) { return Value(Data(well_formed(std::move(text)))); }

std::optional<bool> Value::as_bool() const {
  const bool* b = std::get_if<bool>(&data_);
  return b != nullptr ? std::optional(*b) : std::nullopt;
}

const std::string* Value::number_text() const {
  const auto* n = std::get_if<Number>(&data_);
  return n != nullptr ? &n->text : nullptr;
}

bool Value::is_integer() const {
  const auto* text = number_text();
  return text != nullptr && (integer_of(*text) || decimal_of(*text).exponent >= 0);
}

std::optional<std::int64_t> Value::as_i64() const {
  const auto* text = number_text();
  return text != nullptr ? integer_of(*text) : std::nullopt;
}

std::optional<double> Value::as_double() const {
  const auto* text = number_text();
  return text != nullptr ? double_of(*text) : std::nullopt;
}

const Value* Value::find(std::string_view key) const {
  const Object* object = as_object();
  return object != nullptr ? object->find(key) : nullptr;
}

const Value* Value::at(std::size_t index) const {
  const Array* items = as_array();
  return items != nullptr && index < items->size() ? &(*items)[index] : nullptr;
}

std::optional<std::string_view> Value::find_string(std::string_view key) const {
  const Value* member = find(key);
  const std::string* text = member != nullptr ? member->as_string() : nullptr;
  return text != nullptr ? std::optional<std::string_view>(*text) : std::nullopt;
}

Value& Value::set(std::string key, Value value) {
  CHECK(as_object() != nullptr);
  as_object()->set(std::move(key), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  CHECK(as_array() != nullptr);
  as_array()->push_back(std::move(value));
  return *this;
}

}  // namespace schema
