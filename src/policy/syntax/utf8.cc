// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/utf8.h"

namespace policy {
namespace {

std::size_t size_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

bool scalar(char32_t value, std::size_t size) {
  if (size == 3) return value >= 0x800 && (value < 0xd800 || value > 0xdfff);
  if (size == 4) return value >= 0x10000 && value <= 0x10ffff;
  return true;
}

}  // namespace

CodePoint decode_utf8(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = size_of(lead);
  if (size == 0 || size > text.size()) return {};
  if (size == 1) return {lead, 1};
  char32_t value = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0u) != 0x80) return {};
    value = (value << 6) | (next & 0x3fu);
  }
  return scalar(value, size) ? CodePoint{value, size} : CodePoint{};
}

bool is_visible(char32_t value) {
  if (value < 0x20 || (value >= 0x7f && value <= 0x9f) || value == 0xad) return false;
  if (value == 0x61c || value == 0xfeff || (value >= 0xfff0 && value <= 0xfffb)) return false;
  if (value >= 0x200b && value <= 0x200f) return false;
  if (value >= 0x2028 && value <= 0x202e) return false;
  return value < 0x2060 || value > 0x206f;
}

void append_utf8(char32_t value, std::string& text) {
  if (value < 0x80) {
    text += static_cast<char>(value);
  } else if (value < 0x800) {
    text += static_cast<char>(0xc0 | (value >> 6));
    text += static_cast<char>(0x80 | (value & 0x3f));
  } else if (value < 0x10000) {
    text += static_cast<char>(0xe0 | (value >> 12));
    text += static_cast<char>(0x80 | ((value >> 6) & 0x3f));
    text += static_cast<char>(0x80 | (value & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | (value >> 18));
    text += static_cast<char>(0x80 | ((value >> 12) & 0x3f));
    text += static_cast<char>(0x80 | ((value >> 6) & 0x3f));
    text += static_cast<char>(0x80 | (value & 0x3f));
  }
}

}  // namespace policy
