// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Random questions to a policy, drawn from what it mentions. Deterministic: the same seed asks the
// same. Trust zone: command line.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "cli/policy_words.h"
#include "policy/question.h"
#include "policy/tools.h"

namespace cli {

class Sampler {
 public:
  Sampler(Vocabulary words, std::uint64_t seed) : words_(std::move(words)), random_(seed) {}
  // A call of `tool` with arguments of their kinds; some are left out, some carry labels.
  policy::Question ask(const policy::ToolShape& tool);

 private:
  bool chance(int percent);
  std::size_t below(std::size_t n);
  label::Names some(const std::vector<std::string>& of, int percent);
  label::Names names_of(policy::Field field, int percent);
  label::Sets label();
  std::string attribute(policy::Attribute which);
  void add_argument(const policy::ArgumentShape& shape, policy::Question& question);
  void add_leaf(const std::string& path, const std::string& words, policy::ArgumentShape::Kind kind,
                const policy::ArgumentShape& shape, const label::Sets& label,
                policy::Question& question);

  Vocabulary words_;
  std::mt19937_64 random_;
};

// `question` with everything taken out that `still` can do without: leaves (one of each argument
// that `tool` requires stays; null: none does), labels, names, roles. `still` holds for `question`
// and for what is returned.
policy::Question shrunk(policy::Question question, const policy::ToolShape* tool,
                        const std::function<bool(const policy::Question&)>& still);

}  // namespace cli
