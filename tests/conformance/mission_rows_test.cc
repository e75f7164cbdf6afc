// SPDX-License-Identifier: Apache-2.0
//
// docs/reference/mission-rows.md names what shows each row. What it names is there.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "conformance/suite.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = YETT_SOURCE_DIR;

std::string text_of(const fs::path& file) {
  auto text = read_file(file);
  EXPECT_TRUE(text.ok()) << file;
  return text.ok() ? std::move(*text) : "";
}

// What stands between single backticks.
std::vector<std::string> quoted_in(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t begin = text.find('`');
    const std::size_t end = begin == text.npos ? begin : text.find('`', begin + 1);
    if (end == text.npos) return out;
    out.emplace_back(text.substr(begin + 1, end - begin - 1));
    text.remove_prefix(end + 1);
  }
}

bool is_word(std::string_view s) {
  return !s.empty() && std::ranges::all_of(s, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

// "Suite.Test", as gtest prints it; file names and keys begin small or have a slash.
bool is_test_name(std::string_view s) {
  const std::size_t dot = s.find('.');
  return dot != s.npos && std::isupper(static_cast<unsigned char>(s[0])) != 0 &&
         is_word(s.substr(0, dot)) && is_word(s.substr(dot + 1)) &&
         std::isupper(static_cast<unsigned char>(s[dot + 1])) != 0;
}

// Every "Suite.Test" that a source file defines.
std::set<std::string> defined_tests() {
  std::set<std::string> out;
  for (const char* folder : {"src", "tests", "tools"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      if (!entry.path().filename().string().ends_with("_test.cc")) continue;
      const std::string text = text_of(entry.path());
      for (std::size_t at = 0; (at = text.find("\nTEST", at)) != text.npos; ++at) {
        const std::size_t open = text.find('(', at);
        const std::size_t comma = text.find(',', open);
        const std::size_t close = text.find(')', comma);
        if (close == text.npos) break;
        std::string name = text.substr(comma + 1, close - comma - 1);
        name.erase(0, name.find_first_not_of(" \n"));
        out.insert(text.substr(open + 1, comma - open - 1) + "." + name);
      }
    }
  }
  return out;
}

// The rows of one system that the page answers for so far: from..to.
struct Answered {
  std::string_view system;
  unsigned from;
  unsigned to;
};
constexpr Answered kAnswered[] = {
    {"STR", 1, 44}, {"ACP", 27, 55}, {"RAMP", 24, 38}, {"OAP", 14, 31}};

std::vector<std::string> rows_of(const std::string& page, std::string_view system) {
  std::vector<std::string> out;
  const std::string begin = fmt::format("\n| {}-", system);
  for (std::size_t at = 0; (at = page.find(begin, at)) != page.npos; ++at) {
    out.push_back(page.substr(at + 1, page.find('\n', at + 1) - at - 1));
  }
  return out;
}

TEST(MissionRows, EachStandsOnceWithSomethingThatShowsIt) {
  const std::string page = text_of(kRoot / "docs/reference/mission-rows.md");
  for (const Answered& answered : kAnswered) {
    const auto rows = rows_of(page, answered.system);
    ASSERT_EQ(rows.size(), answered.to - answered.from + 1) << answered.system;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_TRUE(
          rows[i].starts_with(fmt::format("| {}-{:03} |", answered.system, answered.from + i)))
          << rows[i];
      const std::string shown = rows[i].substr(rows[i].rfind('|', rows[i].size() - 2));
      EXPECT_FALSE(quoted_in(shown).empty()) << rows[i];
    }
  }
}

TEST(MissionRows, EveryTestThatIsNamedIsThere) {
  const auto defined = defined_tests();
  EXPECT_TRUE(defined.contains("MissionRows.EveryTestThatIsNamedIsThere"));
  std::size_t named = 0;
  for (const auto& name : quoted_in(text_of(kRoot / "docs/reference/mission-rows.md"))) {
    if (!is_test_name(name)) continue;
    ++named;
    EXPECT_TRUE(defined.contains(name)) << name;
  }
  EXPECT_GT(named, 40u);
}

TEST(MissionRows, EveryTargetFileAndTranscriptThatIsNamedIsThere) {
  const std::string makefile = text_of(kRoot / "Makefile");
  for (const auto& quoted : quoted_in(text_of(kRoot / "docs/reference/mission-rows.md"))) {
    if (quoted.starts_with("make ")) {
      const std::string target = quoted.substr(5, quoted.find(' ', 5) - 5);
      EXPECT_NE(makefile.find("\n" + target + ":"), makefile.npos) << quoted;
    } else if (quoted.starts_with("cli.")) {
      EXPECT_TRUE(fs::exists(kRoot / "tests/cli" / (quoted.substr(4) + ".txt"))) << quoted;
    } else if (quoted.ends_with(".md") || quoted.starts_with("tests/") ||
               quoted.starts_with("src/")) {
      EXPECT_TRUE(fs::exists(kRoot / quoted)) << quoted;
    }
  }
}

}  // namespace
}  // namespace conformance
