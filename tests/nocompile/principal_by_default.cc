// SPDX-License-Identifier: Apache-2.0
// There is no default principal.
// EXPECT: no matching function for call to 'identity::Principal::Principal()'
#include "identity/principal.h"

bool may(const identity::Principal& principal);
bool may(const identity::Principal& principal) { return principal.may("a"); }

bool anonymous_may();
bool anonymous_may() {
#ifdef MUST_COMPILE
  return false;
#else
  identity::Principal principal;
  return may(principal);
#endif
}
