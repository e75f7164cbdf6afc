// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The suites there are, one file each. Trust zone: tests only.
#pragma once

#include <memory>

#include "conformance/suite.h"

namespace conformance {

std::unique_ptr<Suite> agentdojo_suite();
std::unique_ptr<Suite> jcs_suite();
std::unique_ptr<Suite> jose_suite();
std::unique_ptr<Suite> json_suite();
std::unique_ptr<Suite> op_suite();
std::unique_ptr<Suite> payloads_suite();
std::unique_ptr<Suite> scenarios_suite();
std::unique_ptr<Suite> sqrt_suite();

}  // namespace conformance
