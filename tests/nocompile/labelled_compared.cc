// SPDX-License-Identifier: Apache-2.0
// Comparing labelled values would tell about them without their labels.
// EXPECT: use of deleted function
#include "label/labelled.h"

bool same(const label::Labelled<int>& a, const label::Labelled<int>& b);
bool same(const label::Labelled<int>& a, const label::Labelled<int>& b) {
#ifdef MUST_COMPILE
  return a.label() == b.label();
#else
  return a == b;
#endif
}
