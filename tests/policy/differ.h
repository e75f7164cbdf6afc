// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One trial of the compiled form against the reference model, and the properties that need no
// model. Every function answers with what is wrong, for people, or nothing. Trust zone: tests.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "policy/decide.h"
#include "policy/program.h"
#include "spec/decide.h"
#include "tests/policy/dice.h"
#include "tests/policy/shrink.h"

namespace policy_test {

// A policy in both forms. Nothing if compile or link refuse, with the reason in `fault`.
class Forms {
 public:
  static std::unique_ptr<Forms> make(const policy::Loaded& loaded, std::string& fault);
  // The same with another program: a mutation.
  static std::unique_ptr<Forms> make(const policy::Loaded& loaded, policy::Program program,
                                     std::string& fault);

  // Answer and Learnt of both, every field. The question is as it was afterwards.
  std::optional<std::string> difference(policy::Question& question,
                                        const policy::Observed& observed);
  const policy::PolicySet& compiled() const { return set_; }

 private:
  Forms(const policy::Loaded& loaded, policy::PolicySet set);
  spec::Model model_;
  policy::PolicySet set_;
  bool learns_;
  std::uint64_t asked_ = 0;
};

std::optional<std::string> difference(const Trial& trial);

// parse(print(tree)) is the tree.
std::optional<std::string> round_trip(const policy::Loaded& loaded);

// The policy with one more deny rule somewhere.
policy::Loaded with_deny(Dice& dice, policy::Loaded loaded);

// The printed files, the question and what both say of it.
std::string report(const Trial& trial);

}  // namespace policy_test
