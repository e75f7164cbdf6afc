// SPDX-License-Identifier: Apache-2.0
// yett policy test: whether a policy says what its tests expect, and which rules they reach.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/bytes.h"
#include "cli/policy_packs.h"
#include "cli/policy_question.h"
#include "cli/policy_tests.h"
#include "cli/policy_view.h"
#include "cli/verb_policy.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using schema::Value;

constexpr std::string_view kSuffix = ".tests.toml";

// One file of tests, and where it stands.
struct TestSource {
  std::string name;
  std::string text;
  std::string directory;
};

base::Result<TestSource> read_source(const std::string& name) {
  TRY_AS(std::string text, read_named(name));
  return TestSource{name, std::move(text), fs::path(name).parent_path().string()};
}

// `NAME.tests.toml` is about NAME.sqrt, `tests.toml` about policy.sqrt.
std::string usual_policy(const std::string& file) {
  const std::string name = fs::path(file).filename().string();
  if (name.ends_with(kSuffix)) return name.substr(0, name.size() - kSuffix.size()) + ".sqrt";
  return "policy.sqrt";
}

base::Result<std::vector<policy::Source>> sources_of(const TestSource& source,
                                                     const PolicyTestFile& head) {
  std::vector<policy::Source> out;
  std::vector<std::string> names = head.policy;
  if (names.empty()) names.push_back(usual_policy(source.name));
  for (const std::string& name : names) {
    const std::string path = fs::path(source.directory) / name;
    TRY_AS(std::string text, read_named(path));
    out.push_back({path, std::move(text)});
  }
  return out;
}

base::Error problems_of(const Problems& problems, const std::string& name) {
  std::string all = problems.text(name);
  all.pop_back();
  return base::invalid(std::move(all));
}

// The configuration's tools and choices where the file has none of its own.
base::Status fill_in(const PolicyTestFile& head, const Context& context, PolicyInput& input) {
  if (head.tools) input.tools = *head.tools;
  if (head.options) input.options = *head.options;
  if (head.tools) return base::ok();
  PolicyPlace place;
  TRY_AS(const PolicyWorld world, gather(place, context));
  input.tools = world.input.tools;
  if (!head.options) input.options = world.input.options;
  return base::ok();
}

// What came of one file.
struct Ran {
  std::string name;
  std::string place;  // words that name its policy and tools in `policy explain`
  PolicyGround ground;
  std::vector<PolicyCase> cases;
  std::vector<PolicyResult> results;  // points into cases
  PolicyCoverage coverage;
};

std::string place_of(const TestSource& source, const PolicyTestFile& head, const PolicyInput& input,
                     const Context& context) {
  PolicyPlace place;
  for (const policy::Source& file : input.files) place.files.push_back(file.name);
  if (head.tools) place.tools = source.name;
  return place_words(place, context);
}

base::Result<std::unique_ptr<Ran>> run_file(const std::string& name, bool coverage,
                                            const Context& context) {
  TRY_AS(const TestSource source, read_source(name));
  Problems problems;
  const PolicyTestFile head = read_test_file(source.text, source.name, problems);
  if (!problems.empty()) return problems_of(problems, source.name);
  PolicyInput input;
  input.packs = packs();
  TRY(fill_in(head, context, input));
  TRY_AS(input.files, sources_of(source, head));
  TRY_AS(PolicyGround ground, stand_on(input));
  auto cases = read_cases(source.text, input.tools, input.options.open_tools, problems);
  if (!problems.empty()) return problems_of(problems, source.name);
  PolicyCoverage reached(ground.loaded);
  auto ran = std::make_unique<Ran>(Ran{source.name,
                                       place_of(source, head, input, context),
                                       std::move(ground),
                                       std::move(cases),
                                       {},
                                       std::move(reached)});
  for (const PolicyCase& one : ran->cases)
    ran->results.push_back(run_case(one, ran->ground, coverage ? &ran->coverage : nullptr));
  return ran;
}

std::size_t failed_of(const Ran& ran) {
  return static_cast<std::size_t>(std::ranges::count(ran.results, false, &PolicyResult::passed));
}

void say_failure(const Context& context, const Ran& ran, const PolicyResult& result) {
  const Terminal& t = context.terminal;
  const PolicyStep& step = result.of->steps[result.step];
  const std::string where =
      result.of->steps.size() == 1 ? "" : fmt::format(", step {}", result.step);
  t.out(t.styled_out(Style::kBad, "FAIL") + "  " +
        safe_text(fmt::format("{}:{}: {}{}\n", ran.name, step.line, result.of->name, where)));
  for (const std::string& failure : result.failures) t.out("      " + safe_text(failure) + "\n");
  t.out(safe_text(fmt::format("      decided by {}\n",
                              rule_text(ran.ground.loaded, result.got.rule, result.got.effect))));
  t.out("      " + safe_text(command_of(result.asked, ran.ground.loaded.tools) + ran.place) + "\n");
}

