// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A counter-example played through the decision that ships, and made small. Trust zone: supervisor,
// tests.
#pragma once

#include "policy/prove/prove.h"

namespace policy::proving {

// Plays the calls in order and sets the session of each to what the ones before made of it (of the
// first: nothing learnt, or where any state is asked for the one the witness has). False: the
// decision does not agree.
bool confirm(Proof& proof, const Query& query, const Oracle& oracle);

// Takes out calls and names that a confirmed counter-example does not need, so that people see what
// it is about. It stays confirmed.
void simplify(Proof& proof, const Query& query, const Oracle& oracle);

}  // namespace policy::proving
