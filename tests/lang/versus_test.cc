// SPDX-License-Identifier: Apache-2.0
// A short slice of the comparison with CPython; all of it: yett-fuzz-plan-cpython.
#include "lang/versus.h"

#include <gtest/gtest.h>

#include "lang/coverage.h"
#include "lang/grammar.h"

namespace lang {
namespace {

class Versus : public testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    grammar = Grammar::read(YETT_SOURCE_DIR "/tests/lang/grammar.txt", error);
    ASSERT_TRUE(grammar) << error;
    preamble = file_text(YETT_SOURCE_DIR "/tests/lang/preamble.txt");
    python = CPython::start(preamble);
    if (python == nullptr) GTEST_SKIP() << "no CPython 3.11";
  }
  // Whether CPython's answer is ours, or a limit of ours ended the program.
  void same(const std::string& program) {
    const auto ours = run_plan(preamble + program);
    if (!ours) return;
    const std::string theirs = python->run(program);
    ran += theirs.find("Error") == std::string::npos ? 1 : 0;
    EXPECT_TRUE(agree(*ours, theirs)) << program << "--- CPython:\n"
                                      << theirs << "\n--- ours:\n"
                                      << *ours;
  }
  std::optional<Grammar> grammar;
  std::string preamble;
  std::unique_ptr<CPython> python;
  std::uint64_t ran = 0;
};

TEST_F(Versus, EveryRuleOfTheGrammarGivesWhatCPythonGives) {
  Coverage coverage;
  std::string entry;
  for (const Grammar::Rule& rule : grammar->rules()) {
    if (rule.kind != "stmt" && !Grammar::is_expression(rule.kind)) continue;
    const std::string program = grammar->program_of(rule, rule.used + 7);
    coverage.add(preamble + program);
    same(program);
  }
  // A row of a table without a case is a function that nothing compares.
  EXPECT_EQ(coverage.missing(*grammar), std::vector<std::string>{});
  EXPECT_GT(ran, grammar->rules().size() / 2);
}

TEST_F(Versus, CharactersThatTheLawNamesHaveTheirCaseAndClasses) {
  for (const char* const block : {"range(0x20, 0x180)", "range(0x370, 0x530)"})
    for (const char* const method :
         {"upper", "lower", "title", "swapcase", "casefold", "capitalize", "isalpha", "isalnum",
          "isdecimal", "isdigit", "isnumeric", "isupper", "islower", "istitle", "isspace",
          "isprintable", "isidentifier"})
      same(std::string("for c in ") + block + ":\n  x = chr(c)\n  if str." + method +
           "(x) != x:\n    print(c, str." + method + "(x), ('a' + x)." + method + "())\n");
  same(
      "print([c for c in range(0xd800) if chr(c).isspace()])\n"
      "print([c for c in range(0x20, 0x3000) if len(f'a{chr(c)}b'.splitlines()) > 1])\n");
}

TEST_F(Versus, GeneratedProgramsGiveWhatCPythonGives) {
  for (std::uint64_t seed = 0; seed < 1500 && !HasFailure(); ++seed) same(grammar->program(seed));
}

}  // namespace
}  // namespace lang
