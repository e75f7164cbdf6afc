// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The calls of the log, decided again: the log says what was decided, the argument store what was
// asked. Trust zone: command line; what it reads is believed only as far as it verifies.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/reader.h"
#include "base/id.h"
#include "cli/policy_ground.h"
#include "policy/question.h"

namespace cli {

// What the argument store knows of the calls.
struct Asked {
  std::map<std::uint64_t, policy::Question> questions;  // by call
  std::set<std::uint64_t> unlabelled;  // arguments without labels, as earlier versions wrote them
  std::map<std::uint64_t, std::string> plans;  // programs, by their own number
  std::uint64_t unreadable = 0;  // stretches that do not open: erased, damaged, another key's
};
// Reads all of `values` under the data key. kIo.
base::Result<Asked> read_asked(audit::File& values, std::string_view data_key);

// Why a call cannot be decided again.
enum class NoReplay : std::uint8_t {
  kNotStored,    // no values of it: erased, sealed under another key, or never written
  kUnlabelled,   // arguments without their labels
  kNotByPolicy,  // a limit or the like decided, before the policy was asked
  kUnknownTool,  // there is no such tool any more
};
std::string_view text_of(NoReplay why);

struct ReplayFlip {
  base::CallId call;
  std::int64_t wall_us = 0;
  std::string tool;
  policy::Effect before = policy::Effect::kDeny;
  base::Reason reason = base::Reason::kNone;  // then
  policy::Answer after;
};
struct Replayed {
  std::uint64_t calls = 0;  // decisions in the log, since then
  std::uint64_t same = 0;
  std::vector<ReplayFlip> flips;  // in the order of the log
  std::map<NoReplay, std::uint64_t> without;
  bool torn = false;  // the end of the log was cut off, as a power loss does
};
// kCorrupt: the log does not verify. `since_us`: microseconds since 1970.
base::Result<Replayed> replay(audit::File& log, const Asked& asked, const PolicyGround& ground,
                              std::int64_t since_us);

// "24h", "7d", "30m", "90s" back from `now`, or an instant. kInvalid.
base::Result<policy::Instant> since_of(std::string_view text, policy::Instant now);

}  // namespace cli
