// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a case of str_orchestrator_broker gives, as a configuration and as turns of a model.
// Trust zone: tests only.
#pragma once

#include <string>
#include <vector>

#include "conformance/scenarios.h"
#include "conformance/scenarios_agent.h"

namespace conformance {

// What a case gives, understood. `prose` names what no rule here maps.
struct Plan {
  AgentSetup setup;
  std::vector<std::vector<WrittenCall>> turns;
  bool reset = false;
  std::string prose;
  std::string later;
};

// `given` is an object. Tools that the case does not declare come from the rest of its table.
Plan plan_of(const ScenarioTable& table, const schema::Value& given);

// A call of a tool without parameters that every case without a call of its own has and allows.
WrittenCall probe();

}  // namespace conformance
