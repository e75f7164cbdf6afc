// SPDX-License-Identifier: Apache-2.0
#include "policy/canonical.h"

#include <gtest/gtest.h>

#include <string>

namespace policy {
namespace {

using std::string_literals::operator""s;

constexpr const char* kNone = "(none)";

template <class F> std::string form(F canonical, std::string_view text) {
  CanonicalText out;
  return canonical(text, out) ? std::string(out.view()) : kNone;
}

struct Row {
  std::string text;
  std::string canonical;
};

TEST(CanonicalPath, HasOneSpellingForAPlaceOrNone) {
  const Row rows[] = {
      {"/", "/"},          {"/a", "/a"},         {"/a/", "/a"},  {"//a///b", "/a/b"},
      {"/./a/.", "/a"},    {"/a/../b", "/b"},    {"/a/..", "/"}, {"/a/b/../../c", "/c"},
      {"/...", "/..."},    {"/a/..b", "/a/..b"}, {"/é", "/é"},   {"/%2e%2e/a", "/%2e%2e/a"},
      {"", kNone},         {"a", kNone},         {"./a", kNone}, {"/..", kNone},
      {"/a/../..", kNone}, {"/a\0b"s, kNone},    {"\\a", kNone}, {"/a\\..\\b", "/a\\..\\b"}};
  for (const Row& row : rows) EXPECT_EQ(form(canonical_path, row.text), row.canonical) << row.text;
  EXPECT_EQ(form(canonical_path, "/" + std::string(4095, 'a')), "/" + std::string(4095, 'a'));
  EXPECT_EQ(form(canonical_path, "/" + std::string(4096, 'a')), kNone);
}

TEST(CanonicalHost, KnowsNoNameThatAnotherReaderTakesForAnAddress) {
  const Row rows[] = {{"x.org", "x.org"},
                      {"X.ORG.", "x.org"},
                      {"x", "x"},
                      {"a-b.x", "a-b.x"},
                      {"10.0.0.1", "10.0.0.1"},
                      {"10.0.0.1.", "10.0.0.1"},
                      {"::1", "::1"},
                      {"0:0::1", "::1"},
                      {"2001:DB8::1", "2001:db8::1"},
                      {"::ffff:10.0.0.1", "10.0.0.1"},
                      {"x.org..", kNone},
                      {"", kNone},
                      {".", kNone},
                      {".x.org", kNone},
                      {"x..org", kNone},
                      {"x_y.org", kNone},
                      {"x org", kNone},
                      {"bücher.example", kNone},
                      {"user@x.org", kNone},
                      {"x.org:80", kNone},
                      {"[::1]", kNone},
                      {"fe80::1%eth0", kNone},
                      {"127.1", kNone},
                      {"0177.0.0.1", kNone},
                      {"010.0.0.1", kNone},
                      {"0x7f.1", kNone},
                      {"x.0x7f", kNone},
                      {"2130706433", kNone},
                      {"1.2.3.4.5", kNone},
                      {"256.0.0.1", kNone},
                      {std::string(63, 'a') + ".x", std::string(63, 'a') + ".x"},
                      {std::string(64, 'a') + ".x", kNone},
                      {"x.org\n", kNone},
                      {"x.org\0.y"s, kNone}};
  for (const Row& row : rows) EXPECT_EQ(form(canonical_host, row.text), row.canonical) << row.text;
}

TEST(CanonicalHost, IsUnderANameOnlyBehindADot) {
  EXPECT_TRUE(host_is_under("x.org", "x.org"));
  EXPECT_TRUE(host_is_under("a.b.x.org", "x.org"));
  EXPECT_FALSE(host_is_under("evilx.org", "x.org"));
  EXPECT_FALSE(host_is_under("x.org.evil.test", "x.org"));
  EXPECT_FALSE(host_is_under("org", "x.org"));
  EXPECT_TRUE(path_is_under("/a/b", "/a"));
  EXPECT_FALSE(path_is_under("/ab", "/a"));
  EXPECT_TRUE(path_is_under("/ab", "/"));
}

TEST(CanonicalEmail, IsOneLocalPartAtOneHost) {
  const Row rows[] = {{"a@x.org", "a@x.org"},
                      {"A.b+c@X.Org", "A.b+c@x.org"},
                      {"a@x.org.", "a@x.org"},
                      {"a", kNone},
                      {"@x.org", kNone},
                      {"a@", kNone},
                      {"a@b@x.org", kNone},
                      {".a@x.org", kNone},
                      {"a.@x.org", kNone},
                      {"a..b@x.org", kNone},
                      {"a b@x.org", kNone},
                      {"\"a\"@x.org", kNone},
                      {"a@[10.0.0.1]", kNone},
                      {"a@10.0.0.1", kNone},
                      {"a@x.org, b@evil.test", kNone},
                      {"a@x.org\r\nbcc: b@evil.test", kNone},
                      {"é@x.org", kNone},
                      {std::string(64, 'a') + "@x", std::string(64, 'a') + "@x"},
                      {std::string(65, 'a') + "@x", kNone}};
  for (const Row& row : rows) EXPECT_EQ(form(canonical_email, row.text), row.canonical) << row.text;
}

std::string url_form(const std::string& text) {
  CanonicalUrl url;
  if (!canonical_url(text, url)) return kNone;
  return std::string(url.scheme.view()) + " " + std::string(url.host.view()) + " " +
         std::to_string(url.port) + " " + std::string(url.path.view());
}

TEST(CanonicalUrl, IsOneReadingOrNone) {
  const Row rows[] = {{"https://x.org/", "https x.org 443 /"},
                      {"HTTP://X.org./a//b/./c?d=e/../f", "http x.org 80 /a/b/c"},
                      {"https://x.org:8443/%7Euser/%41", "https x.org 8443 /~user/A"},
                      {"ftp://x.org/a%20b%c3%a9", "ftp x.org 0 /a%20b%C3%A9"},
                      {"https://[2001:DB8::1]:1/", "https 2001:db8::1 1 /"},
                      {"https://10.0.0.1/a/../b", "https 10.0.0.1 443 /b"},
                      {"https://x.org/%252e%252e/a", "https x.org 443 /%252e%252e/a"},
                      {"https://x.org", kNone},
                      {"https://x.org?a", kNone},
                      {"x.org/", kNone},
                      {"//x.org/", kNone},
                      {"javascript:alert(1)", kNone},
                      {"https://user@x.org/", kNone},
                      {"https://x.org@evil.test/", kNone},
                      {"https://user:password@x.org/", kNone},
                      {"https://x.org\\@evil.test/", kNone},
                      {"https:\\\\x.org/", kNone},
                      {"https://x.org/#a", kNone},
                      {"https://x.org/ a", kNone},
                      {"https://x.org/\ta", kNone},
                      {"https://x.org/é", kNone},
                      {"https://bücher.example/", kNone},
                      {"https://x.org/%2e%2e/a", kNone},
                      {"https://x.org/.%2E/a", kNone},
                      {"https://x.org/%2e/a", kNone},
                      {"https://x.org/a%2fb", kNone},
                      {"https://x.org/a%5Cb", kNone},
                      {"https://x.org/a%00", kNone},
                      {"https://x.org/%", kNone},
                      {"https://x.org/%4", kNone},
                      {"https://x.org/%zz", kNone},
                      {"https://x.org/../a", kNone},
                      {"https://x.org:/", kNone},
                      {"https://x.org:0/", kNone},
                      {"https://x.org:080/", kNone},
                      {"https://x.org:65536/", kNone},
                      {"https://x.org:80:80/", kNone},
                      {"https://2001:db8::1/", kNone},
                      {"https://[10.0.0.1]/", kNone},
                      {"https://[::1/", kNone},
                      {"https://[::1]x/", kNone},
                      {"https://0x7f.1/", kNone},
                      {"https://127.1/", kNone},
                      {"https:///a", kNone},
                      {"1https://x.org/", kNone}};
  for (const Row& row : rows) EXPECT_EQ(url_form(row.text), row.canonical) << row.text;
}

TEST(AddressBlock, HoldsAnAddressInAnySpelling) {
  struct {
    const char* block;
    const char* address;
    bool inside;
  } const rows[] = {{"10.0.0.0/8", "10.255.0.1", true},
                    {"10.0.0.0/8", "11.0.0.1", false},
                    {"10.0.0.0/8", "::ffff:10.0.0.1", true},
                    {"::ffff:10.0.0.0/104", "10.1.2.3", true},
                    {"10.1.2.3", "10.1.2.3", true},
                    {"10.1.2.3", "10.1.2.4", false},
                    {"10.0.0.0/31", "10.0.0.1", true},
                    {"10.0.0.0/31", "10.0.0.2", false},
                    {"fe80::/10", "febf::1", true},
                    {"fe80::/10", "fec0::1", false},
                    {"0.0.0.0/0", "255.255.255.255", true},
                    {"0.0.0.0/0", "::1", false},
                    {"::/0", "::1", true},
                    {"::/0", "10.0.0.1", false}};
  for (const auto& row : rows) {
    const auto block = block_of(row.block);
    const auto address = address_of(row.address);
    ASSERT_TRUE(block && address) << row.block;
    EXPECT_EQ(contains(*block, *address), row.inside) << row.block << " " << row.address;
  }
  for (const char* bad : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/08", "10.0.0/8",
                          "::/129", "x/8", "10.0.0.0/8/8", "fe80::1%eth0"})
    EXPECT_FALSE(block_of(bad)) << bad;
}

}  // namespace
}  // namespace policy
