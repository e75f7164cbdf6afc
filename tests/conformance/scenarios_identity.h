// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tables about credentials and rates: tokens, stored keys, limits, through src/identity.
// Trust zone: tests only.
#pragma once

#include "conformance/scenarios.h"

namespace conformance {

void run_ramp_jwt(const ScenarioRun& run);
void run_ramp_key_hashes(const ScenarioRun& run);
void run_ramp_rate_limits(const ScenarioRun& run);

}  // namespace conformance
