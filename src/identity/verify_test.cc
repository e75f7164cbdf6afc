// SPDX-License-Identifier: Apache-2.0
#include "identity/verify.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "identity/token_maker.h"

namespace identity {
namespace {

using testing::ring;
using testing::SigningKey;
using testing::token;

std::string verdict(testing::Ring& keys, std::string_view text) {
  const auto done = keys.verify(text);
  return done ? "verified" : std::string(slug(done.refusal()));
}

std::vector<Algorithm> all_algorithms() {
  std::vector<Algorithm> out;
  for (std::size_t i = 0; i < kAlgorithms; ++i) out.push_back(static_cast<Algorithm>(i));
  return out;
}

TEST(Verify, EveryAlgorithmAcceptsItsOwnAndNoOther) {
  for (const Algorithm a : all_algorithms()) {
    const SigningKey& key = SigningKey::of(kind_of(a));
    const auto keys = ring(key);
    const std::string text = token(key, a, R"({"sub":"alice"})");
    const auto done = keys->verify(text);
    ASSERT_TRUE(done.ok()) << name_of(a) << slug(done.refusal());
    EXPECT_EQ(done->payload(), R"({"sub":"alice"})");
    // The same signature under each other name.
    for (const Algorithm b : all_algorithms()) {
      if (a == b) continue;
      const std::string input =
          base::base64("{\"alg\":\"" + std::string(name_of(b)) + "\",\"kid\":\"k\"}",
                       base::Base64::kUrl) +
          "." + base::base64("{}", base::Base64::kUrl);
      const std::string forged = input + "." + base::base64(key.sign(a, input), base::Base64::kUrl);
      const std::string got = verdict(*keys, forged);
      EXPECT_EQ(got, kind_of(a) == kind_of(b) ? "signature" : "key_algorithm")
          << name_of(a) << " as " << name_of(b);
    }
  }
}

TEST(Verify, AnyFlippedBitIsFound) {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kEd25519, KeyKind::kMac}) {
    const SigningKey& key = SigningKey::of(kind);
    const auto keys = ring(key);
    const Algorithm a = kind == KeyKind::kP256  ? Algorithm::kEs256
                        : kind == KeyKind::kMac ? Algorithm::kHs256
                                                : Algorithm::kEdDsa;
    const std::string text = token(key, a, R"({"sub":"a"})");
    for (std::size_t i = 0; i < text.size(); ++i)
      for (const int bit : {0, 2, 5}) {
        std::string bad = text;
        bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
        EXPECT_NE(verdict(*keys, bad), "verified") << i << "/" << bit;
      }
    for (std::size_t n = 0; n < text.size(); ++n)
      EXPECT_NE(verdict(*keys, text.substr(0, n)), "verified") << n;
  }
}

TEST(Verify, AnEcSignatureHasOneFormAndItsNumbersARange) {
  const SigningKey& key = SigningKey::of(KeyKind::kP256);
  const auto keys = ring(key);
  const std::string input =
      base::base64(R"({"alg":"ES256","kid":"k"})", base::Base64::kUrl) + ".e30";
  const std::string good = key.sign(Algorithm::kEs256, input);
  const auto with = [&](std::string_view signature) {
    return verdict(*keys, input + "." + base::base64(signature, base::Base64::kUrl));
  };
  ASSERT_EQ(with(good), "verified");
  const std::string order =
      *base::unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + '\1';
  const std::string r = good.substr(0, 32);
  const std::string s = good.substr(32);
  for (const std::string& bad :
       {zero + zero, zero + s, r + zero, order + s, r + order, order + order, one + one,
        std::string(64, '\xff'), s + r, good + '\0', '\0' + good, good.substr(1), std::string(),
        std::string(32, '\0') + r + std::string(32, '\0') + s,
        "\x30\x44\x02\x20" + r + "\x02\x20" + s})
    EXPECT_EQ(with(bad), "signature") << base::hex(bad);
}

