// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Table oap_workspace: paths, globs and queries, put to the file tools over a real folder beside
// which lies what nobody may touch. Trust zone: tests only.
#pragma once

#include "conformance/scenarios.h"

namespace conformance {

void run_oap_workspace(const ScenarioRun& run);

}  // namespace conformance
