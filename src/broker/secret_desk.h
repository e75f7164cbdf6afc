// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every secret that the broker holds: those the manifest names, by index, and the other entries of
// the vault, which are known only to be scrubbed. There is no call that answers a value to anyone
// but the renderer. Trust zone: broker.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/manifest_view.h"
#include "broker/scrub_set.h"
#include "broker/secret.h"
#include "broker/secret_cache.h"

namespace broker {

class SecretDesk {
 public:
  enum class State : std::uint8_t {
    kReady,
    kWaiting,  // take_settled() becomes true when it is worth asking again
    kFailed,
  };
  // LIMIT: former values of rotated secrets that are still scrubbed; the oldest is forgotten.
  static constexpr std::size_t kFormerValues = 64;

  // Both outlive the desk.
  SecretDesk(const ManifestView& view, const base::Clock& clock);

  // A value that is there from the start and does not end: vault or environment.
  void put(std::uint32_t index, Secret value);
  // A value that no tool uses, for the scrubber only.
  void add_known(std::string handle, Secret value);
  // Compiles the scrub set of what was put so far; call before the first warrant.
  base::Status seal();

  // Asks for a secret to be there for a call.
  State want(std::uint32_t index);
  // The value, or null. Valid until the next fetched().
  const Secret* value(std::uint32_t index) const;

  // The next secret that the caller has to fetch from its store.
  std::optional<std::uint32_t> next_fetch();
  void fetched(std::uint32_t index, Secret value);
  void failed(std::uint32_t index, OpError error);
  // True once after secrets were fetched or failed.
  bool take_settled() { return std::exchange(settled_, false); }

  // Every value that was ever loaded. INVARIANT: holds a value before a request with it is sent.
  std::shared_ptr<const ScrubSet> scrub_set() const { return scrub_set_; }
  const SecretCache& cache() const { return cache_; }
  SecretCache& cache() { return cache_; }

 private:
  struct Known {
    std::string handle;
    Secret value;
  };
  base::Status compile();

  const ManifestView& view_;
  const base::Clock& clock_;
  SecretCache cache_;
  std::map<std::uint32_t, Secret> values_;
  std::deque<Known> known_;   // vault entries without a tool
  std::deque<Known> former_;  // values that were replaced
  std::deque<std::uint32_t> to_fetch_;
  std::shared_ptr<const ScrubSet> scrub_set_;
  bool settled_ = false;
};

}  // namespace broker
