// SPDX-License-Identifier: Apache-2.0
// What we accept CPython 3.11 accepts with the same tree; what we refuse as a mistake of syntax it
// refuses too. Plans of tests/lang/corpus, and generated ones.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lang/dump.h"
#include "lang/parse.h"
#include "lang/random_plan.h"

namespace lang {
namespace {

constexpr std::uint64_t kGenerated = 24'000;

std::filesystem::path scratch(std::string_view name) {
  return std::filesystem::path(testing::TempDir()) / fmt::format("{}_{}", name, getpid());
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// What `python3 ARGUMENTS < input` prints; nothing if it fails.
std::string python(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), "python3");
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  const auto output = scratch("answers");
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  int status = -1;
  if (posix_spawnp(&child, "python3", &files, nullptr, argv.data(), environ) == 0)
    waitpid(child, &status, 0);
  posix_spawn_file_actions_destroy(&files);
  std::string out = status == 0 ? contents(output) : std::string();
  std::filesystem::remove(output);
  return out;
}

bool has_cpython() {
  return python({"-c", "import sys; print(sys.version_info[:2])"}, "/dev/null") == "(3, 11)\n";
}

// One line a program.
std::vector<std::string> ask_cpython(const std::vector<std::string>& programs) {
  const auto file = scratch("plans");
  std::ofstream out(file, std::ios::binary);
  for (const std::string& p : programs) out << p.size() << '\n' << p;
  out.close();
  std::istringstream answers(python({YETT_SOURCE_DIR "/tests/lang/dump_ast.py"}, file.string()));
  std::filesystem::remove(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(answers, line);) lines.push_back(line);
  return lines;
}

// Empty: they agree. `answer` as dump_ast.py gives it.
std::string disagreement(const std::string& program, const std::string& answer) {
  const auto ours = parse(program);
  const bool refused = answer.starts_with("refused");
  if (const auto* problem = std::get_if<Problem>(&ours)) {
    if (problem->kind != Problem::Kind::kSyntax || !answer.starts_with("tree ")) return {};
    return "refused here, accepted by CPython\n" + render(*problem, program);
  }
  if (refused) return "accepted here; CPython: " + answer;
  const std::string tree = dump(std::get<Tree>(ours));
  if (tree == answer.substr(answer.find(' ') + 1)) return {};
  return "different trees\n" + tree + "\n" + answer;
}

std::size_t compare(const std::vector<std::string>& programs) {
  const std::vector<std::string> answers = ask_cpython(programs);
  EXPECT_EQ(answers.size(), programs.size());
  std::size_t accepted = 0;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < std::min(answers.size(), programs.size()); ++i) {
    const std::string difference = disagreement(programs[i], answers[i]);
    accepted += std::holds_alternative<Tree>(parse(programs[i])) ? 1 : 0;
    if (difference.empty()) continue;
    EXPECT_TRUE(false) << difference << "\n--- program " << i << "\n" << programs[i] << "---";
    if (++wrong == 12) break;
  }
  return accepted;
}

TEST(AgainstCPython, PlansAsPlannersWriteThemHaveTheSameTree) {
  if (!has_cpython()) GTEST_SKIP() << "no python3 3.11";
  std::vector<std::string> programs;
  for (const auto& entry :
       std::filesystem::directory_iterator(YETT_SOURCE_DIR "/tests/lang/corpus")) {
    programs.push_back(contents(entry.path()));
    const auto ours = parse(programs.back());
    if (const auto* problem = std::get_if<Problem>(&ours))
      ADD_FAILURE() << entry.path().filename() << ": " << render(*problem, programs.back());
  }
  EXPECT_GE(programs.size(), 60U);
  EXPECT_EQ(compare(programs), programs.size());
}

TEST(AgainstCPython, GeneratedProgramsAreReadTheSameWay) {
  if (!has_cpython()) GTEST_SKIP() << "no python3 3.11";
  std::vector<std::string> programs;
  const char* const first = std::getenv("YETT_PLAN_SEED");  // for long runs: other programs
  const std::uint64_t begin = first == nullptr ? 0 : std::strtoull(first, nullptr, 10);
  for (std::uint64_t seed = begin; seed < begin + kGenerated; ++seed) {
    const std::string plan = random_plan(seed);
    programs.push_back(seed % 3 == 0 ? break_plan(plan, seed) : plan);
  }
  const std::size_t accepted = compare(programs);
  std::printf("accepted %zu of %zu\n", accepted, programs.size());
  EXPECT_GT(accepted, programs.size() / 5);  // or the generator has come to test refusals only
}

}  // namespace
}  // namespace lang
