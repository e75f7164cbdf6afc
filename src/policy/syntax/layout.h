// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Pieces of text → lines: indentation by two, continuation by four, lines of at most 100 columns
// where a piece may begin a new one. print() and format() lay out with it. Trust zone: supervisor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace policy {

class Layout {
 public:
  enum class Break : unsigned char { kNever, kIfLong, kAlways };
  static constexpr std::size_t kColumns = 100;
  static constexpr std::size_t kEndless = static_cast<std::size_t>(-1);

  explicit Layout(std::size_t columns = kColumns) : columns_(columns) {}

  // One piece of the line in work. `space`: one stands before it, if it does not begin a line.
  void put(std::string_view text, bool space, Break line_break = Break::kNever);
  // Writes the line in work, if there is something in it.
  void end_line();
  // An empty line before what comes, unless one is there, or it would begin the text or a block.
  void blank();
  void indent() { ++depth_; }
  void outdent() { --depth_; }
  bool at_line_start() const { return pieces_.empty(); }
  std::string take();

 private:
  struct Piece {
    std::string text;
    bool space = false;
    Break line_break = Break::kNever;
  };
  std::size_t chunk_end(std::size_t from) const;
  void start_line(std::size_t spaces);

  std::size_t columns_;
  std::size_t depth_ = 0;
  std::vector<Piece> pieces_;
  std::string out_;
};

}  // namespace policy
