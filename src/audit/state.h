// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the entries of a log say about calls: the log is the write-ahead log, and this is the view
// that is rebuilt from it. Pure. Trust zone: monitor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "audit/entry.h"

namespace audit {

// How far a call came.
enum class Phase : std::uint8_t {
  kParked,      // decided `ask`; nothing may have happened
  kOpen,        // allowed, no more is known: it may or may not have been started
  kStarted,     // the broker said that it begins
  kNotStarted,  // allowed, and surely never sent
  kDone,        // an outcome is recorded
};

struct CallState {
  Phase phase = Phase::kParked;
  base::SessionId session;
  std::string tool;
  std::int64_t wall_us = 0;        // of its intent
  base::Digest idempotency_key{};  // all zero: none
  base::Digest arguments{};
  std::uint16_t outcome = 0;  // kDone
  base::Digest result{};      // kDone
};

struct DigestHash {
  std::size_t operator()(const base::Digest& d) const noexcept {
    std::size_t h = 0;
    for (std::size_t i = 0; i < sizeof(h); ++i) h = h << 8 | d[i];
    return h;
  }
};

// Folds entries, in their order, into the calls that still matter: the unfinished ones and those
// that an idempotency key names. Denied calls are not kept: asking again decides again.
class State {
 public:
  void apply(const Entry& e);

  // The calls that were allowed and have neither an outcome nor a durable "not started": after a
  // restart each is *unknown* (DESIGN §3), ascending by id. Never retry them without knowing that
  // the tool is read-only or idempotent upstream.
  std::vector<base::CallId> unknown() const;
  // Calls that wait for a person, ascending by id.
  std::vector<base::CallId> parked() const;
  // nullptr if the call is not kept.
  const CallState* find(base::CallId call) const;
  // The call that was last allowed or parked under this key; 0 if there is none. A call that was
  // surely not started gives its key free.
  base::CallId holder(const base::Digest& idempotency_key) const;
  // Forgets finished calls whose intent is older than `wall_us`, and their keys.
  void forget_before(std::int64_t wall_us);
  std::size_t size() const { return calls_.size(); }
  base::CallId largest_call() const { return largest_; }

 private:
  std::vector<base::CallId> in_phase(bool (*wanted)(Phase)) const;
  void intent(const Entry& e);
  void close(base::CallId call, Phase phase, const Entry& e);

  std::unordered_map<base::CallId, CallState> calls_;
  std::unordered_map<base::Digest, base::CallId, DigestHash> keys_;
  base::CallId largest_;
};

}  // namespace audit
