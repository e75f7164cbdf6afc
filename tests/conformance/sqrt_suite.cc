// SPDX-License-Identifier: Apache-2.0
//
// sqrt-cases: policies of the other system, their calls, verdicts and metadata.
#include <fmt/format.h>

#include <map>

#include "conformance/sqrt_case.h"
#include "conformance/sqrt_plan.h"
#include "conformance/suites.h"
#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/load/load.h"
#include "policy/syntax/parse.h"
#include "schema/parse.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;
using schema::Value;

constexpr schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

// Categories that hang on a later part (CONFORMANCE.md).
std::string_view later_part_of(std::string_view category) {
  if (category == "header" || category == "http") return "doors";
  return {};
}

// Why the policy does not load, or the linked set.
base::Result<policy::PolicySet> linked(const SqrtCase& c) {
  const policy::Outcome outcome = policy::load({c.policy}, c.tools, c.options, {});
  if (!outcome.loaded) {
    for (const policy::Diagnostic& diagnostic : outcome.diagnostics)
      if (diagnostic.severity == policy::Diagnostic::Severity::kError)
        return base::invalid("not loaded: " + policy::render(diagnostic, outcome.sources));
    return base::invalid("not loaded, and no error said");
  }
  TRY_AS(policy::Program program, policy::compile(*outcome.loaded));
  return policy::PolicySet::link(std::move(program));
}

// The label of argument `name`: its own joined with those of the results it was made of.
void derive(SqrtStep& step, const std::vector<label::Sets>& results) {
  for (const auto& [name, from] : step.derived)
    for (policy::LeafValue& leaf : step.question.leaves) {
      const std::string_view top = std::string_view(leaf.path).substr(0, leaf.path.find('/'));
      if (top != name) continue;
      for (const std::size_t number : from)
        if (number < results.size()) leaf.label = join(leaf.label, results[number]);
    }
}

bool same(label::Sets got, const label::Sets& want) {
  got.origins = {};  // ours, unknown to the other system
  return got == want;
}

class Steps {
 public:
  Steps(const policy::PolicySet& set, const SqrtCase& c)
      : set_(set), case_(c), session_(c.session) {}

  // Empty, or what was expected and what came.
  std::string play(SqrtStep step) {
    if (step.branch) return branch(step);
    derive(step, results_);
    step.question.session = session_;
    const policy::Answer answer = policy::answer(set_, step.question);
    session_ = answer.before;
    answer_ = answer.effect == policy::Effect::kAllow ? "allow" : "deny";
    const std::string level(answer.level == policy::Level::kHard ? "hard" : "soft");
    if (answer_ != step.verdict) return "expected " + step.verdict + ", got " + answer_;
    if (!step.enforcement.empty() && level != step.enforcement)
      return "expected level " + step.enforcement + ", got " + level;
    results_.emplace_back();
    if (answer.effect == policy::Effect::kAllow) learn(step);
    if (step.result_meta && !same(results_.back(), *step.result_meta))
      return "expected result " + text_of(*step.result_meta) + ", got " + text_of(results_.back());
    if (step.session_meta && !same(session_.label, *step.session_meta))
      return "expected session " + text_of(*step.session_meta) + ", got " + text_of(session_.label);
    return {};
  }
  const std::string& answer() const { return answer_; }

 private:
  // A text after a branch is made under it.
  std::string branch(const SqrtStep& step) {
    label::Sets tested = step.branch->value ? tested_ : step.branch->tested;
    for (const std::size_t number : step.branch->derived)
      if (number < results_.size()) tested = join(tested, results_[number]);
    tested_ = tested;
    if (step.branch->value) {
      const auto label = label_under_branch(tested);
      if (!label.ok()) return label.error().message;
      answer_ = "labelled by the branch";
      if (!step.result_meta || same(*label, *step.result_meta)) return {};
      return "expected value " + text_of(*step.result_meta) + ", got " + text_of(*label);
    }
    const auto verdict =
        branch_verdict(tested, case_.mode, case_.branching ? &*case_.branching : nullptr);
    if (!verdict.ok()) return verdict.error().message;
    answer_ = *verdict;
    return answer_ == step.verdict ? "" : "expected " + step.verdict + ", got " + answer_;
  }
  void learn(SqrtStep& step) {
    step.question.session = session_;
    policy::Learnt learnt = policy::learn(set_, step.question, step.observed);
    results_.back() = std::move(learnt.result);
    session_ = std::move(learnt.session);
  }

