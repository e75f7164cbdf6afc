// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "runner/workspace/diff.h"
#include "runner/workspace/patch.h"
#include "runner/workspace/search.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

constexpr std::uint64_t kLimit = 1 << 20;

std::string applied(std::string_view text, std::string_view diff) {
  const auto patch = parse_patch(diff);
  if (!patch.ok()) return "!" + std::string(slug(patch.error().cause));
  const auto out = apply_patch(text, *patch);
  return out.ok() ? *out : "!" + std::string(slug(out.error().cause));
}

TEST(ReplaceText, WantsOneAndOnlyOnePlace) {
  const auto replace = [](std::string_view text, std::string_view from, Occurrence o) {
    const auto out = replace_text(text, from, "X", o, kLimit);
    return out.ok() ? *out : "!" + std::string(slug(out.error().cause));
  };
  EXPECT_EQ(replace("a b c", "b", Occurrence::kTheOnlyOne), "a X c");
  EXPECT_EQ(replace("a b b", "b", Occurrence::kTheOnlyOne), "!not_unique");
  EXPECT_EQ(replace("aaa", "aa", Occurrence::kTheOnlyOne), "!not_unique");  // they overlap
  EXPECT_EQ(replace("aaa", "aa", Occurrence::kEach), "Xa");
  EXPECT_EQ(replace("a b b", "b", Occurrence::kEach), "a X X");
  EXPECT_EQ(replace("abc", "d", Occurrence::kEach), "!no_match");
  EXPECT_EQ(replace("abc", "", Occurrence::kEach), "!no_match");
  EXPECT_EQ(cause_of(0), Cause::kIo);
}

