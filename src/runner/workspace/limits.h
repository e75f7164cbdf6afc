// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every bound of the file tools, each with its reason. Those in Limits are of one root and come
// from its configuration. Trust zone: runner; pure data.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/limits.h"

namespace workspace {

inline constexpr std::size_t kPathBytes = 4096;  // PATH_MAX: what policy judges, too (policy.md §4)
inline constexpr std::size_t kNameBytes = 255;   // NAME_MAX
// Names in one path, and how deep a walk goes: each level holds a descriptor while it is walked.
inline constexpr std::size_t kDepth = 64;
inline constexpr std::size_t kRoots = 64;
inline constexpr std::size_t kPatternBytes = 1024;       // a glob or a regular expression
inline constexpr std::size_t kPatternChoices = 64;       // what the braces of a glob expand to
inline constexpr std::int64_t kPatternMemory = 1 << 20;  // what RE2 may spend on one expression
// Instructions of a compiled expression, and bytes of a line that it is held against: RE2 may need
// their product in time when its automaton does not fit into its memory.
inline constexpr int kPatternInstructions = 4096;
inline constexpr std::size_t kSearchedLineBytes = 64 * 1024;
inline constexpr std::size_t kLineBytes = 512;          // of a line that a search shows
inline constexpr std::size_t kBinaryProbeBytes = 8192;  // as git: a NUL in them means binary
inline constexpr std::size_t kDiffHunks = 1000;         // in one patch
// Lines of a text that a diff is made of or applied to: 16 bytes each, however short they are.
inline constexpr std::size_t kDiffLines = 1'000'000;
// Places at which the hunks of a patch that are not where they say are looked for, in all.
inline constexpr std::size_t kPatchSteps = 20'000'000;
// Cells of the edit graph that a diff may visit; beyond it the middle is shown as replaced whole.
inline constexpr std::size_t kDiffSteps = 4'000'000;

// The journal of the history is read whole. A line has two paths in hexadecimal; lines of steps
// that are gone stay until it is written anew.
inline constexpr std::size_t kJournalBytes = 128u * 1024 * 1024;

// The most that one root's tools do. All are inclusive.
struct Limits {
  // A larger file is moved, deleted and listed, but neither read nor changed: a result is one body.
  std::uint64_t file_bytes = base::limits::kBodyBytes;
  std::uint64_t answer_bytes = 256 * 1024;  // of a read, a diff, all lines of a search
  std::uint64_t entries = 10'000;           // of one list or glob answer
  std::uint64_t visited = 200'000;          // names that one walk looks at
  std::uint64_t matches = 1'000;            // lines of one search
  std::uint64_t searched_bytes = 256u * 1024 * 1024;
  std::int64_t search_us = 5'000'000;  // half of a tool's time; then what was found is the answer
  // The quota of the root, counted over everything in it; 0: none.
  std::uint64_t root_bytes = 0;
  std::uint64_t root_files = 0;
  // Earlier contents and deleted files. Beyond either the oldest go.
  std::uint64_t history_bytes = 256u * 1024 * 1024;
  std::uint64_t history_steps = 1000;
};

}  // namespace workspace
