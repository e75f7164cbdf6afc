// SPDX-License-Identifier: Apache-2.0
#include "identity/key_set.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "identity/key_checks.h"
#include "identity/limits.h"
#include "identity/token_maker.h"

namespace identity {
namespace {

using testing::SigningKey;

const SigningKey& rsa() { return SigningKey::of(KeyKind::kRsa); }
const SigningKey& ec() { return SigningKey::of(KeyKind::kP256); }
const SigningKey& mac() { return SigningKey::of(KeyKind::kMac); }

std::string set_of(std::initializer_list<std::string> keys) {
  std::string out = R"({"keys":[)";
  for (const std::string& key : keys) out += (out.back() == '[' ? "{" : ",{") + key + "}";
  return out + "]}";
}

// "N keys, M over" or the message.
std::string outcome(const std::string& json, bool secrets = false, const KeyRules& rules = {}) {
  std::vector<FoundSecret> found;
  const auto set = KeySet::parse(json, rules, secrets ? &found : nullptr);
  if (!set.ok()) return set.error().message;
  return fmt::format("{} keys, {} over", set->size(), set->passed_over());
}

TEST(KeySet, AUsableKeyIsTakenAndAnotherPassedOver) {
  const std::string a = R"(,"kid":"a")";
  const std::pair<std::string, std::string_view> kCases[] = {
      {set_of({rsa().jwk(a)}), "1 keys, 0 over"},
      {"{" + rsa().jwk(a) + "}", "1 keys, 0 over"},
      {set_of({rsa().jwk(a), ec().jwk(R"(,"kid":"b")")}), "2 keys, 0 over"},
      {set_of({}), "0 keys, 0 over"},
      {set_of({rsa().jwk(
           R"(,"use":"sig","alg":"RS256","key_ops":["verify"],"x5c":["MII"],"x5t":"q")")}),
       "1 keys, 0 over"},
      {set_of({rsa().jwk(R"(,"use":"enc")")}), "0 keys, 1 over"},
      {set_of({rsa().jwk(R"(,"key_ops":["encrypt"])")}), "0 keys, 1 over"},
      {set_of({rsa().jwk(R"(,"key_ops":[])")}), "0 keys, 1 over"},
      {set_of({rsa().jwk(R"(,"use":"sig","key_ops":["sign"])")}), "0 keys, 1 over"},
      {set_of({rsa().jwk(R"(,"alg":"RSA-OAEP")")}), "0 keys, 1 over"},
      {set_of({rsa().jwk(R"(,"alg":"ES256")")}), "0 keys, 1 over"},
      {set_of({rsa().jwk(R"(,"alg":"")")}), "0 keys, 1 over"},
      {set_of({ec().jwk(R"(,"alg":"ES384")")}), "0 keys, 1 over"},
      {set_of({R"("kty":"OKP","crv":"X25519","x":"AA")"}), "0 keys, 1 over"},
      {set_of({R"("kty":"EC","crv":"secp256k1","x":"AA","y":"AA")"}), "0 keys, 1 over"},
      {set_of({R"("kty":"LMS","pub":"AA")"}), "0 keys, 1 over"},
      // An enciphering key may have the name of the signing key.
      {set_of({rsa().jwk(a), rsa().jwk(a + R"(,"use":"enc")")}), "1 keys, 1 over"},
  };
  for (const auto& [json, want] : kCases) EXPECT_EQ(outcome(json), want) << json;
}

TEST(KeySet, WhatIsInDoubtIsRefusedWhole) {
  const std::string a = R"(,"kid":"a")";
  const std::string b = R"(,"kid":"b")";
  const std::pair<std::string, std::string_view> kCases[] = {
      {"", "key set: not strict JSON in its bounds"},
      {"[]", "key set: it has no keys"},
      {R"({"keys":{}})", "key set: `keys` is no list"},
      {R"({"keys":[5]})", "key set: key 1: it is no object"},
      {R"({"keys":[],"kty":"RSA"})", "key set: it is a key as well"},
      {R"({"keys":[],"keys":[]})", "key set: not strict JSON in its bounds"},
      {"{" + ec().jwk(a) + R"(,"KID":"b"})", "key set: not strict JSON in its bounds"},
      {set_of({rsa().jwk(a), ec().jwk(a)}), "key set: ambiguous: two keys have one kid"},
      {set_of({rsa().jwk(a), ec().jwk()}), "key set: ambiguous: several keys and one has no kid"},
      {set_of({rsa().jwk(), ec().jwk()}), "key set: ambiguous: several keys and one has no kid"},
      {set_of({mac().jwk(a)}), "key set: it holds a secret"},
      {set_of({mac().jwk(a), rsa().jwk(b)}), "key set: mixed: secrets and public keys"},
      {set_of({rsa().jwk(a), mac().jwk(b + R"(,"use":"enc")")}),
       "key set: mixed: secrets and public keys"},
      {set_of({rsa().jwk(a + R"(,"d":"AQAB")")}), "key set: key 1: it holds a private key"},
      {set_of({ec().jwk(a), rsa().jwk(b + R"(,"k":"AQAB")")}),
       "key set: key 2: it holds a private key"},
      {set_of({R"("kid":"a")"}), "key set: key 1: a required member is not there"},
      {set_of({R"("kty":"RSA","n":"AQAB")"}), "key set: key 1: a required member is not there"},
      {set_of({R"("kty":"RSA","n":5,"e":"AQAB")"}), "key set: key 1: a member has the wrong type"},
      {set_of({R"("kty":"RSA","n":"A=","e":"AQAB")"}), "key set: key 1: a member is not base64url"},
      {set_of({R"("kty":["RSA"])"}), "key set: key 1: a member has the wrong type"},
      {set_of({rsa().jwk(R"(,"kid":5)")}), "key set: key 1: a member has the wrong type"},
      {set_of({rsa().jwk(R"(,"use":["sig"])")}), "key set: key 1: a member has the wrong type"},
      {set_of({rsa().jwk(R"(,"key_ops":"verify")")}),
       "key set: key 1: a member has the wrong type"},
      {set_of({rsa().jwk(R"(,"key_ops":["verify","verify"])")}),
       "key set: key 1: key_ops repeats itself"},
      {set_of({rsa().jwk(R"(,"alg":null)")}), "key set: key 1: a member has the wrong type"},
      {set_of({rsa().jwk(R"(,"kid":")" + std::string(257, 'k') + "\"")}),
       "key set: key 1: its kid is too long"},
  };
  for (const auto& [json, want] : kCases) EXPECT_EQ(outcome(json), want) << json;
}

TEST(KeySet, HasBounds) {
  std::string many = R"({"keys":[)";
  for (int i = 0; i < 33; ++i) many += std::string(i == 0 ? "" : ",") + R"({"kty":"x"})";
  EXPECT_EQ(outcome(many + "]}"), "key set: more than 32 keys");
  EXPECT_EQ(outcome(R"({"keys":[],"a":")" + std::string(limits::kKeySetBytes, 'a') + "\"}"),
            "key set: not strict JSON in its bounds");
  std::string values = R"({"keys":[],"a":[0)";
  for (int i = 0; i < 5000; ++i) values += ",0";
  EXPECT_EQ(outcome(values + "]}"), "key set: not strict JSON in its bounds");
  EXPECT_EQ(outcome(R"({"keys":[[[[[[[[[[]]]]]]]]]]})"), "key set: not strict JSON in its bounds");
}

