// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios.h"

#include <fmt/format.h>

#include "conformance/scenarios_identity.h"
#include "conformance/scenarios_policy.h"
#include "conformance/scenarios_workspace.h"
#include "conformance/suites.h"
#include "schema/parse.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;
using schema::Value;

// The data was not made for our parser: keys may differ in case alone.
constexpr schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

struct Later {
  std::string_view table;
  std::string_view part;
};
constexpr Later kLater[] = {
    {"acp_approval_tokens", "control"},
    {"acp_provenance_integrity", "control"},
    {"acp_pipeline", "control"},
    {"ramp_redaction", "control"},
    {"ramp_pipeline", "doors"},
    {"oap_api_translation", "doors"},
    {"oap_execution", "runner"},
    {"acp_output_filter", "output filter"},
    {"beyond_output_filter", "output filter"},
    {"acp_config", "configuration of other systems"},
    {"str_tool_config", "configuration of other systems"},
    {"beyond_control_plane", "control plane"},
};

struct Adapter {
  std::string_view table;
  void (*run)(const ScenarioRun& run);
};
constexpr Adapter kAdapters[] = {{"str_orchestrator_broker", &run_calls},
                                 {"acp_broker", &run_acp_broker},
                                 {"acp_policy_integrity", &run_acp_integrity},
                                 {"ramp_scopes", &run_ramp_scopes},
                                 {"ramp_approval_conditions", &run_ramp_conditions},
                                 {"ramp_jwt", &run_ramp_jwt},
                                 {"ramp_key_hashes", &run_ramp_key_hashes},
                                 {"ramp_rate_limits", &run_ramp_rate_limits},
                                 {"oap_workspace", &run_oap_workspace}};

class ScenarioSuite final : public Suite {
 public:
  std::string_view name() const override { return "scenarios"; }
  std::string_view default_folder() const override { return "scenarios"; }

  base::Status run(const Run& run, Report& report) override {
    for (const fs::path& file : files_of(run.folder, ".json")) {
      TRY_AS(std::string text, read_file(file));
      const auto table = read_table(text);
      if (!table.ok()) return base::invalid(file.string() + ": " + table.error().message);
      TRY(run_table(run, *table, report));
    }
    return base::ok();
  }

 private:
  static base::Status run_table(const Run& run, const ScenarioTable& table, Report& report) {
    const auto selects = [&](const Case& c) { return run.selects(c.table, c.id); };
    const ScenarioRun scenarios{table, run.reasons, selects, report};
    if (table.name == "str_scrub") return run_scrub(scenarios, YETT_SCRUB_PAGE);
    for (const auto& [name, adapter] : kAdapters)
      if (name == table.name) return adapter(scenarios), base::ok();
    const std::string_view part = later_part(table.name);
    for (const Scenario& s : table.cases) {
      if (!selects(s.c)) continue;
      if (part.empty()) report.failed(s.c, "no adapter for table " + table.name);
      else report.skipped(s.c, Skip::kLater, part);
    }
    return base::ok();
  }
};

}  // namespace

std::string_view later_part(std::string_view table) {
  for (const Later& later : kLater)
    if (later.table == table) return later.part;
  return {};
}

base::Result<ScenarioTable> read_table(std::string_view text) {
  TRY_AS(const Value root, schema::parse(text, kLimits));
  const Value* cases = root.find("cases");
  if (root.find_string("schema") != "scenario-table/1" || !root.find_string("table") ||
      cases == nullptr || cases->as_array() == nullptr) {
    return base::invalid("not a table of schema scenario-table/1");
  }
  ScenarioTable out{std::string(*root.find_string("table")), {}, {}};
  if (const Value* notes = root.find("notes"); notes != nullptr && notes->as_array() != nullptr)
    for (const Value& note : *notes->as_array())
      if (note.as_string() != nullptr) out.notes.push_back(*note.as_string());
  for (const Value& one : *cases->as_array()) {
    const Value* given = one.find("given");
    const Value* expect = one.find("expect");
    const auto id = one.find_string("id");
    if (!id || given == nullptr || expect == nullptr) {
      return base::invalid(
          fmt::format("case {} of {} has no id, given or expect", out.cases.size() + 1, out.name));
    }
    out.cases.push_back({{.id = std::string(*id), .table = out.name}, *given, *expect});
  }
  return out;
}

std::unique_ptr<Suite> scenarios_suite() { return std::make_unique<ScenarioSuite>(); }

}  // namespace conformance
