// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The tracer's words: short clauses about labels, kinds and counts, made safe for a terminal and
// bounded. SECURITY: no text of an argument enters any of them but through `shown_value`.
// Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "label/sets.h"
#include "policy/explain/judge.h"
#include "policy/explain/scene.h"
#include "policy/explain/set.h"

namespace policy::tracing {

inline constexpr std::size_t kNoteBytes = 400;
inline constexpr std::size_t kTextBytes = 600;
inline constexpr std::size_t kNameShownBytes = 64;
inline constexpr std::size_t kNamesShown = 6;

// On one line, printable, at most `bytes` long; what is cut is marked with an ellipsis.
std::string fitted(std::string_view text, std::size_t bytes);

// "a, b and 3 more".
std::string listed(const std::vector<std::string>& names);
std::string listed(const std::set<std::string>& names);

// "carries pii", "may go to everybody", "comes from nowhere": what a set of a label says.
std::string says(const Operand& operand, const NameSet& set);

// "body", "the session", "the arguments together": who has it.
std::string subject(const Operand& operand, const Place* here);
std::string subject(const Value& value, const Place* here);

// " (from user, tool:x)", or nothing if no origin is known.
std::string from(const label::Names& origins);

// The text of a value for an operator's own terminal: quoted, cut.
std::string shown_value(const Datum& datum);

}  // namespace policy::tracing
