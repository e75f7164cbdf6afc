// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From an UnverifiedToken to a SignedToken. Trust zone: monitor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "identity/key_set.h"
#include "identity/mac.h"
#include "identity/token.h"

namespace identity {

// A payload that the holder of a key signed. What it says is another question: claims.h.
class SignedToken {
 public:
  std::string_view payload() const { return payload_; }
  const std::optional<std::string>& key_id() const { return key_id_; }
  const std::optional<std::string>& type() const { return type_; }
  bool legacy() const { return legacy_; }  // its key may sign tokens without `exp`

 private:
  friend class Verifier;
  SignedToken() = default;
  std::string payload_;
  std::optional<std::string> key_id_;
  std::optional<std::string> type_;
  bool legacy_ = false;
};

// A token that waits for the answer to its question.
class MacPending {
 public:
  const MacQuestion& question() const { return question_; }

 private:
  friend class Verifier;
  MacPending(SignedToken then, MacQuestion question)
      : then_(std::move(then)), question_(std::move(question)) {}
  SignedToken then_;  // what it becomes if the answer is yes
  MacQuestion question_;
};

// The three steps between a token's text and a SignedToken. Pure; one class, so that what may make
// a SignedToken is found by one search.
class Verifier {
 public:
  using Step = std::variant<SignedToken, MacPending, Refusal>;

  // Finds the key (the refusals of KeySet::find) and checks the signature (kSignature), or leaves
  // the question whether the MAC is right.
  static Step begin(UnverifiedToken token, const KeySet& keys);
  // kSignature, kWeakSecret, kMacUnavailable. An answer to another question is a bug (CHECK).
  static Checked<SignedToken> settle(MacPending pending, const MacAnswer& answer);
  // Both in one go, where the oracle answers at once.
  static Checked<SignedToken> verify(UnverifiedToken token, const KeySet& keys, MacOracle& oracle);
};

}  // namespace identity
