// SPDX-License-Identifier: Apache-2.0
#include "conformance/sqrt_plan.h"

#include <fmt/format.h>

#include <functional>

#include "lang/plan.h"
#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/load/load.h"
#include "schema/parse.h"

namespace conformance {
namespace {

using schema::Value;

const std::vector<lang::Signature>& tools() {
  static const std::vector<lang::Signature> kTools{{"give", {"name", "json"}}, {"act", {}}};
  return kTools;
}

// Gives the inputs under their labels; a call of act() is noted with what led to it.
class Giver final : public lang::Host {
 public:
  Giver(label::Table& labels, const Labelled& inputs) : labels_(labels), inputs_(inputs) {}
  lang::Answer call(const lang::Call& call) override {
    lang::Answer out;
    out.kind = lang::Answer::Kind::kResult;
    if (call.tool == 1) {
      acted = labels_.sets(call.control);
      return out;
    }
    out.value = *schema::parse(*call.arguments[1].value.as_string());
    out.label = labels_.intern(inputs_.at(*call.arguments[0].value.as_string()));
    return out;
  }
  std::optional<label::Sets> acted;

 private:
  label::Table& labels_;
  const Labelled& inputs_;
};

struct Ran {
  lang::Outcome outcome;
  label::Sets label;
  std::optional<label::Sets> acted;
};
base::Result<Ran> run(const std::string& text, const Labelled& inputs) {
  const auto checked = lang::Plan::check(text, tools());
  if (const auto* problem = std::get_if<lang::Problem>(&checked))
    return base::invalid(lang::render(*problem, text));
  label::Table labels;
  Giver giver(labels, inputs);
  lang::Machine machine(std::get<lang::Plan>(checked), labels);
  Ran out{machine.run(giver), {}, {}};
  out.label = labels.sets(out.outcome.label);
  out.acted = giver.acted;
  return out;
}

constexpr const char* kKinds[] = {"7", "\\\"text\\\"", "[1, 2]", "{\\\"k\\\": 5}"};

// Code as a planner writes it: no blank between words that are no operators.
bool is_code(std::string_view text) {
  const std::string program = fmt::format("c = x = y = 1\nv = {}\n", text);
  return std::holds_alternative<lang::Plan>(lang::Plan::check(program, tools()));
}

// Without a remark in brackets at the end ("x if c else y (c tagged)").
std::string_view without_remark(std::string_view text) {
  const std::size_t at = text.rfind(" (");
  return at != text.npos && text.ends_with(')') ? text.substr(0, at) : text;
}

struct Phrase {
  std::string_view words;
  std::vector<std::string> code;
};
const std::vector<Phrase>& phrases() {
  static const std::vector<Phrase> kPhrases{
      {"f-string", {"f'{x}{y}'", "'{}{}'.format(x, y)"}},
      {"list literal", {"[x, y]"}},
      {"tuple literal", {"(x, y)"}},
      {"set literal", {"{x, y}"}},
      {"membership", {"x in y"}},
      {"builtin", {"max(x, y)", "min(x, y)"}},
      {"dict literal", {"{'a': x, 'b': y, 'c': 1, 'd': 'z'}"}},
      {"literal", {"'a'", "1", "1.5", "True", "None"}},
  };
  return kPhrases;
}

std::string list_of(const Value* preset, std::string_view key) {
  std::string out;
  const Value* names = preset == nullptr ? nullptr : preset->find(key);
  if (names != nullptr && names->as_array() != nullptr)
    for (const Value& name : *names->as_array())
      if (name.as_string() != nullptr)
        out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", *name.as_string());
  return "{" + out + "}";
}

// The preset as a policy over what stands under a branch. An empty list of consumers says nothing.
std::string policy_of(std::string_view mode, const Value* preset) {
  std::string rules;
  if (mode == "custom" && preset != nullptr) {
    const bool only = preset->find_string("mode") == "allow";
    for (const std::string_view field : {"tags", "producers", "consumers"}) {
      const std::string names = list_of(preset, field);
      if (field == "consumers" && names == "{}") continue;
      rules += only ? fmt::format("  deny when not @control.{} subset of {};\n", field, names)
                    : fmt::format("  deny when @control.{} overlaps {};\n", field, names);
    }
  }
  return fmt::format("language yett 1;\ntool \"act\" {{\n{}  allow always;\n}}\n", rules);
}

base::Result<policy::PolicySet> linked(const std::string& text) {
  policy::ToolShape act;
  act.name = "act";
  const policy::Outcome outcome = policy::load({{"branch", text}}, {act}, {}, {});
  if (!outcome.loaded) return base::invalid("the branching policy does not load");
  TRY_AS(policy::Program program, policy::compile(*outcome.loaded));
  return policy::PolicySet::link(std::move(program));
}

}  // namespace

std::vector<std::string> expressions_of(std::string_view operation) {
  constexpr std::string_view kOperator = "binary operator ";
  if (operation.starts_with(kOperator))
    return {fmt::format("x {} y", operation.substr(kOperator.size()))};
  const std::string_view text = without_remark(operation);
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(" / ", at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end + 3;
  }
  if (std::ranges::all_of(out, is_code)) return out;
  for (const Phrase& phrase : phrases())
    if (operation.find(phrase.words) != operation.npos) return phrase.code;
  return {};
}

base::Result<label::Sets> label_of(const std::string& expression, const Labelled& inputs) {
  std::string why = "no kinds of the inputs let it run";
  std::size_t tries = 1;
  for (std::size_t i = 0; i < inputs.size(); ++i) tries *= std::size(kKinds);
  for (std::size_t i = 0; i < tries; ++i) {
    std::string text;
    std::size_t rest = i;
    for (const auto& [name, label] : inputs) {
      text += fmt::format("{0} = give(\"{0}\", \"{1}\")\n", name, kKinds[rest % std::size(kKinds)]);
      rest /= std::size(kKinds);
    }
    TRY_AS(const Ran ran, run(text + "final_return_value = " + expression + "\n", inputs));
    if (ran.outcome.kind == lang::Outcome::Kind::kDone) return ran.label;
    why = ran.outcome.error + " " + ran.outcome.text;
  }
  return base::invalid(expression + ": " + why);
}

base::Result<label::Sets> label_under_branch(const label::Sets& tested) {
  TRY_AS(const Ran ran,
         run("x = give(\"x\", \"7\")\nto = \"nobody\"\nif x:\n    to = \"somebody\"\n"
             "final_return_value = f\"to {to}\"\n",
             {{"x", tested}}));
  return ran.label;
}

base::Result<std::string> branch_verdict(const label::Sets& tested, std::string_view mode,
                                         const Value* preset) {
  TRY_AS(const policy::PolicySet set, linked(policy_of(mode, preset)));
  TRY_AS(const Ran ran, run("x = give(\"x\", \"7\")\nif x:\n    act()\n", {{"x", tested}}));
  if (!ran.acted) return base::invalid("the branch was not taken");
  policy::Question question;
  question.tool = "act";
  question.control = *ran.acted;
  const bool allowed = policy::answer(set, question).effect == policy::Effect::kAllow;
  return std::string(allowed ? "allow" : "deny");
}

}  // namespace conformance
