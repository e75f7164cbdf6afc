// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one free text of a log entry, built only from literals of the source, handles and numbers,
// so that no value of a call can slip into the log. Trust zone: monitor; readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace audit {

inline constexpr std::size_t kDetailBytes = 256;  // a line on a terminal, not a document

// A text that stands in the source: only a compile-time constant converts.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// "what happened key=handle key=12". Pieces that would pass kDetailBytes are left out and the text
// ends with "+". SECURITY: give `with` names and handles, never a value; anything but letters,
// digits and `_ . : / @ -`, or longer than 64 bytes, is written as "?".
class Detail {
 public:
  Detail() = default;
  explicit Detail(Literal what) { add(what.text()); }
  Detail& with(Literal key, std::string_view handle);
  Detail& with(Literal key, std::uint64_t number);

  // The text of an `oblige log` of the policy: the operator's constant, in printable form, cut to
  // kDetailBytes. SECURITY: for nothing that came with a call.
  static Detail of_policy(std::string_view text);

  const std::string& text() const { return text_; }
  friend bool operator==(const Detail&, const Detail&) = default;

  // For the decoder only: a text that stood in a log. It is checked like every other text.
  static void read_back(std::string_view stored, Detail& out) { out.text_ = stored; }

 private:
  void add(std::string_view piece);
  std::string text_;
};

}  // namespace audit
