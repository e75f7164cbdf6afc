// SPDX-License-Identifier: Apache-2.0
#include "identity/claims.h"

#include <algorithm>
#include <cmath>

#include "identity/limits.h"
#include "identity/names.h"
#include "identity/scope.h"
#include "schema/parse.h"
#include "schema/pointer.h"

namespace identity {
namespace {

using limits::kSecondUs;
using schema::Value;

enum class Rounding : unsigned char { kDown, kUp };

// A NumericDate in microseconds; the fraction is rounded so that the token lives shorter.
std::optional<std::int64_t> time_of(const Value& value, Rounding rounding) {
  if (const auto whole = value.as_i64()) {
    if (*whole < 0 || *whole > limits::kLastSecond) return std::nullopt;
    return *whole * kSecondUs;
  }
  const auto seconds = value.as_double();
  if (!seconds || !(*seconds >= 0) || !(*seconds <= static_cast<double>(limits::kLastSecond)))
    return std::nullopt;
  const double us = *seconds * static_cast<double>(kSecondUs);
  return static_cast<std::int64_t>(rounding == Rounding::kDown ? std::floor(us) : std::ceil(us));
}

// The time under `name`; `*bad` is set if something else is there.
std::optional<std::int64_t> time_at(const Value& claims, std::string_view name, Rounding rounding,
                                    bool* bad) {
  const Value* value = claims.find(name);
  if (value == nullptr) return std::nullopt;
  const auto time = time_of(*value, rounding);
  if (!time) *bad = true;
  return time;
}

struct Times {
  std::optional<std::int64_t> expires;
  std::optional<std::int64_t> not_before;
  std::optional<std::int64_t> issued;
};

std::optional<Times> times_of(const Value& claims) {
  bool bad = false;
  Times out{time_at(claims, "exp", Rounding::kDown, &bad),
            time_at(claims, "nbf", Rounding::kUp, &bad),
            time_at(claims, "iat", Rounding::kUp, &bad)};
  return bad ? std::nullopt : std::optional<Times>(out);
}

std::optional<Refusal> refusal_of(const Times& t, const TokenRules& rules, bool legacy,
                                  std::int64_t now_us) {
  const std::int64_t skew = rules.skew_s * kSecondUs;
  if (!t.expires && !legacy) return Refusal::kNoExpiry;
  if (t.expires && now_us - skew >= *t.expires) return Refusal::kExpired;
  if (t.not_before && now_us + skew < *t.not_before) return Refusal::kNotYetActive;
  if (t.issued && now_us + skew < *t.issued) return Refusal::kIssuedAt;
  if (t.issued && t.expires && *t.issued > *t.expires) return Refusal::kIssuedAt;
  if (rules.longest_life_s > 0) {
    if (!t.issued || !t.expires) return Refusal::kLifetime;
    if (*t.expires - *t.issued > rules.longest_life_s * kSecondUs) return Refusal::kLifetime;
  }
  return std::nullopt;
}

// The texts of a text or a list of them; nothing for anything else.
std::optional<std::vector<std::string>> texts_of(const Value& value, std::size_t most) {
  if (const std::string* one = value.as_string()) return std::vector<std::string>{*one};
  const schema::Array* list = value.as_array();
  if (list == nullptr || list->size() > most) return std::nullopt;
  std::vector<std::string> out;
  for (const Value& item : *list) {
    if (item.as_string() == nullptr) return std::nullopt;
    out.push_back(*item.as_string());
  }
  return out;
}

std::optional<Refusal> audience_refusal(const Value& claims, const TokenRules& rules) {
  const Value* aud = claims.find("aud");
  // RFC 7519 §4.1.3: whoever has no name of its own is not among the audience.
  if (aud == nullptr)
    return rules.audiences.empty() ? std::nullopt : std::optional(Refusal::kAudience);
  const auto named = texts_of(*aud, limits::kAudiences);
  if (!named || named->empty()) return Refusal::kClaims;
  const bool mine = std::ranges::any_of(*named, [&](const std::string& a) {
    return std::ranges::find(rules.audiences, a) != rules.audiences.end();
  });
  return mine ? std::nullopt : std::optional(Refusal::kAudience);
}

bool type_fits(const std::optional<std::string>& type, const TokenRules& rules) {
  if (!type) return !rules.type_required;
  std::string word = *type;
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  // RFC 7515 §4.1.9: "application/" may be left out.
  if (word.starts_with("application/")) word.erase(0, 12);
  return std::ranges::find(rules.types, word) != rules.types.end();
}

Checked<Value> object_of(std::string_view payload) {
  schema::Fault fault = schema::Fault::kSyntax;
  auto value = schema::parse(
      payload, {.max_depth = limits::kClaimDepth, .max_values = limits::kClaimValues}, &fault);
  if (!value.ok()) {
    const bool twice =
        fault == schema::Fault::kDuplicateKey || fault == schema::Fault::kCaseVariant;
    return twice ? Refusal::kDuplicateMember : Refusal::kClaims;
  }
  if (value->as_object() == nullptr) return Refusal::kClaims;
  return std::move(*value);
}

}  // namespace

base::Status check(const TokenRules& rules) {
  if (rules.skew_s < 0 || rules.skew_s > limits::kSkewMaxS)
    return base::invalid("the clock skew is not within 0 and 300 seconds");
  if (rules.longest_life_s < 0) return base::invalid("the longest life is negative");
  if (rules.issuer && rules.issuer->empty()) return base::invalid("the issuer is empty");
  const auto is_empty = [](const std::string& s) { return s.empty(); };
  if (std::ranges::any_of(rules.audiences, is_empty)) return base::invalid("an audience is empty");
  if (rules.types.empty() || std::ranges::any_of(rules.types, is_empty))
    return base::invalid("a token type is empty");
  return base::ok();
}

Checked<VerifiedClaims> VerifiedClaims::check(const SignedToken& token, const TokenRules& rules,
                                              std::int64_t now_us) {
  if (!type_fits(token.type(), rules)) return Refusal::kTokenType;
  auto claims = object_of(token.payload());
  if (!claims) return claims.refusal();
  const auto times = times_of(*claims);
  if (!times) return Refusal::kClaims;
  if (const auto refusal = refusal_of(*times, rules, token.legacy(), now_us)) return *refusal;
  if (rules.issuer && claims->find_string("iss") != *rules.issuer) return Refusal::kIssuer;
  if (const auto refusal = audience_refusal(*claims, rules)) return *refusal;
  VerifiedClaims out;
  out.claims_ = std::move(*claims);
  if (times->expires) out.expires_us_ = *times->expires + rules.skew_s * kSecondUs;
  out.key_id_ = token.key_id().value_or("");
  return out;
}

const Value* VerifiedClaims::find(std::string_view name) const {
  if (!name.starts_with('/')) return claims_.find(name);
  const auto pointer = schema::Pointer::parse(name);
  return pointer.ok() ? pointer->find(claims_) : nullptr;
}

base::Status check(const ClaimMap& map) {
  if (!is_plain_name(map.authority)) return base::invalid("the issuer's name is no name");
  if (map.subject.empty()) return base::invalid("no claim names the subject");
  if (map.tenants.empty()) return base::invalid("an issuer needs a tenant it may speak for");
  if (map.tenants.size() > 1 && map.tenant_claim.empty())
    return base::invalid("several tenants and no claim that tells them apart");
  for (const std::string& tenant : map.tenants)
    if (!is_name(tenant)) return base::invalid("a tenant's name is no name");
  return base::ok();
}

namespace {

const Value* first_of(const VerifiedClaims& claims, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (const Value* value = claims.find(name)) return value;
  return nullptr;
}

Checked<std::string> tenant_of(const VerifiedClaims& claims, const ClaimMap& map) {
  if (map.tenants.empty()) return Refusal::kTenant;
  if (map.tenant_claim.empty()) return map.tenants.front();
  const Value* value = claims.find(map.tenant_claim);
  if (value == nullptr || value->as_string() == nullptr) return Refusal::kTenant;
  const bool allowed = std::ranges::find(map.tenants, *value->as_string()) != map.tenants.end();
  if (!allowed) return Refusal::kTenant;
  return *value->as_string();
}

std::optional<std::vector<std::string>> scopes_in(const Value& value) {
  if (const std::string* text = value.as_string()) return scopes_of(std::string_view(*text));
  return texts_of(value, limits::kScopes);
}

}  // namespace

Checked<Principal> principal_of(const VerifiedClaims& claims, const ClaimMap& map) {
  Principal::Parts parts;
  parts.authority = map.authority;
  parts.means = Principal::Means::kToken;
  parts.credential = claims.key_id();
  parts.expires_us = claims.expires_us();
  const Value* subject = first_of(claims, map.subject);
  if (subject == nullptr || subject->as_string() == nullptr) return Refusal::kSubject;
  parts.subject = *subject->as_string();
  auto tenant = tenant_of(claims, map);
  if (!tenant) return tenant.refusal();
  parts.tenant = std::move(*tenant);
  if (const Value* roles = map.roles_claim.empty() ? nullptr : claims.find(map.roles_claim)) {
    auto list = texts_of(*roles, limits::kRoles);
    if (!list) return Refusal::kRoles;
    parts.roles = std::move(*list);
  }
  if (const Value* scopes = first_of(claims, map.scope_claims)) {
    auto list = scopes_in(*scopes);
    if (!list) return Refusal::kScopes;
    parts.scopes = std::move(*list);
  }
  return Principal::make(std::move(parts));
}

}  // namespace identity
