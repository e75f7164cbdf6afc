// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The values a proof tries for a sort: of every combination of answers that the sort's tests can
// give, as many different values as a counter-example may need. If the pool is complete, a call
// with any values has a twin with values of the pool that every rule answers alike; that is what
// lets prove say no. Trust zone: supervisor, tests.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "policy/prove/concrete.h"
#include "policy/prove/sorts.h"

namespace policy::proving {

struct Pool {
  std::vector<std::string> strings;
  std::map<std::string, std::size_t> index;  // of strings
  std::vector<Number> numbers;               // rising
  std::vector<Instant> instants;             // rising
  std::string incomplete;                    // why the pool may lack values; empty: it does not
};

struct PoolLimits {
  std::size_t words = 24;       // different values a cell
  std::size_t steps = 400'000;  // of the walk over automata
  std::function<bool()> stop;
};

Pool pool_of(const Sort& sort, Judge& judge, const PoolLimits& limits);

// Parts of it, for tests.
std::vector<Number> numbers_of(std::vector<Number> constants, std::size_t each);
std::vector<Instant> instants_of(const Sort& sort, Judge& judge, std::size_t each,
                                 std::string& incomplete);

}  // namespace policy::proving
