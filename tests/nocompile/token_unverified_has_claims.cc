// SPDX-License-Identifier: Apache-2.0
// Nobody reads what a token claims before its signature was checked.
// EXPECT: cannot convert
#include "identity/claims.h"

bool holds(identity::UnverifiedToken token, const identity::KeySet& keys,
           identity::MacOracle& oracle);
bool holds(identity::UnverifiedToken token, const identity::KeySet& keys,
           identity::MacOracle& oracle) {
#ifdef MUST_COMPILE
  const auto is_signed = identity::Verifier::verify(std::move(token), keys, oracle);
  return is_signed && identity::VerifiedClaims::check(*is_signed, {}, 0).ok();
#else
  static_cast<void>(keys);
  static_cast<void>(oracle);
  return identity::VerifiedClaims::check(token, {}, 0).ok();
#endif
}