TEST(KeySet, SecretsGoToWhoKeepsThemAndOnlyWhereMacsAreAllowed) {
  std::vector<FoundSecret> found;
  const KeyRules macs{.allowed = {Algorithm::kHs256}};
  const auto set = KeySet::parse(set_of({mac().jwk(R"(,"kid":"a")")}), macs, &found);
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->size(), 1u);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].bytes, std::string(64, 's'));
  EXPECT_EQ(found[0].name, "jwk-1");
  const KeyRules named{.allowed = {Algorithm::kHs256}, .legacy = false, .secrets_as = "idp"};
  ASSERT_TRUE(KeySet::parse(set_of({mac().jwk()}), named, &found).ok());
  EXPECT_EQ(found[0].name, "idp-1");
  // By default no MAC is allowed: the key is passed over, its secret is still handed on.
  EXPECT_EQ(outcome(set_of({mac().jwk(R"(,"kid":"a")")}), true), "0 keys, 1 over");
}

// As an egress hands a key on that it has read.
TEST(KeySet, AKeyOfAFrameKeepsTheRulesOfADocument) {
  const std::string c(32, '\1');
  KeyParts ed{"a", KeyKind::kEd25519, "", std::string(31, '\2') + '\3', ""};
  const auto good = VerificationKey::from(ed, {});
  ASSERT_TRUE(good.has_value());
  EXPECT_TRUE(good->algorithms == AlgorithmSet{Algorithm::kEdDsa});
  EXPECT_EQ(good->id, "a");
  const auto refused = [&](auto change, const KeyRules& rules = {}) {
    KeyParts parts = ed;
    change(parts);
    return !VerificationKey::from(parts, rules).has_value();
  };
  EXPECT_TRUE(refused([](KeyParts& p) { p.algorithm = "ES256"; }));
  EXPECT_TRUE(refused([](KeyParts& p) { p.algorithm = "none"; }));
  EXPECT_TRUE(refused([](KeyParts& p) { p.id = std::string(257, 'k'); }));
  EXPECT_TRUE(refused([](KeyParts& p) { p.first.assign(32, '\0'); }));
  EXPECT_TRUE(refused([&](KeyParts& p) { p = {"a", KeyKind::kP256, "", c, c}; }));
  EXPECT_TRUE(refused([](KeyParts&) {}, {.allowed = {Algorithm::kEs256}}));
  KeyParts mac;
  mac.kind = KeyKind::kMac;
  EXPECT_DEATH(static_cast<void>(VerificationKey::from(mac, {})), "kMac");
}

