// SPDX-License-Identifier: Apache-2.0
// Only the verifier makes a signed token.
// EXPECT: is private within this context
#include "identity/verify.h"

#ifdef MUST_COMPILE
identity::Checked<identity::SignedToken> made();
identity::Checked<identity::SignedToken> made() { return identity::Refusal::kSignature; }
#else
identity::Checked<identity::SignedToken> made();
identity::Checked<identity::SignedToken> made() { return identity::SignedToken(); }
#endif
