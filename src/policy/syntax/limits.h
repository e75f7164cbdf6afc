// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The bounds of one policy file: docs/reference/policy.md §8. Trust zone: supervisor.
#pragma once

#include <cstddef>
#include <cstdint>

namespace policy {

inline constexpr std::size_t kFileBytes = 1024 * 1024;  // one file; a policy people read is 10 KB
inline constexpr std::uint32_t kNesting = 64;           // parentheses and `not`; bounds recursion
inline constexpr std::size_t kSetElements = 4096;       // of one set literal
inline constexpr std::size_t kSetOperators = 1024;  // of one set expression: its tree is as deep
// Of one file: a comparison takes about 900 bytes of tree, an element 300. Without these a hostile
// megabyte would become several hundred.
inline constexpr std::size_t kComparisons = 100'000;
inline constexpr std::size_t kElements = 200'000;
inline constexpr std::size_t kPatternBytes = 4096;                // of one pattern or wildcard
inline constexpr std::int64_t kDurationMaxS = 36'500LL * 86'400;  // 100 years

}  // namespace policy
