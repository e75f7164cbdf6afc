// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Programs out of Python's grammar by chance, for the comparison with CPython: wider than the plan
// language in places, and now and then with one token broken.
// Trust zone: none, test only.
#pragma once

#include <cstdint>
#include <string>

namespace lang {

// The same seed, the same program; a few hundred bytes, always UTF-8.
std::string random_plan(std::uint64_t seed);

// The program with a few bytes or pieces moved, doubled, dropped or put in.
std::string break_plan(std::string plan, std::uint64_t seed);

}  // namespace lang
