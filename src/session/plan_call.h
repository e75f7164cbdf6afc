// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A call of a plan as it is proposed: checked and made canonical as any other call is, each leaf
// under the label that its value got in the plan. Trust zone: session (reads hostile text, one
// channel).
#pragma once

#include <string>
#include <variant>

#include "lang/host.h"
#include "session/labels.h"
#include "session/plan_prompt.h"
#include "wire/frames.h"

namespace session {

// A call that is refused before it is proposed: the plan may catch it under `label`.
struct RefusedCall {
  std::string text;
  label::LabelId label;
};

// `base`: of the program itself; every leaf and the control carry it too. An argument that is None
// where the parameter is optional is left out, which the control label tells of.
std::variant<wire::LabelledCall, RefusedCall> labelled_call(const Toolset& tools,
                                                            const PlanTools::Named& named,
                                                            const lang::Signature& signature,
                                                            const lang::Call& call,
                                                            label::LabelId base, Labels& labels);

// The join over all arguments and what led to the call.
label::LabelId whole_label(const lang::Call& call, Labels& labels);

}  // namespace session
