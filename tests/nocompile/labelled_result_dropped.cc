// SPDX-License-Identifier: Apache-2.0
// What was made under a label is not dropped: a function run for its side effect is a leak.
// EXPECT: ignoring returned value of type
#include "label/labelled.h"

void each(const label::Labelled<int>& value);
void each(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  (void)value.map([](int x) { return x + 1; });
#else
  value.map([](int x) { return x + 1; });
#endif
}
