// SPDX-License-Identifier: Apache-2.0
// What `Field(...)` admits: bounds of numbers and of lengths, patterns.
#include "lang/field_limit.h"

#include <re2/re2.h>

#include "lang/native.h"
#include "lang/regex.h"

namespace lang {
namespace {

bool is_number(const Value& v) { return is_integer(v) || v.type() == Type::kFloat; }

// Elements or characters; -1: it has no length.
std::int64_t length_of(const Value& v) {
  if (is_string(v)) return static_cast<std::int64_t>(as<String>(v)->length);
  if (is(v, Kind::kList) || is(v, Kind::kTuple) || is(v, Kind::kDeque))
    return static_cast<std::int64_t>(as<List>(v)->items.size());
  if (is(v, Kind::kDict) || is(v, Kind::kSet)) return static_cast<std::int64_t>(as<Dict>(v)->live);
  return -1;
}

bool bounded(FieldLimit limit, const Value& v, const Value& bound) {
  bool unordered = false;
  if (!is_number(v)) return false;
  const int order = compare_numbers(v, bound, unordered);
  if (unordered) return false;
  switch (limit) {
    case FieldLimit::kGe: return order >= 0;
    case FieldLimit::kGt: return order > 0;
    case FieldLimit::kLe: return order <= 0;
    default: return order < 0;
  }
}

bool is_multiple(Run& run, const Value& v, const Value& of, bool& good) {
  Value rest;
  good = is_integer(v);
  if (!good) return true;
  if (!integer_operation(run, Operator::kMod, v, of, rest)) return false;
  good = rest.type() == Type::kInt && rest.as_int() == 0;
  return true;
}

// `$` is the end of the text only, as pydantic has it.
bool matches_pattern(Run& run, const Value& v, const Value& pattern, bool& good) {
  Value compiled;
  good = is_string(v);
  if (!good) return true;
  const std::string& text = text_of(v);
  if (!run.charge(text.size()) || !compile_pattern(run, pattern, 0, compiled)) return false;
  good = re2::RE2::PartialMatch(text, *as<Pattern>(compiled)->program);
  return true;
}

bool holds(Run& run, FieldLimit limit, const Value& v, const Value& bound, bool& good) {
  const std::int64_t length = length_of(v);
  switch (limit) {
    case FieldLimit::kMultiple: return is_multiple(run, v, bound, good);
    case FieldLimit::kPattern: return matches_pattern(run, v, bound, good);
    case FieldLimit::kMinLength: good = length >= 0 && length >= bound.as_int(); return true;
    case FieldLimit::kMaxLength: good = length >= 0 && length <= bound.as_int(); return true;
    default: good = bounded(limit, v, bound); return true;
  }
}

// What a schema says of the type, also within `anyOf`.
bool speaks_of(Run& run, Dict* schema, std::string_view type) {
  if (const Dict::Entry* entry = run.find_text(schema, "type"))
    return is_string(entry->value) && text_of(entry->value) == type;
  const Dict::Entry* any = run.find_text(schema, "anyOf");
  if (any == nullptr || !is(any->value, Kind::kList)) return false;
  return std::ranges::any_of(as<List>(any->value)->items, [&](const Value& one) {
    return is(one, Kind::kDict) && speaks_of(run, as<Dict>(one), type);
  });
}

std::string_view schema_word(Run& run, Dict* schema, FieldLimit limit) {
  const bool array = speaks_of(run, schema, "array");
  const bool object = speaks_of(run, schema, "object");
  switch (limit) {
    case FieldLimit::kGe: return "minimum";
    case FieldLimit::kGt: return "exclusiveMinimum";
    case FieldLimit::kLe: return "maximum";
    case FieldLimit::kLt: return "exclusiveMaximum";
    case FieldLimit::kMultiple: return "multipleOf";
    case FieldLimit::kMinLength: return array ? "minItems" : object ? "minProperties" : "minLength";
    case FieldLimit::kMaxLength: return array ? "maxItems" : object ? "maxProperties" : "maxLength";
    default: return "pattern";
  }
}

}  // namespace

bool Run::set_limit(Field& field, FieldLimit limit, const Value& v) {
  const std::string name(kFieldLimits[static_cast<std::size_t>(limit)]);
  if (v.type() == Type::kNone) return true;  // as if it were not there
  bool good = is_number(v);
  const bool count = v.type() == Type::kInt && v.as_int() >= 0;
  if (limit == FieldLimit::kMinLength || limit == FieldLimit::kMaxLength) good = count;
  if (limit == FieldLimit::kMultiple) good = count && v.as_int() > 0;
  if (limit == FieldLimit::kPattern) {
    Value compiled;
    good = is_string(v);
    if (good && !compile_pattern(*this, v, 0, compiled)) return false;
  }
  if (!good) return type_error("Field(" + name + "=...) needs another type of value");
  field.limits.emplace_back(limit, v);
  return true;
}

bool Run::within(const Class* owner, const Field& field, const Value& v) {
  if (v.type() == Type::kNone) return true;  // of an optional field
  for (const auto& [limit, bound] : field.limits) {
    bool good = false;
    may_raise(join(deep(v), bound.label()));
    if (!holds(*this, limit, v, bound, good)) return false;
    if (!good)
      return raise(TypeName::kValidationError,
                   "validation error: " + owner->name + "." + field.name + " breaks " +
                       std::string(kFieldLimits[static_cast<std::size_t>(limit)]),
                   join(deep(v), bound.label()));
  }
  return true;
}

bool Run::limit_schema(const Field& field, Dict* made) {
  for (const auto& [limit, bound] : field.limits)
    if (!put(made, short_string(schema_word(*this, made, limit)), bound)) return false;
  return true;
}

}  // namespace lang
