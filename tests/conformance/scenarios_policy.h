// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tables whose cases a policy decides: shipped or imported, through the decision that the monitor
// makes. Adapters map facts to questions; what decides is the policy. Trust zone: tests only.
#pragma once

#include "conformance/scenarios.h"

namespace conformance {

void run_acp_broker(const ScenarioRun& run);
// Documents of the other system: our importer's faults and digest.
void run_acp_integrity(const ScenarioRun& run);
void run_ramp_scopes(const ScenarioRun& run);
void run_ramp_conditions(const ScenarioRun& run);

}  // namespace conformance
