// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Random policies as load() would hand them on, and random questions to ask them: type-directed,
// so that most of what is drawn means something, and repeated by a seed. Every construct of SQRT
// and Yett that is left after expansion is drawn. Trust zone: tests.
#pragma once

#include "policy/loaded.h"
#include "policy/question.h"
#include "tests/policy/dice.h"

namespace policy_test {

// A set that keeps the invariants of policy::Loaded. Rules and statements have spans of their own,
// so that an answer that names the wrong one shows.
policy::Loaded make_loaded(Dice& dice);

// The smallest of the kind: one yett file, one block for the tool `tools[0]` with one member, so
// that nothing hides what that member says.
policy::Loaded make_single(Dice& dice);

// A rule that any check of `loaded`'s yett file `tree` could hold: what properties add.
policy::Rule make_deny(Dice& dice, const policy::Loaded& loaded, bool leveled);

// A call as a session sends it (leaves under one argument stand together), also wrong ones: absent
// arguments, kinds that the schema does not allow, texts without canonical form.
policy::Question make_question(Dice& dice, const policy::Loaded& loaded);
policy::Observed make_observed(Dice& dice);
label::Sets make_label(Dice& dice);

}  // namespace policy_test
