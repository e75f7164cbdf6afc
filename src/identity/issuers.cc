// SPDX-License-Identifier: Apache-2.0
#include "identity/issuers.h"

namespace identity {
namespace {

// How far a token came before it was passed on.
int distance(Refusal refusal) {
  switch (refusal) {
    case Refusal::kSignature: return 4;
    case Refusal::kWeakSecret:
    case Refusal::kMacUnavailable: return 3;
    case Refusal::kKeyAlgorithm: return 2;
    case Refusal::kKeysUnavailable:
    case Refusal::kNoKeyId: return 1;
    default: return 0;
  }
}

}  // namespace

JwksCache::Found FixedKeys::find(const std::optional<std::string>& kid, Algorithm algorithm,
                                 std::int64_t) {
  const auto key = keys_.find(kid, algorithm);
  JwksCache::Found out;
  if (key) out.keys = &keys_;
  else out.refusal = key.refusal();
  return out;
}

TokenCheck::TokenCheck(const std::vector<Issuer>& issuers, std::string_view text)
    : issuers_(issuers) {
  CHECK(issuers.size() <= kIssuersMax);
  auto token = UnverifiedToken::parse(text);
  if (token) token_ = std::move(*token);
  else refusal_ = token.refusal();
}

void TokenCheck::note(Refusal refusal) {
  if (distance(refusal) > distance(refusal_)) refusal_ = refusal;
}

TokenCheck::Step TokenCheck::begin(const Now& now) {
  if (!token_) return refusal_;
  return next(now);
}

TokenCheck::Step TokenCheck::next(const Now& now) {
  for (; at_ < issuers_.size(); ++at_) {
    const auto found =
        issuers_[at_].keys->find(token_->key_id(), token_->algorithm(), now.steady_us);
    may_wait_ = may_wait_ || found.may_wait;
    if (found.keys == nullptr) {
      note(found.refusal);
      continue;
    }
    Verifier::Step step = Verifier::begin(*token_, *found.keys);
    if (const auto* refusal = std::get_if<Refusal>(&step)) {
      note(*refusal);
      continue;
    }
    if (const auto* done = std::get_if<SignedToken>(&step)) return finish(*done, now);
    pending_ = std::get<MacPending>(std::move(step));
    return Ask{pending_->question()};
  }
  if (may_wait_) return Wait{};
  return refusal_;
}

TokenCheck::Step TokenCheck::answer(const MacAnswer& answer, const Now& now) {
  CHECK(pending_.has_value());
  const auto settled = Verifier::settle(std::move(*pending_), answer);
  pending_.reset();
  if (settled) return finish(*settled, now);
  note(settled.refusal());
  // SECURITY: nobody could say whether the MAC is right. That is no reason to ask somebody else.
  if (settled.refusal() == Refusal::kMacUnavailable) return settled.refusal();
  ++at_;
  return next(now);
}

TokenCheck::Step TokenCheck::finish(const SignedToken& token, const Now& now) const {
  const Issuer& issuer = issuers_[at_];
  const auto claims = VerifiedClaims::check(token, issuer.rules, now.wall_us);
  if (!claims) return claims.refusal();
  auto principal = principal_of(*claims, issuer.map);
  if (!principal) return principal.refusal();
  return std::move(*principal);
}

}  // namespace identity
