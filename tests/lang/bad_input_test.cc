// SPDX-License-Identifier: Apache-2.0
// Hostile plans: tests/lang/bad_input.txt. Each ends as its row says, soon, and nothing was sent.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

#include "lang/plan_testing.h"

namespace lang {
namespace {

struct Row {
  std::string program, expected;
};

// A program; a line that begins with `=>`: how it ends; `---`.
std::vector<Row> rows() {
  std::ifstream file(YETT_SOURCE_DIR "/tests/lang/bad_input.txt");
  std::vector<Row> out(1);
  for (std::string line; std::getline(file, line);) {
    if (line == "---") out.emplace_back();
    else if (line.starts_with("=> ")) out.back().expected = line.substr(3);
    else if (!line.starts_with("#: ")) out.back().program += line + "\n";
  }
  if (out.back().program.empty()) out.pop_back();
  return out;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// How a run ended, in one line; of a value what is JSON, cut.
std::string ending(World& world, const std::string& program) {
  const auto checked = Plan::check(program, World::tools());
  if (const auto* problem = std::get_if<Problem>(&checked)) {
    const std::string said = render(*problem, program);
    const std::size_t hint = said.find("hint: ");
    return "refused " + first_line(said) +
           (hint == std::string::npos ? "" : "; " + first_line(said.substr(hint)));
  }
  Machine machine(std::get<Plan>(checked), world.table);
  const Outcome out = machine.run(world);
  const std::string label = out.label == label::kClean ? "" : " (labelled)";
  switch (out.kind) {
    case Outcome::Kind::kLimit: return "limit " + out.text;
    case Outcome::Kind::kRaised:
      return "raised " + out.error + ": " + out.text.substr(0, 120) + label;
    case Outcome::Kind::kDone: return "value " + schema::write(out.value).substr(0, 60) + label;
    default: return "other";
  }
}

TEST(BadInput, EachRowEndsAsItSaysAndSoon) {
  const auto all = rows();
  ASSERT_GT(all.size(), 100U);
  const bool show = std::getenv("YETT_SHOW") != nullptr;  // to write the table anew
  for (const Row& row : all) {
    World world;
    const std::clock_t begin = std::clock();
    const std::string got = ending(world, row.program);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (show) std::printf("%s=> %s\n---\n", row.program.c_str(), got.c_str());
    EXPECT_EQ(got.substr(0, got.find_last_not_of(' ') + 1), row.expected) << row.program;
    EXPECT_LT(seconds, 4.0) << row.program;
    EXPECT_TRUE(world.sent.empty()) << row.program;
  }
}

TEST(BadInput, ThePlanAfterAHostileOneRuns) {
  World world;
  for (int i = 0; i < 3; ++i) ending(world, "x = []\nwhile True:\n  x.append('a' * 100000)\n");
  EXPECT_EQ(world.value("final_return_value = 1 + 1"), "2");
}

}  // namespace
}  // namespace lang
