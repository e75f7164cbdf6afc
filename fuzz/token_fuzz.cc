// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a token, as a token's header, and as what a token claims: no crash; nothing is
// verified that was not signed; a principal, if there is one, has names that can be read back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "identity/claims.h"
#include "identity/limits.h"
#include "identity/names.h"
#include "identity/scope.h"
#include "identity/token_maker.h"

namespace {

using identity::testing::Ring;
using identity::testing::SigningKey;

Ring& keys() {
  static const auto ring = identity::testing::ring(SigningKey::of(identity::KeyKind::kMac));
  return *ring;
}

// Nobody outside knows the secret, so whatever comes in is refused.
void as_token(std::string_view text) {
  const auto token = identity::UnverifiedToken::parse(text);
  if (token) {
    CHECK(text.size() <= identity::limits::kTokenBytes);
    CHECK(std::count(text.begin(), text.end(), '.') == 2);
    CHECK(text.find_first_of(" \n\r\t=+/\"{}") == text.npos);
  }
  CHECK(!keys().verify(text).ok());
}

void as_claims(std::string_view payload) {
  const std::string text = identity::testing::token(SigningKey::of(identity::KeyKind::kMac),
                                                    identity::Algorithm::kHs256, payload);
  const auto is_signed = keys().verify(text);
  if (!is_signed) {
    CHECK(text.size() > identity::limits::kTokenBytes);
    return;
  }
  CHECK(is_signed->payload() == payload);
  identity::TokenRules rules;
  rules.audiences = {"yett"};
  const std::int64_t now_us = std::int64_t{1'800'000'000} * 1'000'000;
  const auto claims = identity::VerifiedClaims::check(*is_signed, rules, now_us);
  if (!claims) return;
  CHECK(claims->expires_us() && *claims->expires_us() > now_us);
  identity::ClaimMap map;
  map.authority = "idp";
  map.tenants = {"acme", "umbrella"};
  map.tenant_claim = "org";
  map.roles_claim = "/realm_access/roles";
  const auto principal = identity::principal_of(*claims, map);
  if (!principal) return;
  CHECK(identity::is_name(principal->subject(), identity::limits::kSubjectBytes));
  CHECK(principal->tenant() == "acme" || principal->tenant() == "umbrella");
  for (const auto& role : principal->roles()) CHECK(identity::is_name(role));
  for (const auto& scope : principal->scopes()) CHECK(identity::is_scope(scope));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  as_token(text);
  as_token(base::base64(text, base::Base64::kUrl) + ".e30.AAAA");
  as_claims(text);
  return 0;
}
