// SPDX-License-Identifier: Apache-2.0
#include "identity/claims.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "identity/token_maker.h"

namespace identity {
namespace {

using testing::signed_payload;

constexpr std::int64_t kNow = 1'800'000'000;  // seconds
constexpr std::int64_t kNowUs = kNow * 1'000'000;

std::string verdict(std::string_view payload, const TokenRules& rules = {}, bool legacy = false,
                    std::int64_t now_us = kNowUs) {
  const auto claims = VerifiedClaims::check(signed_payload(payload, legacy), rules, now_us);
  return claims ? "hold" : std::string(slug(claims.refusal()));
}

TEST(Claims, TimesAreHeldAsTheTableSays) {
  struct Case {
    std::string_view payload;
    std::string_view want;
  };
  constexpr Case kCases[] = {
      {R"({"exp":1800000001})", "hold"},
      {R"({"exp":1800000000.000001})", "hold"},
      // A part of a microsecond shortens a life.
      {R"({"exp":1800000000.0000005})", "expired"},
      {R"({"exp":1800000060,"nbf":1800000000.0000005})", "not_yet_active"},
      {R"({"exp":18000000010e-1})", "hold"},
      {R"({"exp":1800000000})", "expired"},
      {R"({"exp":1799999999})", "expired"},
      {R"({"exp":0})", "expired"},
      {R"({"exp":1800000060,"nbf":1800000000})", "hold"},
      {R"({"exp":1800000060,"nbf":1800000000.5})", "not_yet_active"},
      {R"({"exp":1800000060,"nbf":1800000001})", "not_yet_active"},
      {R"({"exp":1800000060,"iat":1800000000})", "hold"},
      {R"({"exp":1800000060,"iat":1800000001})", "issued_at"},
      {R"({"exp":1800000060,"iat":1800000061})", "issued_at"},
      {R"({})", "no_expiry"},
      {R"({"sub":"a"})", "no_expiry"},
      // Not a time at all.
      {R"({"exp":null})", "claims"},
      {R"({"exp":"1800000001"})", "claims"},
      {R"({"exp":true})", "claims"},
      {R"({"exp":[1800000001]})", "claims"},
      {R"({"exp":-1})", "claims"},
      {R"({"exp":1e300})", "claims"},
      {R"({"exp":253402300800})", "claims"},
      {R"({"exp":99999999999999999999})", "claims"},
      {R"({"exp":1800000060,"nbf":"now"})", "claims"},
      {R"({"exp":1800000060,"iat":{}})", "claims"},
      // Not claims at all.
      {"", "claims"},
      {"foo", "claims"},
      {"[]", "claims"},
      {"\"exp\"", "claims"},
      {R"({"exp":1800000060}{})", "claims"},
      {R"({"exp":1799999999,"exp":1800000060})", "duplicate_member"},
      {R"({"exp":1800000060,"EXP":1})", "duplicate_member"},
      {R"({"exp":1800000060,"a":{"b":1,"b":2}})", "duplicate_member"},
      {R"({"exp":1800000060,"a":[[[[[[[[0]]]]]]]]})", "claims"},
  };
  for (const Case& c : kCases) EXPECT_EQ(verdict(c.payload), c.want) << c.payload;
}

TEST(Claims, AnEndIsNeededUnlessTheKeyIsLegacy) {
  EXPECT_EQ(verdict(R"({"sub":"a"})", {}, true), "hold");
  EXPECT_EQ(verdict(R"({"exp":1799999999})", {}, true), "expired");
  EXPECT_EQ(verdict(R"({"exp":null})", {}, true), "claims");
}

// Accepted if and only if nbf <= now < exp and iat <= now, each widened by the skew.
TEST(Claims, TheSkewWidensBothEndsAndNothingElse) {
  for (const std::int64_t skew : {0, 1, 60, 300})
    for (const std::int64_t exp : {-301, -300, -60, -1, 0, 1, 60})
      for (const std::int64_t nbf : {-1, 0, 1, 59, 60, 61, 300, 301}) {
        TokenRules rules;
        rules.skew_s = skew;
        const bool good = kNow - skew < kNow + exp && kNow + nbf <= kNow + skew;
        const std::string payload = fmt::format(R"({{"exp":{},"nbf":{}}})", kNow + exp, kNow + nbf);
        EXPECT_EQ(verdict(payload, rules) == "hold", good) << payload << " " << skew;
      }
}

TEST(Claims, ALifeCanBeBounded) {
  TokenRules rules;
  rules.longest_life_s = 3600;
  EXPECT_EQ(verdict(R"({"iat":1799999000,"exp":1800002600})", rules), "hold");
  EXPECT_EQ(verdict(R"({"iat":1799999000,"exp":1800002601})", rules), "lifetime");
  EXPECT_EQ(verdict(R"({"exp":1800000001})", rules), "lifetime");
  EXPECT_EQ(verdict(R"({"iat":1799999000})", rules, true), "lifetime");
}

TEST(Claims, IssuerAndAudienceMustFit) {
  TokenRules both;
  both.issuer = "https://idp.invalid";
  both.audiences = {"yett", "other"};
  struct Case {
    std::string_view more;
    std::string_view want;
  };
  constexpr Case kCases[] = {
      {R"(,"iss":"https://idp.invalid","aud":"yett")", "hold"},
      {R"(,"iss":"https://idp.invalid","aud":["x","other"])", "hold"},
      {R"(,"iss":"https://idp.invalid/","aud":"yett")", "issuer"},
      {R"(,"iss":"HTTPS://idp.invalid","aud":"yett")", "issuer"},
      {R"(,"iss":["https://idp.invalid"],"aud":"yett")", "issuer"},
      {R"(,"aud":"yett")", "issuer"},
      {R"(,"iss":"https://idp.invalid")", "audience"},
      {R"(,"iss":"https://idp.invalid","aud":"yet")", "audience"},
      {R"(,"iss":"https://idp.invalid","aud":["x"])", "audience"},
      {R"(,"iss":"https://idp.invalid","aud":[])", "claims"},
      {R"(,"iss":"https://idp.invalid","aud":["yett",5])", "claims"},
      {R"(,"iss":"https://idp.invalid","aud":{"yett":1})", "claims"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(verdict(fmt::format(R"({{"exp":1800000060{}}})", c.more), both), c.want) << c.more;
  // Without a name of our own nobody is among the audience (RFC 7519 §4.1.3).
  EXPECT_EQ(verdict(R"({"exp":1800000060,"aud":"yett"})"), "audience");
  std::string many = R"({"exp":1800000060,"iss":"https://idp.invalid","aud":["yett")";
  for (int i = 0; i < 64; ++i) many += ",\"a\"";
  EXPECT_EQ(verdict(many + "]}", both), "claims");
}

TEST(Claims, TheTypeMustBeOneOfThose) {
  const auto with = [](std::string_view typ, const TokenRules& rules) {
    const auto token = signed_payload(R"({"exp":1800000060})", false,
                                      typ.empty() ? "" : fmt::format(R"(,"typ":"{}")", typ));
    return VerifiedClaims::check(token, rules, kNowUs).ok();
  };
  TokenRules strict;
  strict.types = {"at+jwt"};
  strict.type_required = true;
  for (const std::string_view typ : {"", "JWT", "jwt", "at+jwt", "application/at+JWT"})
    EXPECT_TRUE(with(typ, {})) << typ;
  for (const std::string_view typ : {"dpop+jwt", "secevent+jwt", "JWT ", "application/"})
    EXPECT_FALSE(with(typ, {})) << typ;
  EXPECT_TRUE(with("at+jwt", strict));
  EXPECT_FALSE(with("JWT", strict));
  EXPECT_FALSE(with("", strict));
}

TEST(Claims, RulesOutOfTheirBoundsAreRefused) {
  EXPECT_TRUE(check(TokenRules{}).ok());
  const auto bad = [](auto change) {
    TokenRules rules;
    change(rules);
    return !check(rules).ok();
  };
  EXPECT_TRUE(bad([](TokenRules& r) { r.skew_s = 301; }));
  EXPECT_TRUE(bad([](TokenRules& r) { r.skew_s = -1; }));
  EXPECT_TRUE(bad([](TokenRules& r) { r.longest_life_s = -1; }));
  EXPECT_TRUE(bad([](TokenRules& r) { r.issuer = ""; }));
  EXPECT_TRUE(bad([](TokenRules& r) { r.audiences = {""}; }));
  EXPECT_TRUE(bad([](TokenRules& r) { r.types = {}; }));
}

// ---- from claims to a principal ----

ClaimMap map_of() {
  ClaimMap map;
  map.authority = "idp";
  map.tenants = {"acme"};
  map.roles_claim = "/realm_access/roles";
  return map;
}

Checked<Principal> principal(std::string_view more, const ClaimMap& map) {
  const auto claims = VerifiedClaims::check(
      signed_payload(fmt::format(R"({{"exp":1800000060{}}})", more)), {}, kNowUs);
  CHECK(claims.ok());
  return principal_of(*claims, map);
}

std::string shown(const Checked<Principal>& p) {
  if (!p) return std::string(slug(p.refusal()));
  return fmt::format("{}@{} [{}] [{}]", p->subject(), p->tenant(), fmt::join(p->roles(), " "),
                     fmt::join(p->scopes(), " "));
}

TEST(Mapping, NamedClaimsBecomeThePrincipal) {
  const std::pair<std::string, std::string_view> kCases[] = {
      {R"(,"sub":"alice")", "alice@acme [] []"},
      {R"(,"sub":"alice","scope":"b.read  a.* b.read")", "alice@acme [] [a.* b.read]"},
      {R"(,"sub":"alice","scp":["b","a"])", "alice@acme [] [a b]"},
      {R"(,"sub":"alice","scope":"a","scopes":["b"])", "alice@acme [] [a]"},
      {R"(,"sub":"alice","realm_access":{"roles":["ops","dev","ops"]})", "alice@acme [dev ops] []"},
      {R"(,"sub":"alice","realm_access":{"roles":"ops"})", "alice@acme [ops] []"},
      // Nobody is made up.
      {R"(,"scope":"*")", "subject"},
      {R"(,"sub":"")", "subject"},
      {R"(,"sub":null)", "subject"},
      {R"(,"sub":5)", "subject"},
      {R"(,"sub":["alice"])", "subject"},
      {R"(,"sub":"a\nb")", "subject"},
      {R"(,"sub":" alice")", "subject"},
      {R"(,"sub":"a\u202eb")", "subject"},
      {",\"sub\":\"" + std::string(256, 'a') + "\"", "subject"},
      {R"(,"sub":"alice","scope":5)", "scopes"},
      {R"(,"sub":"alice","scope":null)", "scopes"},
      {R"(,"sub":"alice","scp":["a b"])", "scopes"},
      {R"(,"sub":"alice","scp":["a",5])", "scopes"},
      {R"(,"sub":"alice","scope":"a.*.b")", "scopes"},
      {R"(,"sub":"alice","realm_access":{"roles":{"ops":1}})", "roles"},
      {R"(,"sub":"alice","realm_access":{"roles":[""]})", "roles"},
  };
  for (const auto& [more, want] : kCases) EXPECT_EQ(shown(principal(more, map_of())), want) << more;
}

TEST(Mapping, ATenantIsOneThatTheIssuerMaySpeakFor) {
  ClaimMap map = map_of();
  map.tenants = {"acme", "umbrella"};
  map.tenant_claim = "org";
  EXPECT_EQ(shown(principal(R"(,"sub":"a","org":"umbrella")", map)), "a@umbrella [] []");
  for (const std::string_view more :
       {R"(,"sub":"a")", R"(,"sub":"a","org":"other")", R"(,"sub":"a","org":["acme"])",
        R"(,"sub":"a","org":"ACME")", R"(,"sub":"a","org":"")"})
    EXPECT_EQ(shown(principal(more, map)), "tenant") << more;
  map.tenants = {};
  EXPECT_EQ(shown(principal(R"(,"sub":"a","org":"acme")", map)), "tenant");
}

TEST(Mapping, AnotherClaimCanNameTheSubjectAndTheCredentialIsKept) {
  ClaimMap map = map_of();
  map.subject = {"sub", "actor"};
  const auto p = principal(R"(,"actor":"bob")", map);
  ASSERT_TRUE(p.ok());
  EXPECT_EQ(p->subject(), "bob");
  EXPECT_EQ(p->means(), Principal::Means::kToken);
  EXPECT_EQ(p->credential(), "k");
  EXPECT_EQ(p->expires_us(), (kNow + 60) * 1'000'000);
}

// Two issuers, tenants or subjects never give one key, wherever their texts are cut.
TEST(Mapping, KeysOfDifferentPeopleDiffer) {
  const auto key = [](const char* tenant, const char* authority, const char* subject) {
    ClaimMap map;
    map.tenants = {tenant};
    map.authority = authority;
    const auto p = principal(fmt::format(R"(,"sub":"{}")", subject), map);
    return p->key();
  };
  EXPECT_NE(key("a", "idp", "b"), key("a", "idp2", "b"));
  EXPECT_NE(key("a", "idp", "b"), key("b", "idp", "b"));
  EXPECT_NE(key("a", "b", "1:c"), key("a", "b1", ":c"));
  EXPECT_NE(key("a3", "idp", "b"), key("a", "3:idp", "b"));
}

TEST(Mapping, AMapThatCouldMisleadIsRefused) {
  EXPECT_TRUE(check(map_of()).ok());
  const auto bad = [](auto change) {
    ClaimMap map = map_of();
    change(map);
    return !check(map).ok();
  };
  EXPECT_TRUE(bad([](ClaimMap& m) { m.authority = ""; }));
  EXPECT_TRUE(bad([](ClaimMap& m) { m.authority = "a b"; }));
  EXPECT_TRUE(bad([](ClaimMap& m) { m.tenants = {}; }));
  EXPECT_TRUE(bad([](ClaimMap& m) { m.tenants = {"a", "b"}; }));
  EXPECT_TRUE(bad([](ClaimMap& m) { m.tenants = {""}; }));
  EXPECT_TRUE(bad([](ClaimMap& m) { m.subject = {}; }));
}

}  // namespace
}  // namespace identity
