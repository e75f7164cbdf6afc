// SPDX-License-Identifier: Apache-2.0
#include "schema/fold.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace schema {
namespace {

int sign(int n) { return (n > 0) - (n < 0); }

TEST(Fold, FindsKeysThatSomeReadersTakeForOne) {
  const std::pair<const char*, const char*> same[] = {
      {"", ""},
      {"name", "NAME"},
      {"a_b-1", "A_B-1"},
      {"key",
       "\xE2\x84\xAA"
       "EY"},
      {"dismiss",
       "di\xC5\xBF"
       "mi\xC5\xBF\xC5\xBF"},
      {"\xC5\xBF", "S"},
      {"\xC3\xA9X", "\xC3\xA9x"},
  };
  for (const auto& [a, b] : same) EXPECT_EQ(compare_folded(a, b), 0) << a << " " << b;
  const std::pair<const char*, const char*> different[] = {
      {"", "a"},
      {"name", "names"},
      {"a[", "a{"},
      {"@", "`"},
      {"\xC3\xA9", "\xC3\x89"},
      {"\xC5\xBE", "\xC5\xBF"},
      {"\xE2\x84\xA9", "\xE2\x84\xAA"},
      {"a\xE2\x84\xAA", "a\xE2\x84"},
  };
  for (const auto& [a, b] : different) {
    EXPECT_NE(compare_folded(a, b), 0) << a << " " << b;
    EXPECT_EQ(sign(compare_folded(a, b)), -sign(compare_folded(b, a))) << a << " " << b;
  }
}

TEST(Fold, IsATotalOrderThatTiesOnlyIdenticalKeys) {
  const auto key = rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "a", "A", "k", "K", "\xE2\x84\xAA", "s", "\xC5\xBF", "\xC5\xBE", "\xE2\x84\xA9", "z")),
      [](const auto& parts) {
        std::string out;
        for (const auto& part : parts) out += part;
        return out;
      });
  EXPECT_TRUE(rc::check([&] {
    const std::string a = *key, b = *key, c = *key;
    RC_ASSERT(sign(compare_keys(a, b)) == -sign(compare_keys(b, a)));
    RC_ASSERT((compare_keys(a, b) == 0) == (a == b));
    if (compare_keys(a, b) <= 0 && compare_keys(b, c) <= 0) RC_ASSERT(compare_keys(a, c) <= 0);
    if (compare_folded(a, b) == 0)
      RC_ASSERT(sign(compare_folded(a, c)) == sign(compare_folded(b, c)));
  }));
}

}  // namespace
}  // namespace schema