TEST(KeySet, MessagesHoldNothingOfADocument) {
  for (const std::string& json :
       {set_of({R"("kty":"oct","k":"c2VjcmV0c2VjcmV0)"}), std::string(R"({"k":"hunter2)"),
        set_of({mac().jwk(R"(,"kid":["hunter2"])")}),
        set_of({mac().jwk() + R"(,"k":"hunter2")"})}) {
    const std::string message = outcome(json, true);
    EXPECT_EQ(message.find("hunter2"), message.npos) << message;
    EXPECT_EQ(message.find("c2VjcmV0"), message.npos) << message;
  }
}

TEST(KeySet, FindsByIdOrTheOnlyOne) {
  const auto two =
      KeySet::parse(set_of({rsa().jwk(R"(,"kid":"a")"), ec().jwk(R"(,"kid":"b")")}), {});
  const auto one = KeySet::parse(set_of({ec().jwk()}), {});
  const KeySet none;
  ASSERT_TRUE(two.ok() && one.ok());
  const auto verdict = [](const KeySet& set, std::optional<std::string> kid, Algorithm a) {
    const auto key = set.find(kid, a);
    return key ? "found" : std::string(slug(key.refusal()));
  };
  EXPECT_EQ(verdict(*two, "a", Algorithm::kRs256), "found");
  EXPECT_EQ(verdict(*two, "b", Algorithm::kEs256), "found");
  EXPECT_EQ(verdict(*two, "a", Algorithm::kEs256), "key_algorithm");
  EXPECT_EQ(verdict(*two, "c", Algorithm::kEs256), "unknown_key_id");
  EXPECT_EQ(verdict(*two, std::nullopt, Algorithm::kEs256), "no_key_id");
  EXPECT_EQ(verdict(*one, std::nullopt, Algorithm::kEs256), "found");
  EXPECT_EQ(verdict(*one, "b", Algorithm::kEs256), "unknown_key_id");
  EXPECT_EQ(verdict(none, std::nullopt, Algorithm::kEs256), "unknown_key_id");
}

TEST(KeySet, ConfiguredKeysKeepTheSameRules) {
  const auto key = [](std::optional<std::string> id) {
    return VerificationKey::mac(std::move(id), "s", {Algorithm::kHs256}, false);
  };
  EXPECT_TRUE(KeySet::of({key("a"), key("b")}).ok());
  EXPECT_FALSE(KeySet::of({key("a"), key("a")}).ok());
  EXPECT_FALSE(KeySet::of({key("a"), key(std::nullopt)}).ok());
  EXPECT_FALSE(KeySet::of(std::vector<VerificationKey>(33, key("a"))).ok());
  EXPECT_DEATH(VerificationKey::mac("a", "s", {Algorithm::kRs256}, false), "algorithms");
}

// ---- the numbers of keys ----

std::string modulus(std::size_t bits) {
  std::string n(bits / 8, '\x55');
  n[0] = '\x80';
  n.back() = '\x01';
  return n;
}

// 2048 bits, and 1, which is 65537^0, modulo every small prime: the first of the family.
std::string roca_modulus() {
  std::string n(256, '\0');
  n.back() = '\1';
  const auto times = [&n](unsigned factor) {
    unsigned carry = 0;
    for (std::size_t i = n.size(); i-- > 0;) {
      carry += static_cast<unsigned char>(n[i]) * factor;
      n[i] = static_cast<char>(carry & 255);
      carry >>= 8;
    }
  };
  for (unsigned p = 3; p <= 167; p += 2) times(p);
  while ((n[0] & 0x80) == 0) times(2);
  n.back() = static_cast<char>(n.back() + 1);
  return n;
}

TEST(PublicKey, RsaNumbersAreHeldAgainstTheTable) {
  const std::string f4("\1\0\1", 3);
  const std::string good = modulus(2048);
  struct Case {
    std::string n;
    std::string e;
    KeyFault fault;
  };
  const Case kCases[] = {
      {good, f4, KeyFault::kNone},
      {modulus(8192), f4, KeyFault::kNone},
      {modulus(2040), f4, KeyFault::kSize},
      {"\x40" + good.substr(1), f4, KeyFault::kSize},  // 2047 bits
      {modulus(8200), f4, KeyFault::kSize},
      {"", f4, KeyFault::kSize},
      {good, "", KeyFault::kSize},
      {std::string(1, '\0') + good, f4, KeyFault::kEncoding},
      {good, std::string("\0\1\0\1", 4), KeyFault::kEncoding},
      {good.substr(0, 255) + '\x02', f4, KeyFault::kEncoding},
      {good, "\1", KeyFault::kExponent},
      {good, "\3", KeyFault::kExponent},
      {good, std::string("\1\0\0", 3), KeyFault::kExponent},
      {good, std::string("\1\0\2", 3), KeyFault::kExponent},
      {roca_modulus(), f4, KeyFault::kRoca},
      {good, "\x01\x01\x01\x01\x01\x01\x01\x01\x01", KeyFault::kExponent},
      {good, "\xff\xff\xff\xff\xff\xff\xff\xff", KeyFault::kNone},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(fault_of_rsa(c.n, c.e), c.fault) << base::hex(c.n.substr(0, 4)) << base::hex(c.e);
}

TEST(PublicKey, ARocaModulusIsFoundAndRandomOnesAreNot) {
  // k * M + 65537^a mod M, with M the product of the small primes, is of that form for every k.
  const std::string_view one = "\1";
  EXPECT_TRUE(is_roca(one));                            // 65537^0
  EXPECT_TRUE(is_roca(std::string_view("\1\0\1", 3)));  // 65537^1
  EXPECT_FALSE(is_roca("\2"));
  EXPECT_FALSE(is_roca(modulus(2048)));
  std::uint64_t x = 88172645463325252u;
  for (int i = 0; i < 2000; ++i) {
    std::string n(256, '\0');
    for (char& c : n) {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      c = static_cast<char>(x);
    }
    EXPECT_FALSE(is_roca(n));
  }
}

TEST(PublicKey, APointOfSmallOrderIsNoKey) {
  for (const char* hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000080",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"}) {
    KeyFault fault = KeyFault::kNone;
    EXPECT_EQ(PublicKey::ed25519(*base::unhex(hex), &fault), nullptr) << hex;
    EXPECT_EQ(fault, KeyFault::kPoint);
  }
  EXPECT_FALSE(is_small_order(std::string(32, '\x02')));
  KeyFault fault = KeyFault::kNone;
  EXPECT_EQ(PublicKey::ed25519(std::string(31, 'a'), &fault), nullptr);
  EXPECT_EQ(fault, KeyFault::kSize);
}

TEST(PublicKey, ACoordinateOffTheCurveOrOfAnotherLengthIsNoKey) {
  const auto fault_of = [](KeyKind kind, const std::string& x, const std::string& y) {
    KeyFault fault = KeyFault::kNone;
    EXPECT_EQ(PublicKey::ec(kind, x, y, &fault), nullptr);
    return fault;
  };
  const std::string c(32, '\1');
  EXPECT_EQ(fault_of(KeyKind::kP256, c, c), KeyFault::kPoint);
  EXPECT_EQ(fault_of(KeyKind::kP256, std::string(32, '\0'), std::string(32, '\0')),
            KeyFault::kPoint);
  EXPECT_EQ(fault_of(KeyKind::kP256, std::string(32, '\xff'), c), KeyFault::kPoint);
  EXPECT_EQ(fault_of(KeyKind::kP256, c + "a", c), KeyFault::kSize);
  EXPECT_EQ(fault_of(KeyKind::kP384, c, c), KeyFault::kSize);
  EXPECT_EQ(fault_of(KeyKind::kP521, std::string(65, '\1'), std::string(66, '\1')),
            KeyFault::kSize);
}

}  // namespace
}  // namespace identity
