// SPDX-License-Identifier: Apache-2.0
#include "cli/line_editor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"

namespace cli {
namespace {

constexpr unsigned char key_of(char letter) { return static_cast<unsigned char>(letter - 'A' + 1); }
constexpr unsigned char kEscapeByte = 27;
constexpr unsigned char kBackspace = 127;

struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array kZero{Range{0x300, 0x36F}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20FF},
                           Range{0xFE00, 0xFE0F}};
constexpr std::array kWide{Range{0x1100, 0x115F}, Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},
                           Range{0xF900, 0xFAFF}, Range{0xFE30, 0xFE4F},   Range{0xFF00, 0xFF60},
                           Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <class Ranges> bool in(const Ranges& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](Range r) { return c >= r.first && c <= r.last; });
}

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t bits) {
    out += static_cast<char>(static_cast<unsigned char>(bits));
  };
  if (c < 0x80) return byte(c);
  if (c < 0x800) return byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F));
  if (c < 0x10000)
    return byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F));
  byte(0xF0 | (c >> 18));
  byte(0x80 | ((c >> 12) & 0x3F));
  byte(0x80 | ((c >> 6) & 0x3F));
  byte(0x80 | (c & 0x3F));
}

std::string encode(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

// How many bytes a character has whose first byte is `lead`; 0: it cannot begin one.
std::size_t length_of(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// INVARIANT: `s` is one well-formed character.
char32_t decode(std::string_view s) {
  const auto at = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(s[i]));
  };
  if (s.size() == 1) return at(0);
  char32_t c = at(0) & (0xFFu >> (s.size() + 1));
  for (std::size_t i = 1; i < s.size(); ++i) c = (c << 6) | (at(i) & 0x3F);
  return c;
}

std::u32string decode_all(std::string_view s) {
  std::u32string out;
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t n = std::max<std::size_t>(1, length_of(static_cast<unsigned char>(s[i])));
    out += decode(s.substr(i, n));
    i += n;
  }
  return out;
}

std::size_t columns(std::u32string_view text) {
  std::size_t sum = 0;
  for (const char32_t c : text) sum += columns_of(c);
  return sum;
}

