// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The text of an API key: yett_ID_SECRET_CHECK, where ID is 16 hexadecimal digits, SECRET the
// base64url of 32 random bytes, CHECK 8 hexadecimal digits of a hash of what stands before it. The
// check finds typing errors, spares the store look-ups for rubbish, and lets secret scanners tell a
// key from chance without asking anybody; it protects nothing. Trust zone: monitor, cli.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "identity/refusal.h"

namespace identity {

inline constexpr std::string_view kKeyPrefix = "yett_";
inline constexpr std::size_t kKeyBytes = 5 + 16 + 1 + 43 + 1 + 8;

// A key as it was handed in: the id to look up, and the secret only as its hash.
class PresentedKey {
 public:
  // kTooLong, kMalformed: another form, or the check does not fit. Nothing of `text` is kept but
  // the id and the hash.
  static Checked<PresentedKey> parse(std::string_view text);

  const std::string& id() const { return id_; }
  // SHA-256 of a fixed word, the id and the secret: bound to its id, so that a hash that is copied
  // to another record verifies nothing. One round is enough for 256 random bits.
  const base::Digest& hash() const { return hash_; }

 private:
  PresentedKey(std::string id, const base::Digest& hash) : id_(std::move(id)), hash_(hash) {}
  std::string id_;
  base::Digest hash_;
};

// A key that was just made, to be shown once. Wiped when it goes.
class PlainKey {
 public:
  static PlainKey make(base::Random& random);
  PlainKey(PlainKey&& other) noexcept : text_(std::move(other.text_)) { other.text_.clear(); }
  PlainKey& operator=(PlainKey&&) = delete;
  PlainKey(const PlainKey&) = delete;
  ~PlainKey();

  // SECURITY: for the one terminal or answer that asked for it; never for a log or a store.
  std::string_view reveal() const { return text_; }

 private:
  explicit PlainKey(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Whether a text begins as a key of ours does: what it is then, and nothing else.
inline bool looks_like_key(std::string_view text) { return text.starts_with(kKeyPrefix); }

}  // namespace identity
