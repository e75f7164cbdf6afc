// SPDX-License-Identifier: Apache-2.0
#include "schema/write.h"

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/bytes.h"
#include "schema/number.h"
#include "schema/parse.h"

namespace schema {
namespace {

const ParseLimits kAnyCase{.max_depth = kDepthCap, .case_variants = CaseVariants::kAllow};

Value parsed(std::string_view text) {
  auto result = parse(text, kAnyCase);
  EXPECT_TRUE(result.ok()) << text << ": " << (result.ok() ? "" : result.error().message);
  return result.ok() ? std::move(*result) : Value();
}

// Any text of code points: the boundaries of UTF-8 and UTF-16, ASCII and controls are frequent.
rc::Gen<std::string> text() {
  const auto code_point = rc::gen::weightedOneOf<std::uint32_t>(
      {{8, rc::gen::inRange(0x20u, 0x7Fu)},
       {2, rc::gen::inRange(0u, 0x20u)},
       {2, rc::gen::element(0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u,
                            0x10FFFFu, 0x17Fu, 0x212Au)}});
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(code_point),
                      [](const auto& points) {
                        std::string out;
                        for (const std::uint32_t c : points) {
                          const auto tail = [&](unsigned shift) {
                            out += static_cast<char>(0x80 | ((c >> shift) & 0x3F));
                          };
                          if (c < 0x80) {
                            out += static_cast<char>(c);
                          } else if (c < 0x800) {
                            out += static_cast<char>(0xC0 | (c >> 6));
                            tail(0);
                          } else if (c < 0x10000) {
                            out += static_cast<char>(0xE0 | (c >> 12));
                            tail(6);
                            tail(0);
                          } else {
                            out += static_cast<char>(0xF0 | (c >> 18));
                            tail(12);
                            tail(6);
                            tail(0);
                          }
                        }
                        return out;
                      });
}

double any_finite() {
  const auto bits = *rc::gen::arbitrary<std::uint64_t>();
  const double d = std::bit_cast<double>(bits);
  return std::isfinite(d) ? d : static_cast<double>(bits);
}

Value any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
    case 0: return {};
    case 1: return Value::boolean(*rc::gen::arbitrary<bool>());
    case 2: return Value::integer(*rc::gen::arbitrary<std::int64_t>());
    case 3: return *Value::real(any_finite());
    case 4:
    case 5: return Value::string(*text());
    case 6: {
      Value out = Value::array();
      for (int n = *rc::gen::inRange(0, 6); n > 0; --n) out.push(any_value(depth - 1));
      return out;
    }
    default: {
      Value out = Value::object();
      for (int n = *rc::gen::inRange(0, 25); n > 0; --n) out.set(*text(), any_value(depth - 1));
      return out;
    }
  }
}

TEST(Property, ParsingWhatWasWrittenGivesTheSameValue) {
  EXPECT_TRUE(rc::check([] {
    const Value value = any_value(4);
    RC_ASSERT(*parse(write(value), kAnyCase) == value);
    RC_ASSERT(*parse(write_pretty(value), kAnyCase) == value);
  }));
}

TEST(Property, TheCanonicalFormIsAFixedPointAndIgnoresTheOrderOfMembers) {
  EXPECT_TRUE(rc::check([] {
    const Value value = any_value(3);
    const std::string form = *canonical(value);
    RC_ASSERT(*canonical(*parse(form, kAnyCase)) == form);
    if (const Object* members = value.as_object()) {
      Object turned;
      for (std::size_t i = members->size(); i > 0; --i) {
        turned.set(members->begin()[i - 1].key, members->begin()[i - 1].value);
      }
      RC_ASSERT(*canonical(Value::object(std::move(turned))) == form);
    }
  }));
}

TEST(Property, AnEs6NumberReadsBackAsTheSameDouble) {
  EXPECT_TRUE(rc::check([] {
    const double d = any_finite();
    RC_ASSERT(double_of(es6_number(d)) == d);
    RC_ASSERT(is_number_text(es6_number(d)));
  }));
}

TEST(Property, AnObjectAnswersLikeAMap) {
  EXPECT_TRUE(rc::check([] {
    Object object;
    std::map<std::string, std::int64_t> model;
    for (int n = *rc::gen::inRange(0, 80); n > 0; --n) {
      const std::string key(
          *rc::gen::container<std::string>(2, rc::gen::element('a', 'A', 'b', 'K', 'k', 's')));
      if (*rc::gen::inRange(0, 4) == 0) {
        RC_ASSERT(object.remove(key) == (model.erase(key) == 1));
      } else {
        object.set(key, Value::integer(n));
        model[key] = n;
      }
    }
    RC_ASSERT(object.size() == model.size());
    for (const auto& [key, number] : model) RC_ASSERT(object.find(key)->as_i64() == number);
    RC_ASSERT(object.find("absent") == nullptr);
    const Object copy = object;
    RC_ASSERT(copy == object);
  }));
}

TEST(Write, EscapesOnlyWhatMustBeEscaped) {
  std::string out;
  quote_to(out, std::string_view("\"\\/\b\f\n\r\t\x01\x1f\x7f\0\xE2\x82\xAC", 15));
  EXPECT_EQ(out, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000\xE2\x82\xAC\"");
}

