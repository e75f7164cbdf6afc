// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Everything that is known about the secrets of one tenant and generation, compiled for search.
// Trust zone: broker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/scrub.h"
#include "broker/secret.h"

namespace broker {

// A find: text[begin, end) spells a secret.
struct Match {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t pattern = 0;
  bool escaped = false;  // an escape was read on the way
};

// Immutable, made once for a generation, shared by its streams.
// LIMIT: one thread: the search borrows scratch memory of the set.
class ScrubSet {
 public:
  struct Named {
    std::string_view handle;  // the name that alerts show
    const Secret* secret;     // never null; needed during `compile` only
  };

  // Derives the literals of each secret into locked memory and compiles them. Empty secrets are
  // ignored, short ones (is_short) are scrubbed in plain form only. Of secrets with equal values
  // the first is the one that hits name. About 60 ms for 1,000 secrets of 32 bytes.
  // Errors: kExhausted for more than base::limits::kSecrets secrets or one above
  // kSecretMaxBytes (names the handle); kInvalid where Hyperscan refuses (no CPU support).
  static base::Result<std::shared_ptr<const ScrubSet>> compile(std::span<const Named> secrets);

  ~ScrubSet();
  ScrubSet(const ScrubSet&) = delete;
  ScrubSet& operator=(const ScrubSet&) = delete;

  std::size_t secrets() const { return secrets_.size(); }
  const std::string& handle(std::uint32_t secret) const { return secrets_[secret].handle; }
  // True for secrets below base::limits::kSecretMinBytes, white space at both ends not counted.
  bool is_short(std::uint32_t secret) const { return secrets_[secret].is_short; }
  std::size_t patterns() const;

  // Finds every match that begins before the returned offset, in any order, perhaps more than
  // once; later ones may be missing. From that offset on the text may be the beginning of a match
  // that needs more text; it is text.size() where there is none, always where `final`.
  // text.size() < 4 GiB. `out` is emptied first.
  std::size_t find(std::string_view text, bool final, std::vector<Match>& out) const;
  std::uint32_t secret_of(const Match& match) const;
  Form form_of(const Match& match) const;

 private:
  struct Known {
    std::string handle;
    bool is_short = false;
  };
  struct Compiled;
  ScrubSet(std::vector<Known> secrets, std::unique_ptr<Compiled> compiled);

  std::vector<Known> secrets_;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace broker
