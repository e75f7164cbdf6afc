// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Leaves, arguments and their sets: docs/reference/policy.md §3. Trust zone: tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spec/evaluate.h"

namespace spec {

// "to/0/address"; the path holds no [*].
std::string text_of(const policy::Path& path);
// All leaves at or under the path, in the order of the call; none: it is absent.
std::vector<const policy::LeafValue*> leaves_of(const policy::Question& question,
                                                const policy::Path& path);
bool has_each(const policy::Path& path);
// The paths that a path with [*] stands for. Nothing if a [*] stands behind a leaf.
std::optional<std::vector<policy::Path>> expanded(const policy::Question& question,
                                                  const policy::Path& path);

Read<Data> value_at(const policy::Question& question, const policy::Path& path);
Read<Set> operand(const policy::Operand& operand, const Scene& scene);
// The join over all arguments and the control flow: what a result starts from (§6).
label::Sets join_of_call(const policy::Question& question);

}  // namespace spec
