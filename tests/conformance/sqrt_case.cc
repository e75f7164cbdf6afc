// SPDX-License-Identifier: Apache-2.0
#include "conformance/sqrt_case.h"

#include <fmt/format.h>

#include <charconv>

#include "base/result.h"
#include "conformance/question_leaves.h"
#include "schema/write.h"

namespace conformance {
namespace {

using schema::Value;

base::Result<std::vector<std::string>> names_of(const Value* value) {
  std::vector<std::string> out;
  if (value == nullptr || value->as_array() == nullptr) return base::invalid("expected an array");
  for (const Value& item : *value->as_array()) {
    if (item.as_string() == nullptr) return base::invalid("expected a name");
    out.push_back(*item.as_string());
  }
  return out;
}

// "step3.result" → 3.
std::optional<std::size_t> step_of(std::string_view text) {
  if (!text.starts_with("step") || !text.ends_with(".result")) return std::nullopt;
  text.remove_prefix(4);
  text.remove_suffix(7);
  std::size_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

base::Result<std::vector<std::size_t>> results_of(const Value& names) {
  TRY_AS(const std::vector<std::string> results, names_of(&names));
  std::vector<std::size_t> out;
  for (const std::string& result : results) {
    const auto number = step_of(result);
    if (!number) return base::invalid("derived_from " + result);
    out.push_back(*number);
  }
  return out;
}

base::Status read_argument(const std::string& name, const Value& value, SqrtStep& step) {
  label::Sets label;
  if (const Value* meta = value.find("meta")) {
    TRY_AS(label, sets_of(*meta));
  }
  if (const Value* from = value.find("derived_from")) {
    TRY_AS(step.derived[name], results_of(*from));
  }
  const Value* bare = value.find("value");
  if (bare == nullptr) return base::invalid("argument " + name + " has no value");
  add_leaves(name, *bare, label, step.question.leaves);
  return base::ok();
}

base::Status read_observed(const Value& value, SqrtStep& step) {
  if (const Value* result = value.find("result"))
    step.observed.text = result->as_string() ? *result->as_string() : schema::write(*result);
  const Value* wrapped = value.find("result_wrapped");
  if (wrapped == nullptr) return base::ok();
  const Value* meta = wrapped->find("meta");
  if (meta == nullptr) return base::invalid("a wrapped result without meta");
  TRY_AS(step.observed.label, sets_of(*meta));
  using Combine = policy::Observed::Combine;
  const std::string_view how = wrapped->find_string("combine_meta").value_or("merge");
  if (how != "merge" && how != "replace" && how != "ignore")
    return base::invalid("combine_meta " + std::string(how));
  step.observed.combine = how == "merge"     ? Combine::kMerge
                          : how == "replace" ? Combine::kReplace
                                             : Combine::kIgnore;
  if (const Value* bare = wrapped->find("value"))
    step.observed.text = bare->as_string() ? *bare->as_string() : schema::write(*bare);
  return base::ok();
}

base::Result<SqrtStep> read_branch(const Value& step, const Value* branch) {
  SqrtStep out;
  out.branch.emplace();
  out.branch->value = branch == nullptr;
  if (branch != nullptr) {
    if (const Value* meta = branch->find("meta")) {
      TRY_AS(out.branch->tested, sets_of(*meta));
    }
    if (const Value* from = branch->find("derived_from")) {
      TRY_AS(out.branch->derived, results_of(*from));
    }
  }
  if (const Value* expect = step.find("expect"))
    out.verdict = std::string(expect->find_string("verdict").value_or(""));
  if (const Value* meta = step.find("expect_meta")) {
    TRY_AS(out.result_meta, sets_of(*meta));
  }
  return out;
}

base::Result<SqrtStep> read_step(const Value& value) {
  SqrtStep step;
  const Value* call = value.find("call");
  const Value* expect = value.find("expect");
  if (call == nullptr || expect == nullptr) return base::invalid("a step without call or expect");
  step.question.tool = std::string(call->find_string("tool").value_or(""));
  step.question.asker = {"user", "default", "control", "", {}, {}};
  step.verdict = std::string(expect->find_string("verdict").value_or(""));
  step.enforcement = std::string(expect->find_string("enforcement").value_or(""));
  if (const Value* arguments = call->find("args"); arguments != nullptr && arguments->as_object())
    for (const schema::Member& member : *arguments->as_object())
      TRY(read_argument(member.key, member.value, step));
  TRY(read_observed(value, step));
  if (const Value* meta = value.find("expect_result_meta")) {
    TRY_AS(step.result_meta, sets_of(*meta));
  }
  if (const Value* meta = value.find("expect_session_meta_after")) {
    TRY_AS(step.session_meta, sets_of(*meta));
  }
  return step;
}

bool truth(const Value& presets, std::string_view name, bool otherwise) {
  const Value* value = presets.find(name);
  return value == nullptr ? otherwise : value->as_bool().value_or(otherwise);
}

policy::Level level(const Value& presets, std::string_view name, policy::Level otherwise) {
  const auto word = presets.find_string(name);
  if (!word) return otherwise;
  return *word == "hard" ? policy::Level::kHard : policy::Level::kSoft;
}

// The defaults are those of the other system, which an operator of ours opts into (policy.md §9).
policy::Options read_options(const Value& value) {
  static const Value kNone = Value::object();
  const Value* found = value.find("presets");
  const Value& presets = found == nullptr ? kNone : *found;
  policy::Options out;
  out.open_tools = true;
  out.default_allow = truth(presets, "default_allow", true);
  out.default_level = level(presets, "default_allow_enforcement_level", policy::Level::kSoft);
  out.non_executable_memory = truth(presets, "enable_non_executable_memory", true);
  out.llm_blocked.reset();
  if (truth(presets, "enable_llm_blocked_tag", true))
    out.llm_blocked = level(presets, "llm_blocked_tag_enforcement_level", policy::Level::kHard);
  out.fail_fast = truth(value, "fail_fast", true);
  return out;
}

policy::Tools read_tools(const Value& value) {
  policy::Tools out;
  const Value* tools = value.find("tools");
  if (tools == nullptr || tools->as_array() == nullptr) return out;
  for (const Value& tool : *tools->as_array()) {
    policy::ToolShape shape;
    shape.name = std::string(tool.find_string("name").value_or(""));
    const Value* params = tool.find("params");
    if (params != nullptr && params->as_array() != nullptr)
      for (const Value& param : *params->as_array())
        if (param.as_string() != nullptr)
          shape.arguments.push_back({*param.as_string(),
                                     policy::ArgumentShape::Kind::kAny,
                                     policy::ArgumentShape::Kind::kAny,
                                     std::nullopt,
                                     false,
                                     {}});
    out.push_back(std::move(shape));
  }
  return out;
}

}  // namespace

base::Result<label::Sets> sets_of(const Value& meta) {
  TRY_AS(std::vector<std::string> tags, names_of(meta.find("tags")));
  TRY_AS(std::vector<std::string> producers, names_of(meta.find("producers")));
  TRY_AS(std::vector<std::string> consumers, names_of(meta.find("consumers")));
  const bool everyone = consumers == std::vector<std::string>{"*"};
  return label::Sets{label::Names(std::move(tags)),
                     label::Names(std::move(producers)),
                     {},
                     everyone ? label::Consumers::everyone()
                              : label::Consumers::only(label::Names(std::move(consumers)))};
}

std::string text_of(const label::Sets& sets) {
  const auto list = [](const label::Names& names) {
    return "[" + fmt::format("{}", fmt::join(names.list(), ", ")) + "]";
  };
  return fmt::format("tags {} producers {} consumers {}", list(sets.tags), list(sets.producers),
                     sets.consumers.is_everyone() ? "[*]" : list(sets.consumers.names()));
}

base::Result<SqrtCase> read_sqrt_case(const Value& value) {
  SqrtCase out;
  out.name = std::string(value.find_string("name").value_or(""));
  out.evidence = std::string(value.find_string("evidence").value_or(""));
  out.policy = {out.name, std::string(value.find_string("policy").value_or(""))};
  out.tools = read_tools(value);
  out.options = read_options(value);
  if (const Value* meta = value.find("initial_session_meta")) {
    TRY_AS(out.session.label, sets_of(*meta));
  }
  out.mode = std::string(value.find_string("mode").value_or(""));
  if (const Value* presets = value.find("presets"))
    if (const Value* branching = presets->find("branching_meta_policy")) out.branching = *branching;
  const Value* steps = value.find("steps");
  if (steps == nullptr || steps->as_array() == nullptr) return out;
  for (const Value& step : *steps->as_array()) {
    const Value* branch = step.find("branch");
    if (branch != nullptr || step.find("value") != nullptr) {
      TRY_AS(SqrtStep read, read_branch(step, branch));
      out.steps.push_back(std::move(read));
      continue;
    }
    TRY_AS(SqrtStep read, read_step(step));
    out.steps.push_back(std::move(read));
  }
  return out;
}

}  // namespace conformance
