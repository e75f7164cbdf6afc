// SPDX-License-Identifier: Apache-2.0
// A signature alone makes no principal: what is signed may be expired, or meant for others.
// EXPECT: invalid initialization of reference
#include "identity/claims.h"

bool is_somebody(const identity::SignedToken& token, const identity::ClaimMap& map);
bool is_somebody(const identity::SignedToken& token, const identity::ClaimMap& map) {
#ifdef MUST_COMPILE
  const auto claims = identity::VerifiedClaims::check(token, {}, 0);
  return claims && identity::principal_of(*claims, map).ok();
#else
  return identity::principal_of(token, map).ok();
#endif
}
