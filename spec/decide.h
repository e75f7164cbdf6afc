// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The reference model of policy decisions: a small, slow evaluator that interprets the syntax tree
// as docs/reference/policy.md reads, section by section. Tests hold the compiled form against it;
// nothing that ships links it, and it shares nothing with src/policy but plain data.
// Trust zone: tests.
#pragma once

#include "policy/loaded.h"
#include "policy/question.h"
#include "spec/evaluate.h"

namespace spec {

// One policy set. Borrows `loaded`. Patterns are compiled once, everything else is read anew for
// each question. Not for two threads at once.
class Model {
 public:
  explicit Model(const policy::Loaded& loaded);

  // §5. `question.session` is the state before the call; Answer::before the state after the
  // `session before` blocks. The same as policy::answer().
  policy::Answer decide(const policy::Question& question);
  // §6. `question.session` is Answer::before of the call's decision. The same as policy::learn().
  policy::Learnt learn(const policy::Question& question, const policy::Observed& observed);

 private:
  // A block of the tool's and the file it stands in.
  struct Applied {
    const policy::ToolPolicy* block;
    const policy::Tree* file;
  };
  // One rule and what its condition said.
  struct Judged {
    const policy::Rule* rule;
    Truth truth;
  };
  struct Verdict {
    policy::Effect effect = policy::Effect::kDeny;
    policy::Level level = policy::Level::kHard;
    base::Reason reason = base::Reason::kNoRule;
    const policy::Rule* rule = nullptr;
  };
  std::vector<Applied> blocks_for(const std::string& tool);
  void run(const std::vector<Applied>& blocks, policy::Block::Kind kind, Scene& scene);
  void update(const policy::Update& update, Truth when, Scene& scene);
  std::optional<label::Sets> updated(const policy::Update& update, const label::Sets& label,
                                     const Scene& scene);
  std::vector<Judged> judged(const std::vector<Applied>& blocks, Scene& scene);
  bool is_llm_blocked(const policy::Question& question) const;
  Verdict fallback() const;
  Verdict sqrt_verdict(const std::vector<Judged>& rules, bool llm_blocked) const;
  static Verdict yett_verdict(const std::vector<Judged>& rules);
  Verdict verdict(const std::vector<Judged>& rules, bool llm_blocked) const;

  const policy::Loaded& loaded_;
  Evaluator evaluator_;
};

policy::Answer decide(const policy::Loaded& loaded, const policy::Question& question);
policy::Learnt learn(const policy::Loaded& loaded, const policy::Question& question,
                     const policy::Observed& observed);

}  // namespace spec
