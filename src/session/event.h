// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a session is told and what it says: the frames of its one channel, as two sums.
// Trust zone: session (reads hostile text, one channel).
#pragma once

#include <variant>
#include <vector>

#include "wire/frames.h"

namespace session {

using Event = std::variant<wire::Turn, wire::Call, wire::Verdict, wire::ModelDelta,
                           wire::CallResult, wire::Stop, wire::Reset>;
using Action = std::variant<wire::LabelledCall, wire::Spoken, wire::TurnDone, wire::CallDone,
                            wire::PlanShown, wire::Endorsed>;
using Actions = std::vector<Action>;

}  // namespace session
