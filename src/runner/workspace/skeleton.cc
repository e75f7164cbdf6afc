// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/skeleton.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

// Latin-1 supplement and Latin Extended-A from U+00C0 on, by their base letter; '?' has none.
constexpr std::string_view kAccented =
    "aaaaaa?ceeeeiiiidnooooo?ouuuuypsaaaaaa?ceeeeiiiidnooooo?ouuuuypy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnn?nnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

struct Look {
  char32_t code;
  char as;
};
// Letters that look like a Latin one: Cyrillic, Greek, Armenian, Cherokee and a few signs.
constexpr std::array kLooks{
    Look{0x0131, 'i'}, Look{0x0237, 'j'}, Look{0x0251, 'a'}, Look{0x0261, 'g'}, Look{0x0262, 'g'},
    Look{0x026a, 'i'}, Look{0x0274, 'n'}, Look{0x0280, 'r'}, Look{0x028f, 'y'}, Look{0x0299, 'b'},
    Look{0x029c, 'h'}, Look{0x029f, 'l'}, Look{0x0391, 'a'}, Look{0x0392, 'b'}, Look{0x0395, 'e'},
    Look{0x0396, 'z'}, Look{0x0397, 'h'}, Look{0x0399, 'i'}, Look{0x039a, 'k'}, Look{0x039c, 'm'},
    Look{0x039d, 'n'}, Look{0x039f, 'o'}, Look{0x03a1, 'p'}, Look{0x03a4, 't'}, Look{0x03a5, 'y'},
    Look{0x03a7, 'x'}, Look{0x03b1, 'a'}, Look{0x03b5, 'e'}, Look{0x03b9, 'i'}, Look{0x03ba, 'k'},
    Look{0x03bd, 'v'}, Look{0x03bf, 'o'}, Look{0x03c1, 'p'}, Look{0x03c4, 't'}, Look{0x03c5, 'u'},
    Look{0x03c7, 'x'}, Look{0x03f2, 'c'}, Look{0x03f3, 'j'}, Look{0x03f9, 'c'}, Look{0x0405, 's'},
    Look{0x0406, 'i'}, Look{0x0407, 'i'}, Look{0x0408, 'j'}, Look{0x0410, 'a'}, Look{0x0412, 'b'},
    Look{0x0415, 'e'}, Look{0x041a, 'k'}, Look{0x041c, 'm'}, Look{0x041d, 'h'}, Look{0x041e, 'o'},
    Look{0x0420, 'p'}, Look{0x0421, 'c'}, Look{0x0422, 't'}, Look{0x0423, 'y'}, Look{0x0425, 'x'},
    Look{0x0430, 'a'}, Look{0x0432, 'b'}, Look{0x0433, 'r'}, Look{0x0435, 'e'}, Look{0x043a, 'k'},
    Look{0x043c, 'm'}, Look{0x043d, 'h'}, Look{0x043e, 'o'}, Look{0x043f, 'n'}, Look{0x0440, 'p'},
    Look{0x0441, 'c'}, Look{0x0442, 't'}, Look{0x0443, 'y'}, Look{0x0445, 'x'}, Look{0x0450, 'e'},
    Look{0x0451, 'e'}, Look{0x0455, 's'}, Look{0x0456, 'i'}, Look{0x0457, 'i'}, Look{0x0458, 'j'},
    Look{0x0474, 'v'}, Look{0x0475, 'v'}, Look{0x04ae, 'y'}, Look{0x04af, 'y'}, Look{0x04bb, 'h'},
    Look{0x04c0, 'l'}, Look{0x04cf, 'l'}, Look{0x0501, 'd'}, Look{0x050c, 'g'}, Look{0x051b, 'q'},
    Look{0x051c, 'w'}, Look{0x051d, 'w'}, Look{0x0548, 'n'}, Look{0x054d, 'u'}, Look{0x054f, 's'},
    Look{0x0555, 'o'}, Look{0x0561, 'w'}, Look{0x0563, 'q'}, Look{0x0566, 'q'}, Look{0x0570, 'h'},
    Look{0x0578, 'n'}, Look{0x057c, 'n'}, Look{0x057d, 'u'}, Look{0x0581, 'g'}, Look{0x0584, 'f'},
    Look{0x0585, 'o'}, Look{0x13a0, 'd'}, Look{0x13a1, 'r'}, Look{0x13a2, 't'}, Look{0x13a5, 'i'},
    Look{0x13aa, 'a'}, Look{0x13ab, 'j'}, Look{0x13ac, 'e'}, Look{0x13b3, 'w'}, Look{0x13b7, 'm'},
    Look{0x13bb, 'h'}, Look{0x13bd, 'y'}, Look{0x13c0, 'g'}, Look{0x13c2, 'h'}, Look{0x13c3, 'z'},
    Look{0x13cf, 'b'}, Look{0x13d2, 'r'}, Look{0x13d4, 'w'}, Look{0x13d5, 's'}, Look{0x13d9, 'v'},
    Look{0x13da, 's'}, Look{0x13de, 'l'}, Look{0x13df, 'c'}, Look{0x13e2, 'p'}, Look{0x13e6, 'k'},
    Look{0x13e7, 'd'}, Look{0x13f3, 'g'}, Look{0x13f4, 'b'}, Look{0x1d00, 'a'}, Look{0x1d04, 'c'},
    Look{0x1d05, 'd'}, Look{0x1d07, 'e'}, Look{0x1d0a, 'j'}, Look{0x1d0b, 'k'}, Look{0x1d0d, 'm'},
    Look{0x1d0f, 'o'}, Look{0x1d18, 'p'}, Look{0x1d1b, 't'}, Look{0x1d1c, 'u'}, Look{0x1d20, 'v'},
    Look{0x1d21, 'w'}, Look{0x1d22, 'z'}, Look{0x1e9e, 's'}, Look{0x2024, '.'}, Look{0x2010, '-'},
    Look{0x2011, '-'}, Look{0x2012, '-'}, Look{0x2013, '-'}, Look{0x2014, '-'}, Look{0x2212, '-'},
    Look{0x2044, '/'}, Look{0x2215, '/'}, Look{0x2102, 'c'}, Look{0x210a, 'g'}, Look{0x210b, 'h'},
    Look{0x210c, 'h'}, Look{0x210d, 'h'}, Look{0x210e, 'h'}, Look{0x2110, 'i'}, Look{0x2111, 'i'},
    Look{0x2112, 'l'}, Look{0x2113, 'l'}, Look{0x2115, 'n'}, Look{0x2119, 'p'}, Look{0x211a, 'q'},
    Look{0x211b, 'r'}, Look{0x211c, 'r'}, Look{0x211d, 'r'}, Look{0x2124, 'z'}, Look{0x2128, 'z'},
    Look{0x212a, 'k'}, Look{0x212b, 'a'}, Look{0x212c, 'b'}, Look{0x212d, 'c'}, Look{0x212f, 'e'},
    Look{0x2130, 'e'}, Look{0x2131, 'f'}, Look{0x2133, 'm'}, Look{0x2134, 'o'}, Look{0x2139, 'i'},
    Look{0x2145, 'd'}, Look{0x2146, 'd'}, Look{0x2147, 'e'}, Look{0x2148, 'i'}, Look{0x2149, 'j'},
    Look{0x2160, 'i'}, Look{0x2164, 'v'}, Look{0x2169, 'x'}, Look{0x216c, 'l'}, Look{0x216d, 'c'},
    Look{0x216e, 'd'}, Look{0x216f, 'm'}, Look{0x2170, 'i'}, Look{0x2174, 'v'}, Look{0x2179, 'x'},
    Look{0x217c, 'l'}, Look{0x217d, 'c'}, Look{0x217e, 'd'}, Look{0x217f, 'm'}, Look{0xa4d0, 'b'},
    Look{0xa4d1, 'p'}, Look{0xa4d2, 'd'}, Look{0xa4d3, 'd'}, Look{0xa4d4, 't'}, Look{0xa4d6, 'g'},
    Look{0xa4d7, 'k'}, Look{0xa4d9, 'j'}, Look{0xa4da, 'c'}, Look{0xa4dc, 'z'}, Look{0xa4dd, 'f'},
    Look{0xa4df, 'm'}, Look{0xa4e0, 'n'}, Look{0xa4e1, 'l'}, Look{0xa4e2, 's'}, Look{0xa4e3, 'r'},
    Look{0xa4e6, 'v'}, Look{0xa4e7, 'h'}, Look{0xa4ea, 'w'}, Look{0xa4eb, 'x'}, Look{0xa4ec, 'y'},
    Look{0xa4ee, 'a'}, Look{0xa4f0, 'e'}, Look{0xa4f2, 'i'}, Look{0xa4f3, 'o'}, Look{0xa4f4, 'u'},
    Look{0xa4f8, '.'}, Look{0xa60e, '.'}, Look{0xfe52, '.'}, Look{0xff61, '.'}, Look{0x3002, '.'},
};

