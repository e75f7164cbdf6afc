// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tables of request -> expected decision (schema scenario-table/1), and the adapters that put their
// cases through the shipped code: one function a table. Trust zone: tests only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite.h"
#include "schema/value.h"

namespace conformance {

// One case of a table, as read. `given` and `expect` are objects.
struct Scenario {
  Case c;
  schema::Value given;
  schema::Value expect;
};

struct ScenarioTable {
  std::string name;
  std::vector<Scenario> cases;
  std::vector<std::string> notes;  // what the table says of all its cases
};

// What the adapter of a table is given: the whole table (cases refer to what others declare), which
// of its cases are asked for, and where results go.
struct ScenarioRun {
  const ScenarioTable& table;
  const Reasons& reasons;
  std::function<bool(const Case&)> selects;
  Report& report;
};

// str_orchestrator_broker: calls that a model asks for, through the real programs.
void run_calls(const ScenarioRun& run);
// str_scrub: texts that come back, through the scrubber. kIo: `page` (docs/reference/scrub.md),
// which says what is not found, cannot be read.
base::Status run_scrub(const ScenarioRun& run, const std::filesystem::path& page);

// The part of a later capability on which a table hangs, by name; empty for the tables above and
// for a table that nobody has heard of.
std::string_view later_part(std::string_view table);

// kInvalid: not JSON, or not of the schema named above.
base::Result<ScenarioTable> read_table(std::string_view text);

}  // namespace conformance
