// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a plan can name without defining it: builtins and modules. Trust zone: session.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lang {

// Builtin types and exceptions; the values index kTypeNames.
enum class TypeName : std::uint8_t {
  kObject,
  kNoneType,
  kBool,
  kInt,
  kFloat,
  kStr,
  kList,
  kTuple,
  kDict,
  kSet,
  kFrozenset,
  kRange,
  kSlice,
  kFunction,
  kType,
  kModule,
  kPattern,
  kMatch,
  kCounter,
  kDefaultDict,
  kOrderedDict,
  kDeque,
  kBaseModel,
  kEnum,
  kIntEnum,
  kStrEnum,
  kDate,
  kDatetime,
  kTime,
  kTimedelta,
  kTimezone,
  kTyping,  // what typing gives: means something in annotations only
  // exceptions
  kBaseException,
  kException,
  kArithmeticError,
  kZeroDivisionError,
  kOverflowError,
  kAssertionError,
  kAttributeError,
  kFrozenInstanceError,
  kLookupError,
  kIndexError,
  kKeyError,
  kNameError,
  kUnboundLocalError,
  kNotImplementedError,
  kOSError,
  kRuntimeError,
  kRecursionError,
  kStopIteration,
  kTypeError,
  kValueError,
  kUnicodeError,
  kJsonError,
  kRegexError,
  kValidationError,
  kToolError,
  kNotEnoughInformationError,
  kSystemExit,
  kLast = kSystemExit,
};
inline constexpr std::size_t kTypeCount = static_cast<std::size_t>(TypeName::kLast) + 1;

struct TypeRow {
  std::string_view name;
  TypeName base;
  bool named;  // a builtin name of every plan
};
inline constexpr std::array<TypeRow, kTypeCount> kTypeRows{{
    {"object", TypeName::kObject, true},
    {"NoneType", TypeName::kObject, false},
    {"bool", TypeName::kInt, true},
    {"int", TypeName::kObject, true},
    {"float", TypeName::kObject, true},
    {"str", TypeName::kObject, true},
    {"list", TypeName::kObject, true},
    {"tuple", TypeName::kObject, true},
    {"dict", TypeName::kObject, true},
    {"set", TypeName::kObject, true},
    {"frozenset", TypeName::kObject, true},
    {"range", TypeName::kObject, true},
    {"slice", TypeName::kObject, true},
    {"function", TypeName::kObject, false},
    {"type", TypeName::kObject, true},
    {"module", TypeName::kObject, false},
    {"Pattern", TypeName::kObject, false},
    {"Match", TypeName::kObject, false},
    {"Counter", TypeName::kDict, false},
    {"defaultdict", TypeName::kDict, false},
    {"OrderedDict", TypeName::kDict, false},
    {"deque", TypeName::kObject, false},
    {"BaseModel", TypeName::kObject, false},
    {"Enum", TypeName::kObject, false},
    {"IntEnum", TypeName::kEnum, false},
    {"StrEnum", TypeName::kEnum, false},
    {"date", TypeName::kObject, false},
    {"datetime", TypeName::kDate, false},
    {"time", TypeName::kObject, false},
    {"timedelta", TypeName::kObject, false},
    {"timezone", TypeName::kObject, false},
    {"typing", TypeName::kObject, false},
    {"BaseException", TypeName::kObject, true},
    {"Exception", TypeName::kBaseException, true},
    {"ArithmeticError", TypeName::kException, true},
    {"ZeroDivisionError", TypeName::kArithmeticError, true},
    {"OverflowError", TypeName::kArithmeticError, true},
    {"AssertionError", TypeName::kException, true},
    {"AttributeError", TypeName::kException, true},
    {"FrozenInstanceError", TypeName::kAttributeError, false},
    {"LookupError", TypeName::kException, true},
    {"IndexError", TypeName::kLookupError, true},
    {"KeyError", TypeName::kLookupError, true},
    {"NameError", TypeName::kException, true},
    {"UnboundLocalError", TypeName::kNameError, true},
    {"NotImplementedError", TypeName::kRuntimeError, true},
    {"OSError", TypeName::kException, true},
    {"RuntimeError", TypeName::kException, true},
    {"RecursionError", TypeName::kRuntimeError, true},
    {"StopIteration", TypeName::kException, true},
    {"TypeError", TypeName::kException, true},
    {"ValueError", TypeName::kException, true},
    {"UnicodeError", TypeName::kValueError, true},
    {"JSONDecodeError", TypeName::kValueError, false},
    {"error", TypeName::kException, false},
    {"ValidationError", TypeName::kValueError, false},
    {"ToolError", TypeName::kException, true},
    {"NotEnoughInformationError", TypeName::kException, true},
    {"SystemExit", TypeName::kBaseException, true},
}};

enum class ModuleName : std::uint8_t {
  kJson,
  kRe,
  kMath,
  kDatetime,
  kTyping,
  kPydantic,
  kDataclasses,
  kEnum,
  kCollections,
};
inline constexpr std::array<std::string_view, 9> kModuleNames{
    "json", "re", "math", "datetime", "typing", "pydantic", "dataclasses", "enum", "collections"};
std::optional<ModuleName> module_named(std::string_view name);
// Whether `from module import name` can be.
bool module_has(ModuleName module, std::string_view name);

// Names of every plan: functions first, then the types that are `named`.
std::optional<std::uint32_t> builtin_named(std::string_view name);
std::string_view builtin_name(std::uint32_t index);
std::uint32_t builtin_count();

// Every function and method of the library: "builtins.abs", "str.upper", "math.sqrt".
std::vector<std::string> library_entries();

}  // namespace lang
