// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Several issuers of tokens, asked in their order: one that has no key for a token passes it on;
// whoever's key signed it decides, and nobody after. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "identity/claims.h"
#include "identity/jwks_cache.h"

namespace identity {

// LIMIT: issuers of one door, so that a token costs few signature checks at most.
inline constexpr std::size_t kIssuersMax = 8;

// Where the keys of an issuer come from: a document of the configuration, or a JwksCache whose
// owner notes that it must fetch.
class KeySource {
 public:
  virtual ~KeySource() = default;
  virtual JwksCache::Found find(const std::optional<std::string>& kid, Algorithm algorithm,
                                std::int64_t steady_us) = 0;
};

// Keys that stand in the configuration.
class FixedKeys final : public KeySource {
 public:
  explicit FixedKeys(KeySet keys) : keys_(std::move(keys)) {}
  JwksCache::Found find(const std::optional<std::string>& kid, Algorithm algorithm,
                        std::int64_t steady_us) override;

 private:
  KeySet keys_;
};

struct Issuer {
  KeySource* keys = nullptr;  // borrowed; lives longer than every check
  TokenRules rules;
  ClaimMap map;
};

// Two clocks: tokens live by the wall, caches by the one that does not go back.
struct Now {
  std::int64_t wall_us = 0;
  std::int64_t steady_us = 0;
};

// The check of one token over a list of issuers. Holds no reference to the token's text.
class TokenCheck {
 public:
  // The MAC of the token is a question for the broker; then answer().
  struct Ask {
    MacQuestion question;
  };
  // Keys are being fetched that may be those of the token: ask again with a new check when they
  // came, or refuse.
  struct Wait {};
  using Step = std::variant<Principal, Ask, Wait, Refusal>;

  // `issuers` lives longer than the check and does not change; at most kIssuersMax (CHECK).
  TokenCheck(const std::vector<Issuer>& issuers, std::string_view text);

  // Passed on to the next issuer: a key that is not there or is not for the algorithm, a signature
  // that is not its own. Refused at once: what UnverifiedToken::parse refuses, claims, mapping. If
  // all passed it on the refusal is the one that came furthest.
  Step begin(const Now& now);
  // After Ask (CHECK). A mismatch passes on as well.
  Step answer(const MacAnswer& answer, const Now& now);

 private:
  Step next(const Now& now);
  Step finish(const SignedToken& token, const Now& now) const;
  void note(Refusal refusal);

  const std::vector<Issuer>& issuers_;
  std::optional<UnverifiedToken> token_;
  Refusal refusal_ = Refusal::kUnknownKeyId;
  std::size_t at_ = 0;
  bool may_wait_ = false;
  std::optional<MacPending> pending_;
};

}  // namespace identity
