// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What two texts differ in, line by line. Trust zone: command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct DiffLine {
  char sign = ' ';  // '-' only before, '+' only after, ' ' in both
  std::string text;
  friend bool operator==(const DiffLine&, const DiffLine&) = default;
};

std::vector<std::string> lines_of(std::string_view text);

// The longest common lines stay. LIMIT: where before x after exceeds four million the differing
// middle is told as gone and come.
std::vector<DiffLine> diff_lines(const std::vector<std::string>& before,
                                 const std::vector<std::string>& after);

}  // namespace cli
