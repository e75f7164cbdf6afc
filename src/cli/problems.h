// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What is wrong with a configuration: all of it, each with its place and what to do. Trust zone:
// supervisor.
#pragma once

#include <string>
#include <vector>

namespace cli {

struct Problem {
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::size_t column = 0;
  std::string what;       // what was found, what was expected, what to do; never a value
  bool rendered = false;  // names its own file and place
};

class Problems {
 public:
  void add(std::size_t line, std::size_t column, std::string what) {
    all_.push_back({line, column, std::move(what), false});
  }
  // A text that names its own file and place, without its last line end.
  void add_rendered(std::string text) { all_.push_back({0, 0, std::move(text), true}); }
  bool empty() const { return all_.empty(); }
  const std::vector<Problem>& all() const { return all_; }
  // One line each: "FILE:LINE:COLUMN: what", in order of the place.
  std::string text(const std::string& file) const;

 private:
  std::vector<Problem> all_;
};

}  // namespace cli
