// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Lines of a text that fit a query: RE2, so in linear time whatever the query is, and no process.
// Trust zone: runner; pure, reads hostile text.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "runner/workspace/result.h"

namespace workspace {

class Query {
 public:
  // kBadPattern: empty, longer than kPatternBytes, not UTF-8, has a line end, or RE2 does not take
  // it (back-references, look-around, too large).
  static Outcome<Query> create(const SearchWanted& wanted);
  Query(Query&&) noexcept;
  Query& operator=(Query&&) noexcept;
  ~Query();

  // Calls `found` with each line that fits (from 1, its text without the end, the column from 1 of
  // the first fitting byte), until it answers false; asks `go_on` before each line. LIMIT: a line
  // is held against the query in its first kSearchedLineBytes only.
  using Found =
      std::function<bool(std::uint64_t line, std::string_view text, std::uint64_t column)>;
  using GoOn = std::function<bool()>;
  void each(std::string_view text, const Found& found, const GoOn& go_on) const;

 private:
  struct Compiled;
  explicit Query(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

// `line` cut at kLineBytes, never within a code point.
std::string_view cut_line(std::string_view line);

}  // namespace workspace