bool is_mark(char32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) || (c >= 0x1ab0 && c <= 0x1aff) ||
         (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
         (c >= 0xfe20 && c <= 0xfe2f);
}

// The plain letter of a block that repeats the alphabet; 0: none of these.
char plain_letter(char32_t c) {
  const auto at = [](char32_t n) { return static_cast<char>('a' + n % 26); };
  if (c >= 0x1d400 && c <= 0x1d6a3) return at((c - 0x1d400) % 52);  // mathematical
  if (c >= 0x1d7ce && c <= 0x1d7ff) return static_cast<char>('0' + (c - 0x1d7ce) % 10);
  if (c >= 0x249c && c <= 0x24b5) return at(c - 0x249c);         // in parentheses
  if (c >= 0x24b6 && c <= 0x24e9) return at((c - 0x24b6) % 26);  // circled
  if (c >= 0x1f110 && c <= 0x1f129) return at(c - 0x1f110);
  if (c >= 0x1f130 && c <= 0x1f149) return at(c - 0x1f130);  // squared
  if (c >= 0x1f150 && c <= 0x1f169) return at(c - 0x1f150);
  if (c >= 0x1f170 && c <= 0x1f189) return at(c - 0x1f170);
  return 0;
}

// Latin Extended Additional (U+1E00..) goes by base letters in runs.
char additional_letter(char32_t c) {
  struct Run {
    char32_t last;
    char as;
  };
  constexpr std::array kRuns{
      Run{0x1e01, 'a'}, Run{0x1e07, 'b'}, Run{0x1e09, 'c'}, Run{0x1e13, 'd'}, Run{0x1e1d, 'e'},
      Run{0x1e1f, 'f'}, Run{0x1e21, 'g'}, Run{0x1e2b, 'h'}, Run{0x1e2f, 'i'}, Run{0x1e35, 'k'},
      Run{0x1e3d, 'l'}, Run{0x1e43, 'm'}, Run{0x1e4b, 'n'}, Run{0x1e53, 'o'}, Run{0x1e57, 'p'},
      Run{0x1e5f, 'r'}, Run{0x1e69, 's'}, Run{0x1e71, 't'}, Run{0x1e7b, 'u'}, Run{0x1e7f, 'v'},
      Run{0x1e89, 'w'}, Run{0x1e8d, 'x'}, Run{0x1e8f, 'y'}, Run{0x1e95, 'z'}, Run{0x1e96, 'h'},
      Run{0x1e97, 't'}, Run{0x1e98, 'w'}, Run{0x1e99, 'y'}, Run{0x1e9a, 'a'}, Run{0x1e9f, 's'},
      Run{0x1eb7, 'a'}, Run{0x1ec7, 'e'}, Run{0x1ecb, 'i'}, Run{0x1ee3, 'o'}, Run{0x1ef1, 'u'},
      Run{0x1ef9, 'y'}};
  for (const Run& run : kRuns)
    if (c <= run.last) return run.as;
  return 0;
}

