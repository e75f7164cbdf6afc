// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Scopes: what a credential may be used for. The rule is that of `grants` in the policy language
// (docs/reference/policy.md §6); a test holds the two together. Trust zone: monitor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace identity {

// A scope of RFC 6749 §3.3 (printable ASCII without space, quote and backslash), of 1..128 bytes,
// whose stars stand only as the whole of it or as its last part: `*`, `mail.*`, never `mail.*.send`
// or `ma*`, which would look like a wildcard and be none. No part between points is empty.
bool is_scope(std::string_view text);

// Whether `granted` holds `required`, `*`, or `P.*` where `required` is P or begins with `P.`.
bool grants(const std::vector<std::string>& granted, std::string_view required);

// Whether everything that `scope` could grant is granted by `granted`: what may be handed on.
bool covers(const std::vector<std::string>& granted, std::string_view scope);

// The scopes of a text with spaces between them, sorted, each once. Nothing: one of them is not a
// scope, or there are more than 256.
std::optional<std::vector<std::string>> scopes_of(std::string_view text);
// The same of a list.
std::optional<std::vector<std::string>> scopes_of(std::vector<std::string> list);

}  // namespace identity
