// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The labels of one session: where a value came from, joined as it moves on, and how a label is
// written on the wire. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <string_view>

#include "label/table.h"
#include "wire/value.h"

namespace session {

// One table for one conversation; forget() starts anew, which voids every id handed out before.
class Labels {
 public:
  // The user's own words if the door is declared to carry them ("user"), else "client".
  label::LabelId said_by_user(bool authentic);
  // The origin "model:NAME". A name too long for an origin is cut and told apart by its digest.
  label::LabelId from_model(std::string_view model);
  // The label that the monitor gave a result: it may be lower than that of the call's arguments,
  // for only policy can take names off.
  label::LabelId given(const wire::LabelText& text);

  // The origins "planner" and "quarantined": words of a model in that part.
  label::LabelId planned();
  label::LabelId quarantined();

  label::LabelId intern(const label::Sets& sets) { return table_.intern(sets); }
  const label::Sets& sets(label::LabelId id) const { return table_.sets(id); }
  // For the machine that runs a plan: its values carry ids of this table.
  label::Table& table() { return table_; }

  label::LabelId join(label::LabelId a, label::LabelId b) { return table_.join(a, b); }

  // The label as a frame carries it. LIMIT: a set above limits::kLabelNames becomes the most
  // restrictive label, so that what no frame can say restricts and never frees.
  wire::LabelText text(label::LabelId id) const;

  void forget() { table_ = label::Table(); }

 private:
  label::LabelId from(std::string_view kind, std::string_view name);
  label::Table table_;
};

}  // namespace session