TEST(Write, NeverEmitsMalformedText) {
  std::string out;
  quote_to(out, "a\xFF\xC3(");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\"");
  EXPECT_EQ(write(Value::string("\xED\xA0\x80")), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(write(Value::object().set("\xFF", Value())), "{\"\xEF\xBF\xBD\":null}");
}

TEST(Write, PrettyIsTwoSpacesALevel) {
  EXPECT_EQ(write_pretty(parsed("{\"a\":[1,{}],\"b\":[]}")),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST(Values, RefuseNumbersThatAreNone) {
  for (const char* text :
       {"", "-", "01", "1.", ".5", "1e", "+1", "0x1", "NaN", "1e400", " 1", "1 "}) {
    EXPECT_FALSE(Value::number(text).ok()) << text;
  }
  for (const char* text : {"0", "-0", "1.50", "1E+2", "1e-2", "10"}) {
    EXPECT_TRUE(Value::number(text).ok()) << text;
  }
  EXPECT_FALSE(Value::real(std::nan("")).ok());
  EXPECT_FALSE(Value::real(HUGE_VAL).ok());
}

struct Sample {
  std::uint64_t bits;
  const char* text;
};

// RFC 8785, appendix B.
constexpr Sample kSamples[] = {
    {0x0000000000000000, "0"},
    {0x8000000000000000, "0"},
    {0x0000000000000001, "5e-324"},
    {0x8000000000000001, "-5e-324"},
    {0x7fefffffffffffff, "1.7976931348623157e+308"},
    {0xffefffffffffffff, "-1.7976931348623157e+308"},
    {0x4340000000000000, "9007199254740992"},
    {0xc340000000000000, "-9007199254740992"},
    {0x4430000000000000, "295147905179352830000"},
    {0x44b52d02c7e14af5, "9.999999999999997e+22"},
    {0x44b52d02c7e14af6, "1e+23"},
    {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
    {0x444b1ae4d6e2ef4e, "999999999999999700000"},
    {0x444b1ae4d6e2ef4f, "999999999999999900000"},
    {0x444b1ae4d6e2ef50, "1e+21"},
    {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
    {0x3eb0c6f7a0b5ed8d, "0.000001"},
    {0x41b3de4355555553, "333333333.3333332"},
    {0x41b3de4355555554, "333333333.33333325"},
    {0x41b3de4355555555, "333333333.3333333"},
    {0x41b3de4355555556, "333333333.3333334"},
    {0x41b3de4355555557, "333333333.33333343"},
    {0xbecbf647612f3696, "-0.0000033333333333333333"},
    {0x43143ff3c1cb0959, "1424953923781206.2"},
};

TEST(Canonical, WritesNumbersAsEcmaScript) {
  for (const Sample& s : kSamples) EXPECT_EQ(es6_number(std::bit_cast<double>(s.bits)), s.text);
}

TEST(Canonical, OrdersKeysByUtf16CodeUnits) {
  // U+FB33 is one unit above the surrogates, U+1F600 begins with D83D.
  EXPECT_EQ(*canonical(parsed("{\"\xEF\xAC\xB3\":1,\"\xF0\x9F\x98\x80\":2,\"\xE2\x82\xAC\":3,"
                              "\"\xC3\xB6\":4,\"1\":5,\"\\r\":6,\"\":7,\"11\":8}")),
            "{\"\":7,\"\\r\":6,\"1\":5,\"11\":8,\"\xC3\xB6\":4,\"\xE2\x82\xAC\":3,"
            "\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1}");
}

TEST(Canonical, StrictRefusesWholeNumbersThatWouldChange) {
  for (const char* kept : {"9007199254740992", "-9007199254740992", "1e30", "10000000000000000000",
                           "5.0", "0.1234567890123456789", "0", "-0.0", "1e308"}) {
    EXPECT_TRUE(canonical_strict(parsed(kept)).ok()) << kept;
  }
  for (const char* lost : {"9007199254740993", "-9007199254740993", "1152921504606846976",
                           "12345678901234567890", "9007199254740993.0", "123456789012345678e3"}) {
    EXPECT_FALSE(canonical_strict(parsed(std::string("[") + lost + "]")).ok()) << lost;
    EXPECT_TRUE(canonical(parsed(lost)).ok()) << lost;
  }
}

TEST(Canonical, RefusesWhatIsNestedTooDeep) {
  Value v;
  for (std::size_t i = 0; i < kDepthCap + 1; ++i) {
    Value outer = Value::array();
    outer.push(std::move(v));
    v = std::move(outer);
  }
  const auto form = canonical(v);
  ASSERT_FALSE(form.ok());
  EXPECT_EQ(form.error().code, base::Errc::kExhausted);
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Canonical, AgreesWithTheRecordedVectors) {
  const std::filesystem::path folder = std::filesystem::path(YETT_SHARED_DIR) / "vectors/jcs";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "data absent: jcs";
  for (const auto& entry : std::filesystem::directory_iterator(folder / "input")) {
    EXPECT_EQ(*canonical(parsed(contents(entry.path()))),
              contents(folder / "output" / entry.path().filename()))
        << entry.path().filename();
  }
}

}  // namespace
}  // namespace schema