  const policy::PolicySet& set_;
  const SqrtCase& case_;
  policy::SessionState session_;
  label::Sets tested_;  // by the last branch
  std::vector<label::Sets> results_;
  std::string answer_;
};

class SqrtSuite final : public Suite {
 public:
  std::string_view name() const override { return "sqrt"; }
  std::string_view default_folder() const override { return "sqrt-cases"; }

  base::Status run(const Run& run, Report& report) override {
    for (const fs::path& file : files_of(run.folder, ".json")) {
      TRY_AS(const std::string text, read_file(file));
      TRY_AS(const Value root, schema::parse(text, kLimits));
      const auto category = root.find_string("category");
      const Value* cases = root.find("cases");
      if (!category || cases == nullptr || cases->as_array() == nullptr)
        return base::invalid(file.string() + ": no category or cases");
      for (const Value& one : *cases->as_array()) judge(run, *category, one, report);
    }
    return base::ok();
  }

 private:
  static void judge(const Run& run, std::string_view category, const Value& value, Report& report) {
    Case c{.id = std::string(value.find_string("name").value_or("")),
           .table = std::string(category)};
    if (!run.selects(c.table, c.id)) return;
    c.ambiguous = value.find_string("evidence") == "ambiguous";
    if (const std::string_view part = later_part_of(category); !part.empty())
      return report.skipped(c, Skip::kLater, part);
    if (category == "syntax") return judge_syntax(c, value, report);
    if (category == "propagation") return judge_value(c, value, report);
    const auto read = read_sqrt_case(value);
    if (!read.ok()) return report.failed(c, "no adapter: " + read.error().message);
    judge_steps(c, *read, report);
  }

  static void judge_syntax(const Case& c, const Value& value, Report& report) {
    const policy::Source source{c.id, std::string(value.find_string("policy").value_or(""))};
    const auto parsed = policy::parse(source);
    const auto* error = std::get_if<policy::Diagnostic>(&parsed);
    const Value* expect = value.find("expect");
    const Value* valid = expect == nullptr ? nullptr : expect->find("valid");
    if (valid == nullptr || !valid->as_bool()) return report.failed(c, "no adapter: expect.valid");
    if (*valid->as_bool() == (error == nullptr)) return report.passed(c);
    report.failed(c, error == nullptr ? "expected invalid, was accepted"
                                      : "expected valid: " + policy::render(*error, {source}));
  }

  static base::Result<Labelled> inputs_of(const Value& value) {
    Labelled out;
    const Value* inputs = value.find("inputs");
    if (inputs == nullptr || inputs->as_object() == nullptr) return base::invalid("no inputs");
    for (const schema::Member& member : *inputs->as_object()) {
      TRY_AS(out[member.key], sets_of(member.value));
    }
    return out;
  }

  static void judge_value(const Case& c, const Value& value, Report& report) {
    const auto inputs = inputs_of(value);
    const Value* meta = value.find("expect_meta");
    const auto want = meta == nullptr ? base::Result<label::Sets>(base::invalid("no expect_meta"))
                                      : sets_of(*meta);
    const auto expressions = expressions_of(value.find_string("operation").value_or(""));
    if (!inputs.ok() || !want.ok() || expressions.empty()) return report.failed(c, "no adapter");
    for (const std::string& expression : expressions) {
      const auto got = label_of(expression, *inputs);
      if (!got.ok()) return report.failed(c, got.error().message);
      if (!same(*got, *want))
        return report.failed(
            c, fmt::format("{}: expected {}, got {}", expression, text_of(*want), text_of(*got)));
    }
    report.passed(c);
  }

  static void judge_steps(Case c, const SqrtCase& read, Report& report) {
    const auto set = linked(read);
    if (!set.ok()) return report.failed(c, set.error().message);
    Steps steps(*set, read);
    for (std::size_t i = 0; i < read.steps.size(); ++i) {
      const std::string why = steps.play(read.steps[i]);
      if (why.empty()) continue;
      c.facts = {{"category", c.table}, {"answer", steps.answer()}, {"step", std::to_string(i)}};
      return report.failed(c, fmt::format("step {}: {}", i, why));
    }
    report.passed(c);
  }
};

}  // namespace

std::unique_ptr<Suite> sqrt_suite() { return std::make_unique<SqrtSuite>(); }

}  // namespace conformance
