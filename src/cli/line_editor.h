// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Editing one line of input: a pure state machine from bytes to a line, with history in memory.
// It knows no descriptor; cli/terminal.h feeds it. Trust zone: command line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

// Columns that a terminal gives to a character: 0 for combining marks, 2 for wide East Asian ones
// and pictures, else 1 (a short form of Unicode TR #11; LIMIT: no grapheme clusters).
std::size_t columns_of(char32_t c);

// One line under edit. Keys: arrows, Home, End, Delete, Backspace, Ctrl-A E B F U K W D C P N.
class LineEditor {
 public:
  enum class Outcome : unsigned char {
    kMore,       // go on
    kSubmit,     // Enter: take() has the line
    kInterrupt,  // Ctrl-C
    kEnd,        // Ctrl-D on an empty line
  };

  // Takes one byte. Control and text-reordering characters, malformed UTF-8 and unknown escape
  // sequences are dropped, so that what is sent is what was seen.
  Outcome feed(char byte);

  // The line; empties the editor. A line that is not blank and not the last one joins the history.
  std::string take();
  // Forgets the line, keeps the history.
  void clear();

  std::string text() const;
  std::size_t cursor() const { return cursor_; }  // in characters
  const std::vector<std::string>& history() const { return history_; }

  // Bytes that redraw the line after a carriage return: `prompt` (printable, one line), then the
  // part around the cursor that fits `width` columns.
  std::string render(std::string_view prompt, std::size_t width) const;

  static constexpr std::size_t kHistoryLines = 1000;        // a day of typing
  static constexpr std::size_t kLineCharacters = 1u << 20;  // a pasted file, well below a frame

 private:
  enum class State : unsigned char { kPlain, kEscape, kSequence, kUtf8 };
  Outcome plain(unsigned char byte);
  void control(unsigned char byte);
  void sequence(unsigned char byte);
  void key(unsigned char final);
  void utf8(unsigned char byte);
  void insert(char32_t c);
  void erase(std::size_t from, std::size_t to);
  void erase_word();
  void recall(std::size_t index);
  void older();
  void newer();

  std::u32string line_;
  std::size_t cursor_ = 0;
  std::vector<std::string> history_;
  std::size_t recalled_ = 0;  // == history_.size(): the line that is being written
  std::u32string draft_;
  State state_ = State::kPlain;
  std::string partial_;  // of a UTF-8 sequence, or the parameters of an escape sequence
};

}  // namespace cli
