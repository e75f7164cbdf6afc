// SPDX-License-Identifier: Apache-2.0
#include "identity/key_record.h"

#include <set>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "identity/imported_key.h"

namespace identity {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000'000;
constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

KeyTerms terms() { return {"build-bot", "acme", {"dev"}, {"repo.*"}, kNow + 10 * kDay}; }

struct Made {
  std::string text;
  KeyRecord record;
};

Made make(const KeyTerms& t = terms()) {
  base::SystemRandom random;
  auto made = create_key(t, kNow, random);
  CHECK(made.ok());
  return {std::string(made->plain.reveal()), made->record};
}

std::string verdict(std::string_view text, const KeyRecord* record, std::int64_t now = kNow) {
  const auto key = PresentedKey::parse(text);
  if (!key) return std::string(slug(key.refusal()));
  const auto p = principal_of(*key, record, now);
  return p ? "accepted" : std::string(slug(p.refusal()));
}

TEST(ApiKey, HasItsFormAndIsAcceptedUnderItsTerms) {
  const Made key = make();
  EXPECT_EQ(key.text.size(), kKeyBytes);
  EXPECT_TRUE(key.text.starts_with("yett_" + key.record.id + "_"));
  const auto p = principal_of(*PresentedKey::parse(key.text), &key.record, kNow);
  ASSERT_TRUE(p.ok());
  EXPECT_EQ(p->subject(), "build-bot");
  EXPECT_EQ(p->tenant(), "acme");
  EXPECT_EQ(p->authority(), "keys");
  EXPECT_EQ(p->credential(), key.record.id);
  EXPECT_EQ(p->roles(), std::vector<std::string>{"dev"});
  EXPECT_TRUE(p->may("repo.push"));
  EXPECT_FALSE(p->may("mail.send"));
  EXPECT_EQ(p->expires_us(), kNow + 10 * kDay);
}

TEST(ApiKey, TheStoreGetsNoPartOfTheSecret) {
  const Made key = make();
  const std::string secret = key.text.substr(22, 43);
  const std::string raw = *base::unbase64(secret, base::Base64::kUrl);
  const std::string stored = std::string(base::view(key.record.hash)) + key.record.id +
                             key.record.terms.subject + key.record.next_id;
  EXPECT_EQ(stored.find(secret), stored.npos);
  EXPECT_EQ(stored.find(raw), stored.npos);
  for (std::size_t i = 0; i + 8 <= raw.size(); ++i)
    EXPECT_EQ(stored.find(raw.substr(i, 8)), stored.npos);
}

TEST(ApiKey, EveryKeyIsAnother) {
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    const Made key = make();
    EXPECT_TRUE(seen.insert(key.text).second);
    EXPECT_TRUE(seen.insert(key.record.id).second);
  }
}

TEST(ApiKey, AnyOtherTextIsRefused) {
  const Made key = make();
  for (std::size_t i = 0; i < key.text.size(); ++i)
    for (const char c : {'A', 'a', '0', '_', '-', '=', '\'', '\0', ' ', '\xff'}) {
      if (key.text[i] == c) continue;
      std::string bad = key.text;
      bad[i] = c;
      EXPECT_NE(verdict(bad, &key.record), "accepted") << i << " " << int{c};
    }
  const std::vector<std::string> kBad = {std::string(),
                                         std::string("yett_"),
                                         key.text + "a",
                                         key.text.substr(1),
                                         " " + key.text,
                                         key.text + std::string(1, '\0'),
                                         std::string(1u << 20, 'y'),
                                         "yett_' OR '1'='1",
                                         std::string("Bearer ") + key.text};
  for (const std::string& bad : kBad) EXPECT_NE(verdict(bad, &key.record), "accepted");
}

// The check is no proof: whoever makes one up for a wrong secret gets no further than the hash.
TEST(ApiKey, AWrongSecretAndAnUnknownIdLookAlike) {
  const Made key = make();
  const Made other = make();
  KeyRecord mine = other.record;
  mine.hash = key.record.hash;  // copied to another record
  EXPECT_EQ(verdict(other.text, &mine), "unknown_key");
  EXPECT_EQ(verdict(key.text, nullptr), "unknown_key");
  EXPECT_EQ(verdict(key.text, &other.record), "unknown_key");
  KeyRecord renamed = key.record;
  renamed.id = other.record.id;
  EXPECT_EQ(verdict(key.text, &renamed), "unknown_key");
  // The same secret under another id, with a check that fits.
  std::string moved = "yett_" + other.record.id + key.text.substr(21, 44);
  const base::Digest d = base::sha256({"yett key check 1", moved});
  moved += "_" + base::hex(base::view(d).substr(0, 4));
  ASSERT_TRUE(PresentedKey::parse(moved).ok());
  EXPECT_EQ(verdict(moved, &renamed), "unknown_key");
  KeyRecord empty = key.record;
  empty.hash = {};
  EXPECT_EQ(verdict(key.text, &empty), "unknown_key");
}

