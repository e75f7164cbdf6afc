// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a declared tool takes: a flat set of named parameters, and the check of a model's arguments
// against it. Trust zone: gateway, session, egress, cli (reads hostile text, holds nothing).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/value.h"

namespace schema {

enum class ParamType : unsigned char { kString, kInteger, kNumber, kBoolean, kArray };

// "string", "integer", "number", "boolean", "array".
std::string_view name_of(ParamType type);
// The type of that name, as a configuration writes it.
std::optional<ParamType> param_type_of(std::string_view name);

// One parameter. For an array, `one_of`, `pattern` and the bounds of value and length speak of each
// item; only `min_items` and `max_items` speak of the array.
struct Param {
  std::string name{};  // [A-Za-z_][A-Za-z0-9_.-]{0,127}
  ParamType type = ParamType::kString;
  ParamType item_type = ParamType::kString;  // of an array; any type but kArray
  bool required = true;
  std::string description{};    // for the model
  std::vector<Value> one_of{};  // the only values allowed; empty: any. Strings and numbers only
  std::string pattern{};        // RE2; the whole string must match; empty: any. Strings only
  std::optional<double> min{};  // inclusive. Integers and numbers only
  std::optional<double> max{};  // inclusive
  std::optional<std::uint32_t> min_length{};  // in code points. Strings only
  std::optional<std::uint32_t> max_length{};
  std::optional<std::uint32_t> min_items{};  // Arrays only
  std::optional<std::uint32_t> max_items{};
};

// The parameters of one tool, checked and with their patterns compiled. Moved, not copied.
class ParamSet {
 public:
  // kInvalid: a bad or repeated name (also in another case), a constraint that does not go with the
  // type or contradicts another, a pattern that RE2 refuses, a listed value that breaks the other
  // constraints, more than limits::kArguments parameters. The message names tool and parameter.
  static base::Result<ParamSet> create(std::string tool, std::vector<Param> params);

  ParamSet(ParamSet&&) noexcept;
  ParamSet& operator=(ParamSet&&) noexcept;
  ~ParamSet();

  const std::string& tool() const { return tool_; }
  const std::vector<Param>& params() const { return params_; }
  const Param* find(std::string_view name) const;
  // Whether the whole of `text` matches the pattern of the parameter at `index`; true without one.
  bool matches(std::size_t index, std::string_view text) const;

 private:
  struct Patterns;
  ParamSet(std::string tool, std::vector<Param> params);
  base::Status compile(std::size_t index);

  std::string tool_;
  std::vector<Param> params_;
  std::unique_ptr<Patterns> patterns_;  // keeps RE2 out of this header
};

// One scalar of a call's arguments.
struct Leaf {
  std::string param;                    // the parameter it belongs to
  std::optional<std::uint32_t> item;    // its place in an array
  ParamType type = ParamType::kString;  // never kArray
  std::string text;  // a string's bytes; an integer "5"; a number as RFC 8785 writes it; "true"
  std::uint32_t offset = 0;  // where it stood in the text of the arguments
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

struct CheckedArguments {
  std::vector<Leaf> leaves;  // by parameter in the order of declaration, then by item
  std::string canonical;     // RFC 8785 of the whole object: what is hashed and bound
};

// Checks `arguments` of a call. Nothing is converted: 5 is not "5". An integer is a number whose
// value is whole and within ±2^53, so 5.0 is the integer 5 and becomes "5". Strings hold no U+0000
// and at most limits::kArgumentBytes; a call has at most limits::kArguments leaves.
// kInvalid: every fault found, one a line, eight at most, declared parameters first; fit to go back
// to the model as they are. SECURITY: they show names and constraints, never a value.
base::Result<CheckedArguments> check(const ParamSet& set, const Value& arguments);

// The JSON Schema (2020-12) of the arguments, as models are offered it: type object, properties,
// required, additionalProperties false.
Value to_json_schema(const ParamSet& set);

}  // namespace schema
