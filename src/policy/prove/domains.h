// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Texts to try for the canonicalising domains (docs/reference/policy.md §4), and the regular tests
// that stand for them in the product of automata. Trust zone: supervisor, tests.
#pragma once

#include <string>
#include <vector>

#include "policy/prove/cells.h"
#include "policy/tree.h"

namespace policy::proving {

enum class Canonical : std::uint8_t { kNone, kPath, kHost, kEmail, kCidr, kUrl };
Canonical canonical_of(const Element& element);

// Tests that tell apart what `element` tells apart: for host names and e-mail addresses of any
// spelling, but for the bounds on lengths; for paths of canonical spelling only.
std::vector<RegularTest> separators(const Element& element);

// Texts around `element`: `count` on each side of what it accepts, other spellings, no such thing.
std::vector<std::string> texts_around(const std::vector<const Element*>& elements,
                                      Canonical canonical, std::size_t count);

// `text` in other spellings with the same canonical path, and ways from it to the paths that
// `elements` name.
std::vector<std::string> path_spellings(const std::string& text,
                                        const std::vector<const Element*>& elements);

}  // namespace policy::proving
