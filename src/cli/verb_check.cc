// SPDX-License-Identifier: Apache-2.0
// yett check: what works, and for each thing that does not, what to do. Nothing it does has an
// effect outside: the model is offered one tool that does not exist, so its call is denied.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/clock.h"
#include "cli/await.h"
#include "cli/log_view.h"
#include "cli/ollama_probe.h"
#include "cli/secret_test.h"
#include "cli/start.h"
#include "cli/tool_list.h"
#include "cli/url.h"
#include "cli/verbs.h"

namespace cli {
namespace {

using base::Reason;
using schema::Value;

enum class State : unsigned char { kOk, kWarning, kFailed };

struct Finding {
  State state = State::kOk;
  std::string what;
  std::string found;
  std::string fix;
};

constexpr std::string_view kProbeTool = "yett_probe";
constexpr std::string_view kProbeText =
    "call yett_probe word=ready";  // plain, and as the scripted model reads it

// Prints findings as they come, or keeps them for the document.
class Findings {
 public:
  explicit Findings(const Context& context) : context_(context) {}

  void add(Finding finding) {
    if (finding.state == State::kFailed) failed_ = true;
    if (!context_.options.json) show(finding);
    all_.push_back(std::move(finding));
  }
  Exit finish() const {
    if (context_.options.json) print(context_, document());
    return failed_ ? Exit::kFailed : Exit::kOk;
  }

 private:
  static std::string_view word_of(State state) {
    switch (state) {
      case State::kOk: return "ok";
      case State::kWarning: return "warning";
      case State::kFailed: return "FAILED";
    }
    return "";
  }
  void show(const Finding& f) const {
    const Terminal& t = context_.terminal;
    const Style style = f.state == State::kOk        ? Style::kGood
                        : f.state == State::kWarning ? Style::kWarning
                                                     : Style::kBad;
    t.out(t.styled_out(style, fmt::format("{:<8}", word_of(f.state))) + base::printable(f.what) +
          ": " + safe_text(f.found) + "\n");
    if (!f.fix.empty()) t.out("        fix: " + safe_text(f.fix) + "\n");
  }
  Value document() const {
    Value out = Value::object();
    out.set("ok", Value::boolean(!failed_));
    Value checks = Value::array();
    for (const Finding& f : all_) {
      Value one = Value::object();
      one.set("check", json_text(f.what));
      one.set("state", json_text(f.state == State::kFailed ? "failed" : word_of(f.state)));
      one.set("found", json_text(f.found));
      if (!f.fix.empty()) one.set("fix", json_text(f.fix));
      checks.push(std::move(one));
    }
    out.set("checks", std::move(checks));
    return out;
  }

