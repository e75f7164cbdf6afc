// SPDX-License-Identifier: Apache-2.0
#include "audit/detail.h"

#include <algorithm>

#include "base/bytes.h"

namespace audit {
namespace {

bool handle_letter(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') ||
         std::string_view("_.:/@-").find(c) != std::string_view::npos;
}

bool is_handle(std::string_view s) {
  return !s.empty() && s.size() <= 64 && std::all_of(s.begin(), s.end(), handle_letter);
}

}  // namespace

void Detail::add(std::string_view piece) {
  if (text_.ends_with('+')) return;
  const std::size_t more = piece.size() + (text_.empty() ? 0 : 1);
  if (text_.size() + more + 1 > kDetailBytes) {
    text_ += '+';
    return;
  }
  if (!text_.empty()) text_ += ' ';
  text_ += piece;
}

Detail Detail::of_policy(std::string_view text) {
  Detail out;
  out.text_ = base::printable(text);
  if (out.text_.size() <= kDetailBytes) return out;
  std::size_t end = kDetailBytes - 1;
  while (end > 0 && (static_cast<unsigned char>(out.text_[end]) & 0xc0u) == 0x80u) --end;
  out.text_.resize(end);
  out.text_ += '+';
  return out;
}

Detail& Detail::with(Literal key, std::string_view handle) {
  const std::string_view shown = is_handle(handle) ? handle : "?";
  add(std::string(key.text()) + "=" + std::string(shown));
  return *this;
}

Detail& Detail::with(Literal key, std::uint64_t number) {
  add(std::string(key.text()) + "=" + std::to_string(number));
  return *this;
}

}  // namespace audit