TEST(KeyLife, AKeyEndsWhenItsTermsSay) {
  const Made key = make();
  EXPECT_EQ(verdict(key.text, &key.record, kNow + 10 * kDay - 1), "accepted");
  EXPECT_EQ(verdict(key.text, &key.record, kNow + 10 * kDay), "key_expired");
  EXPECT_EQ(verdict(key.text, &key.record, kNow - 1), "not_yet_valid");
  KeyTerms endless = terms();
  endless.expires_us.reset();
  const Made forever = make(endless);
  EXPECT_EQ(verdict(forever.text, &forever.record, kNow + 36'500 * kDay), "accepted");
}

TEST(KeyLife, RotationOverlapsAndThenTheOldKeyIsDead) {
  base::SystemRandom random;
  const Made key = make();
  const auto rotated = rotate_key(key.record, kNow + kDay, 2 * kDay, random);
  ASSERT_TRUE(rotated.ok());
  const std::string fresh(rotated->fresh.plain.reveal());
  EXPECT_EQ(rotated->old.next_id, rotated->fresh.record.id);
  EXPECT_EQ(state_of(rotated->old, kNow + kDay), KeyState::kRetiring);
  EXPECT_EQ(verdict(key.text, &rotated->old, kNow + 3 * kDay - 1), "accepted");
  EXPECT_EQ(verdict(key.text, &rotated->old, kNow + 3 * kDay), "key_expired");
  EXPECT_EQ(verdict(fresh, &rotated->fresh.record, kNow + 3 * kDay), "accepted");
  const auto ends = [](const std::string& text, const KeyRecord& record) {
    return principal_of(*PresentedKey::parse(text), &record, kNow + kDay)->expires_us();
  };
  EXPECT_EQ(ends(key.text, rotated->old), kNow + 3 * kDay);
  EXPECT_EQ(ends(fresh, rotated->fresh.record), kNow + 10 * kDay);
  const auto late = rotate_key(key.record, kNow + kDay, 20 * kDay, random);
  EXPECT_EQ(ends(key.text, late->old), kNow + 10 * kDay);
  EXPECT_EQ(rotated->fresh.record.terms.scopes, key.record.terms.scopes);
  // An overlap does not lengthen a life.
  EXPECT_EQ(verdict(key.text, &rotated->old, kNow + 10 * kDay), "key_expired");
  // Twice, after the end, or with an overlap out of bounds: no.
  EXPECT_FALSE(rotate_key(rotated->old, kNow + kDay, 0, random).ok());
  EXPECT_FALSE(rotate_key(key.record, kNow + 11 * kDay, 0, random).ok());
  EXPECT_FALSE(rotate_key(key.record, kNow, -1, random).ok());
  EXPECT_FALSE(rotate_key(key.record, kNow, kOverlapMaxUs + 1, random).ok());
  EXPECT_FALSE(rotate_key(revoke_key(key.record, kNow), kNow, 0, random).ok());
}

TEST(KeyLife, ARevocationHoldsWhateverTheClockSays) {
  const Made key = make();
  const KeyRecord dead = revoke_key(key.record, kNow + kDay);
  for (const std::int64_t at : {kNow - kDay, kNow, kNow + kDay, kNow + 20 * kDay})
    EXPECT_EQ(verdict(key.text, &dead, at), "key_revoked");
  EXPECT_EQ(revoke_key(dead, kNow + 2 * kDay).revoked_us, kNow + kDay);
}

TEST(KeyLife, AUseIsNotedOnceAMinute) {
  const Made key = make();
  const auto first = note_use(key.record, kNow);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->last_use_us, kNow);
  EXPECT_FALSE(note_use(*first, kNow + 59'999'999).has_value());
  EXPECT_TRUE(note_use(*first, kNow + 60'000'000).has_value());
  EXPECT_FALSE(note_use(*first, kNow - kDay).has_value());  // a clock that went back
}

TEST(KeyLife, TermsThatNameNobodyAreRefused) {
  base::SystemRandom random;
  const auto bad = [&](auto change) {
    KeyTerms t = terms();
    change(t);
    return !create_key(t, kNow, random).ok();
  };
  EXPECT_TRUE(bad([](KeyTerms& t) { t.subject = ""; }));
  EXPECT_TRUE(bad([](KeyTerms& t) { t.tenant = "a\nb"; }));
  EXPECT_TRUE(bad([](KeyTerms& t) { t.roles = {""}; }));
  EXPECT_TRUE(bad([](KeyTerms& t) { t.scopes = {"a b"}; }));
  EXPECT_TRUE(bad([](KeyTerms& t) { t.expires_us = kNow; }));
  EXPECT_TRUE(bad([](KeyTerms& t) { t.roles.assign(65, "r"); }));
}

// ---- imported keys ----

constexpr std::string_view kStored =
    "pbkdf2_sha256$1000$other$Mo8RjZCGRg1qBBWPgV0rGfNEeh54l83xuKTXgJpdpqo=";

TEST(ImportedKey, TheStoredFormIsReadStrictly) {
  ASSERT_TRUE(Pbkdf2Hash::parse(kStored).has_value());
  EXPECT_TRUE(Pbkdf2Hash::parse(kStored)->matches("trp_test_secret"));
  EXPECT_FALSE(Pbkdf2Hash::parse(kStored)->matches("trp_test_secreT"));
  EXPECT_FALSE(Pbkdf2Hash::parse(kStored)->matches(""));
  EXPECT_FALSE(Pbkdf2Hash::parse(kStored)->matches(std::string(257, 'k')));
  const std::string hash = "Mo8RjZCGRg1qBBWPgV0rGfNEeh54l83xuKTXgJpdpqo=";
  const std::vector<std::string> kBad = {
      std::string(),
      std::string("pbkdf2_sha256"),
      "pbkdf2_sha256$1000$other",
      "$$$" + hash,
      "PBKDF2_SHA256$1000$other$" + hash,
      "pbkdf2_sha512$1000$other$" + hash,
      "pbkdf2_sha256$$other$" + hash,
      "pbkdf2_sha256$0$other$" + hash,
      "pbkdf2_sha256$-1$other$" + hash,
      "pbkdf2_sha256$+1$other$" + hash,
      "pbkdf2_sha256$01$other$" + hash,
      "pbkdf2_sha256$1e3$other$" + hash,
      "pbkdf2_sha256$1000001$other$" + hash,
      "pbkdf2_sha256$99999999999$other$" + hash,
      "pbkdf2_sha256$1000$$" + hash,
      "pbkdf2_sha256$1000$other$" + hash.substr(0, 43),
      "pbkdf2_sha256$1000$other$" + hash + "=",
      "pbkdf2_sha256$1000$other$x$" + hash,
      "pbkdf2_sha256$1000$other$Mo8+jZCGRg1qBBWPgV0rGfNEeh54l83xuKTXgJpdpqo=",
      "pbkdf2_sha256$1000$" + std::string(65, 's') + "$" + hash,
      " " + std::string(kStored)};
  for (const std::string& bad : kBad) EXPECT_FALSE(Pbkdf2Hash::parse(bad).has_value()) << bad;
}

// RFC 7914 §11, the first 32 bytes.
TEST(ImportedKey, IsPbkdf2WithSha256) {
  const auto digest = [](std::string_view hex) {
    base::Digest out{};
    const std::string bytes = *base::unhex(hex);
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  };
  const Pbkdf2Hash one{1, "salt",
                       digest("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")};
  const Pbkdf2Hash many{80'000, "NaCl",
                        digest("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56")};
  EXPECT_TRUE(one.matches("passwd"));
  EXPECT_TRUE(many.matches("Password"));
  EXPECT_FALSE(many.matches("password"));
}

ImportedRecord imported(std::string_view stored) {
  return {"old-1", *Pbkdf2Hash::parse(stored), terms(), true};
}

TEST(ImportedKey, IsAcceptedUnderItsHintAndRefusedOtherwise) {
  const ImportedRecord record = imported(kStored);
  const auto verdict_of = [](const std::string& key, const ImportedRecord* r, std::int64_t now) {
    const auto p = principal_of(key, r, now);
    return p ? "accepted" : std::string(slug(p.refusal()));
  };
  EXPECT_EQ(verdict_of("trp_test_secret", &record, kNow), "accepted");
  EXPECT_EQ(verdict_of("trp_test_secre", &record, kNow), "unknown_key");
  EXPECT_EQ(verdict_of("trp_test_secret", nullptr, kNow), "unknown_key");
  EXPECT_EQ(verdict_of("", &record, kNow), "malformed");
  EXPECT_EQ(verdict_of(std::string(257, 'k'), &record, kNow), "malformed");
  EXPECT_EQ(verdict_of("trp_test_secret", &record, kNow + 10 * kDay), "key_expired");
  ImportedRecord off = record;
  off.active = false;
  EXPECT_EQ(verdict_of("trp_test_secret", &off, kNow), "key_revoked");
}

TEST(ImportedKey, OnlyAKeyOfRandomBytesGetsTheFastHash) {
  for (const char* weak :
       {"trp_test_secret", "correct horse battery staple and so on, a long sentence",
        "trp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!",
        "trp-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    EXPECT_FALSE(rehashed(weak, imported(kStored)).has_value()) << weak;
  const std::string key = "trp_" + base::base64(std::string(32, '\x5a'), base::Base64::kUrl);
  const auto fresh = rehashed(key, imported(kStored));
  ASSERT_TRUE(fresh.has_value());
  EXPECT_TRUE(std::holds_alternative<base::Digest>(fresh->hash));
  EXPECT_TRUE(principal_of(key, &*fresh, kNow).ok());
  EXPECT_FALSE(principal_of(key + "A", &*fresh, kNow).ok());
  EXPECT_FALSE(rehashed(key, *fresh).has_value());
  ImportedRecord moved = *fresh;
  moved.id = "old-2";
  EXPECT_FALSE(principal_of(key, &moved, kNow).ok());
}

}  // namespace
}  // namespace identity
