// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Edits of one text: an exact text replaced, or a unified diff applied. Both refuse to guess.
// Trust zone: runner; pure, reads hostile text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/workspace/outcome.h"

namespace workspace {

enum class Occurrence : unsigned char { kTheOnlyOne, kEach };

// `text` with `old_text` replaced. kNoMatch: it is not there (an empty one never is); kNotUnique:
// kTheOnlyOne was asked for and there are several, overlapping ones counted; kTooLarge: more than
// `limit` bytes would come of it.
Outcome<std::string> replace_text(std::string_view text, std::string_view old_text,
                                  std::string_view new_text, Occurrence occurrence,
                                  std::uint64_t limit);

struct HunkLine {
  char sign;              // ' ', '-', '+'
  std::string_view text;  // with its end, unless the file's last line has none
};
struct Hunk {
  std::size_t old_line = 0;  // from 1; 0 for an empty range at the beginning
  std::size_t old_count = 0;
  std::size_t new_count = 0;
  std::vector<HunkLine> lines;
};
struct Patch {
  std::string old_name;  // as in "--- NAME", without a/; empty if there is no header
  std::string new_name;
  std::vector<Hunk> hunks;  // in the order of their lines, not overlapping
};

// Reads a unified diff of one file. Its texts point into `diff`. kBadDiff: no hunk, counts that the
// lines do not bear out, two files, hunks out of order, words of git's that say more than text
// changes (renames, modes, binary), a line that is none of these or lacks its end.
Outcome<Patch> parse_patch(std::string_view diff);

// `text` with the patch applied. A hunk goes where it says if its context stands there exactly;
// else to the only later place where it does. kNoMatch: nowhere; kNotUnique: at several; kBadDiff:
// a line without an end would stand before others; kTooLarge: too much to look at, or more than
// kDiffLines lines.
Outcome<std::string> apply_patch(std::string_view text, const Patch& patch);

}  // namespace workspace
