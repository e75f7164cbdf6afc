// SPDX-License-Identifier: Apache-2.0
// The modules that a plan can import: each our own, pure. Their functions have files of their own.
#include <cmath>
#include <numbers>

#include "lang/moment.h"
#include "lang/native.h"
#include "lang/regex.h"

namespace lang {
namespace {

bool field_marker(Run& run, Arguments&, Value&) {
  return run.type_error("Field() stands only in a class body");
}
constexpr Native kField[] = {{"Field", field_marker},
                             {"field", field_marker},
                             {"ConfigDict", field_marker},
                             {"dataclass", field_marker},
                             {"auto", field_marker}};

struct Constant {
  ModuleName module;
  std::string_view name;
  double real;
  std::int64_t whole;
};
constexpr Constant kConstants[] = {
    {ModuleName::kMath, "pi", std::numbers::pi, 0},
    {ModuleName::kMath, "e", std::numbers::e, 0},
    {ModuleName::kMath, "tau", 2 * std::numbers::pi, 0},
    {ModuleName::kMath, "inf", HUGE_VAL, 0},
    {ModuleName::kMath, "nan", NAN, 0},
    {ModuleName::kDatetime, "MINYEAR", 0, 1},
    {ModuleName::kDatetime, "MAXYEAR", 0, 9999},
    {ModuleName::kRe, "IGNORECASE", 0, kIgnoreCase},
    {ModuleName::kRe, "I", 0, kIgnoreCase},
    {ModuleName::kRe, "MULTILINE", 0, kMultiline},
    {ModuleName::kRe, "M", 0, kMultiline},
    {ModuleName::kRe, "DOTALL", 0, kDotAll},
    {ModuleName::kRe, "S", 0, kDotAll},
    {ModuleName::kRe, "VERBOSE", 0, kVerbose},
    {ModuleName::kRe, "X", 0, kVerbose},
    {ModuleName::kRe, "ASCII", 0, kAsciiOnly},
    {ModuleName::kRe, "A", 0, kAsciiOnly},
    {ModuleName::kRe, "UNICODE", 0, 32},
    {ModuleName::kRe, "U", 0, 32},
};

struct Export {
  ModuleName module;
  std::string_view name;
  TypeName type;
};
constexpr Export kExports[] = {
    {ModuleName::kPydantic, "BaseModel", TypeName::kBaseModel},
    {ModuleName::kPydantic, "ValidationError", TypeName::kValidationError},
    {ModuleName::kPydantic, "EmailStr", TypeName::kStr},
    {ModuleName::kDataclasses, "FrozenInstanceError", TypeName::kFrozenInstanceError},
    {ModuleName::kEnum, "Enum", TypeName::kEnum},
    {ModuleName::kEnum, "IntEnum", TypeName::kIntEnum},
    {ModuleName::kEnum, "StrEnum", TypeName::kStrEnum},
    {ModuleName::kDatetime, "date", TypeName::kDate},
    {ModuleName::kDatetime, "datetime", TypeName::kDatetime},
    {ModuleName::kDatetime, "time", TypeName::kTime},
    {ModuleName::kDatetime, "timedelta", TypeName::kTimedelta},
    {ModuleName::kDatetime, "timezone", TypeName::kTimezone},
    {ModuleName::kCollections, "Counter", TypeName::kCounter},
    {ModuleName::kCollections, "defaultdict", TypeName::kDefaultDict},
    {ModuleName::kCollections, "OrderedDict", TypeName::kOrderedDict},
    {ModuleName::kCollections, "deque", TypeName::kDeque},
    {ModuleName::kJson, "JSONDecodeError", TypeName::kJsonError},
    {ModuleName::kRe, "error", TypeName::kRegexError},
    {ModuleName::kRe, "Pattern", TypeName::kPattern},
    {ModuleName::kRe, "Match", TypeName::kMatch},
};
constexpr std::string_view kTypingNames[] = {
    "Any",       "Optional",  "Union",   "List",      "Dict",       "Set",
    "FrozenSet", "Tuple",     "Literal", "Callable",  "Iterable",   "Sequence",
    "Mapping",   "Annotated", "Type",    "TypedDict", "NamedTuple", "Final"};

const Native* native_of(ModuleName module, std::string_view name) {
  switch (module) {
    case ModuleName::kJson: return find_native(json_functions(), name);
    case ModuleName::kMath:
      if (const Native* found = find_native(math_functions(), name)) return found;
      return find_native(integer_functions(), name);
    case ModuleName::kRe: return find_native(re_functions(), name);
    case ModuleName::kPydantic:
      return name == "Field" || name == "ConfigDict" ? find_native(kField, name) : nullptr;
    case ModuleName::kDataclasses:
      if (name == "field" || name == "dataclass") return find_native(kField, name);
      return find_native(dataclass_functions(), name);
    case ModuleName::kEnum: return name == "auto" ? find_native(kField, name) : nullptr;
    default: return nullptr;
  }
}

}  // namespace

std::optional<ModuleName> module_named(std::string_view name) {
  for (std::size_t i = 0; i < kModuleNames.size(); ++i)
    if (kModuleNames[i] == name) return static_cast<ModuleName>(i);
  return std::nullopt;
}

std::vector<std::string_view> module_names(ModuleName module) {
  std::vector<std::string_view> names;
  for (const Constant& c : kConstants)
    if (c.module == module) names.push_back(c.name);
  for (const Export& e : kExports)
    if (e.module == module) names.push_back(e.name);
  if (module == ModuleName::kDatetime) names.push_back("UTC");
  if (module == ModuleName::kTyping)
    names.insert(names.end(), std::begin(kTypingNames), std::end(kTypingNames));
  return names;
}

bool module_has(ModuleName module, std::string_view name) {
  if (native_of(module, name) != nullptr) return true;
  for (const Constant& c : kConstants)
    if (c.module == module && c.name == name) return true;
  for (const Export& e : kExports)
    if (e.module == module && e.name == name) return true;
  if (module == ModuleName::kDatetime && name == "UTC") return true;
  for (const std::string_view known : kTypingNames)
    if (module == ModuleName::kTyping && known == name) return true;
  return false;
}

bool module_member(Run& run, ModuleName module, std::string_view name, Value& out) {
  if (const Native* native = native_of(module, name))
    return out = Value::object(run.heap.make<NativeFunction>(*native)), true;
  for (const Constant& c : kConstants)
    if (c.module == module && c.name == name)
      return out = c.whole != 0 ? Value::integer(c.whole) : Value::real(c.real), true;
  if (module == ModuleName::kDatetime && name == "UTC") return out = utc_zone(run), true;
  for (const Export& e : kExports)
    if (e.module == module && e.name == name) return out = Value::object(run.type(e.type)), true;
  out = Value::object(run.heap.make<Form>(std::string(name), Value()));
  return true;
}

}  // namespace lang
