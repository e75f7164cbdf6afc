// SPDX-License-Identifier: Apache-2.0
#include "identity/scope.h"

#include <gtest/gtest.h>

namespace identity {
namespace {

TEST(Scope, GrantsExactlyAllOrAPrefixWithThePrefixItself) {
  struct Case {
    std::vector<std::string> granted;
    std::string_view required;
    bool want;
  };
  const Case kCases[] = {
      {{}, "a", false},        {{"*"}, "a.b.c", true},   {{"a"}, "a", true},
      {{"a"}, "a.b", false},   {{"a.b"}, "a", false},    {{"a.*"}, "a", true},
      {{"a.*"}, "a.b", true},  {{"a.*"}, "a.b.c", true}, {{"a.*"}, "ab.c", false},
      {{"a.b.*"}, "a", false}, {{"A.*"}, "a.b", false},  {{"x", "a.b"}, "a.b", true},
      {{"a.*"}, "*", false}};
  for (const Case& c : kCases) EXPECT_EQ(grants(c.granted, c.required), c.want) << c.required;
}

TEST(Scope, CoversIsGrantingAllThatAScopeCouldGrant) {
  const std::vector<std::string> names = {"a", "a.b", "a.b.c", "ab", "b"};
  const std::vector<std::string> scopes = {"*", "a", "a.*", "a.b", "a.b.*", "ab.*", "b"};
  for (const std::string& mine : scopes)
    for (const std::string& other : scopes) {
      bool all = true;
      for (const std::string& name : names)
        all = all && (!grants({other}, name) || grants({mine}, name));
      // `*` covers what no list of names shows; everything else is told apart by these names.
      if (other == "*") all = mine == "*";
      EXPECT_EQ(covers({mine}, other), all) << mine << " " << other;
    }
}

TEST(Scope, AStarStandsAloneOrAtTheEnd) {
  for (const std::string_view good : {"*", "a", "a.*", "a.b.*", "mail:send", "https://a/b", "!"})
    EXPECT_TRUE(is_scope(good)) << good;
  for (const std::string_view bad : {"", "**", "a*", "*a", "a.*.b", "*.a", ".*", ".a", "a.", "a..b",
                                     "a b", "a\"", "a\\", "\x7f", "\xc3\xa9", "a\n", "a.**"})
    EXPECT_FALSE(is_scope(bad)) << bad;
  EXPECT_FALSE(is_scope(std::string(129, 'a')));
}

TEST(Scope, AListIsSortedAndBounded) {
  EXPECT_EQ(scopes_of(" b  a b ").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(scopes_of("").value().empty());
  EXPECT_FALSE(scopes_of("a\tb").has_value());
  std::string many;
  for (int i = 0; i < 257; ++i) many += "s" + std::to_string(i) + " ";
  EXPECT_FALSE(scopes_of(many).has_value());
}

}  // namespace
}  // namespace identity
