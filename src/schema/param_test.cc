// SPDX-License-Identifier: Apache-2.0
#include "schema/param.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/limits.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace schema {
namespace {

std::vector<Value> strings(std::initializer_list<const char*> texts) {
  std::vector<Value> out;
  for (const char* text : texts) out.push_back(Value::string(text));
  return out;
}

ParamSet weather() {
  std::vector<Param> params(9);
  params[0] = {.name = "location", .description = "a city", .min_length = 2, .max_length = 5};
  params[1] = {.name = "format", .one_of = strings({"celsius", "fahrenheit"})};
  params[2] = {.name = "days", .type = ParamType::kInteger, .required = false, .min = 1, .max = 16};
  params[3] = {
      .name = "ratio", .type = ParamType::kNumber, .required = false, .min = -0.5, .max = 1e30};
  params[4] = {.name = "hourly", .type = ParamType::kBoolean, .required = false};
  params[5] = {.name = "tags",
               .type = ParamType::kArray,
               .required = false,
               .pattern = "[a-z]+",
               .min_items = 1,
               .max_items = 3};
  params[6] = {.name = "zip", .required = false, .pattern = "\\d{5}|\\p{Lu}."};
  params[7] = {.name = "level",
               .type = ParamType::kInteger,
               .required = false,
               .one_of = {Value::integer(1), *Value::number("2.0")}};
  params[8] = {.name = "any_integer", .type = ParamType::kInteger, .required = false};
  return std::move(*ParamSet::create("get_current_weather", std::move(params)));
}

// What `check` answers for `json`, the two required parameters added: "ok" or the message.
std::string answer(const std::string& json) {
  const std::string rest = json.empty() ? "" : "," + json;
  const auto text = parse("{\"location\":\"Paris\",\"format\":\"celsius\"" + rest + "}");
  if (!text.ok()) return text.error().message;
  const auto checked = check(weather(), *text);
  return checked.ok() ? "ok" : checked.error().message;
}

struct Case {
  const char* json;
  const char* want;  // "ok", or what follows "Parameter "
};

class Arguments : public testing::TestWithParam<Case> {};

TEST_P(Arguments, AreAnsweredPrecisely) {
  const std::string want = GetParam().want;
  EXPECT_EQ(answer(GetParam().json), want == "ok" ? want : "Parameter " + want) << GetParam().json;
}

#define TOOL " for tool 'get_current_weather' "
constexpr Case kNumbers[] = {
    {"", "ok"},
    {"\"days\":5", "ok"},
    {"\"days\":5.0", "ok"},
    {"\"days\":0.5e1", "ok"},
    {"\"days\":1", "ok"},
    {"\"days\":16", "ok"},
    {"\"days\":0", "'days'" TOOL "must be at least 1"},
    {"\"days\":17", "'days'" TOOL "must be at most 16"},
    {"\"days\":5.5", "'days'" TOOL "must be an integer, not a number with a fraction"},
    {"\"days\":\"5\"", "'days'" TOOL "must be an integer, not a string"},
    {"\"days\":null", "'days'" TOOL "must be an integer, not null"},
    {"\"any_integer\":9007199254740992", "ok"},
    {"\"any_integer\":-9007199254740992", "ok"},
    {"\"any_integer\":9007199254740993",
     "'any_integer'" TOOL "must be an integer from -9007199254740992 to 9007199254740992"},
    {"\"any_integer\":1e30",
     "'any_integer'" TOOL "must be an integer from -9007199254740992 to 9007199254740992"},
    {"\"ratio\":0.25", "ok"},
    {"\"ratio\":-0.5", "ok"},
    {"\"ratio\":3", "ok"},
    {"\"ratio\":-0.50000001", "'ratio'" TOOL "must be at least -0.5"},
    {"\"ratio\":1e31", "'ratio'" TOOL "must be at most 1e+30"},
    {"\"ratio\":9007199254740993", "'ratio'" TOOL "must be a number that a double keeps exactly"},
    {"\"ratio\":true", "'ratio'" TOOL "must be a number, not a boolean"},
    {"\"level\":2", "ok"},
    {"\"level\":1.0", "ok"},
    {"\"level\":3", "'level'" TOOL "must be one of 1, 2"},
    {"\"hourly\":false", "ok"},
    {"\"hourly\":\"false\"", "'hourly'" TOOL "must be a boolean, not a string"},
    {"\"hourly\":0", "'hourly'" TOOL "must be a boolean, not a number"},
};
INSTANTIATE_TEST_SUITE_P(Numbers, Arguments, testing::ValuesIn(kNumbers));

constexpr Case kTexts[] = {
    {"\"zip\":\"75001\"", "ok"},
    {"\"zip\":\"\xC3\x89\xE2\x82\xAC\"", "ok"},
    {"\"zip\":\"750012\"", "'zip'" TOOL "must match the pattern '\\d{5}|\\p{Lu}.' as a whole"},
    {"\"zip\":\"75001\\n\"", "'zip'" TOOL "must match the pattern '\\d{5}|\\p{Lu}.' as a whole"},
    {"\"zip\":\"\"", "'zip'" TOOL "must match the pattern '\\d{5}|\\p{Lu}.' as a whole"},
    {"\"zip\":\"a\\u0000b\"", "'zip'" TOOL "must not contain the character U+0000"},
    {"\"zip\":75001", "'zip'" TOOL "must be a string, not a number"},
    {"\"tags\":[\"a\",\"b\"]", "ok"},
    {"\"tags\":[]", "'tags'" TOOL "must have at least 1 item, not 0"},
    {"\"tags\":[\"a\",\"b\",\"c\",\"d\"]", "'tags'" TOOL "must have at most 3 items, not 4"},
    {"\"tags\":[\"a\",\"B\"]", "'tags[1]'" TOOL "must match the pattern '[a-z]+' as a whole"},
    {"\"tags\":[\"a\",[\"b\"]]", "'tags[1]'" TOOL "must be a string, not an array"},
    {"\"tags\":\"a\"", "'tags'" TOOL "must be an array, not a string"},
    {"\"tags\":{\"0\":\"a\"}", "'tags'" TOOL "must be an array, not an object"},
};
INSTANTIATE_TEST_SUITE_P(Texts, Arguments, testing::ValuesIn(kTexts));

std::string check_text(std::string_view json) {
  const auto checked = check(weather(), *parse(json));
  return checked.ok() ? "ok" : checked.error().message;
}

TEST(Check, SpeaksToTheModelInTheseWords) {
  EXPECT_EQ(check_text("{\"location\":\"Paris\"}"),
            "Missing required parameter 'format' for tool 'get_current_weather'");
  EXPECT_EQ(check_text("{\"location\":\"Paris\",\"format\":\"kelvin\"}"),
            "Parameter 'format' for tool 'get_current_weather' must be one of 'celsius', "
            "'fahrenheit'");
  EXPECT_EQ(check_text("{\"location\":5,\"format\":\"celsius\"}"),
            "Parameter 'location' for tool 'get_current_weather' must be a string, not a number");
  EXPECT_EQ(check_text("{\"location\":\"Paris\",\"format\":\"celsius\",\"Formt\":1}"),
            "Unknown parameter 'Formt' for tool 'get_current_weather' (did you mean 'format'?)");
  EXPECT_EQ(check_text("[]"),
            "Arguments for tool 'get_current_weather' must be an object, not an array");
}

TEST(Check, ReportsEveryFaultDeclaredOnesFirst) {
  EXPECT_EQ(check_text("{\"bogus\":1,\"location\":\"x\",\"days\":0}"),
            "Parameter 'location' for tool 'get_current_weather' must have at least 2 characters, "
            "not 1\n"
            "Missing required parameter 'format' for tool 'get_current_weather'\n"
            "Parameter 'days' for tool 'get_current_weather' must be at least 1\n"
            "Unknown parameter 'bogus' for tool 'get_current_weather'");
}

TEST(Check, CountsLengthInCodePoints) {
  EXPECT_EQ(check_text("{\"location\":\"\xF0\x9F\x98\x80\xC3\xA9xyz\",\"format\":\"celsius\"}"),
            "ok");
  EXPECT_EQ(check_text("{\"location\":\"Berlin\",\"format\":\"celsius\"}"),
            "Parameter 'location' for tool 'get_current_weather' must have at most 5 characters, "
            "not 6");
}

TEST(Check, GivesTypedLeavesAndTheCanonicalForm) {
  const std::string json =
      "{\"tags\":[\"b\",\"a\"],\"hourly\":true,\"days\":5.0,\"ratio\":1E0,\"location\":\"Paris\","
      "\"format\":\"celsius\"}";
  const auto checked = check(weather(), *parse(json));
  ASSERT_TRUE(checked.ok()) << checked.error().message;
  const auto at = [&](const char* what) { return static_cast<std::uint32_t>(json.find(what)); };
  const std::vector<Leaf> want = {
      {"location", std::nullopt, ParamType::kString, "Paris", at("\"Paris\"")},
      {"format", std::nullopt, ParamType::kString, "celsius", at("\"celsius\"")},
      {"days", std::nullopt, ParamType::kInteger, "5", at("5.0")},
      {"ratio", std::nullopt, ParamType::kNumber, "1", at("1E0")},
      {"hourly", std::nullopt, ParamType::kBoolean, "true", at("true")},
      {"tags", 0u, ParamType::kString, "b", at("\"b\"")},
      {"tags", 1u, ParamType::kString, "a", at("\"a\"")},
  };
  EXPECT_EQ(checked->leaves, want);
  EXPECT_EQ(checked->canonical,
            "{\"days\":5,\"format\":\"celsius\",\"hourly\":true,\"location\":\"Paris\",\"ratio\":1,"
            "\"tags\":[\"b\",\"a\"]}");
}

TEST(Check, BoundsWhatOneCallMayCarry) {
  std::vector<Param> params(2);
  params[0] = {.name = "items", .type = ParamType::kArray, .required = false};
  params[1] = {.name = "text", .required = false};
  const ParamSet set = std::move(*ParamSet::create("t", std::move(params)));
  const auto with_items = [&](std::size_t n, const char* item) {
    Value items = Value::array();
    for (std::size_t i = 0; i < n; ++i) items.push(*parse(item));
    return check(set, Value::object().set("items", std::move(items)));
  };
  EXPECT_TRUE(with_items(base::limits::kArguments, "\"a\"").ok());
  EXPECT_EQ(with_items(base::limits::kArguments + 1, "\"a\"").error().message,
            "Too many values for tool 't': at most 256");
  EXPECT_LT(with_items(100'000, "1").error().message.size(), 1000u);
  const std::string longest(base::limits::kArgumentBytes, 'x');
  EXPECT_TRUE(check(set, Value::object().set("text", Value::string(longest))).ok());
  EXPECT_FALSE(check(set, Value::object().set("text", Value::string(longest + "x"))).ok());
}

TEST(Check, ShowsUnknownNamesPrintableAndNoValues) {
  const auto faults = check_text(
      "{\"location\":\"Paris\",\"format\":\"hunter2-secret\",\"\\u001b[2Jx\":\"hunter2-secret\"}");
  EXPECT_EQ(faults.find('\x1b'), std::string::npos);
  EXPECT_EQ(faults.find("hunter2"), std::string::npos);
  EXPECT_NE(faults.find("Unknown parameter '"), std::string::npos);
}

std::string declared(Param p) {
  std::vector<Param> params;
  params.push_back(std::move(p));
  const auto set = ParamSet::create("t", std::move(params));
  return set.ok() ? "ok" : set.error().message;
}

TEST(Declaration, RefusesWhatCannotBeMeant) {
  const std::string head = "tool 't', parameter 'p': ";
  EXPECT_EQ(declared({.name = "p"}), "ok");
  EXPECT_EQ(declared({.name = "p", .type = ParamType::kInteger, .pattern = "x"}),
            head + "a pattern does not go with type integer");
  EXPECT_EQ(declared({.name = "p", .min = 1.0}),
            head + "a least or greatest value does not go with type string");
  EXPECT_EQ(declared({.name = "p", .min_items = 1}),
            head + "a number of items does not go with type string");
  EXPECT_EQ(declared({.name = "p", .type = ParamType::kBoolean, .one_of = {Value::boolean(true)}}),
            head + "a list of values does not go with type boolean");
  EXPECT_EQ(declared({.name = "p", .min_length = 3, .max_length = 2}),
            head + "the least is greater than the greatest");
  EXPECT_EQ(declared({.name = "p",
                      .type = ParamType::kNumber,
                      .min = std::numeric_limits<double>::quiet_NaN()}),
            head + "a bound must be finite");
  EXPECT_EQ(declared({.name = "p", .one_of = {Value::integer(1)}}),
            head + "a listed value must be a string, not a number");
  EXPECT_EQ(declared({.name = "p", .one_of = strings({"a", "b"}), .pattern = "[b]"}),
            head + "a listed value must match the pattern '[b]' as a whole");
  EXPECT_EQ(declared({.name = "p", .one_of = strings({"a", "a"})}),
            head + "a value is listed twice");
  EXPECT_TRUE(declared({.name = "p", .pattern = "(?=x)"}).starts_with(head + "the pattern: "));
  EXPECT_TRUE(declared({.name = "p", .pattern = "((a{1000}){1000}){1000}"}).starts_with(head));
}

TEST(Declaration, TakesOnlyPlainNames) {
  for (const char* name : {"a", "_", "a.b-c_9", "X9"})
    EXPECT_EQ(declared({.name = name}), "ok") << name;
  EXPECT_EQ(declared({.name = std::string(128, 'n')}), "ok");
  const std::string longer(129, 'n');
  for (const char* name : {"", "9a", "a b", "\xC3\xA9", "a\n", "-a", ".a", "a/b", longer.c_str()}) {
    EXPECT_NE(declared({.name = name}), "ok") << name;
  }
  std::vector<Param> variants(2);
  variants[0].name = "name";
  variants[1].name = "NAME";
  EXPECT_FALSE(ParamSet::create("t", std::move(variants)).ok());
}

TEST(Declaration, IsOfferedAsJsonSchema) {
  EXPECT_EQ(
      write(to_json_schema(weather())),
      R"({"type":"object","properties":{)"
      R"("location":{"type":"string","description":"a city","minLength":2,"maxLength":5},)"
      R"("format":{"type":"string","enum":["celsius","fahrenheit"]},)"
      R"("days":{"type":"integer","minimum":1,"maximum":16},)"
      R"("ratio":{"type":"number","minimum":-0.5,"maximum":1e+30},)"
      R"("hourly":{"type":"boolean"},)"
      R"("tags":{"type":"array","items":{"type":"string","pattern":"^(?:[a-z]+)$"},"minItems":1,)"
      R"("maxItems":3},)"
      R"("zip":{"type":"string","pattern":"^(?:\\d{5}|\\p{Lu}.)$"},)"
      R"("level":{"type":"integer","enum":[1,2.0]},)"
      R"("any_integer":{"type":"integer"}},)"
      R"("required":["location","format"],"additionalProperties":false})");
}

TEST(Declaration, NamesItsTypes) {
  for (const char* name : {"string", "integer", "number", "boolean", "array"}) {
    EXPECT_EQ(name_of(*param_type_of(name)), name);
  }
  EXPECT_FALSE(param_type_of("object"));
}

}  // namespace
}  // namespace schema
