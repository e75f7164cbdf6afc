// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_escapes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace broker {
namespace {

// Whether text[0...] can be read as `bytes`, taking exactly `width` bytes of it.
bool reads_as(std::string_view text, std::string_view bytes, std::size_t width) {
  for (const Unit& unit : read_units(text, 0)) {
    if (std::string_view(unit.bytes.data(), unit.size) == bytes && unit.width == width) return true;
  }
  return false;
}

TEST(Escapes, EachSpellingReadsAsItsCharacter) {
  const struct {
    std::string_view text, bytes;
  } kRows[] = {
      {"%73", "s"},
      {"%2F", "/"},
      {"%2f", "/"},
      {"%u0073", "s"},
      {"+", " "},
      {"\\u0073", "s"},
      {"\\u002F", "/"},
      {"\\u00e9", "\xc3\xa9"},
      {"\\u00E9", "\xe9"},
      {"\\u20ac", "\xe2\x82\xac"},
      {"\\ud83c\\udff0", "\xf0\x9f\x8f\xb0"},
      {"\\x73", "s"},
      {"\\n", "\n"},
      {"\\t", "\t"},
      {"\\\"", "\""},
      {"\\\\", "\\"},
      {"\\/", "/"},
      {"\\_", "_"},
      {"&#115;", "s"},
      {"&#x73;", "s"},
      {"&#X000073;", "s"},
      {"&#00000115;", "s"},
      {"&amp;", "&"},
      {"&lt;", "<"},
      {"&gt;", ">"},
      {"&quot;", "\""},
      {"&apos;", "'"},
      {"&#127984;", "\xf0\x9f\x8f\xb0"},
      // twice
      {"%2573", "s"},
      {"%25%37%33", "s"},
      {"%%37%33", "s"},
      {"\\\\u0073", "s"},
      {"\\u005cu0073", "s"},
      {"\\\\\\\"", "\""},
      {"\\\\\\\\", "\\"},
      {"&amp;#115;", "s"},
      {"&#38;#115;", "s"},
      {"%26%23115%3B", "s"},
      {"\\u002573", "s"},
      {"%5Cu0073", "s"},
      {"\\\\ud83c\\\\udff0", "\xf0\x9f\x8f\xb0"},
      {"%2B", " "},
  };
  for (const auto& row : kRows) {
    EXPECT_TRUE(reads_as(row.text, row.bytes, row.text.size())) << row.text;
  }
}

TEST(Escapes, TheByteItselfIsAlwaysTheFirstReading) {
  for (const std::string_view text : {"%73", "\\n", "&amp;", "x", "+"}) {
    const Units units = read_units(text, 0);
    EXPECT_EQ(units.items[0].bytes[0], text[0]);
    EXPECT_EQ(units.items[0].width, 1);
  }
}

TEST(Escapes, WhatIsNoEscapeHasOneReading) {
  for (const std::string_view text :
       {"%7g", "% 3", "\\q7", "\\u12g4", "\\ud800 ", "\\ud83c\\u0041", "&amp ", "&#;", "&#x;",
        "&#123456789;", "&#x110000;", "&bogus;", "x"}) {
    const Units units = read_units(text, 0);
    EXPECT_EQ(units.count, 1) << text;
    EXPECT_FALSE(units.incomplete) << text;
  }
}

TEST(Escapes, APrefixOfAnEscapeIsIncompleteAndAWholeOneIsNot) {
  for (const std::string_view text :
       {"%73", "\\u0073", "\\ud83c\\udff0", "&#115;", "&quot;", "\\x41", "%u0041", "&#x0041;"}) {
    for (std::size_t size = 1; size < text.size(); ++size) {
      EXPECT_TRUE(read_units(text.substr(0, size), 0).incomplete) << text.substr(0, size);
    }
    EXPECT_FALSE(read_units(text, 0).incomplete) << text;
  }
}

TEST(Escapes, AThirdLevelIsNotRead) {
  EXPECT_FALSE(reads_as("%252573", "s", 7));
  EXPECT_TRUE(reads_as("%252573", "%", 5));
}

// The bound of Units and of kWidestUnit hold whatever the text is (CHECK ends the process).
TEST(Escapes, NoTextHasTooManyReadings) {
  constexpr std::string_view kParts[] = {"%",  "\\", "&",    "#",    "x",  "u", ";",    "5c", "25",
                                         "26", "00", "d83c", "dff0", "e9", "+", "amp;", "38"};
  std::mt19937 random(7);
  std::size_t most = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    while (text.size() < 40) text += kParts[random() % std::size(kParts)];
    for (const Unit& unit : read_units(text, 0)) EXPECT_LE(unit.width, kWidestUnit);
    most = std::max<std::size_t>(most, read_units(text, 0).count);
  }
  EXPECT_GE(most, 4u);
  EXPECT_LE(most, 20u);
}

TEST(Escapes, TheWidestUnitIsAsWideAsStated) {
  std::string text;
  for (const char c : std::string_view("\\ud83c\\udff0")) {
    text += fmt::format("&#x{:08x};", static_cast<unsigned>(c));
  }
  EXPECT_EQ(text.size(), kWidestUnit);
  EXPECT_TRUE(reads_as(text, "\xf0\x9f\x8f\xb0", text.size()));
}

}  // namespace
}  // namespace broker
