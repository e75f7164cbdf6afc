// SPDX-License-Identifier: Apache-2.0
// Branching on a labelled value would tell it by what happens next.
// EXPECT: use of deleted function
#include "label/labelled.h"

int branch(const label::Labelled<bool>& value);
int branch(const label::Labelled<bool>& value) {
#ifdef MUST_COMPILE
  return value.label() == label::kClean ? 1 : 2;
#else
  return value ? 1 : 2;
#endif
}
