// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A path below a root as a list of names: parsing text is one visible act, and what comes of it
// cannot say "up", "here" or "elsewhere". Purely lexical: nothing is looked up (DESIGN 10.18).
// Trust zone: session, runner; pure, reads hostile text.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "runner/workspace/outcome.h"

namespace workspace {

// INVARIANT: each component is 1..255 bytes of well-formed UTF-8, is not of dots alone, and has no
// '/', no '\', no NUL and no character that cannot be seen; at most kDepth of them.
class Path {
 public:
  Path() = default;  // the root itself

  // A path relative to a root. `.` and empty segments are dropped and `..` is applied, as policy
  // does it for the domain `path` (policy.md §4), so that both judge the same place. Symbolic links
  // are followed nowhere, so "a/.." is always where it seems to be. kBadPath: empty, absolute, or a
  // name that no component is. kOutside: above the root. kNameTooLong.
  static Outcome<Path> parse(std::string_view text);
  // The same for a text that begins with '/'.
  static Outcome<Path> parse_absolute(std::string_view text);
  // One more name. kBadPath, kNameTooLong: not a component.
  Outcome<Path> child(std::string_view name) const;

  const std::vector<std::string>& components() const { return components_; }
  bool is_root() const { return components_.empty(); }
  std::string_view name() const {  // of the root: empty
    return components_.empty() ? std::string_view() : std::string_view(components_.back());
  }
  Path parent() const;  // of the root: the root
  // True if this path is `other` or below it.
  bool is_under(const Path& other) const;
  // What is left below `ancestor`, which this path is under, put below `target`.
  Path moved(const Path& ancestor, const Path& target) const;
  std::string text() const;  // joined by '/'; "." for the root

  friend auto operator<=>(const Path&, const Path&) = default;
  friend bool operator==(const Path&, const Path&) = default;

 private:
  static Outcome<Path> split(std::string_view text);
  std::vector<std::string> components_;
};

}  // namespace workspace
