// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Why a credential is not believed: a closed list of codes, for the log and for tests. A refusal is
// a decision, not a failure, and holds nothing of what was presented. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

namespace identity {

// The numbers are final: they will stand in the log. A new code gets a new number.
enum class Refusal : std::uint8_t {
  // the form of what was presented (1..)
  kNoCredential = 1,
  kTooLong = 2,
  kMalformed = 3,        // not the compact form, not strict base64url, not a key of ours
  kHeader = 4,           // a token's header is no JSON object of the fixed shape
  kDuplicateMember = 5,  // twice the same member, or differing only in case
  kCritical = 6,         // `crit` or `b64`: it wants to be read in another way
  kEmbeddedKey = 7,      // `jwk`, `jku`, `x5u`, `x5c`: it brings its own key
  kSeveral = 8,          // two credentials in one request
  // keys and signatures (20..)
  kAlgorithm = 20,     // absent, `none`, or not one of ours
  kKeyAlgorithm = 21,  // the key is not for this algorithm
  kNoKeyId = 22,       // several keys and the token names none
  kUnknownKeyId = 23,
  kSignature = 24,
  kWeakSecret = 25,       // a MAC secret shorter than its hash
  kMacUnavailable = 26,   // nobody can check the MAC now
  kKeysUnavailable = 27,  // the issuer's keys were never had, or are too old
  // claims (40..)
  kClaims = 40,  // the payload is no JSON object, or a claim has the wrong form
  kTokenType = 41,
  kNoExpiry = 42,
  kExpired = 43,
  kNotYetActive = 44,
  kIssuedAt = 45,  // issued in the future, or after its own end
  kLifetime = 46,  // lives longer than the issuer's rule allows
  kIssuer = 47,
  kAudience = 48,
  kSubject = 49,  // nobody is named, or in a form that is no name
  kTenant = 50,   // none is named, or one that this authority may not speak for
  kRoles = 51,
  kScopes = 52,
  // keys of ours (60..)
  kUnknownKey = 60,  // also for a wrong secret under a known id: the two look alike
  kKeyRevoked = 61,
  kKeyExpired = 62,
  kNotYetValid = 63,  // used before it was made: a clock went back
  kNoKeyHint = 64,    // an imported key without its id
  // trusted headers (70..)
  kProxyPeer = 70,    // the headers do not come from the proxy that is named
  kProxyHeader = 71,  // absent, twice, or not in its form
  // how often (80..)
  kTooManyFailures = 80,
};

// A fixed short name for machines, such as "unknown_key_id".
std::string_view slug(Refusal refusal);

// A value, or why there is none. Like base::Result, but the other side is a decision.
template <class T> class [[nodiscard]] Checked {
 public:
  using value_type = T;
  // Implicit on purpose, as in base::Result.
  Checked(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT
  Checked(Refusal refusal) : state_(std::in_place_index<1>, refusal) {}   // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // Reading the wrong side is a bug and ends the process.
  T& operator*() & { return *checked(); }
  const T& operator*() const& { return *const_cast<Checked*>(this)->checked(); }
  T&& operator*() && { return std::move(*checked()); }
  T* operator->() { return checked(); }
  const T* operator->() const { return const_cast<Checked*>(this)->checked(); }
  Refusal refusal() const;

 private:
  T* checked();
  std::variant<T, Refusal> state_;
};

[[noreturn]] void wrong_side();

template <class T> Refusal Checked<T>::refusal() const {
  const Refusal* r = std::get_if<1>(&state_);
  if (r == nullptr) wrong_side();
  return *r;
}

template <class T> T* Checked<T>::checked() {
  T* v = std::get_if<0>(&state_);
  if (v == nullptr) wrong_side();
  return v;
}

}  // namespace identity