  const Context& context_;
  std::vector<Finding> all_;
  bool failed_ = false;
};

void check_policy(const Loaded& loaded, Findings& findings) {
  std::vector<std::string> off;
  for (const auto& tool : list_tools(loaded))
    if (!tool.allowed) off.push_back(tool.offered->name);
  const std::size_t offered = loaded.compiled.session.tools.size();
  const std::string names = policy_names(loaded.config);
  if (off.empty())
    findings.add({State::kOk, "policy", fmt::format("{}: {} tool(s) offered", names, offered), ""});
  else
    findings.add(
        {State::kWarning, "policy",
         fmt::format("{}: {} tool(s) offered, not {}", names, offered, fmt::join(off, ", ")),
         "`yett tools` says which rule each one needs"});
  if (loaded.config.policy_options.default_allow)
    findings.add({State::kWarning, "policy",
                  "[policy.compat] default_allow is ON: WHATEVER NO RULE DECIDES IS ALLOWED",
                  "take it out, and write a rule for each tool that is to be allowed"});
  for (const std::string& warning : loaded.compiled.rules.warnings)
    findings.add({State::kWarning, "policy", warning, ""});
}

void check_configuration(const Loaded& loaded, Findings& findings) {
  const Config& config = loaded.config;
  findings.add({State::kOk, "configuration",
                fmt::format("{}: {} model(s), {} tool(s), {} secret(s)", loaded.paths.config,
                            config.models.size(), config.tools.size(), config.secrets.size()),
                ""});
  check_policy(loaded, findings);
  if (config.vault_key.starts_with("file:"))
    findings.add({State::kOk, "vault key",
                  fmt::format("a key file, {}: who can read it can open the vault",
                              beside(loaded.paths.config_dir, config.vault_key.substr(5))),
                  ""});
}

void check_log(const Loaded& loaded, Findings& findings) {
  const auto file = open_log(loaded.paths);
  if (!file.ok() && file.error().code == base::Errc::kNotFound)
    return findings.add({State::kOk, "log", loaded.paths.log + " does not exist yet", ""});
  if (!file.ok()) return findings.add({State::kFailed, "log", file.error().message, ""});
  const auto size = (*file)->size();
  if (size.ok() && *size == 0)
    return findings.add({State::kOk, "log", loaded.paths.log + " is empty", ""});
  const auto report = audit::verify(**file);
  if (!report.ok())
    return findings.add({State::kFailed, "log", report.error().message,
                         "keep the file as it is, and compare it with a backup"});
  if (!report->finding)
    return findings.add(
        {State::kOk, "log",
         fmt::format("{} entries, all whole and in their place", report->position.entries), ""});
  const bool torn = report->finding->damage == audit::Damage::kTorn;
  findings.add({torn ? State::kWarning : State::kFailed, "log", audit::text_of(*report->finding),
                torn ? "nothing: the next start takes off the write that was cut off"
                     : "keep the file as it is, and compare it with a backup"});
}

void check_secrets(const Loaded& loaded, Findings& findings) {
  SecretTests tests(loaded);
  const auto add = [&](std::string what, SecretState state) {
    const State worth = !state.ok           ? State::kFailed
                        : state.fix.empty() ? State::kOk
                                            : State::kWarning;
    findings.add({worth, std::move(what), std::move(state.found), std::move(state.fix)});
  };
  if (!loaded.config.op.empty()) add("1Password", tests.test_op());
  for (const SecretConfig& secret : loaded.config.secrets)
    add("secret " + secret.name, tests.test(secret));
}

void check_walls(const Running& running, Findings& findings) {
  const std::uint8_t least = running.loaded.config.min_isolation;
  for (const auto& program : running.state.programs) {
    const bool low = program.level < least;
    // Level 2 needs Landlock with rules for TCP (Linux 6.7).
    const std::string fix =
        low ? fmt::format("run a kernel with Landlock and seccomp, or lower min_isolation in {}",
                          running.loaded.paths.config)
        : program.level < 2
            ? "nothing, if that is known; a kernel from 6.7 on with Landlock gives more"
            : "";
    findings.add(
        {low                 ? State::kFailed
         : program.level < 2 ? State::kWarning
                             : State::kOk,
         "isolation of " + program.program,
         program.isolation.empty() ? fmt::format("level {}", program.level) : program.isolation,
         fix});
  }
  if (running.state.unknown_calls > 0)
    findings.add({State::kWarning, "earlier calls",
                  fmt::format("{} may or may not have taken effect", running.state.unknown_calls),
                  "`yett log tail` shows them, `yett explain CALL` each; look at the other side "
                  "before you repeat one"});
}

// A tool of no configuration: whatever the model does with it, the monitor denies it.
std::vector<wire::OfferedTool> probe_tools() {
  wire::OfferedTool tool;
  tool.name = kProbeTool;
  tool.description = "Says that tool calls work.";
  tool.definition = base::sha256({"yett probe"});
  wire::Parameter word;
  word.spec.name = "word";
  word.description = "the word to say";
  tool.parameters = {word};
  return {tool};
}

// What an Ollama on this machine has; nothing to say about models elsewhere.
std::optional<Finding> look_at_models(const ModelConfig& model) {
  const auto url = parse_url(model.url.value);
  const bool here = url.ok() && (url->origin.host == "127.0.0.1" ||
                                 url->origin.host == "localhost" || url->origin.host == "::1");
  if (model.dialect != wire::Decode::kOllamaChat || !here || url->origin.tls) return std::nullopt;
  const auto models = ollama_models(url->origin.port, url->origin.host == "::1");
  const std::string what = "model " + model.name;
  if (!models.ok())
    return Finding{State::kFailed, what,
                   fmt::format("{}: {}", model.url.value, models.error().message),
                   "start what serves it there; for Ollama: `ollama serve`"};
  const bool there = std::ranges::any_of(*models, [&](const std::string& name) {
    return name == model.model || name == model.model + ":latest";
  });
  if (there) return std::nullopt;
  return Finding{
      State::kFailed, what,
      fmt::format("{} is not there; there is {}", model.model,
                  models->empty() ? "none" : fmt::format("{}", fmt::join(*models, ", "))),
      fmt::format("`ollama pull {}`, or name one that is there in [model.{}]", model.model,
                  model.name)};
}

struct Answer {
  DoorEvent closing;
  bool called_tool = false;
};

base::Result<std::optional<Answer>> ask(DoorClient& door, const Interrupts& interrupts,
                                        const std::string& model) {
  TRY_AS(const std::string session, door.open(""));
  TRY_AS(const std::uint64_t id, door.turn(session, kProbeText, model, false));
  Await await(door, interrupts, nullptr, -1);
  Answer answer;
  while (true) {
    TRY_AS(auto event, await.next(id));
    if (!event) return std::optional<Answer>();
    if (event->kind == DoorEvent::Kind::kCall) answer.called_tool |= event->tool == kProbeTool;
    if (event->kind != DoorEvent::Kind::kDone && event->kind != DoorEvent::Kind::kRefused &&
        event->kind != DoorEvent::Kind::kError)
      continue;
    answer.closing = std::move(*event);
    return std::optional<Answer>(std::move(answer));
  }
}

std::string fix_of(Reason reason, const ModelConfig& model) {
  switch (reason) {
    case Reason::kConnectFailed:
    case Reason::kNameNotResolved:
      return model.dialect == wire::Decode::kOllamaChat ? "start it: `ollama serve`; or mend `url`"
                                                        : "mend `url`";
    case Reason::kTimeout:
      return "a first answer loads the model: try again, or raise `timeout_ms`";
    case Reason::kSecretUnavailable: return "`yett secret test` tells why";
    case Reason::kUpstreamStatus: return "look at `model` and `secret` of the model";
    case Reason::kNoRule:
    case Reason::kDeniedByRule:
    case Reason::kUnmetRequirement:
      return fmt::format("allow it in the policy: tool \"{}\" {{ must allow always; }}",
                         model_tool(model.name));
    case Reason::kCancelled: return "";
    default: return "`yett log tail` shows what happened";
  }
}

Finding probe(DoorClient& door, const Interrupts& interrupts, const Loaded& loaded,
              const ModelConfig& model) {
  const std::string what = "model " + model.name;
  if (!loaded.compiled.rules.linked->can_allow(model_tool(model.name)))
    return {State::kFailed, what, "no rule of the policy allows it",
            fix_of(Reason::kNoRule, model)};
  if (auto finding = look_at_models(model)) return std::move(*finding);
  const base::SystemClock clock;
  const std::int64_t began_us = clock.steady_us();
  const auto answer = ask(door, interrupts, model.name);
  if (!answer.ok()) return {State::kFailed, what, answer.error().message, ""};
  if (!*answer) return {State::kFailed, what, "given up", ""};
  const DoorEvent& end = (*answer)->closing;
  const double seconds = static_cast<double>(clock.steady_us() - began_us) / 1e6;
  if (end.kind != DoorEvent::Kind::kDone || end.reason != Reason::kOk) {
    std::string why = end.kind == DoorEvent::Kind::kError ? end.text : end.detail;
    if (why.empty()) why = base::sentence(end.reason);
    return {State::kFailed, what, why, fix_of(end.reason, model)};
  }
  if ((*answer)->called_tool)
    return {State::kOk, what,
            fmt::format("{} answers and calls tools ({:.1f} s)", model.model, seconds), ""};
  return {State::kWarning, what,
          fmt::format("{} answers, but did not call a tool ({:.1f} s)", model.model, seconds),
          "nothing, if it only has to talk; else choose a model that is made for tools"};
}

void check_models(Running& running, const Loaded& loaded, const Interrupts& interrupts,
                  Findings& findings) {
  if (loaded.config.models.empty())
    findings.add(
        {State::kWarning, "model", "the configuration has none",
         fmt::format("add a [model.NAME] to {}; `yett call` works without", loaded.paths.config)});
  DoorClient door(std::move(running.door));
  for (const ModelConfig& model : loaded.config.models)
    findings.add(probe(door, interrupts, loaded, model));
}

}  // namespace

Exit run(const CheckCommand&, const Context& context) {
  Findings findings(context);
  const auto loaded = load(context.options.config);
  if (!loaded.ok()) {
    findings.add({State::kFailed, "configuration", loaded.error().message,
                  loaded.error().code == base::Errc::kNotFound
                      ? "yett init"
                      : "mend each line; docs/reference/configuration.md has every key"});
    (void)findings.finish();
    return Exit::kConfiguration;
  }
  check_configuration(*loaded, findings);
  check_log(*loaded, findings);
  check_secrets(*loaded, findings);
  const Interrupts interrupts;
  StartOptions options;
  options.config_path = context.options.config;
  options.shared = false;
  options.offer = probe_tools();
  auto running = start(options);
  if (!running.ok()) {
    findings.add({State::kFailed, "programs", running.error().message,
                  "the lines above say which program, and why"});
    return findings.finish();
  }
  findings.add({State::kOk, "programs",
                fmt::format("{} started and locked down", running->state.programs.size()), ""});
  check_walls(*running, findings);
  check_models(*running, *loaded, interrupts, findings);
  if (running->stop() != 0)
    findings.add({State::kFailed, "programs", "they did not end in order",
                  "`yett log verify` tells whether the log is whole"});
  return findings.finish();
}

}  // namespace cli
