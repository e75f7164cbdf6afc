// SPDX-License-Identifier: Apache-2.0
// Ordering labelled values would tell about them without their labels.
// EXPECT: use of deleted function
#include "label/labelled.h"

bool less(const label::Labelled<int>& a, const label::Labelled<int>& b);
bool less(const label::Labelled<int>& a, const label::Labelled<int>& b) {
#ifdef MUST_COMPILE
  return a.label() < b.label();
#else
  return a < b;
#endif
}
