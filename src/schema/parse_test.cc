// SPDX-License-Identifier: Apache-2.0
#include "schema/parse.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "schema/number.h"
#include "schema/write.h"

namespace schema {
namespace {

Value parsed(std::string_view text, const ParseLimits& limits = {}) {
  auto result = parse(text, limits);
  EXPECT_TRUE(result.ok()) << text << ": " << (result.ok() ? "" : result.error().message);
  return result.ok() ? std::move(*result) : Value();
}

struct Refused {
  const char* text;
  Fault fault;
  const char* message;
};

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, SayWhereWhatAndWhatWasExpected) {
  Fault fault{};
  const auto result = parse(GetParam().text, {}, &fault);
  ASSERT_FALSE(result.ok()) << GetParam().text;
  EXPECT_EQ(result.error().message, GetParam().message) << GetParam().text;
  EXPECT_EQ(fault, GetParam().fault) << GetParam().text;
  EXPECT_EQ(result.error().code, fault == Fault::kDepth || fault == Fault::kSize
                                     ? base::Errc::kExhausted
                                     : base::Errc::kInvalid);
}

constexpr Refused kStructure[] = {
    {"", Fault::kSyntax, "line 1, column 1: found the end of the text, expected a value"},
    {"[", Fault::kSyntax, "line 1, column 2: found the end of the text, expected a value or ']'"},
    {"[1,]", Fault::kSyntax, "line 1, column 4: found ']', expected a value"},
    {"[1 2]", Fault::kSyntax, "line 1, column 4: found '2', expected ',' or ']'"},
    {"{\"a\" 1}", Fault::kSyntax, "line 1, column 6: found '1', expected ':'"},
    {"{\"a\":}", Fault::kSyntax, "line 1, column 6: found '}', expected a value"},
    {"{\"a\":1,}", Fault::kSyntax, "line 1, column 8: found '}', expected a key in double quotes"},
    {"{\"a\":1 \"b\"", Fault::kSyntax, "line 1, column 8: found '\"', expected ',' or '}'"},
    {"{a:1}", Fault::kSyntax,
     "line 1, column 2: found 'a', expected a key in double quotes or '}'"},
    {"{}\n }", Fault::kSyntax, "line 2, column 2: found '}', expected the end of the text"},
    {"[1/*x*/]", Fault::kSyntax, "line 1, column 3: found '/', expected ',' or ']'"},
    {"[\"\xC3\xA9\", x]", Fault::kSyntax, "line 1, column 7: found 'x', expected a value"},
    {"[True]", Fault::kSyntax, "line 1, column 2: found 'True', expected a value or ']'"},
    {"nul", Fault::kSyntax, "line 1, column 1: found 'nul', expected a value"},
    {"NaN", Fault::kSyntax, "line 1, column 1: found 'NaN', expected a value"},
};
INSTANTIATE_TEST_SUITE_P(Structure, Refusals, testing::ValuesIn(kStructure));

constexpr Refused kTokens[] = {
    {"-", Fault::kSyntax, "line 1, column 2: found the end of the text, expected a digit"},
    {"[1.]", Fault::kSyntax, "line 1, column 4: found ']', expected a digit"},
    {"01", Fault::kSyntax, "line 1, column 2: found '1', expected the end of the text"},
    {"+1", Fault::kSyntax, "line 1, column 1: found '+', expected a value"},
    {"[1e400]", Fault::kNumber,
     "line 1, column 2: found a number too large for a double, expected a finite number"},
    {"-1e99999999999", Fault::kNumber,
     "line 1, column 1: found a number whose exponent is out of range, expected a finite number"},
    {"\"a", Fault::kSyntax,
     "line 1, column 3: found the end of the text, expected the closing double quote"},
    {"\"a\nb\"", Fault::kSyntax,
     "line 1, column 3: found control character U+000A, expected it to be written as an escape"},
    {"\"\\x\"", Fault::kSyntax,
     "line 1, column 3: found 'x', expected an escape of RFC 8259 behind '\\'"},
    {"\"\\u12G4\"", Fault::kSyntax,
     "line 1, column 6: found 'G', expected four hexadecimal digits"},
};
INSTANTIATE_TEST_SUITE_P(Tokens, Refusals, testing::ValuesIn(kTokens));

constexpr char kLone[] =
    "line 1, column 2: found a lone surrogate, expected a pair of surrogate escapes";
constexpr Refused kEncodings[] = {
    {"\"\\ud800\"", Fault::kEncoding, kLone},
    {"\"\\ud800x\"", Fault::kEncoding, kLone},
    {"\"\\uDFFF\"", Fault::kEncoding, kLone},
    {"\"\\ud800\\u0041\"", Fault::kEncoding, kLone},
    {"\"\\ud83d\\ude00\\x\"", Fault::kSyntax,
     "line 1, column 15: found 'x', expected an escape of RFC 8259 behind '\\'"},
    {"\"\xFF\"", Fault::kEncoding, "line 1, column 2: found byte 0xFF, expected well-formed UTF-8"},
    {"{\"a\xC3(\":1}", Fault::kEncoding,
     "line 1, column 4: found byte 0xC3, expected well-formed UTF-8"},
    {"\"\xED\xA0\x80\"", Fault::kEncoding,
     "line 1, column 2: found byte 0xED, expected well-formed UTF-8"},
    {"\xEF\xBB\xBF{}", Fault::kEncoding,
     "line 1, column 1: found a byte order mark, expected a value"},
};
INSTANTIATE_TEST_SUITE_P(Encodings, Refusals, testing::ValuesIn(kEncodings));

constexpr Refused kKeys[] = {
    {"{\"a\":1,\"b\":2,\"a\":3}", Fault::kDuplicateKey,
     "line 1, column 14: found duplicate key 'a', expected each key once in an object"},
    {"{\"a\":1,\"\\u0061\":2}", Fault::kDuplicateKey,
     "line 1, column 8: found duplicate key 'a', expected each key once in an object"},
    {"[[{\"x\":[{\"name\":1,\"Name\":2}]}]]", Fault::kCaseVariant,
     "line 1, column 19: found key 'Name' beside 'name', expected keys that differ in more than "
     "case"},
    {"{\"key\":1,\"\\u212Aey\":2}", Fault::kCaseVariant,
     "line 1, column 10: found key '\xE2\x84\xAA"
     "ey' beside 'key', expected keys that differ in more "
     "than case"},
    {"{\"\xC5\xBF"
     "end\":1,\"Send\":2}",
     Fault::kCaseVariant,
     "line 1, column 11: found key 'Send' beside '\xC5\xBF"
     "end', expected keys that differ in more "
     "than case"},
};
INSTANTIATE_TEST_SUITE_P(Keys, Refusals, testing::ValuesIn(kKeys));

// An object of `count` members, the last of which has the key `last`.
std::string many_keys(int count, const std::string& last) {
  std::string text = "{";
  for (int i = 0; i < count; ++i)
    text += "\"Key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  return text + "\"" + last + "\":-1}";
}

TEST(Keys, AreToldApartInSmallAndLargeObjects) {
  for (const int count : {1, 15, 16, 17, 500}) {
    Fault fault{};
    EXPECT_FALSE(parse(many_keys(count, "Key0"), {}, &fault).ok());
    EXPECT_EQ(fault, Fault::kDuplicateKey);
    EXPECT_FALSE(parse(many_keys(count, "kEY0"), {}, &fault).ok());
    EXPECT_EQ(fault, Fault::kCaseVariant);
    const Value v = parsed(many_keys(count, "last"));
    EXPECT_EQ(v.as_object()->size(), static_cast<std::size_t>(count) + 1);
    EXPECT_EQ(v.find("last")->as_i64(), -1);
    EXPECT_EQ(v.find("Key0")->as_i64(), 0);
    EXPECT_EQ(v.find("key0"), nullptr);
  }
}

TEST(Keys, MayDifferInCaseWhereTheCallerAllowsIt) {
  const ParseLimits allow{.case_variants = CaseVariants::kAllow};
  EXPECT_EQ(parsed("{\"a\":1,\"A\":2}", allow).find("A")->as_i64(), 2);
  EXPECT_EQ(parsed(many_keys(40, "key0"), allow).find("key0")->as_i64(), -1);
  Fault fault{};
  EXPECT_FALSE(parse("{\"a\":1,\"A\":2,\"a\":3}", allow, &fault).ok());
  EXPECT_EQ(fault, Fault::kDuplicateKey);
  EXPECT_FALSE(parse(many_keys(40, "Key7"), allow, &fault).ok());
  EXPECT_EQ(fault, Fault::kDuplicateKey);
}

TEST(Keys, OfHostileLengthAreShownShortAndPrintable) {
  const std::string key = "\\u001b[2J" + std::string(500, 'x');
  const auto result = parse("{\"" + key + "\":1,\"" + key + "\":2}");
  ASSERT_FALSE(result.ok());
  EXPECT_LT(result.error().message.size(), 200u);
  EXPECT_EQ(result.error().message.find('\x1b'), std::string::npos);
}

TEST(Values, RememberWhereTheyStood) {
  const std::string text =
      " {\"a\\n\" : [1, \"x\\ty\" ,{ }], \"b\":\n-2.5e0, \"c\":null,\"d\": true}";
  const Value v = parsed(text);
  const auto starts = [&](const Value* at) { return text.substr(at->offset()); };
  EXPECT_EQ(v.offset(), 1u);
  EXPECT_EQ(starts(v.find("a\n")).front(), '[');
  EXPECT_EQ(starts(v.find("a\n")->at(0)).substr(0, 2), "1,");
  EXPECT_EQ(starts(v.find("a\n")->at(1)).substr(0, 3), "\"x\\");
  EXPECT_EQ(starts(v.find("a\n")->at(2)).substr(0, 3), "{ }");
  EXPECT_EQ(starts(v.find("b")).substr(0, 6), "-2.5e0");
  EXPECT_EQ(starts(v.find("c")).substr(0, 4), "null");
  EXPECT_EQ(starts(v.find("d")), "true}");
  EXPECT_EQ(describe_position(text, v.find("b")->offset()), "line 2, column 1");
}

TEST(Values, OfLongEscapedStringsAreWhole) {
  std::string body;
  std::string want;
  for (int i = 0; i < 3000; ++i) {
    body += "\\u00e9\\\"\xE2\x82\xACz\\ud83d\\ude00";
    want += "\xC3\xA9\"\xE2\x82\xACz\xF0\x9F\x98\x80";
  }
  const Value v = parsed("[\"" + body + "\", 7, {\"" + body + "\": \"end\"}]");
  EXPECT_EQ(*v.at(0)->as_string(), want);
  EXPECT_EQ(v.at(1)->as_i64(), 7);
  EXPECT_EQ(v.at(2)->find_string(want), "end");
}

TEST(Numbers, KeepTheirText) {
  const Value v = parsed("[5, 5.0, 1E2, 12345678901234567890123, 0.1, -0, 9223372036854775807]");
  EXPECT_EQ(*v.at(1)->number_text(), "5.0");
  EXPECT_EQ(v.at(0)->as_i64(), 5);
  EXPECT_EQ(v.at(1)->as_i64(), 5);
  EXPECT_EQ(v.at(2)->as_i64(), 100);
  EXPECT_EQ(v.at(3)->as_i64(), std::nullopt);
  EXPECT_TRUE(v.at(3)->is_integer());
  EXPECT_FALSE(v.at(4)->is_integer());
  EXPECT_EQ(v.at(4)->as_double(), 0.1);
  EXPECT_EQ(v.at(5)->as_i64(), 0);
  EXPECT_EQ(v.at(6)->as_i64(), INT64_MAX);
  EXPECT_EQ(write(v), "[5,5.0,1E2,12345678901234567890123,0.1,-0,9223372036854775807]");
}

TEST(Numbers, AtTheEdgeOfDoubles) {
  EXPECT_EQ(parsed("1.7976931348623157e308").as_double(), 1.7976931348623157e308);
  EXPECT_EQ(parsed("1e-400").as_double(), 0.0);
  EXPECT_EQ(parsed("5e-324").as_double(), 5e-324);
  EXPECT_FALSE(parse("1.8e308").ok());
  EXPECT_FALSE(parse(std::string(400, '9')).ok());
  EXPECT_TRUE(parse(std::string(300, '9')).ok());
  EXPECT_FALSE(parse("-1e309").ok());
}

TEST(Limits, HoldForDepthBytesAndValues) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  Fault fault{};
  EXPECT_TRUE(parse(nested(64)).ok());
  EXPECT_FALSE(parse(nested(65), {}, &fault).ok());
  EXPECT_EQ(fault, Fault::kDepth);
  EXPECT_TRUE(parse(nested(kDepthCap), {.max_depth = 100'000}).ok());
  EXPECT_FALSE(parse(nested(kDepthCap + 1), {.max_depth = 100'000}).ok());
  EXPECT_FALSE(parse(std::string(1'000'000, '['), {.max_depth = 100'000}, &fault).ok());
  EXPECT_EQ(fault, Fault::kDepth);
  EXPECT_FALSE(parse("[1,2,3]", {.max_bytes = 6}, &fault).ok());
  EXPECT_EQ(fault, Fault::kSize);
  EXPECT_TRUE(parse("[1,2,3]", {.max_values = 4}).ok());
  EXPECT_FALSE(parse("[1,2,3]", {.max_values = 3}, &fault).ok());
  EXPECT_EQ(fault, Fault::kSize);
}

TEST(Position, CountsLinesAndCharacters) {
  EXPECT_EQ(describe_position("", 0), "line 1, column 1");
  EXPECT_EQ(describe_position("a\n\xC3\xA9x", 4), "line 2, column 2");
  EXPECT_EQ(describe_position("ab", 99), "line 1, column 3");
}

TEST(JsonTestSuite, IsAnsweredAsItSays) {
  const std::filesystem::path folder =
      std::filesystem::path(YETT_SHARED_DIR) / "vectors/json-parsing/test_parsing";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "data absent: json-parsing";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string name = entry.path().filename();
    Fault fault{};
    const auto result = parse(text, {}, &fault);
    if (name.starts_with("y_")) {
      EXPECT_TRUE(result.ok() || fault == Fault::kDuplicateKey) << name;
    } else if (name.starts_with("n_")) {
      EXPECT_FALSE(result.ok()) << name;
    }
    if (result.ok()) {
      EXPECT_EQ(parsed(write(*result)), *result) << name;
    }
  }
}

}  // namespace
}  // namespace schema
