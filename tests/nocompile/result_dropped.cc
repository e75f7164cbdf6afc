// SPDX-License-Identifier: Apache-2.0
// A failure cannot be dropped by forgetting it.
// EXPECT: ignoring returned value of type 'base::Status'
#include "base/result.h"

base::Status store();

bool stored();
bool stored() {
#ifdef MUST_COMPILE
  return store().ok();
#else
  store();
  return true;
#endif
}
