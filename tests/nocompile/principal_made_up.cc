// SPDX-License-Identifier: Apache-2.0
// Nobody outside of the list in principal.h names a principal.
// EXPECT: is private within this context
#include "identity/principal.h"

bool is_root(const identity::Principal& principal);
bool is_root(const identity::Principal& principal) {
#ifdef MUST_COMPILE
  return principal.subject() == "root";
#else
  identity::Principal::Parts parts;
  parts.subject = "root";
  return principal.subject() == parts.subject;
#endif
}
