// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How often this test binary has asked for memory. Trust zone: tests.
#pragma once

#include <cstddef>

namespace policy {

std::size_t allocations();

}  // namespace policy
