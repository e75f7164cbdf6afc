// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Leaks that pairs of runs found, each made small and named by what it takes. Trust zone: tests.
#pragma once

#include <span>
#include <string_view>

namespace plan_test {

struct Leak {
  std::string_view name;
  std::string_view program;  // of pair.h's tools
};
std::span<const Leak> leaks();

}  // namespace plan_test
