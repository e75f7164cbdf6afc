// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Text → tree. Says only whether the text is in the grammar of docs/reference/policy.md §1, §2;
// what names mean is for load.h. Bounded time and memory on any input. Trust zone: supervisor.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "policy/syntax/diagnostic.h"
#include "policy/tree.h"

namespace policy {

// The tree of `source`, whose spans say `file`; or the one syntax error, at the first code point
// that cannot continue any sentence of the grammar. LIMIT: 1 MiB, 64 levels of nesting, 4,096
// elements a set, 4 KiB a pattern: beyond is an error with a position.
std::variant<Tree, Diagnostic> parse(const Source& source, std::uint32_t file = 0);

// A predicate alone, in the yett language: what `prove` and tests are asked.
std::variant<Predicate, Diagnostic> parse_predicate(const Source& source, std::uint32_t file = 0);

}  // namespace policy
