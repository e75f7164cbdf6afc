// SPDX-License-Identifier: Apache-2.0
// A bare value does not become a labelled one by assignment.
// EXPECT: no match for 'operator='
#include "label/labelled.h"

void set(label::Labelled<int>& value);
void set(label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  value = label::Labelled<int>(7, label::kMostRestrictive);
#else
  value = 7;
#endif
}
