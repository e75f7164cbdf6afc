// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// `yett policy VERB`, one function each. Exit status of each: docs/reference/commands.md.
// Trust zone: command line.
#pragma once

#include "cli/policy_commands.h"
#include "cli/policy_place.h"
#include "cli/verbs.h"

namespace cli {

Exit policy_verb(const PolicyCheck& command, const Context& context);
Exit policy_verb(const PolicyFmt& command, const Context& context);
Exit policy_verb(const PolicyShow& command, const Context& context);
Exit policy_verb(const PolicyList& command, const Context& context);
Exit policy_verb(const PolicyAdd& command, const Context& context);
Exit policy_verb(const PolicyTest& command, const Context& context);
Exit policy_verb(const PolicyExplain& command, const Context& context);
Exit policy_verb(const PolicyDiff& command, const Context& context);
Exit policy_verb(const PolicyReplay& command, const Context& context);
Exit policy_verb(const PolicyShadow& command, const Context& context);
Exit policy_verb(const PolicyProve& command, const Context& context);

// A failure to load a policy: its diagnostics as they are, each in its own lines.
Exit fail_to_load(const Context& context, const base::Error& error);

// The ground of what `place` names, or the failure said and its status.
struct GroundOrExit {
  std::optional<PolicyWorld> world;
  std::optional<PolicyGround> ground;
  Exit exit = Exit::kOk;
};
GroundOrExit ground_of(const PolicyPlace& place, const Context& context);

}  // namespace cli
