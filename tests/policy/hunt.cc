// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/hunt.h"

#include "policy/compile/compile.h"
#include "policy/syntax/print.h"
#include "tests/policy/differ.h"
#include "tests/policy/generate.h"
#include "tests/policy/mutate.h"

namespace policy_test {

Caught hunt(std::uint64_t seed) {
  using How = Caught::How;
  Dice dice(seed);
  const policy::Loaded loaded = make_single(dice);
  const auto program = policy::compile(loaded);
  if (!program) return {How::kMissed, program.error().message};
  Mutation mutation = mutated(dice, *program);
  if (mutation.what.empty()) return {};
  const std::string what = mutation.what + "\n" + policy::print(loaded.trees[0]);
  std::string fault;
  const auto forms = Forms::make(loaded, std::move(mutation.program), fault);
  if (!forms) return {How::kRefused, what};
  for (int i = 0; i < kManyQuestions; ++i) {
    policy::Question question = make_question(dice, loaded);
    question.tool = loaded.tools[0].name;
    if (forms->difference(question, make_observed(dice)))
      return {i < kFirstQuestions ? How::kCaught : How::kMissed, what};
  }
  return {How::kAlike, what};
}

}  // namespace policy_test
