// SPDX-License-Identifier: Apache-2.0
#include "transcript.h"

#include <gtest/gtest.h>

namespace transcript {
namespace {

using Lines = std::vector<std::string>;

TEST(Transcript, AHoleInALineMatchesAnyText) {
  EXPECT_TRUE(matches_line("took [..] ms", "took 12 ms"));
  EXPECT_TRUE(matches_line("[..]b[..]", "ab"));
  EXPECT_TRUE(matches_line("[..]", ""));
  EXPECT_FALSE(matches_line("took [..] ms", "took 12 s"));
  EXPECT_FALSE(matches_line("took", "took 12"));
  EXPECT_FALSE(matches_line("a[..]a", "a"));
}

TEST(Transcript, DotsAloneMatchAnyNumberOfLines) {
  EXPECT_TRUE(matches({"a", "...", "c"}, {"a", "c"}));
  EXPECT_TRUE(matches({"a", "...", "c"}, {"a", "b", "c", "c"}));
  EXPECT_TRUE(matches({"..."}, {}));
  EXPECT_FALSE(matches({"a", "...", "c"}, {"a", "c", "b"}));
  EXPECT_FALSE(matches({}, {"a"}));
  EXPECT_FALSE(matches({"a"}, {}));
}

TEST(Transcript, IsReadIntoCommandsAndFiles) {
  const auto script =
      parse("# head\n\n$ one\nout\n\n$ two\n? 3\nmore\n-- a/b.txt --\nx\n\ny\n-- c --\n");
  ASSERT_TRUE(script.ok());
  ASSERT_EQ(script->steps.size(), 2u);
  EXPECT_EQ(script->steps[0].line, 3u);
  EXPECT_EQ(script->steps[0].expected, Lines{"out"});
  EXPECT_EQ(script->steps[1].command, "two");
  EXPECT_EQ(script->steps[1].status, 3);
  EXPECT_EQ(script->steps[1].expected, Lines{"more"});
  ASSERT_EQ(script->files.size(), 2u);
  EXPECT_EQ(script->files[0].first, "a/b.txt");
  EXPECT_EQ(script->files[0].second, "x\n\ny\n");
}

TEST(Transcript, RefusesWhatItCannotRun) {
  EXPECT_FALSE(parse("").ok());
  EXPECT_FALSE(parse("output\n$ one\n").ok());
  EXPECT_FALSE(parse("$ one\n? x\n").ok());
  EXPECT_FALSE(parse("$ one\n-- ../a --\n").ok());
  EXPECT_FALSE(parse("$ one\n-- /etc/a --\n").ok());
}

TEST(Transcript, OfMarkdownOnlyMarkedBlocksCount) {
  const auto script = parse_markdown(
      "# Yett\n```console\n$ not this\n```\n```console transcript\n$ this\nout\n```\ntext\n");
  ASSERT_TRUE(script.ok());
  ASSERT_EQ(script->steps.size(), 1u);
  EXPECT_EQ(script->steps[0].line, 6u);
  EXPECT_EQ(script->steps[0].expected, Lines{"out"});
}

TEST(Transcript, OfMarkdownNamedBlocksAreFiles) {
  const auto script = parse_markdown(
      "```toml file a.toml\nx = 1\n```\ntext\n```toml\nno = 1\n```\n```console transcript\n$ cat "
      "a.toml\nx = 1\n```\n");
  ASSERT_TRUE(script.ok());
  ASSERT_EQ(script->steps.size(), 1u);
  ASSERT_EQ(script->files.size(), 1u);
  EXPECT_EQ(script->files[0].first, "a.toml");
  EXPECT_EQ(script->files[0].second, "x = 1\n");
}

}  // namespace
}  // namespace transcript
