// SPDX-License-Identifier: Apache-2.0
// A declassification whose record nobody takes would not be logged.
// EXPECT: ignoring returned value of type
#include "label/declassify.h"

bool lower(const label::Declassifier& declassifier, const label::Sets& before);
bool lower(const label::Declassifier& declassifier, const label::Sets& before) {
#ifdef MUST_COMPILE
  return declassifier.apply(before).ok();
#else
  declassifier.apply(before);
  return true;
#endif
}