// The ASCII character that `c` is taken for; 0: it is taken for none.
char look_of(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  if (c >= 0xff01 && c <= 0xff5e) return look_of(c - 0xfee0);  // full width
  if (c >= 0xc0 && c < 0xc0 + kAccented.size() && kAccented[c - 0xc0] != '?')
    return kAccented[c - 0xc0];
  if (c >= 0x1e00 && c <= 0x1ef9) return additional_letter(c);
  if (const char letter = plain_letter(c); letter != 0) return letter;
  const auto* found =
      std::find_if(kLooks.begin(), kLooks.end(), [c](const Look& l) { return l.code == c; });
  return found == kLooks.end() ? '\0' : found->as;
}

// Ligatures and signs of several letters.
std::string_view letters_of(char32_t c) {
  switch (c) {
    case 0xfb00: return "ff";
    case 0xfb01: return "fi";
    case 0xfb02: return "fl";
    case 0xfb03: return "ffi";
    case 0xfb04: return "ffl";
    case 0xfb05:
    case 0xfb06: return "st";
    case 0x2025: return "..";
    case 0x2026: return "...";
    default: return {};
  }
}

}  // namespace

std::string skeleton(std::string_view name) {
  static_assert(kAccented.size() == 0x180 - 0xc0);
  std::string out;
  if (!base::is_utf8(name)) out = name;  // no spelling of anything: shown as it is
  else
    while (!name.empty()) {
      std::string_view before = name;
      const char32_t c = take_code_point(name);
      before.remove_suffix(name.size());
      if ((c >= 0x80 && is_unseen(c)) || is_mark(c)) continue;
      if (const std::string_view several = letters_of(c); !several.empty()) out += several;
      else if (const char look = look_of(c); look != 0) out += look;
      else out += before;
    }
  if (const std::size_t stream = out.find(':', 1); stream != std::string_view::npos)
    out.resize(stream);
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  while (out.starts_with(' ')) out.erase(0, 1);
  return out;
}

}  // namespace workspace
