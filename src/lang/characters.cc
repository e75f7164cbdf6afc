// SPDX-License-Identifier: Apache-2.0
#include "lang/characters.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lang/heap.h"

namespace lang {
namespace {

using Point = std::uint32_t;

bool within(Point p, Point from, Point to) { return p >= from && p <= to; }

// Greek letters with accents: capital, small.
constexpr std::pair<Point, Point> kGreek[] = {
    {0x370, 0x371}, {0x372, 0x373}, {0x376, 0x377}, {0x386, 0x3ac}, {0x388, 0x3ad}, {0x389, 0x3ae},
    {0x38a, 0x3af}, {0x38c, 0x3cc}, {0x38e, 0x3cd}, {0x38f, 0x3ce}, {0x3cf, 0x3d7}, {0x3f7, 0x3f8},
    {0x3fa, 0x3fb}, {0x3fd, 0x37b}, {0x3fe, 0x37c}, {0x3ff, 0x37d}, {0x37f, 0x3f3}, {0x3f9, 0x3f2}};

// Where capitals and small letters take turns: 0 capitals are even, 1 odd, 2 no such place.
int turn_of(Point p) {
  if (within(p, 0x100, 0x12f) || within(p, 0x132, 0x137) || within(p, 0x14a, 0x177) ||
      within(p, 0x3d8, 0x3ef) || within(p, 0x460, 0x481) || within(p, 0x48a, 0x4bf) ||
      within(p, 0x4d0, 0x52f))
    return 0;
  return within(p, 0x139, 0x148) || within(p, 0x179, 0x17e) || within(p, 0x4c1, 0x4ce) ? 1 : 2;
}

// Simple mappings; the character itself where it has none.
Point small(Point p) {
  if (within(p, 'A', 'Z') || (within(p, 0xc0, 0xde) && p != 0xd7) ||
      (within(p, 0x391, 0x3ab) && p != 0x3a2) || within(p, 0x410, 0x42f))
    return p + 32;
  if (within(p, 0x400, 0x40f)) return p + 80;
  if (p == 0x178) return 0xff;
  if (p == 0x4c0) return 0x4cf;
  if (p == 0x3f4) return 0x3b8;
  if (const int turn = turn_of(p); turn < 2) return (p & 1) == static_cast<Point>(turn) ? p + 1 : p;
  for (const auto& [capital, letter] : kGreek)
    if (p == capital) return letter;
  return p;
}
Point capital_of(Point p) {
  if (within(p, 'a', 'z') || (within(p, 0xe0, 0xfe) && p != 0xf7) ||
      (within(p, 0x3b1, 0x3cb) && p != 0x3c2) || within(p, 0x430, 0x44f))
    return p - 32;
  if (within(p, 0x450, 0x45f)) return p - 80;
  static constexpr std::pair<Point, Point> kOdd[] = {
      {0xb5, 0x39c},  {0xff, 0x178},  {0x131, 'I'},   {0x17f, 'S'},   {0x3c2, 0x3a3},
      {0x3d0, 0x392}, {0x3d1, 0x398}, {0x3d5, 0x3a6}, {0x3d6, 0x3a0}, {0x3f0, 0x39a},
      {0x3f1, 0x3a1}, {0x3f5, 0x395}, {0x4cf, 0x4c0}};
  for (const auto& [letter, capital] : kOdd)
    if (p == letter) return capital;
  if (const int turn = turn_of(p); turn < 2) return (p & 1) == static_cast<Point>(turn) ? p : p - 1;
  for (const auto& [capital, letter] : kGreek)
    if (p == letter) return capital;
  return p;
}
bool known(Point p) { return p < 0x180 || within(p, 0x370, 0x52f); }
bool unassigned(Point p) {
  return p == 0x378 || p == 0x379 || within(p, 0x380, 0x383) || p == 0x38b || p == 0x38d ||
         p == 0x3a2;
}

}  // namespace

void lower_of(Point p, std::string& out) {
  if (p == 0x130) out += "i\xcc\x87";
  else append_point(small(p), out);
}
void upper_of(Point p, std::string& out) {
  if (p == 0xdf) out += "SS";
  else if (p == 0x149) out += "\xca\xbcN";
  else if (p == 0x390) out += "\xce\x99\xcc\x88\xcc\x81";
  else if (p == 0x3b0) out += "\xce\xa5\xcc\x88\xcc\x81";
  else append_point(capital_of(p), out);
}
void title_of(Point p, std::string& out) {
  if (p == 0xdf) out += "Ss";
  else upper_of(p, out);
}
void fold_of(Point p, std::string& out) {
  static constexpr std::pair<Point, Point> kFolds[] = {
      {0xb5, 0x3bc},  {0x17f, 's'},   {0x3c2, 0x3c3}, {0x3d0, 0x3b2}, {0x3d1, 0x3b8},
      {0x3d5, 0x3c6}, {0x3d6, 0x3c0}, {0x3f0, 0x3ba}, {0x3f1, 0x3c1}, {0x3f5, 0x3b5}};
  for (const auto& [from, to] : kFolds)
    if (p == from) return append_point(to, out);
  if (p == 0xdf) out += "ss";
  else if (p == 0x149) out += "\xca\xbcn";
  else if (p == 0x390) out += "\xce\xb9\xcc\x88\xcc\x81";
  else if (p == 0x3b0) out += "\xcf\x85\xcc\x88\xcc\x81";
  else lower_of(p, out);
}

bool is_upper(Point p) {
  return known(p) && (small(p) != p || p == 0x130 || within(p, 0x3d2, 0x3d4));
}
bool is_lower(Point p) {
  if (!known(p)) return false;
  if (capital_of(p) != p) return true;
  return p == 0xaa || p == 0xba || p == 0xdf || p == 0x138 || p == 0x149 || p == 0x37a ||
         p == 0x390 || p == 0x3b0 || p == 0x3fc;
}
bool is_title(Point) { return false; }

bool is_letter(Point p) {
  if (p < 0x80) return within(p, 'A', 'Z') || within(p, 'a', 'z');
  if (p < 0x180)
    return p == 0xaa || p == 0xb5 || p == 0xba || (p >= 0xc0 && p != 0xd7 && p != 0xf7);
  if (within(p, 0x370, 0x3ff))
    return !unassigned(p) && p != 0x375 && p != 0x37e && p != 0x384 && p != 0x385 && p != 0x387 &&
           p != 0x3f6;
  if (within(p, 0x400, 0x52f)) return !within(p, 0x482, 0x489);
  if (within(p, 0x300, 0x36f) || within(p, 0x2c2, 0x2df)) return false;
  return !within(p, 0x2000, 0x2bff) && !within(p, 0x3000, 0x3004) && !within(p, 0x3007, 0x3030) &&
         !within(p, 0xd800, 0xf8ff) && !within(p, 0xfe00, 0xfe6f) && p != 0xfeff &&
         !within(p, 0xff00, 0xff20) && !within(p, 0xfff0, 0xffff) && !within(p, 0x1f000, 0x1faff) &&
         p < 0xe0000 && !is_space(p);
}
bool is_decimal(Point p) { return within(p, '0', '9'); }
bool is_digit(Point p) { return is_decimal(p) || p == 0xb2 || p == 0xb3 || p == 0xb9; }
bool is_numeric(Point p) { return is_digit(p) || within(p, 0xbc, 0xbe); }
bool is_space(Point p) {
  return p == ' ' || within(p, 9, 13) || within(p, 0x1c, 0x1f) || p == 0x85 || p == 0xa0 ||
         p == 0x1680 || within(p, 0x2000, 0x200a) || p == 0x2028 || p == 0x2029 || p == 0x202f ||
         p == 0x205f || p == 0x3000;
}
bool is_line_end(Point p) {
  return within(p, 10, 13) || within(p, 0x1c, 0x1e) || p == 0x85 || p == 0x2028 || p == 0x2029;
}
bool is_printable(Point p) {
  if (p == ' ') return true;
  return !(p < 0x20 || within(p, 0x7f, 0xa0) || p == 0xad || unassigned(p) || p == 0x530 ||
           within(p, 0x600, 0x605) || p == 0x61c || p == 0x6dd || p == 0x70f || p == 0x180e ||
           within(p, 0x200b, 0x200f) || within(p, 0x202a, 0x202e) || within(p, 0x2060, 0x206f) ||
           within(p, 0xd800, 0xf8ff) || p == 0xfeff || within(p, 0xfff0, 0xfffb) || p == 0xfffe ||
           p == 0xffff || (p >= 0x323b0 && !within(p, 0xe0100, 0xe01ef)) || is_space(p));
}

}  // namespace lang