void say_coverage(const Context& context, const Ran& ran) {
  const auto& rules = ran.coverage.rules();
  context.terminal.out(
      fmt::format("coverage: {} of {} rules were judged\n", ran.coverage.hit(), rules.size()));
  const auto say = [&](const RuleCount& rule, const std::string& counts) {
    context.terminal.out(safe_text(fmt::format(
        "  {}  {}  {}\n", place_text(ran.ground.loaded, rule.rule), counts, rule.text)));
  };
  for (const RuleCount& rule : rules)
    if (rule.hit > 0)
      say(rule, fmt::format("{} times: {} true, {} false, {} error{}", rule.hit, rule.as_true,
                            rule.as_false, rule.as_error, rule.as_error == 1 ? "" : "s"));
  for (const RuleCount& rule : rules)
    if (rule.hit == 0) say(rule, "never");
}

void say(const Context& context, const Ran& ran, bool coverage) {
  for (const PolicyResult& result : ran.results)
    if (!result.passed) say_failure(context, ran, result);
  const std::size_t failed = failed_of(ran);
  context.terminal.out(safe_text(
      fmt::format("{}: {} passed, {} failed\n", ran.name, ran.results.size() - failed, failed)));
  if (coverage) say_coverage(context, ran);
}

Value result_json(const Ran& ran, const PolicyResult& result) {
  Value out = Value::object();
  out.set("name", json_text(result.of->name));
  out.set("line", json_number(result.of->steps[result.step].line));
  out.set("passed", Value::boolean(result.passed));
  if (result.passed) return out;
  out.set("step", json_number(result.step));
  Value failures = Value::array();
  for (const std::string& failure : result.failures) failures.push(json_text(failure));
  out.set("failures", std::move(failures));
  out.set("got", json_of(result.got, ran.ground.loaded));
  out.set("explain", json_text(command_of(result.asked, ran.ground.loaded.tools) + ran.place));
  return out;
}

Value file_json(const Ran& ran, bool coverage) {
  Value out = Value::object();
  out.set("file", json_text(ran.name));
  Value cases = Value::array();
  for (const PolicyResult& result : ran.results) cases.push(result_json(ran, result));
  out.set("cases", std::move(cases));
  if (!coverage) return out;
  Value rules = Value::array();
  for (const RuleCount& rule : ran.coverage.rules()) {
    Value one = json_of(rule.rule, std::nullopt, ran.ground.loaded);
    one.set("judged", json_number(rule.hit));
    one.set("true", json_number(rule.as_true));
    one.set("false", json_number(rule.as_false));
    one.set("error", json_number(rule.as_error));
    rules.push(std::move(one));
  }
  out.set("coverage", std::move(rules));
  return out;
}

// The tests beside the configuration's policy.
base::Result<std::vector<std::string>> usual_files(const Context& context) {
  TRY_AS(const LogPlace place, find_log(context.options.config));
  std::vector<std::string> out;
  std::vector<std::string> looked;
  for (const std::string& name : policy_files(place.config)) {
    const std::string path = beside(place.paths.config_dir, name);
    const std::string tests =
        (path.ends_with(".sqrt") ? path.substr(0, path.size() - 5) : path) + std::string(kSuffix);
    std::error_code failed;
    if (fs::exists(tests, failed)) out.push_back(tests);
    looked.push_back(tests);
  }
  if (!out.empty()) return out;
  return base::not_found(fmt::format("there are no tests at {}", fmt::join(looked, ", ")));
}

}  // namespace

Exit policy_verb(const PolicyTest& command, const Context& context) {
  std::vector<std::string> files = command.files;
  if (files.empty()) {
    auto usual = usual_files(context);
    if (!usual.ok()) return fail_to_load(context, usual.error());
    files = std::move(*usual);
  }
  std::size_t failed = 0;
  Value all = Value::array();
  for (const std::string& file : files) {
    const auto ran = run_file(file, command.coverage, context);
    if (!ran.ok()) return fail_to_load(context, ran.error());
    failed += failed_of(**ran);
    if (context.options.json) all.push(file_json(**ran, command.coverage));
    else say(context, **ran, command.coverage);
  }
  const Exit exit = failed == 0 ? Exit::kOk : Exit::kFailed;
  if (!context.options.json) return exit;
  Value document = Value::object();
  document.set("ok", Value::boolean(failed == 0));
  document.set("files", std::move(all));
  print(context, document);
  return exit;
}

}  // namespace cli
