// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/text.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "runner/workspace/limits.h"

namespace workspace {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array kUnseen{
    Range{0x0000, 0x001f},   Range{0x007f, 0x009f},   Range{0x00ad, 0x00ad},
    Range{0x034f, 0x034f},   Range{0x061c, 0x061c},   Range{0x115f, 0x1160},
    Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},   Range{0x200b, 0x200f},
    Range{0x2028, 0x202e},   Range{0x2060, 0x206f},   Range{0x3164, 0x3164},
    Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},
    Range{0xfff0, 0xfffb},   Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a},
    Range{0xe0000, 0xe0fff},
};

}  // namespace

char32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t code = size == 1 ? lead : lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size && i < text.size(); ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  text.remove_prefix(std::min(size, text.size()));
  return code;
}

bool is_unseen(char32_t c) {
  return std::any_of(kUnseen.begin(), kUnseen.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

bool looks_binary(std::string_view bytes) {
  return bytes.substr(0, kBinaryProbeBytes).find('\0') != std::string_view::npos;
}

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && base::is_utf8(bytes);
}

}  // namespace workspace
