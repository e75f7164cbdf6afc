// SPDX-License-Identifier: Apache-2.0
//
// What docs/guide/*.md shows works: its configuration compiles under its policy, its commands are
// understood.
#include <filesystem>

#include <gtest/gtest.h>

#include "cli/arguments.h"
#include "cli/compile.h"
#include "conformance/suite.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

// The fenced blocks of one kind, one after the other.
std::string blocks_of(std::string_view page, std::string_view kind) {
  const std::string open = "\n```" + std::string(kind) + "\n";
  std::string out;
  for (std::size_t at = 0; (at = page.find(open, at)) != page.npos;) {
    at += open.size();
    const std::size_t end = page.find("```", at);
    out += page.substr(at, end - at);
    at = end;
  }
  return out;
}

class PageFiles final : public cli::Files {
 public:
  explicit PageFiles(std::string policy) : policy_(std::move(policy)) {}
  base::Result<std::string> read(const std::string& name) const override {
    if (name == "policy.sqrt") return policy_;
    return base::not_found(name);
  }

 private:
  std::string policy_;
};

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) out.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(line.size(), end + 1));
  }
  return out;
}

class Guide : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto text = read_file(fs::path(YETT_SOURCE_DIR) / "docs/guide" / GetParam());
    ASSERT_TRUE(text.ok()) << GetParam();
    page_ = std::move(*text);
  }
  std::string page_;
};

TEST_P(Guide, ConfigurationCompilesAndOffersItsTools) {
  cli::Problems problems;
  const cli::Config config = cli::read_config(blocks_of(page_, "toml"), problems);
  const cli::Compiled made = cli::compile(config, PageFiles(blocks_of(page_, "sqrt")), problems);
  ASSERT_TRUE(problems.empty()) << problems.text(GetParam());
  EXPECT_FALSE(made.known.empty());
  EXPECT_EQ(made.session.tools.size(), made.all_tools.size());
}

TEST_P(Guide, CommandsAreUnderstood) {
  const std::string commands = "\n" + blocks_of(page_, "console");
  std::size_t seen = 0;
  for (std::size_t at = 0; (at = commands.find("\n$ yett ", at)) != commands.npos; ++seen) {
    at += 3;
    const auto words = words_of(commands.substr(at, commands.find('\n', at) - at));
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    const auto line = cli::parse_arguments(static_cast<int>(argv.size()), argv.data());
    EXPECT_TRUE(line.ok()) << words.back() << ": " << line.error().message;
  }
  EXPECT_GT(seen, 0u);
}

INSTANTIATE_TEST_SUITE_P(OfEachPage, Guide,
                         testing::Values("1password.md", "add-a-tool.md", "ollama.md"),
                         [](const auto& page) {
                           std::string name = page.param;
                           std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                           return name;
                         });

}  // namespace
}  // namespace conformance