bool blank(std::string_view s) { return s.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

std::size_t columns_of(char32_t c) { return in(kZero, c) ? 0 : in(kWide, c) ? 2 : 1; }

LineEditor::Outcome LineEditor::feed(char byte) {
  const auto b = static_cast<unsigned char>(byte);
  switch (state_) {
    case State::kPlain: return plain(b);
    case State::kEscape:
      state_ = b == '[' || b == 'O' ? State::kSequence : State::kPlain;
      partial_.clear();
      return Outcome::kMore;
    case State::kSequence: return sequence(b), Outcome::kMore;
    case State::kUtf8:
      if ((b & 0xC0u) == 0x80u) return utf8(b), Outcome::kMore;
      state_ = State::kPlain;  // a broken character is dropped, this byte begins anew
      return plain(b);
  }
  return Outcome::kMore;
}

LineEditor::Outcome LineEditor::plain(unsigned char b) {
  if (b == '\r' || b == '\n') return Outcome::kSubmit;
  if (b == key_of('C')) return Outcome::kInterrupt;
  if (b == key_of('D') && line_.empty()) return Outcome::kEnd;
  if (b < 32 || b == kBackspace) return control(b), Outcome::kMore;
  if (b < 0x80) return insert(b), Outcome::kMore;
  if (length_of(b) == 0) return Outcome::kMore;
  partial_.assign(1, static_cast<char>(b));
  state_ = State::kUtf8;
  return Outcome::kMore;
}

void LineEditor::control(unsigned char b) {
  switch (b) {
    case kEscapeByte: state_ = State::kEscape; return;
    case key_of('A'): cursor_ = 0; return;
    case key_of('E'): cursor_ = line_.size(); return;
    case key_of('B'): cursor_ -= cursor_ > 0 ? 1 : 0; return;
    case key_of('F'): cursor_ += cursor_ < line_.size() ? 1 : 0; return;
    case key_of('D'): return erase(cursor_, cursor_ + 1);
    case key_of('H'):
    case kBackspace: return erase(cursor_ - (cursor_ > 0 ? 1 : 0), cursor_);
    case key_of('U'): return erase(0, cursor_);
    case key_of('K'): return erase(cursor_, line_.size());
    case key_of('W'): return erase_word();
    case key_of('P'): return older();
    case key_of('N'): return newer();
    case '\t': return insert(U' ');
    default: return;
  }
}

// ECMA-48: parameters are 0x30..0x3F, intermediates 0x20..0x2F, the final byte 0x40..0x7E.
void LineEditor::sequence(unsigned char b) {
  if (b >= 0x20 && b < 0x40 && partial_.size() < 16) {
    partial_ += static_cast<char>(b);
    return;
  }
  state_ = State::kPlain;
  if (b >= 0x40 && b < 0x7F) key(b);
}

void LineEditor::key(unsigned char final) {
  switch (final) {
    case 'A': return older();
    case 'B': return newer();
    case 'C': return control(key_of('F'));
    case 'D': return control(key_of('B'));
    case 'H': return control(key_of('A'));
    case 'F': return control(key_of('E'));
    case '~':
      if (partial_ == "1" || partial_ == "7") return control(key_of('A'));
      if (partial_ == "4" || partial_ == "8") return control(key_of('E'));
      if (partial_ == "3") return erase(cursor_, cursor_ + 1);
      return;
    default: return;
  }
}

void LineEditor::utf8(unsigned char b) {
  partial_ += static_cast<char>(b);
  if (partial_.size() < length_of(static_cast<unsigned char>(partial_[0]))) return;
  state_ = State::kPlain;
  if (base::is_utf8(partial_)) insert(decode(partial_));
}

void LineEditor::insert(char32_t c) {
  std::string shown;
  append_utf8(shown, c);
  // SECURITY: what a terminal would not show as itself does not enter the line.
  if (base::printable(shown) != shown || line_.size() >= kLineCharacters) return;
  line_.insert(line_.begin() + static_cast<std::ptrdiff_t>(cursor_), c);
  ++cursor_;
}

void LineEditor::erase(std::size_t from, std::size_t to) {
  to = std::min(to, line_.size());
  if (from >= to) return;
  line_.erase(from, to - from);
  cursor_ = from;
}

void LineEditor::erase_word() {
  std::size_t from = cursor_;
  while (from > 0 && line_[from - 1] == U' ') --from;
  while (from > 0 && line_[from - 1] != U' ') --from;
  erase(from, cursor_);
}

void LineEditor::recall(std::size_t index) {
  if (recalled_ == history_.size()) draft_ = line_;
  recalled_ = index;
  line_ = index == history_.size() ? draft_ : decode_all(history_[index]);
  cursor_ = line_.size();
}

void LineEditor::older() {
  if (recalled_ > 0) recall(recalled_ - 1);
}

void LineEditor::newer() {
  if (recalled_ < history_.size()) recall(recalled_ + 1);
}

std::string LineEditor::text() const { return encode(line_); }

std::string LineEditor::take() {
  std::string line = text();
  if (!blank(line) && (history_.empty() || history_.back() != line)) {
    if (history_.size() == kHistoryLines) history_.erase(history_.begin());
    history_.push_back(line);
  }
  clear();
  return line;
}

void LineEditor::clear() {
  line_.clear();
  draft_.clear();
  cursor_ = 0;
  recalled_ = history_.size();
  state_ = State::kPlain;
}

std::string LineEditor::render(std::string_view prompt, std::size_t width) const {
  const std::size_t taken = columns(decode_all(prompt));
  const std::size_t room = width > taken + 8 ? width - taken - 1 : 8;  // one column for the cursor
  const std::u32string_view line(line_);
  std::size_t first = cursor_, last = cursor_, used = 0;
  const auto fits = [&](char32_t c) { return used + columns_of(c) <= room; };
  while (first > 0 && fits(line[first - 1])) used += columns_of(line[--first]);
  while (last < line.size() && fits(line[last])) used += columns_of(line[last++]);
  std::string out = "\r";
  out += prompt;
  out += encode(line.substr(first, last - first));
  out += "\x1b[K";  // ECMA-48 EL: what stood there before
  const std::size_t back = columns(line.substr(cursor_, last - cursor_));
  if (back > 0) out += "\x1b[" + std::to_string(back) + "D";
  return out;
}

}  // namespace cli
