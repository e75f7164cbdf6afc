// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The roots of a site by name, and the split of a path argument into root and components: the only
// place where a path of the host is compared with anything, and that as a list of names.
// Trust zone: session, runner; pure, reads hostile text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/workspace/path.h"

namespace workspace {

// A path argument, understood: which root, and where in it.
struct Located {
  std::size_t root = 0;  // as added, from 0
  Path path;
};

class Roots {
 public:
  // Adds the root `name` (1..64 of a-z, 0-9, '-', '_'), known to people as `absolute`; empty if its
  // place shall not be told. kBadArguments: another name, one that there is, `absolute` is not an
  // absolute path or is "/", or too many roots.
  Done add(std::string name, std::string_view absolute);

  // `root` empty: the root that holds an absolute path (the innermost), else the first. An absolute
  // path is stripped to what is below its root, name by name: /work2 is not under /work.
  // kUnknownRoot, kOutside (no root holds it, or not the one that is named), and Path::parse.
  Outcome<Located> locate(std::string_view root, std::string_view path) const;

  std::size_t size() const { return roots_.size(); }
  const std::string& name(std::size_t root) const { return roots_[root].name; }

 private:
  struct Root {
    std::string name;
    Path absolute;
    bool told = false;
  };
  Outcome<Located> locate_absolute(std::string_view path) const;
  std::vector<Root> roots_;
};

}  // namespace workspace
