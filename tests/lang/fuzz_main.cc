// SPDX-License-Identifier: Apache-2.0
// yett-fuzz-plan-cpython PROGRAMS [SEED]: generated programs in the plan language and in CPython.
// Prints what differs, then what was covered. Exit 1 where anything differs.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "lang/coverage.h"
#include "lang/grammar.h"
#include "lang/versus.h"

namespace {

using lang::Grammar;

struct Totals {
  std::uint64_t programs = 0, different = 0, limits = 0, raised = 0;
};

void one(lang::CPython& python, const std::string& preamble, const std::string& program,
         std::uint64_t seed, Totals& totals, lang::Coverage& coverage) {
  ++totals.programs;
  coverage.add(preamble + program);
  const auto ours = lang::run_plan(preamble + program);
  if (!ours) {
    ++totals.limits;
    return;
  }
  const std::string theirs = python.run(program);
  totals.raised += theirs.find("Error") != std::string::npos ? 1 : 0;
  if (lang::agree(*ours, theirs) || theirs == "too slow") return;
  if (++totals.different > 400) return;
  const std::size_t begin = std::min(program.find("try:"), program.size());
  fmt::print("--- seed {}\n{}--- CPython:\n{}\n--- ours:\n{}\n", seed, program.substr(begin),
             theirs, *ours);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t programs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::string error;
  const auto grammar = Grammar::read(YETT_SOURCE_DIR "/tests/lang/grammar.txt", error);
  const std::string preamble = lang::file_text(YETT_SOURCE_DIR "/tests/lang/preamble.txt");
  const auto python = lang::CPython::start(preamble);
  if (!grammar || !python)
    return fmt::print(stderr, "{}\n", grammar ? "no CPython 3.11" : error), 2;
  Totals totals;
  lang::Coverage coverage;
  if (programs == 0) {  // each rule by itself
    for (const Grammar::Rule& rule : grammar->rules())
      for (std::uint64_t i = 0; i < 12; ++i)
        if (rule.kind == "stmt" || grammar->is_expression(rule.kind))
          one(*python, preamble, grammar->program_of(rule, seed + i), i, totals, coverage);
  }
  for (std::uint64_t i = 0; i < programs; ++i)
    one(*python, preamble, grammar->program(seed + i), seed + i, totals, coverage);
  coverage.print(*grammar);
  fmt::print("{} programs, {} ended by a limit of ours, {} raised, {} different\n", totals.programs,
             totals.limits, totals.raised, totals.different);
  return totals.different == 0 ? 0 : 1;
}
