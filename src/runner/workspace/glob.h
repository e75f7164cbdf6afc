// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Patterns of file names: `*` and `?` within a name, `**` over any number of directories,
// `[abc]`, `[a-z]`, `[!a]`, `{a,b}`, a backslash makes the next character plain. Trust zone:
// runner; pure, reads hostile text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/workspace/path.h"

namespace workspace {

// Whether `name` as a whole fits `pattern`, which has `*`, `?`, classes and escapes but no braces.
// In time |pattern| x |name|; code points count as one character, malformed bytes as one each.
bool name_fits(std::string_view pattern, std::string_view name);

class Glob {
 public:
  // kBadPattern: empty, too long, absolute, `..` or an unseen character in it, an open bracket or
  // brace, or more alternatives than kPatternChoices.
  static Outcome<Glob> parse(std::string_view pattern);

  // Whether the path fits as a whole.
  bool fits(const Path& path) const;
  // Whether something below the directory `path` could fit: what a walk need not enter.
  bool may_fit_below(const Path& path) const;

 private:
  using Names = std::vector<std::string>;  // one alternative, by name
  static Done add(std::string_view text, Glob& out);
  std::vector<Names> choices_;
};

}  // namespace workspace
