// SPDX-License-Identifier: Apache-2.0
// An unverified token has no payload to read.
// EXPECT: has no member named 'payload'
#include "identity/verify.h"

#ifdef MUST_COMPILE
using Token = identity::SignedToken;
#else
using Token = identity::UnverifiedToken;
#endif

bool is_empty(const Token& token);
bool is_empty(const Token& token) { return token.payload().empty(); }