TEST(ReplaceText, CannotBlowUp) {
  const std::string text(1000, 'a');
  const auto out = replace_text(text, "a", std::string(1000, 'b'), Occurrence::kEach, 10'000);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().cause, Cause::kTooLarge);
}

TEST(Patch, GoesWhereItsContextStandsExactly) {
  const std::string text = "one\ntwo\nthree\nfour\n";
  EXPECT_EQ(applied(text, "@@ -2,2 +2,2 @@\n two\n-three\n+THREE\n"), "one\ntwo\nTHREE\nfour\n");
  EXPECT_EQ(applied(text, "--- a/f\n+++ b/f\n@@ -1 +1,2 @@ word\n one\n+more\n"),
            "one\nmore\ntwo\nthree\nfour\n");
  // The line is wrong, but there is only one place.
  EXPECT_EQ(applied(text, "@@ -1,2 +1,1 @@\n three\n-four\n"), "one\ntwo\nthree\n");
  // White space counts.
  EXPECT_EQ(applied(text, "@@ -2,1 +2,1 @@\n-two \n+x\n"), "!no_match");
  EXPECT_EQ(applied("", "@@ -0,0 +1,2 @@\n+a\n+b\n"), "a\nb\n");
  EXPECT_EQ(applied("a\nx\na\n", "@@ -2,1 +2,1 @@\n-a\n+b\n"), "!not_unique");
  EXPECT_EQ(applied("a\n\nb\n", "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n"), "a\n\nc\n");
  EXPECT_EQ(applied("a", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"), "b\n");
  EXPECT_EQ(applied("a\n", "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n"), "b");
  EXPECT_EQ(applied("a\nb\n", "@@ -1 +1 @@\n-a\n+x\n\\ No newline at end of file\n"), "!bad_diff");
  EXPECT_EQ(applied(text, "@@ -1 +1 @@\n-one\n+1\n@@ -4 +4 @@\n-four\n+4\n"), "1\ntwo\nthree\n4\n");
}

TEST(Patch, RefusesWhatItCannotBeSureOf) {
  for (const char* bad : {
           "", "hello\n",
           "@@ -1 +1 @@\n",                           // ends within
           "@@ -1,2 +1 @@\n-a\n",                     // fewer lines than it says
           "@@ -1 +1 @@\n-a\n+b\n+c\n",               // more
           "@@ -1 +1 @@\n-a\n*b\n",                   // no sign
           "@@ -x +1 @@\n-a\n+b\n",                   // no number
           "@@ -99999999999 +1 @@\n-a\n+b\n",         // too large a number
           "@@ -0 +1 @@\n-a\n+b\n",                   // lines count from 1
           "@@ -0,0 +0,0 @@\n",                       // nothing in it
           "rename from a\nrename to b\n",            // more than text
           "new mode 100755\n@@ -1 +1 @@\n-a\n+b\n",  // likewise
           "--- a/x\n@@ -1 +1 @@\n-a\n+b\n",          // half a header
           "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n",
           "@@ -5 +5 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n",  // out of order
           "GIT binary patch\nliteral 4\n",
           "@@ -1 +1 @@\n-a\n+b",  // cut within a line
       }) {
    const auto patch = parse_patch(bad);
    ASSERT_FALSE(patch.ok()) << bad;
    EXPECT_EQ(patch.error().cause, Cause::kBadDiff) << bad;
  }
}

// Texts of few different lines, so that many are alike.
std::string random_text(std::mt19937& random) {
  std::string out;
  const std::size_t lines = random() % 30;
  for (std::size_t i = 0; i < lines; ++i)
    out += std::string(1 + random() % 2, "abcd"[random() % 4]) + "\n";
  if (random() % 3 == 0) out += "end";
  return out;
}

// Found by fuzzing: an empty line that ends nothing is no line, so its hunk counted wrongly.
TEST(Patch, AnEmptyLineWithoutAnEndIsRefused) {
  EXPECT_EQ(applied("a\n", "@@ -1 +1,2 @@\n a\n+\n\\ No newline at end of file\n"), "!bad_diff");
}

TEST(Diff, AppliedToOneTextGivesTheOther) {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    const std::string before = random_text(random);
    const std::string after = random_text(random);
    const std::string diff = unified_diff("f", before, after);
    if (before == after) EXPECT_EQ(diff, "");
    else ASSERT_EQ(applied(before, diff), after) << diff << "\n--\n" << before << "--\n" << after;
  }
}

TEST(Diff, OfASmallChangeIsSmall) {
  std::string before;
  for (int i = 0; i < 100; ++i) before += "line " + std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("line 50\n"), 8, "changed\n");
  EXPECT_EQ(unified_diff("a/b.txt", before, after),
            "--- a/a/b.txt\n+++ b/a/b.txt\n@@ -48,7 +48,7 @@\n line 47\n line 48\n line 49\n"
            "-line 50\n+changed\n line 51\n line 52\n line 53\n");
}

TEST(Diff, OfTooManyLinesIsRefused) {
  const std::string many(1'000'000, '\n');
  EXPECT_EQ(unified_diff("f", many, "a\n"), "File f differs in too many lines\n");
  EXPECT_EQ(applied(many, "@@ -1 +1 @@\n-\n+a\n"), "!too_large");
  EXPECT_EQ(applied("a\n", many), "!bad_diff");
}

TEST(Diff, IsBoundedAndStillRight) {
  std::string before;
  std::string after;
  for (int i = 0; i < 6000; ++i) {
    before += "x" + std::to_string(i) + "\n";
    after += "y" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(applied(before, unified_diff("f", before, after)), after);
  EXPECT_EQ(unified_diff("f", std::string("a\0b", 3), "c"), "Binary file f differs\n");
}

std::vector<std::string> found(SearchWanted wanted, std::string_view text) {
  std::vector<std::string> out;
  const auto query = Query::create(wanted);
  if (!query.ok()) return {"!" + std::string(slug(query.error().cause))};
  const auto line_found = [&](std::uint64_t line, std::string_view words, std::uint64_t column) {
    out.push_back(std::to_string(line) + ":" + std::to_string(column) + ":" + std::string(words));
    return out.size() < 10;
  };
  query->each(text, line_found, [] { return true; });
  return out;
}

TEST(Query, FindsLinesAndColumns) {
  using Form = SearchWanted::Form;
  using Lines = std::vector<std::string>;
  EXPECT_EQ(found({"b+", Form::kRegex}, "a\nabb\r\nb"), (Lines{"2:2:abb", "3:1:b"}));
  EXPECT_EQ(found({"b+", Form::kLiteral}, "abb\nab+"), (Lines{"2:2:ab+"}));
  EXPECT_EQ(found({"^a$", Form::kRegex}, "a\nba\na"), (Lines{"1:1:a", "3:1:a"}));
  EXPECT_EQ(found({"A", Form::kRegex, SearchWanted::Case::kInsensitive}, "xa"), (Lines{"1:2:xa"}));
  EXPECT_EQ(found({"--pre=id", Form::kRegex}, "x --pre=id"), (Lines{"1:3:x --pre=id"}));
  EXPECT_EQ(found({"a\" /etc -e \"root", Form::kRegex}, "root\n/etc"), Lines{});
  EXPECT_EQ(found({"x", Form::kRegex}, std::string(20, '\n')), Lines{});
  EXPECT_EQ(found({"x*", Form::kRegex}, "\n\n"), (Lines{"1:1:", "2:1:"}));
}

TEST(Query, RefusesWhatIsNoneOrTooMuch) {
  for (const std::string& bad : {std::string(), std::string("("), std::string("(a)\\1"),
                                 std::string("(?=a)"), std::string("a\nb"), std::string("\xff"),
                                 std::string(5000, 'a'), std::string("((a{100}){100}){100}")})
    EXPECT_EQ(found({bad, SearchWanted::Form::kRegex}, "a"),
              std::vector<std::string>{"!bad_pattern"});
}

TEST(Query, CutsLongLinesAtACharacter) {
  std::string line(511, 'a');
  line += "ü";
  EXPECT_EQ(cut_line(line).size(), 511u);
  EXPECT_EQ(cut_line("short"), "short");
}

}  // namespace
}  // namespace workspace