TEST(Verify, AnEdwardsSignatureMustBeReduced) {
  const SigningKey& key = SigningKey::of(KeyKind::kEd25519);
  const auto keys = ring(key);
  const std::string input =
      base::base64(R"({"alg":"EdDSA","kid":"k"})", base::Base64::kUrl) + ".e30";
  const std::string good = key.sign(Algorithm::kEdDsa, input);
  // s + L is the same number modulo the order, and another signature (RFC 8032 §5.1.7).
  const std::string order =
      *base::unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  std::string bad = good;
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(bad[32 + i]) + static_cast<unsigned char>(order[i]);
    bad[32 + i] = static_cast<char>(carry & 255);
    carry >>= 8;
  }
  EXPECT_EQ(verdict(*keys, input + "." + base::base64(good, base::Base64::kUrl)), "verified");
  EXPECT_EQ(verdict(*keys, input + "." + base::base64(bad, base::Base64::kUrl)), "signature");
}

TEST(Verify, AnRsaSignatureHasTheLengthOfItsKeyAndAPssSaltTheLengthOfItsHash) {
  const SigningKey& key = SigningKey::of(KeyKind::kRsa);
  const auto keys = ring(key);
  const auto verdict_of = [&](Algorithm a, const std::string& tail, int salt,
                              std::string_view lead) {
    const std::string input =
        base::base64("{\"alg\":\"" + std::string(name_of(a)) + "\",\"kid\":\"k\"}",
                     base::Base64::kUrl) +
        ".e30";
    return verdict(*keys, input + "." +
                              base::base64(std::string(lead) + key.sign(a, input, salt) + tail,
                                           base::Base64::kUrl));
  };
  EXPECT_EQ(verdict_of(Algorithm::kRs256, "", -1, ""), "verified");
  EXPECT_EQ(verdict_of(Algorithm::kRs256, std::string(1, '\0'), -1, ""), "signature");
  EXPECT_EQ(verdict_of(Algorithm::kRs256, "", -1, std::string_view("\0", 1)), "signature");
  EXPECT_EQ(verdict_of(Algorithm::kPs256, "", -1, ""), "verified");
  for (const int salt : {0, 20, 31, 33, 64})
    EXPECT_EQ(verdict_of(Algorithm::kPs256, "", salt, ""), "signature") << salt;
}

// The classic confusion: the public key, which everybody has, as the secret of a MAC.
TEST(Verify, APublicKeyIsNoSecret) {
  const SigningKey& key = SigningKey::of(KeyKind::kRsa);
  const auto keys = ring(key);
  const std::string input =
      base::base64(R"({"alg":"HS256","kid":"k"})", base::Base64::kUrl) + ".e30";
  for (const std::string& secret : {key.jwk(), "{" + key.jwk() + "}"}) {
    const std::string mac = LocalMac::mac(Algorithm::kHs256, secret, input);
    EXPECT_EQ(verdict(*keys, input + "." + base::base64(mac, base::Base64::kUrl)), "key_algorithm");
  }
}

TEST(Verify, AKeyIsFoundByItsIdAndForWhatItIsAllowed) {
  const SigningKey& key = SigningKey::of(KeyKind::kP256);
  const auto keys = ring(key);
  EXPECT_EQ(verdict(*keys, token(key, Algorithm::kEs256, R"({"alg":"ES256"})", "{}")), "verified");
  EXPECT_EQ(verdict(*keys, token(key, Algorithm::kEs256, R"({"alg":"ES256","kid":"K"})", "{}")),
            "unknown_key_id");
  EXPECT_EQ(verdict(*keys, token(key, Algorithm::kEs256, R"({"alg":"ES256","kid":""})", "{}")),
            "unknown_key_id");
  const auto narrow = ring(SigningKey::of(KeyKind::kRsa), {.allowed = {Algorithm::kPs256}});
  EXPECT_EQ(verdict(*narrow, token(SigningKey::of(KeyKind::kRsa), Algorithm::kRs256, "{}")),
            "key_algorithm");
  EXPECT_EQ(verdict(*narrow, token(SigningKey::of(KeyKind::kRsa), Algorithm::kPs256, "{}")),
            "verified");
}

class Answers final : public MacOracle {
 public:
  MacAnswer::Verdict verdict = MacAnswer::Verdict::kMatch;
  std::vector<MacQuestion> asked;

 private:
  MacAnswer::Verdict verdict_of(const MacQuestion& question) override {
    asked.push_back(question);
    return verdict;
  }
};

