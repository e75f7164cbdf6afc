// SPDX-License-Identifier: Apache-2.0
#include "identity/refusal.h"

#include "base/result.h"

namespace identity {

void wrong_side() {
  base::check_failed("the side of a Checked that is not there", __FILE__, __LINE__);
}

std::string_view slug(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNoCredential: return "no_credential";
    case Refusal::kTooLong: return "too_long";
    case Refusal::kMalformed: return "malformed";
    case Refusal::kHeader: return "header";
    case Refusal::kDuplicateMember: return "duplicate_member";
    case Refusal::kCritical: return "critical";
    case Refusal::kEmbeddedKey: return "embedded_key";
    case Refusal::kSeveral: return "several_credentials";
    case Refusal::kAlgorithm: return "algorithm";
    case Refusal::kKeyAlgorithm: return "key_algorithm";
    case Refusal::kNoKeyId: return "no_key_id";
    case Refusal::kUnknownKeyId: return "unknown_key_id";
    case Refusal::kSignature: return "signature";
    case Refusal::kWeakSecret: return "weak_secret";
    case Refusal::kMacUnavailable: return "mac_unavailable";
    case Refusal::kKeysUnavailable: return "keys_unavailable";
    case Refusal::kClaims: return "claims";
    case Refusal::kTokenType: return "token_type";
    case Refusal::kNoExpiry: return "no_expiry";
    case Refusal::kExpired: return "expired";
    case Refusal::kNotYetActive: return "not_yet_active";
    case Refusal::kIssuedAt: return "issued_at";
    case Refusal::kLifetime: return "lifetime";
    case Refusal::kIssuer: return "issuer";
    case Refusal::kAudience: return "audience";
    case Refusal::kSubject: return "subject";
    case Refusal::kTenant: return "tenant";
    case Refusal::kRoles: return "roles";
    case Refusal::kScopes: return "scopes";
    case Refusal::kUnknownKey: return "unknown_key";
    case Refusal::kKeyRevoked: return "key_revoked";
    case Refusal::kKeyExpired: return "key_expired";
    case Refusal::kNotYetValid: return "not_yet_valid";
    case Refusal::kNoKeyHint: return "no_key_hint";
    case Refusal::kProxyPeer: return "proxy_peer";
    case Refusal::kProxyHeader: return "proxy_header";
    case Refusal::kTooManyFailures: return "too_many_failures";
  }
  return "";
}

}  // namespace identity
