// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/layout.h"

#include <algorithm>

namespace policy {
namespace {

// Columns of `text`; of several lines, the first or the last.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0u) != 0x80;
  }));
}
std::size_t first_columns(std::string_view text) {
  return columns_of(text.substr(0, text.find('\n')));
}

}  // namespace

void Layout::put(std::string_view text, bool space, Break line_break) {
  pieces_.push_back({std::string(text), space, line_break});
}

// Where the chunk that begins at `from` ends: before the next piece that may begin a line.
std::size_t Layout::chunk_end(std::size_t from) const {
  std::size_t end = from + 1;
  while (end < pieces_.size() && pieces_[end].line_break == Break::kNever) ++end;
  return end;
}

void Layout::start_line(std::size_t spaces) {
  out_ += '\n';
  out_.append(spaces, ' ');
}

void Layout::end_line() {
  if (pieces_.empty()) return;
  const std::size_t margin = depth_ * 2;
  out_.append(margin, ' ');
  std::size_t column = margin;
  bool begins = true;
  for (std::size_t at = 0; at < pieces_.size();) {
    const std::size_t end = chunk_end(at);
    std::size_t width = 0;
    for (std::size_t i = at; i < end; ++i)
      width += first_columns(pieces_[i].text) + (pieces_[i].space ? 1 : 0);
    const Break wish = pieces_[at].line_break;
    if (!begins &&
        (wish == Break::kAlways || (wish == Break::kIfLong && column + width > columns_))) {
      start_line(margin + 4);
      column = margin + 4;
      begins = true;
    }
    for (; at < end; ++at, begins = false) {
      const Piece& piece = pieces_[at];
      if (piece.space && !begins) out_ += ' ';
      column += piece.space && !begins ? 1 : 0;
      out_ += piece.text;
      const std::size_t line = piece.text.rfind('\n');
      column = line == std::string::npos
                   ? column + columns_of(piece.text)
                   : columns_of(std::string_view(piece.text).substr(line + 1));
    }
  }
  out_ += '\n';
  pieces_.clear();
}

void Layout::blank() {
  if (out_.empty() || out_.ends_with("\n\n")) return;
  out_ += '\n';
}

std::string Layout::take() {
  end_line();
  return std::move(out_);
}

}  // namespace policy
