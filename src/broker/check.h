// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The broker's own look at every warrant: the monitor has decided, and yet nothing is believed that
// the sealed manifest does not bear out. Pure. Trust zone: broker; the monitor may be taken over.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "broker/manifest_view.h"
#include "wire/frames.h"

namespace broker {

// The warrant is good for this tool.
struct Accepted {
  const wire::ToolSpec* tool;
};
// The warrant is answered with Observation{kWarrantRefused}. `why` holds names, never values.
struct Refused {
  std::string why;
};
// The monitor broke the protocol: epoch, sequence or tenant. The channel ends.
struct Broken {
  std::string why;
};
using Checked = std::variant<Accepted, Refused, Broken>;

// Which warrants are still to come. A sequence number is used up by every warrant that carries it,
// whether it is then accepted or refused.
class WarrantGate {
 public:
  // `epoch` is random for each start of a broker. `view` outlives this object.
  WarrantGate(const ManifestView& view, std::uint64_t epoch) : view_(view), epoch_(epoch) {}

  // Checks epoch, sequence and tenant, then tool, definition, deadline and every argument.
  Checked check(const wire::Warrant& warrant, std::int64_t now_us);

  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t next_sequence() const { return next_; }

 private:
  const ManifestView& view_;
  std::uint64_t epoch_;
  std::uint64_t next_ = 1;
};

// Whether `leaves` fit the declared arguments: each known and once, required ones there, items of
// an array numbered from 0 without gap, kinds, bounds and choices. kInvalid names the argument.
// An array without leaves is an empty array.
base::Status check_arguments(const wire::ToolSpec& tool, const std::vector<wire::Leaf>& leaves);

}  // namespace broker
