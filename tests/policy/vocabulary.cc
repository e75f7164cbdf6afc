// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/vocabulary.h"

#include <limits>

namespace policy_test {
namespace {

using policy::Element;
using policy::Number;
using Shape = policy::ArgumentShape::Kind;
using policy::Role;

constexpr const char* kNames[] = {"a",   "b",          "c",        "pii",  "a.b",          "a.*",
                                  "b.*", "x@corp.com", "tool:pay", "user", "__llm_blocked"};
constexpr const char* kPieces[] = {"a", "b", "c", "ab",       "corp", ".",
                                   "@", "x", "1", "\xc3\xa9", "A"};
constexpr const char* kOddTexts[] = {
    "",      "\n",       "a\nb", "*",    " a",   "x@corp.com", "a.b", "\xf0\x9f\x98\x80",
    "a\xff", "\xc0\x80", "user", "read", "send", "alice",      "pay"};
constexpr const char* kPaths[] = {"/",      "/a",        "/a/b", "/a/",     "/a//b",
                                  "/a/./b", "/ab",       "/b",   "/a/../b", "/a/b/..",
                                  "/..",    "/a/../..",  "a/b",  "",        "/A/b",
                                  "/a/b/c", "/a/b/../c", "/./a", "/a/...",  "/a/\xc3\xa9"};
constexpr const char* kProperPaths[] = {"/", "/a", "/a/b", "/b", "/a/", "/a/./b", "/b/../a"};
constexpr const char* kHosts[] = {
    "x.org",     "X.org",         "x.org.",      "a.x.org",   "ax.org", "org",
    "a.b.x.org", "10.0.0.1",      "127.1",       "0x7f.1",    "::1",    "::FFFF:10.0.0.1",
    "[::1]",     "x..org",        ".x.org",      "x.org..",   "",       "x_y.org",
    "x.org:80",  "2001:DB8:0::1", "2001:db8::1", "10.0.0.01", "x.0xfg", "10.0.0.1.",
    "-x.org"};
constexpr const char* kProperHosts[] = {"x.org",    "a.x.org", "org",        "X.ORG",
                                        "10.0.0.1", "::1",     "2001:db8::1"};
constexpr const char* kEmails[] = {
    "a@x.org", "A@x.org",   "a@X.ORG.", "b@a.x.org",  "a@b@x.org",  "@x.org",
    "a@",      "a.b@x.org", ".a@x.org", "a..b@x.org", "a@10.0.0.1", "a b@x.org",
    "x.org",   "a+b@x.org", "a@[::1]",  "x@corp.com", "b@x.org",    "a@::1"};
constexpr const char* kProperEmails[] = {"a@x.org", "b@X.org", "x@corp.com", "a.b@x.org"};
constexpr const char* kAddresses[] = {
    "10.0.0.1",     "10.0.0.2", "10.1.2.3",  "11.0.0.1",    "::ffff:10.0.0.1",
    "010.0.0.1",    "10.1",     "::1",       "2001:db8::1", "2001:0DB8::0001",
    "fe80::1%eth0", "",         "x.org",     "10.0.0.1/8",  "255.255.255.255",
    "0.0.0.0",      "::",       "::10.0.0.1"};
constexpr const char* kUrls[] = {"https://x.org/",
                                 "https://x.org/a",
                                 "https://X.ORG:443/a/b?q=/../",
                                 "http://x.org:80/",
                                 "http://x.org:8080/a",
                                 "https://a.x.org/a/../b",
                                 "https://u@x.org/",
                                 "https://x.org",
                                 "https://x.org/%61",
                                 "https://x.org/%2e%2e/a",
                                 "https://x.org/a%2Fb",
                                 "https://x.org/%zz",
                                 "https://x.org/..",
                                 "https://x.org./a",
                                 "https://[::1]/a",
                                 "https://::1/a",
                                 "https://x.org:/a",
                                 "https://x.org:0443/a",
                                 "https://x.org:70000/",
                                 "ftp://x.org/a",
                                 "HTTPS://x.org/A",
                                 "https:/x.org/",
                                 "https://x.org\\@y/",
                                 "https://x.org/#f",
                                 "",
                                 "https://10.0.0.1/a//b/",
                                 "https://x.org/a/%7e",
                                 "https://x.org/\xc3\xa9",
                                 "https://x.org/%c3%a9",
                                 "https://x.org/%C3%A9",
                                 "https://x.org/a/.",
                                 "https:///a",
                                 "https://x.org?/a",
                                 "https://[::1]:8080/a",
                                 "https://[10.0.0.1]/",
                                 "a://x.org:1/a"};
constexpr const char* kInstants[] = {"2024-01-01",
                                     "2024-01-01T00:00:00Z",
                                     "2024-01-01T01:00:00+01:00",
                                     "2023-12-31T23:59:59.9999999Z",
                                     "2024-02-30",
                                     "2024-02-29",
                                     "2024-13-01",
                                     "2024-1-1",
                                     "2024-01-01T00:00Z",
                                     "2024-01-01T00:00:00",
                                     "2024-01-01T24:00:00Z",
                                     "2024-01-01T00:00:60Z",
                                     "2024-01-01T00:00:00.5Z",
                                     "0000-01-01",
                                     "9999-12-31T23:59:59-23:59",
                                     "2024-01-01t00:00:00Z",
                                     "2024-01-01 00:00:00Z",
                                     "now",
                                     "",
                                     "2024-01-01T00:00:00.Z",
                                     "2024-01-01T00:00:00+01",
                                     "2024-01-02",
                                     "2025-01-01T12:30:00-05:30"};
constexpr const char* kNumbers[] = {"0",
                                    "1",
                                    "2",
                                    "3",
                                    "-1",
                                    "5",
                                    "10",
                                    "1.0",
                                    "1.5",
                                    "0.5",
                                    "2.0",
                                    "-0.5",
                                    "1e1",
                                    "1E0",
                                    "-0",
                                    "-0.0",
                                    "9007199254740992",
                                    "9007199254740993",
                                    "9007199254740993.0",
                                    "9007199254740991.0",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "-9223372036854775808",
                                    "-9223372036854775809",
                                    "1e400",
                                    "1e300",
                                    "1.5e3",
                                    "3.0000000000000001",
                                    "18446744073709551616",
                                    "1e15",
                                    "0.1"};
constexpr const char* kAtoms[] = {"a",         "b",           "\\.",
                                  "@",         "corp",        "[a-c]",
                                  "[^b]",      "\\w",         ".",
                                  "(?:a|b)",   "x",           "(ab)",
                                  "\\d",       "1",           "\xc3\xa9",
                                  "(?i:a)",    "[[:alpha:]]", "\\x61",
                                  "\\Qa.\\E",  "[a-c.@]",     "\\S",
                                  "\\W",       "[^\\n]",      "(?s:.)",
                                  "\\pL",      "(?:)",        "[\\x{e9}-\\x{ff}]",
                                  "(?:ab|ac)", "(a)",         "[ax]",
                                  "/"};
constexpr const char* kCounts[] = {"",  "",  "",    "",   "",   "",      "*",
                                   "+", "?", "{2}", "*?", "+?", "{0,3}", "{1,}"};
constexpr const char* kMarks[] = {"*",    "*", "?",        "a",  "b",  ".",   "@",
                                  "corp", "x", "\xc3\xa9", "/a", "/*", ".org"};

template <std::size_t N> std::string pick(Dice& dice, const char* const (&items)[N]) {
  return items[dice.below(N)];
}

std::string free_text(Dice& dice) {
  if (dice.percent(15)) return pick(dice, kOddTexts);
  if (dice.percent(25)) return label_name(dice);
  std::string out;
  for (int i = dice.between(1, 4); i > 0; --i) out += pick(dice, kPieces);
  if (dice.one_in(60)) out += '\0';
  return out;
}

// With a canonical form, where the family has one.
std::string good_text(Dice& dice, Family family) {
  constexpr const char* addresses[] = {"10.0.0.1", "10.0.0.2", "10.1.2.3",
                                       "11.0.0.1", "::1",      "2001:db8::1"};
  constexpr const char* urls[] = {"https://x.org/",    "https://x.org/a/b",  "http://x.org:8080/a",
                                  "https://a.x.org/b", "https://10.0.0.1/a", "ftp://x.org/a"};
  constexpr const char* instants[] = {"2024-01-01", "2024-01-02", "2023-12-31T00:00:00Z",
                                      "2024-01-01T01:00:00+01:00"};
  switch (family) {
    case Family::kAddress: return pick(dice, addresses);
    case Family::kUrl: return pick(dice, urls);
    case Family::kInstant: return pick(dice, instants);
    case Family::kNumber: return std::to_string(dice.between(-2, 12));
    case Family::kBool: return dice.one_in(2) ? "true" : "false";
    case Family::kText:
    case Family::kAny: return free_text(dice);
    default: return proper_text(dice, family);
  }
}

// Around the bound of canonical forms.
std::string long_text(Dice& dice, Family family) {
  const std::string start = good_text(dice, family);
  return start + std::string(4096 - start.size() + dice.below(3) - 1, dice.one_in(2) ? '/' : 'a');
}

}  // namespace

const std::vector<KnownArgument>& arguments() {
  static const std::vector<KnownArgument> all{
      {"to", Shape::kArray, Shape::kString, Family::kEmail, Role::kRecipient},
      {"cc", Shape::kArray, Shape::kString, Family::kText, std::nullopt},
      {"body", Shape::kString, Shape::kString, Family::kText, Role::kContent},
      {"path", Shape::kString, Shape::kString, Family::kPath, Role::kPath},
      {"url", Shape::kString, Shape::kString, Family::kUrl, std::nullopt},
      {"host", Shape::kString, Shape::kString, Family::kHost, std::nullopt},
      {"ip", Shape::kString, Shape::kString, Family::kAddress, std::nullopt},
      {"at", Shape::kString, Shape::kString, Family::kInstant, std::nullopt},
      {"amount", Shape::kNumber, Shape::kString, Family::kNumber, Role::kAmount},
      {"count", Shape::kInteger, Shape::kString, Family::kNumber, std::nullopt},
      {"flag", Shape::kBoolean, Shape::kString, Family::kBool, std::nullopt},
      {"meta", Shape::kObject, Shape::kString, Family::kAny, std::nullopt},
      {"items", Shape::kArray, Shape::kObject, Family::kAny, std::nullopt},
      {"any", Shape::kAny, Shape::kAny, Family::kAny, std::nullopt},
  };
  return all;
}

const std::vector<std::string>& tool_names() {
  static const std::vector<std::string> all{"send_email", "send_sms",      "read_file",
                                            "pay",        "parse_with_ai", "model:small"};
  return all;
}

std::string label_name(Dice& dice) {
  if (dice.one_in(25)) return rare_name(dice.below(100));
  return pick(dice, kNames);
}

std::string rare_name(std::size_t number) { return "t" + std::to_string(number); }

std::string text_of(Dice& dice, Family family) {
  if (dice.one_in(1000)) return long_text(dice, family);
  if (dice.one_in(12)) return free_text(dice);
  if (dice.one_in(2)) return good_text(dice, family);
  switch (family) {
    case Family::kPath: return dice.one_in(40) ? std::string("/a\0b", 4) : pick(dice, kPaths);
    case Family::kHost: return pick(dice, kHosts);
    case Family::kEmail: return pick(dice, kEmails);
    case Family::kAddress:
      return dice.one_in(40) ? std::string("10.0.0.1\0", 9) : pick(dice, kAddresses);
    case Family::kUrl: return pick(dice, kUrls);
    case Family::kInstant: return pick(dice, kInstants);
    case Family::kNumber: return pick(dice, kNumbers);
    case Family::kBool: return dice.one_in(2) ? "true" : "false";
    case Family::kText:
    case Family::kAny: break;
  }
  return free_text(dice);
}

std::string proper_text(Dice& dice, Family family) {
  switch (family) {
    case Family::kPath: return pick(dice, kProperPaths);
    case Family::kHost: return pick(dice, kProperHosts);
    case Family::kEmail: return pick(dice, kProperEmails);
    default: break;
  }
  std::string out;
  for (int i = dice.between(1, 3); i > 0; --i) out += pick(dice, kPieces);
  return out;
}

std::string pattern(Dice& dice) {
  std::string out;
  constexpr const char* edges[] = {"^", "$", "\\b", "\\z", "(?i)"};
  for (int i = dice.between(0, 4); i > 0; --i) {
    out += pick(dice, kAtoms) + pick(dice, kCounts);
    if (dice.one_in(40)) out += pick(dice, edges);
  }
  if (dice.one_in(4)) out += "|" + pick(dice, kAtoms) + pick(dice, kAtoms);
  if (dice.one_in(4)) out = ".*" + out;
  if (dice.one_in(4)) out += ".*";
  if (dice.one_in(12)) out = "^" + out;
  if (dice.one_in(12)) out += "$";
  return out;
}

std::string wildcard(Dice& dice) {
  std::string out;
  for (int i = dice.between(0, 4); i > 0; --i) out += pick(dice, kMarks);
  return out;
}

Number whole_number(Dice& dice) {
  if (dice.one_in(20))
    return {true, std::numeric_limits<std::int64_t>::max() - dice.between(0, 1), 0};
  return {true, dice.between(-2, 12), 0};
}

Number number(Dice& dice) {
  constexpr double kDecimals[] = {0.5, 1.0, 1.5, 2.0, -0.5, 10.0, 3.25, 0.1, 9007199254740992.0};
  if (dice.one_in(25))
    return {false, 0, (dice.one_in(2) ? 1 : -1) * std::numeric_limits<double>::infinity()};
  if (dice.one_in(3)) return {false, 0, dice.of(kDecimals)};
  return whole_number(dice);
}

policy::Instant instant(Dice& dice) {
  constexpr std::int64_t kDay = 86'400'000'000;
  constexpr std::int64_t k2024 = 19723 * kDay;
  constexpr std::int64_t kOffsets[] = {
      0, 0, 1, -1, 500'000, kDay, -kDay, 366 * kDay, 3'600'000'000, -k2024, -k2024 - 1};
  return {k2024 + dice.of(kOffsets)};
}

}  // namespace policy_test
