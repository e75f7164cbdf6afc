// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// HS256, HS384 and HS512: whoever decides has no secrets, so a MAC is a question to whoever does
// (the broker; DESIGN 10.10) and an answer that cannot be made up. Trust zone: monitor.
#pragma once

#include <string>

#include "base/digest.h"
#include "base/pass_key.h"
#include "identity/algorithm.h"

namespace identity {

// "Is `tag` the MAC of `input` under the secret called `secret`?" Fit to be sent; holds no secret.
struct MacQuestion {
  std::string secret;  // its name, never its bytes
  Algorithm algorithm = Algorithm::kHs256;
  std::string input;
  std::string tag;

  // SHA-256 over all of it: binds an answer to its question.
  base::Digest digest() const;
};

class MacOracle;

// What whoever has the secret said of one question.
class MacAnswer {
 public:
  enum class Verdict : unsigned char {
    kMatch,
    kMismatch,
    kWeakSecret,   // the secret is shorter than the hash (RFC 7518 §3.2) and not marked imported
    kUnavailable,  // no such secret, or nobody to ask now
  };
  MacAnswer(base::PassKey<MacOracle>, const base::Digest& question, Verdict verdict)
      : question_(question), verdict_(verdict) {}
  const base::Digest& question() const { return question_; }
  Verdict verdict() const { return verdict_; }

 private:
  base::Digest question_;
  Verdict verdict_;
};

// SECURITY: who derives from this can say that a token is genuine. In the programs that is the side
// of the monitor's channel to the broker and nothing else.
class MacOracle {
 public:
  virtual ~MacOracle() = default;
  // Compared in constant time.
  MacAnswer ask(const MacQuestion& question) {
    return {base::PassKey<MacOracle>(), question.digest(), verdict_of(question)};
  }

 protected:
  // For an answer that came later than its question.
  static MacAnswer answered(const base::Digest& question, MacAnswer::Verdict verdict) {
    return {base::PassKey<MacOracle>(), question, verdict};
  }

 private:
  virtual MacAnswer::Verdict verdict_of(const MacQuestion& question) = 0;
};

}  // namespace identity
