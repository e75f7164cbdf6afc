// SPDX-License-Identifier: Apache-2.0
#include "schema/constraint.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "schema/number.h"
#include "schema/write.h"

namespace schema {
namespace {

const char* article_name(ParamType type) {
  switch (type) {
    case ParamType::kString: return "a string";
    case ParamType::kInteger: return "an integer";
    case ParamType::kNumber: return "a number";
    case ParamType::kBoolean: return "a boolean";
    case ParamType::kArray: return "an array";
  }
  return "";
}

// What the JSON of a parameter of this type must be.
Kind kind_of(ParamType type) {
  switch (type) {
    case ParamType::kString: return Kind::kString;
    case ParamType::kInteger:
    case ParamType::kNumber: return Kind::kNumber;
    case ParamType::kBoolean: return Kind::kBool;
    case ParamType::kArray: return Kind::kArray;
  }
  return Kind::kNull;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

const char* plural(std::uint32_t n) { return n == 1 ? "" : "s"; }

std::string string_fault(const ParamSet& set, std::size_t index, const std::string& text) {
  const Param& p = set.params()[index];
  if (text.size() > base::limits::kArgumentBytes) {
    return fmt::format("must have at most {} bytes", base::limits::kArgumentBytes);
  }
  if (text.find('\0') != std::string::npos) return "must not contain the character U+0000";
  const std::size_t length = code_points(text);
  if (p.min_length && length < *p.min_length) {
    return fmt::format("must have at least {} character{}, not {}", *p.min_length,
                       plural(*p.min_length), length);
  }
  if (p.max_length && length > *p.max_length) {
    return fmt::format("must have at most {} character{}, not {}", *p.max_length,
                       plural(*p.max_length), length);
  }
  if (!set.matches(index, text)) {
    return fmt::format("must match the pattern '{}' as a whole", p.pattern);
  }
  return "";
}

std::string number_fault(const Param& p, const Value& value) {
  const std::string& text = *value.number_text();
  if (scalar_type(p) == ParamType::kInteger && !leaf_text(value, ParamType::kInteger)) {
    return value.is_integer()
               ? fmt::format("must be an integer from {} to {}", -kExactInteger, kExactInteger)
               : "must be an integer, not a number with a fraction";
  }
  if (loses_digits(text)) return "must be a number that a double keeps exactly";
  const double number = *value.as_double();
  if (p.min && number < *p.min) return fmt::format("must be at least {}", es6_number(*p.min));
  if (p.max && number > *p.max) return fmt::format("must be at most {}", es6_number(*p.max));
  return "";
}

}  // namespace

std::optional<std::string> leaf_text(const Value& value, ParamType type) {
  if (value.kind() != kind_of(type)) return std::nullopt;
  switch (type) {
    case ParamType::kString: return *value.as_string();
    case ParamType::kBoolean: return *value.as_bool() ? "true" : "false";
    case ParamType::kNumber: return es6_number(*value.as_double());
    case ParamType::kInteger: break;
    case ParamType::kArray: return std::nullopt;
  }
  const auto whole = value.as_i64();
  if (!whole || *whole > kExactInteger || *whole < -kExactInteger) return std::nullopt;
  return std::to_string(*whole);
}

std::string fault_of(const ParamSet& set, std::size_t index, const Value& value) {
  const Param& p = set.params()[index];
  const ParamType type = scalar_type(p);
  if (value.kind() != kind_of(type)) {
    return fmt::format("must be {}, not {}", article_name(type), name_of(value.kind()));
  }
  if (type == ParamType::kString) return string_fault(set, index, *value.as_string());
  return type == ParamType::kBoolean ? "" : number_fault(p, value);
}

std::string listed(const Param& param, std::string_view text) {
  if (param.one_of.empty()) return "";
  const ParamType type = scalar_type(param);
  std::string names;
  for (const Value& allowed : param.one_of) {
    const auto name = leaf_text(allowed, type);
    if (name && *name == text) return "";
    if (!names.empty()) names += ", ";
    if (name) names += type == ParamType::kString ? "'" + *name + "'" : *name;
  }
  return "must be one of " + names;
}

}  // namespace schema
