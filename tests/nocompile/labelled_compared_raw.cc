// SPDX-License-Identifier: Apache-2.0
// Comparing with a bare value would tell about the labelled one.
// EXPECT: use of deleted function
#include "label/labelled.h"

bool is_seven(const label::Labelled<int>& value);
bool is_seven(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return value.label() == label::kClean;
#else
  return value == 7;
#endif
}
