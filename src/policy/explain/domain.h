// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Texts against wildcards and against the domains that compare canonical forms
// (docs/reference/policy.md §4). Trust zone: supervisor; reads texts of hostile calls.
#pragma once

#include <string_view>

#include "base/result.h"
#include "policy/tree.h"

namespace policy::tracing {

// The whole of `text` is like `wildcard`: `*` any run, `?` one code point, all else itself.
bool is_like(std::string_view wildcard, std::string_view text);

// Whether the domain `element` (kPathIs and later kinds) holds `text`. kInvalid: one of the two
// has no canonical form.
base::Result<bool> in_domain(const Element& element, std::string_view text);

}  // namespace policy::tracing
