// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/rate_limit.h"

#include <gtest/gtest.h>

namespace identity {
namespace {

constexpr std::int64_t kS = 1'000'000;

TEST(RateLimit, IsReadAsTheTableSays) {
  struct Case {
    std::string_view text;
    RateLimit want;
  };
  constexpr Case kCases[] = {
      {"1/second/principal", {1, kS, LimitScope::kPrincipal}},
      {"10/minute/user", {10, 60 * kS, LimitScope::kPrincipal}},
      {"10/hours/actor", {10, 3600 * kS, LimitScope::kPrincipal}},
      {"3/2 minutes/key", {3, 120 * kS, LimitScope::kKey}},
      {"3/2  minute/tool", {3, 120 * kS, LimitScope::kTool}},
      {" 5 / DAY / Tenant ", {5, 86'400 * kS, LimitScope::kTenant}},
      {"1000000000/31 days/global", {1'000'000'000, 31 * 86'400 * kS, LimitScope::kGlobal}},
      {"007/second/key", {7, kS, LimitScope::kKey}},
  };
  for (const Case& c : kCases) {
    LimitFault fault{};
    const auto got = parse_limit(c.text, &fault);
    ASSERT_TRUE(got.has_value()) << c.text << sentence(fault);
    EXPECT_EQ(*got, c.want) << c.text;
    // What is written is read again as the same.
    EXPECT_EQ(parse_limit(text_of(*got), &fault), got) << text_of(*got);
  }
  EXPECT_EQ(text_of({3, 120 * kS, LimitScope::kPrincipal}), "3/2 minutes/principal");
  EXPECT_EQ(text_of({3, 90 * kS, LimitScope::kKey}), "3/90 seconds/key");
  EXPECT_EQ(text_of({3, 86'400 * kS, LimitScope::kKey}), "3/day/key");
}

TEST(RateLimit, TheFirstFaultFromTheLeftIsTold) {
  using enum LimitFault;
  const std::pair<std::string_view, LimitFault> kCases[] = {
      {"", kForm},
      {"10", kForm},
      {"10/hour", kForm},
      {"10/hour/user/x", kForm},
      {"/hour/user", kForm},
      {"10//user", kForm},
      {"10/hour/", kForm},
      {"x/hour/user", kCountNumber},
      {"1.5/hour/user", kCountNumber},
      {"1e3/hour/user", kCountNumber},
      {"+1/hour/user", kCountNumber},
      {"0x10/hour/user", kCountNumber},
      {"-/week/team", kCountNumber},
      {"1 0/hour/user", kCountNumber},
      {"0/hour/user", kCount},
      {"-1/hour/user", kCount},
      {"1000000001/hour/user", kCount},
      {"99999999999999999999999/hour/user", kCount},
      {"10/week/user", kWindow},
      {"10/10 weeks/user", kWindow},
      {"10/2minutes/user", kWindow},
      {"10/0 minutes/user", kWindow},
      {"10/-1 minutes/user", kWindow},
      {"10/1.5 hours/user", kWindow},
      {"10/32 days/user", kWindow},
      {"10/99999999999999999999 seconds/user", kWindow},
      {"10/9223372036854775807 seconds/user", kWindow},
      {"10/secondss/user", kWindow},
      {"10/s/user", kWindow},
      {"10/hour/team", kScope},
      {"10/hour/users", kScope},
      {std::string_view("10/hour/user\0", 13), kScope},
  };
  for (const auto& [text, want] : kCases) {
    LimitFault fault{};
    EXPECT_FALSE(parse_limit(text, &fault).has_value()) << text;
    EXPECT_EQ(fault, want) << text << ": " << sentence(fault);
  }
}

}  // namespace
}  // namespace identity