TEST(Mac, TheQuestionCarriesNoSecretAndEveryAnswerButYesRefuses) {
  const SigningKey& key = SigningKey::of(KeyKind::kMac);
  const auto keys = ring(key);
  const std::string text = token(key, Algorithm::kHs384, "{}");
  const std::pair<MacAnswer::Verdict, Refusal> kCases[] = {
      {MacAnswer::Verdict::kMismatch, Refusal::kSignature},
      {MacAnswer::Verdict::kWeakSecret, Refusal::kWeakSecret},
      {MacAnswer::Verdict::kUnavailable, Refusal::kMacUnavailable}};
  Answers oracle;
  for (const auto& [verdict, refusal] : kCases) {
    oracle.verdict = verdict;
    const auto done = Verifier::verify(*UnverifiedToken::parse(text), keys->keys, oracle);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.refusal(), refusal);
  }
  const MacQuestion& q = oracle.asked.front();
  EXPECT_EQ(q.algorithm, Algorithm::kHs384);
  EXPECT_EQ(q.input, text.substr(0, text.rfind('.')));
  EXPECT_EQ(q.tag.size(), 48u);
  EXPECT_EQ(q.secret, "jwk-1");
}

TEST(Mac, AnAnswerIsGoodForItsOwnQuestionOnly) {
  const SigningKey& key = SigningKey::of(KeyKind::kMac);
  const auto keys = ring(key);
  const auto pending = [&](std::string_view payload) {
    auto step = Verifier::begin(*UnverifiedToken::parse(token(key, Algorithm::kHs256, payload)),
                                keys->keys);
    return std::get<MacPending>(std::move(step));
  };
  Answers oracle;
  const MacPending other = pending("{\"sub\":\"mallory\"}");
  const MacAnswer answer = oracle.ask(other.question());
  EXPECT_DEATH(static_cast<void>(Verifier::settle(pending("{}"), answer)), "answer.question");
  EXPECT_TRUE(Verifier::settle(pending("{\"sub\":\"mallory\"}"), answer).ok());
}

TEST(Mac, QuestionsThatDifferAnywhereHaveDigestsThatDiffer) {
  const MacQuestion base{"s", Algorithm::kHs256, "input", "tag"};
  const MacQuestion others[] = {
      {"t", Algorithm::kHs256, "input", "tag"}, {"s", Algorithm::kHs384, "input", "tag"},
      {"s", Algorithm::kHs256, "inpuT", "tag"}, {"s", Algorithm::kHs256, "input", "taG"},
      {"si", Algorithm::kHs256, "nput", "tag"}, {"s", Algorithm::kHs256, "inputt", "ag"},
      {"", Algorithm::kHs256, "sinput", "tag"}};
  for (const MacQuestion& other : others) EXPECT_NE(base.digest(), other.digest());
}

TEST(Mac, AShortSecretIsWeakUnlessItIsImported) {
  const std::string input = "a.b";
  for (const Algorithm a : {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512})
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, hash_bytes(a) - 1, hash_bytes(a)})
      for (const SecretOrigin origin : {SecretOrigin::kOwn, SecretOrigin::kImported}) {
        const std::string secret(size, 'x');
        LocalMac oracle;
        oracle.add("s", secret, origin);
        const MacAnswer got = oracle.ask({"s", a, input, LocalMac::mac(a, secret, input)});
        const bool good = size >= (origin == SecretOrigin::kOwn ? hash_bytes(a) : 1);
        EXPECT_EQ(got.verdict(),
                  good ? MacAnswer::Verdict::kMatch : MacAnswer::Verdict::kWeakSecret)
            << name_of(a) << " " << size;
      }
  LocalMac nothing;
  EXPECT_EQ(nothing.ask({"s", Algorithm::kHs256, input, "t"}).verdict(),
            MacAnswer::Verdict::kUnavailable);
}

// RFC 4231, test case 2.
TEST(Mac, IsTheHmacOfItsHash) {
  const std::string_view data = "what do ya want for nothing?";
  EXPECT_EQ(base::hex(LocalMac::mac(Algorithm::kHs256, "Jefe", data)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(base::hex(LocalMac::mac(Algorithm::kHs384, "Jefe", data)),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            "8e2240ca5e69e2c78b3239ecfab21649");
  EXPECT_EQ(base::hex(LocalMac::mac(Algorithm::kHs512, "Jefe", data)),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

}  // namespace
}  // namespace identity
