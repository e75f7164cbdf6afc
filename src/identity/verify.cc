// SPDX-License-Identifier: Apache-2.0
#include "identity/verify.h"

namespace identity {

Verifier::Step Verifier::begin(UnverifiedToken token, const KeySet& keys) {
  const auto found = keys.find(token.key_id_, token.algorithm_);
  if (!found) return found.refusal();
  const VerificationKey& key = **found;
  SignedToken out;
  out.legacy_ = key.legacy;
  out.key_id_ = std::move(token.key_id_);
  out.type_ = std::move(token.type_);
  out.payload_ = std::move(token.payload_);
  if (key.key == nullptr)
    return MacPending(std::move(out), {key.secret, token.algorithm_, std::move(token.input_),
                                       std::move(token.signature_)});
  if (!key.key->verify(token.algorithm_, token.input_, token.signature_))
    return Refusal::kSignature;
  return out;
}

Checked<SignedToken> Verifier::settle(MacPending pending, const MacAnswer& answer) {
  CHECK(answer.question() == pending.question_.digest());
  switch (answer.verdict()) {
    case MacAnswer::Verdict::kMatch: return std::move(pending.then_);
    case MacAnswer::Verdict::kMismatch: return Refusal::kSignature;
    case MacAnswer::Verdict::kWeakSecret: return Refusal::kWeakSecret;
    case MacAnswer::Verdict::kUnavailable: return Refusal::kMacUnavailable;
  }
  return Refusal::kMacUnavailable;
}

Checked<SignedToken> Verifier::verify(UnverifiedToken token, const KeySet& keys,
                                      MacOracle& oracle) {
  Step step = begin(std::move(token), keys);
  if (const auto* refusal = std::get_if<Refusal>(&step)) return *refusal;
  if (auto* done = std::get_if<SignedToken>(&step)) return std::move(*done);
  auto& pending = std::get<MacPending>(step);
  const MacAnswer answer = oracle.ask(pending.question());
  return settle(std::move(pending), answer);
}

}  // namespace identity
