// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One entry of the log: the leaf over which the chain now, and the Merkle tree later, are computed.
// The bytes are final: docs/reference/log.md describes them for foreign verifiers.
// SECURITY: no field can carry a secret or an argument value: only names, digests, numbers, codes.
// Trust zone: monitor writes; the command line and auditors read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/detail.h"
#include "audit/kind.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/result.h"

namespace audit {

inline constexpr std::uint8_t kEntryVersion = 1;
// Holds every field at its own bound (a test shows it), so a valid entry is never too large.
inline constexpr std::size_t kEntryBytes = 8 * 1024;
inline constexpr std::size_t kReasons = 16;          // codes of one decision
inline constexpr std::size_t kLabelNames = 10;       // names logged of each set; others are counted
inline constexpr std::size_t kIsolationBytes = 512;  // one line of `yett check`

// The place of a rule in one number: 2^20 times the index of its file in the policy set plus its
// line, from 1. 0: no rule, or a place beyond 4,095 files or 2^20 - 1 lines.
constexpr std::uint32_t rule_number(std::uint32_t file, std::uint32_t line) {
  return line == 0 || line >> 20 != 0 || file >> 12 != 0 ? 0 : file << 20 | line;
}
constexpr std::uint32_t rule_file(std::uint32_t rule) { return rule >> 20; }
constexpr std::uint32_t rule_line(std::uint32_t rule) { return rule & 0xfffffu; }

// A field at its default (0, empty, all-zero digest) is absent; there is no other way to say so.
struct Entry {
  Kind kind{};
  std::uint64_t sequence = 0;  // index of the leaf, from 0; set by the Writer
  std::int64_t wall_us = 0;    // microseconds since 1970; >= 0

  base::SessionId session;
  base::CallId call;
  std::uint32_t turn = 0;  // from 1
  std::string tenant, principal, door;
  std::string traceparent;  // W3C trace context, version 00
  Detail detail;

  std::string tool;
  base::Digest tool_hash{};  // of the pinned definition
  Effect effect{};
  std::uint32_t rule = 0;              // the deciding rule of the policy set: rule_number()
  std::vector<std::uint16_t> reasons;  // policy/reason.h
  base::Digest policy{};               // of the policy set that decided
  base::Digest idempotency_key{};      // audit/salted.h; the key is the caller's text: only hashed
  base::Digest arguments{};            // audit/salted.h
  std::uint32_t argument_leaves = 0;
  std::vector<std::string> tags, producers, consumers, origins;  // each ascending, no doubles
  std::uint32_t names_omitted = 0;  // names of the four sets that kLabelNames left out

  std::uint64_t warrant_epoch = 0, warrant_sequence = 0;
  std::string credential;  // handle of the secret, never more

  std::uint16_t outcome = 0;  // the codes of the Observation frame
  std::uint16_t http_status = 0;
  std::uint64_t request_bytes = 0, response_bytes = 0, duration_us = 0;
  std::uint32_t scrub_hits = 0;
  base::Digest result{};  // audit/salted.h
  std::uint64_t tokens_in = 0, tokens_out = 0;
  base::CallId earlier_call;

  Alert alert{};
  std::string program;
  std::uint32_t wait_status = 0;  // as waitpid(2) tells it
  std::string isolation;
  base::Digest config{};
  std::uint64_t generation = 0;

  base::Digest approval{};  // the digest that the answer binds
  std::string approver;
  Answer answer{};

  base::Digest prior_head{};  // head of the log that this one carries on
  std::uint64_t prior_entries = 0;
  std::uint64_t dropped_bytes = 0;  // torn, never acknowledged, taken off at recovery

  friend bool operator==(const Entry&, const Entry&) = default;
};

// Puts the names of a label set into `field`: sorted, without doubles, at most kLabelNames; those
// left out are added to `omitted`. A name that an entry cannot hold counts as left out.
void put_names(std::vector<std::string_view> names, std::vector<std::string>& field,
               std::uint32_t& omitted);

// Appends the bytes of `e` to `out`; on failure `out` is as before. kInvalid names the field that
// is missing, does not belong to the kind, is out of its bound or is not printable.
base::Status encode(const Entry& e, std::string& out);

// The entry that stands in `bytes`, all of them. kInvalid for anything that encode() would not
// have written: there is exactly one encoding of an entry. `out` is reused storage; after a
// failure its content is unspecified.
base::Status decode(std::string_view bytes, Entry& out);

}  // namespace audit
