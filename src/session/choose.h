// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Endorsement by choice: a value of a small set that nothing but the user and the planner wrote is
// picked by data that is not trusted. The set bounds what the data can say: four bits.
// Trust zone: session (reads hostile text, one channel).
#pragma once

#include <cstddef>

#include "lang/host.h"
#include "session/labels.h"

namespace session {

inline constexpr std::size_t kOptions = 16;  // LIMIT: of one choice

// Whether a label names neither a tool nor the quarantined model as an origin.
bool is_trusted(const label::Sets& sets);
// Whether nothing that a tool or the quarantined model said went into it: also no tag, no producer,
// and every reader.
bool is_clean_of_data(const label::Sets& sets);

// Where the labels of one element of an argument stand together: "/2" and what is below it.
label::LabelId element_label(Labels& labels, const lang::Argument& argument, std::size_t index);

// The label of the option that was chosen because of what stands under `query`.
label::LabelId chosen_label(Labels& labels, label::LabelId option, label::LabelId query);

}  // namespace session
