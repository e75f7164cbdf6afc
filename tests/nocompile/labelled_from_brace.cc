// SPDX-License-Identifier: Apache-2.0
// An empty pair of braces is no key to the bare value.
// EXPECT: is ambiguous
#include "label/labelled.h"

int open(const label::Labelled<int>& value);
int open(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return value.label() == label::kClean ? 1 : 0;
#else
  return value.reveal({});
#endif
}
