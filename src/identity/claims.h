// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a signed token claims (RFC 7519 §4.1), held against the rules of its issuer, and the mapping
// of named claims to a principal. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/principal.h"
#include "identity/verify.h"
#include "schema/value.h"

namespace identity {

// What the tokens of one issuer must say.
struct TokenRules {
  std::optional<std::string> issuer;   // nothing: `iss` is not looked at
  std::vector<std::string> audiences;  // one of these; empty: a token with `aud` is refused
  std::vector<std::string> types = {"jwt", "at+jwt"};  // small letters, without "application/"
  bool type_required = false;                          // else a token without `typ` passes
  std::int64_t skew_s = 0;                             // 0..300, for `exp`, `nbf` and `iat`
  std::int64_t longest_life_s = 0;  // `exp` - `iat`, which is then required; 0: any
};

// kInvalid: a skew outside of 0..300 s, a negative life, an empty issuer, audience or type.
base::Status check(const TokenRules& rules);

// Claims that a key of ours vouches for and that hold now.
class VerifiedClaims {
 public:
  // `now_us`: wall clock. A token is good from `nbf` to before `exp`; times may be fractions of a
  // second. In this order: kTokenType, kClaims (no JSON object, more than 8 levels or 2048 values;
  // a time that is no number of 0..9999-12-31; `aud` neither a text nor a list of 1..64 texts),
  // kDuplicateMember (also differing only in case), kNoExpiry (unless the key is `legacy`),
  // kExpired, kNotYetActive, kIssuedAt, kLifetime, kIssuer, kAudience.
  // LIMIT: a wall clock that goes back makes an expired token good again.
  static Checked<VerifiedClaims> check(const SignedToken& token, const TokenRules& rules,
                                       std::int64_t now_us);

  // The claim of this name, or what a JSON Pointer ("/realm_access/roles") points to; null: none.
  const schema::Value* find(std::string_view name) const;
  std::optional<std::int64_t> expires_us() const { return expires_us_; }
  const std::string& key_id() const { return key_id_; }

 private:
  VerifiedClaims() = default;
  schema::Value claims_;
  std::optional<std::int64_t> expires_us_;
  std::string key_id_;
};

// Which claims name the principal, and what its issuer may say.
struct ClaimMap {
  std::string authority;                       // the issuer's name in the configuration
  std::vector<std::string> subject = {"sub"};  // the first that is there
  std::string tenant_claim;                    // empty: the one tenant below
  std::vector<std::string> tenants;            // SECURITY: whom it may speak for; never empty
  std::string roles_claim;                     // empty: nobody has a role
  std::vector<std::string> scope_claims = {"scope", "scp", "scopes"};  // the first that is there
};

// kInvalid: a name that is no name, no tenant, several tenants without a claim that tells them
// apart, no claim for the subject.
base::Status check(const ClaimMap& map);

// The principal. Scopes are a text with spaces or a list, roles a text or a list. kSubject: none of
// the claims is there, or it is no name (text of 1..255 bytes). kTenant: the claim is absent, or
// names a tenant that this issuer may not speak for. kRoles, kScopes: another form, or a bound.
// SECURITY: nothing is made up for what is absent: no subject, no principal.
Checked<Principal> principal_of(const VerifiedClaims& claims, const ClaimMap& map);

}  // namespace identity
