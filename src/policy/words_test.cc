// SPDX-License-Identifier: Apache-2.0
#include "policy/words.h"

#include <limits>

namespace policy {
namespace {

Number whole(std::int64_t value) { return {true, value, 0}; }
Number decimal(double value) { return {false, 0, value}; }

TEST(Words, NumbersCompareByValueAcrossSpellings) {
  EXPECT_EQ(compare(whole(1), decimal(1.0)), 0);
  EXPECT_EQ(compare(whole(1), decimal(1.5)), -1);
  EXPECT_EQ(compare(decimal(-1.5), whole(-1)), -1);
  EXPECT_EQ(
      compare(whole(std::numeric_limits<std::int64_t>::max()), decimal(9223372036854775808.0)), -1);
  EXPECT_EQ(compare(whole(0), decimal(-std::numeric_limits<double>::infinity())), 1);
}

TEST(Words, ANumberThatIsNotExactIsNone) {
  EXPECT_EQ(number_of("42"), whole(42));
  EXPECT_EQ(number_of("3.14"), decimal(3.14));
  EXPECT_EQ(number_of("1e3"), decimal(1000));
  for (const char* text : {"", "x", "9223372036854775808", "1e400", "1e300", "NaN", "inf", "1 "})
    EXPECT_FALSE(number_of(text)) << text;
}

TEST(Words, InstantsReadAndPrintTheSame) {
  EXPECT_EQ(instant_of("1970-01-01"), Instant{0});
  EXPECT_EQ(instant_of("1970-01-01T01:00:00.5+01:00"), Instant{500'000});
  EXPECT_EQ(instant_of("2024-02-29T00:00:00Z")->us, 1709164800LL * 1'000'000);
  for (const char* text : {"2023-10-01", "2023-10-01T00:00:01Z", "1969-12-31T23:59:59.25Z"})
    EXPECT_EQ(instant_text(*instant_of(text)), text);
  for (const char* text : {"2023-02-29", "2023-1-01", "2023-10-01T", "2023-10-01T00:00:60Z",
                           "2023-10-01T00:00:00", "0000-01-01", "2023-10-01T00:00:00.Z"})
    EXPECT_FALSE(instant_of(text)) << text;
}

TEST(Words, EverySpellingReadsBack) {
  for (int i = 0; i <= static_cast<int>(Role::kLast); ++i)
    EXPECT_EQ(role_of(spelling(static_cast<Role>(i))), static_cast<Role>(i));
  for (int i = 0; i <= static_cast<int>(Attribute::kLast); ++i)
    EXPECT_EQ(attribute_of(spelling(static_cast<Attribute>(i))), static_cast<Attribute>(i));
  for (int i = 0; i <= static_cast<int>(ToolEffect::kLast); ++i)
    EXPECT_EQ(effect_of(spelling(static_cast<ToolEffect>(i))), static_cast<ToolEffect>(i));
  EXPECT_FALSE(field_of("value"));
}

}  // namespace
}  // namespace policy
