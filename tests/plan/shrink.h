// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A program that shows something, made as small as it still shows it. Trust zone: tests.
#pragma once

#include <functional>
#include <string>

namespace plan_test {

// Takes out lines with what hangs below them, puts blocks in their place, and drops runs of tokens,
// as long as `shows` stays true; at most `tries` calls of it.
std::string shrink(std::string source, const std::function<bool(const std::string&)>& shows,
                   std::size_t tries = 60'000);

}  // namespace plan_test
