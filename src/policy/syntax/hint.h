// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What to do about a syntax error. Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace policy {

// Where the error is: the text found, its neighbours (empty: none), and what was asked for.
struct Mistake {
  std::string_view before;
  std::string_view found;
  std::string_view after;
  std::vector<std::string_view> words;  // keywords that would have been right
  std::vector<std::string_view> signs;
  bool number = false;  // a number would have been right
  bool yett = false;
};

// One sentence without a full stop; empty if there is nothing useful to say.
std::string hint_of(const Mistake& mistake);

// The word of `words` nearest to `word`: at most two edits and less than half of it. Empty: none.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace policy
