// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a planner is shown, and the plan in its reply. A planner sees the user's words, the pinned
// tools as Python functions, its own programs and what is wrong with them: never a result of a
// tool, nor a text about one. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "lang/host.h"
#include "lang/source.h"
#include "session/setup.h"

namespace session {

// Functions of every plan beside the tools; the values index PlanTools::signatures.
enum class PlanFunction : std::uint32_t { kFinal, kAsk, kParse, kChoose, kCount_ };

// The tools of a session as a plan may call them. Names that Python cannot spell are written with
// underscores; one that then clashes with another is left out.
struct PlanTools {
  struct Named {
    std::string tool;                     // ours
    std::vector<std::string> parameters;  // ours, in the order of the signature's
  };
  std::vector<lang::Signature> signatures;  // first the functions above, then the tools
  std::vector<Named> named;                 // by index behind the functions
  std::string text;                         // as the planner reads them

  static PlanTools of(const Setup& setup);
  // Of a call's tool index, or null for one of the functions.
  const Named* tool(std::uint32_t index) const;
};

// The planner's whole system prompt; `operator_text` is Setup's.
std::string planner_system(const PlanTools& tools, std::string_view operator_text);

// The one fenced block (```python or ``` alone) of the reply; nothing if there is none or several.
std::optional<std::string> fenced_program(std::string_view reply);

namespace words {

// To a planner whose reply has no plan.
std::string no_program();
// Whose plan cannot be read.
std::string plan_problem(const lang::Problem& problem, std::string_view program);
// Whose plan ended with an error whose label is clean of data.
std::string plan_error(std::string_view type, std::uint32_t line);
// Fixed: whatever went wrong may have come from data.
std::string plan_error_withheld();
std::string plan_denied(base::Reason reason, std::uint32_t line);

}  // namespace words

}  // namespace session
