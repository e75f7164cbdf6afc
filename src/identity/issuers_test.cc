// SPDX-License-Identifier: Apache-2.0
#include "identity/issuers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "identity/token_maker.h"

namespace identity {
namespace {

using testing::SigningKey;
using testing::token;

constexpr Now kNow{std::int64_t{1'800'000'000} * 1'000'000, 0};
constexpr std::string_view kAlice = R"({"exp":1800000060,"sub":"alice"})";

KeySet set_of(const SigningKey& key, std::string_view kid) {
  auto keys = KeySet::parse("{" + key.jwk(fmt::format(R"(,"kid":"{}")", kid)) + "}", {});
  CHECK(keys.ok());
  return std::move(*keys);
}

KeySet mac_of(std::string_view kid, std::string secret) {
  auto keys = KeySet::of(
      {VerificationKey::mac(std::string(kid), std::move(secret), {Algorithm::kHs256}, false)});
  CHECK(keys.ok());
  return std::move(*keys);
}

Issuer issuer(KeySource& keys, std::string name) {
  Issuer out;
  out.keys = &keys;
  out.map.authority = std::move(name);
  out.map.tenants = {"acme"};
  return out;
}

// Runs a check to its end; a MAC is asked of `oracle`.
std::string verdict(const std::vector<Issuer>& issuers, std::string_view text, MacOracle& oracle) {
  TokenCheck check(issuers, text);
  TokenCheck::Step step = check.begin(kNow);
  while (const auto* ask = std::get_if<TokenCheck::Ask>(&step))
    step = check.answer(oracle.ask(ask->question), kNow);
  if (const auto* p = std::get_if<Principal>(&step)) return p->subject() + " by " + p->authority();
  if (std::holds_alternative<TokenCheck::Wait>(step)) return "wait";
  return std::string(slug(std::get<Refusal>(step)));
}

std::string named(const SigningKey& key, Algorithm a, std::string_view kid,
                  std::string_view payload = kAlice) {
  return token(key, a, fmt::format(R"({{"alg":"{}","kid":"{}"}})", name_of(a), kid), payload);
}

TEST(Issuers, ATokenIsPassedOnUntilSomebodysKeySignedIt) {
  const SigningKey one = SigningKey::make(KeyKind::kEd25519);
  const SigningKey two = SigningKey::make(KeyKind::kEd25519);
  const SigningKey nobody = SigningKey::make(KeyKind::kEd25519);
  FixedKeys a(set_of(one, "a"));
  FixedKeys b(set_of(two, "b"));
  FixedKeys also_a(set_of(two, "a"));  // another issuer that calls its key the same
  LocalMac oracle;
  const std::vector<Issuer> all = {issuer(a, "first"), issuer(b, "second"),
                                   issuer(also_a, "third")};
  EXPECT_EQ(verdict(all, named(one, Algorithm::kEdDsa, "a"), oracle), "alice by first");
  EXPECT_EQ(verdict(all, named(two, Algorithm::kEdDsa, "b"), oracle), "alice by second");
  EXPECT_EQ(verdict(all, named(two, Algorithm::kEdDsa, "a"), oracle), "alice by third");
  EXPECT_EQ(verdict(all, named(nobody, Algorithm::kEdDsa, "a"), oracle), "signature");
  EXPECT_EQ(verdict(all, named(nobody, Algorithm::kEdDsa, "c"), oracle), "unknown_key_id");
  EXPECT_EQ(verdict(all, named(SigningKey::of(KeyKind::kP256), Algorithm::kEs256, "a"), oracle),
            "key_algorithm");
  EXPECT_EQ(verdict(all, "a.b.c", oracle), "malformed");
  EXPECT_EQ(verdict({}, named(one, Algorithm::kEdDsa, "a"), oracle), "unknown_key_id");
}

// Whoever's key signed a token decides: an expired one is not shown to the next.
TEST(Issuers, WhatOneHasSignedNobodyElseDecides) {
  const SigningKey key = SigningKey::make(KeyKind::kEd25519);
  FixedKeys keys(set_of(key, "a"));
  std::vector<Issuer> both = {issuer(keys, "strict"), issuer(keys, "lax")};
  both[0].rules.issuer = "https://idp.invalid";
  LocalMac oracle;
  EXPECT_EQ(verdict(both, named(key, Algorithm::kEdDsa, "a"), oracle), "issuer");
  EXPECT_EQ(verdict(both, named(key, Algorithm::kEdDsa, "a", R"({"sub":"alice"})"), oracle),
            "no_expiry");
  EXPECT_EQ(verdict(both,
                    named(key, Algorithm::kEdDsa, "a",
                          R"({"exp":1800000060,"iss":"https://idp.invalid"})"),
                    oracle),
            "subject");
}

class Saying final : public MacOracle {
 public:
  std::vector<MacAnswer::Verdict> verdicts;
  std::vector<std::string> asked;

 private:
  MacAnswer::Verdict verdict_of(const MacQuestion& question) override {
    asked.push_back(question.secret);
    return verdicts.at(asked.size() - 1);
  }
};

TEST(Issuers, AMismatchPassesOnAndSilenceDoesNot) {
  using enum MacAnswer::Verdict;
  FixedKeys a(mac_of("k", "first-secret"));
  FixedKeys b(mac_of("k", "second-secret"));
  const std::vector<Issuer> both = {issuer(a, "first"), issuer(b, "second")};
  const std::string text = token(SigningKey::of(KeyKind::kMac), Algorithm::kHs256, kAlice);
  struct Case {
    std::vector<MacAnswer::Verdict> said;
    std::string_view want;
    std::size_t asked;
  };
  const Case kCases[] = {
      {{kMatch}, "alice by first", 1},          {{kMismatch, kMatch}, "alice by second", 2},
      {{kMismatch, kMismatch}, "signature", 2}, {{kWeakSecret, kMatch}, "alice by second", 2},
      {{kUnavailable}, "mac_unavailable", 1},   {{kMismatch, kUnavailable}, "mac_unavailable", 2}};
  for (const Case& c : kCases) {
    Saying oracle;
    oracle.verdicts = c.said;
    EXPECT_EQ(verdict(both, text, oracle), c.want);
    EXPECT_EQ(oracle.asked.size(), c.asked);
  }
}

class Cached final : public KeySource {
 public:
  JwksCache cache{CacheRules{}};
  int fetches = 0;
  JwksCache::Found find(const std::optional<std::string>& kid, Algorithm algorithm,
                        std::int64_t steady_us) override {
    const auto found = cache.find(kid, algorithm, steady_us);
    fetches += found.fetch ? 1 : 0;
    return found;
  }
};

TEST(Issuers, ATokenWaitsForKeysThatAreBeingFetched) {
  const SigningKey key = SigningKey::make(KeyKind::kEd25519);
  Cached remote;
  FixedKeys local(set_of(SigningKey::of(KeyKind::kP256), "a"));
  const std::vector<Issuer> both = {issuer(remote, "remote"), issuer(local, "local")};
  LocalMac oracle;
  const std::string text = named(key, Algorithm::kEdDsa, "r");
  EXPECT_EQ(verdict(both, text, oracle), "wait");
  EXPECT_EQ(remote.fetches, 1);
  // Others do not wait for it.
  EXPECT_EQ(verdict(both, named(SigningKey::of(KeyKind::kP256), Algorithm::kEs256, "a"), oracle),
            "alice by local");
  remote.cache.fetched(set_of(key, "r"), 0);
  EXPECT_EQ(verdict(both, text, oracle), "alice by remote");
  EXPECT_EQ(verdict(both, named(key, Algorithm::kEdDsa, "x"), oracle), "unknown_key_id");
  EXPECT_EQ(remote.fetches, 1);
}

}  // namespace
}  // namespace identity
