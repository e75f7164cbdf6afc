// SPDX-License-Identifier: Apache-2.0
#include "egress/lines.h"

#include <gtest/gtest.h>

namespace egress {
namespace {

using Texts = std::vector<std::string>;

struct Sample {
  const char* what;
  std::string bytes;
  Texts expected;
};

const Sample kEvents[] = {
    {"one", "data: a\n\n", {"a"}},
    {"no space", "data:a\n\n", {"a"}},
    {"two spaces", "data:  a\n\n", {" a"}},
    {"CRLF", "data: a\r\n\r\n", {"a"}},
    {"CR", "data: a\r\rdata: b\r\r", {"a", "b"}},
    {"mixed ends", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", {"a", "b", "c"}},
    {"more lines", "data: a\ndata: b\ndata:\n\n", {"a\nb\n"}},
    {"only an empty line of data", "data\n\n", {""}},
    {"comment", ": ping\n\ndata: a\n: more\ndata: b\n\n", {"a\nb"}},
    {"other fields", "event: x\nid: 1\nretry: 5\ndata: a\nfoo: bar\nfoo\n\n", {"a"}},
    {"field with another beginning", "dataX: a\nxdata: b\n data: c\nData: d\n\n", {}},
    {"empty lines", "\n\n\r\n\rdata: a\n\n\n", {"a"}},
    {"not closed", "data: a\n\ndata: b\n", {"a"}},
    {"byte order mark",
     "\xef\xbb\xbf"
     "data: a\n\n",
     {"a"}},
    {"a second mark is data",
     "data: a\n\n\xef\xbb\xbf"
     "data: b\n\n",
     {"a"}},
    {"colons", "data: a: b\n\n", {"a: b"}},
    {"UTF-8",
     "data: gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\n\n",
     {"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"}},
};

const Sample kLines[] = {
    {"two", "a\nb\n", {"a", "b"}},
    {"CRLF", "a\r\nb\r\n", {"a", "b"}},
    {"empty lines", "\n\na\n", {"", "", "a"}},
    {"rest", "a\nb", {"a", "b"}},
    {"CR inside", "a\rb\n", {"a\rb"}},
    {"UTF-8", "\xf0\x9f\x98\x80\n", {"\xf0\x9f\x98\x80"}},
};

Texts events_of(const std::vector<std::string_view>& pieces) {
  Events events;
  Texts out;
  for (const std::string_view piece : pieces) EXPECT_TRUE(events.feed(piece, out));
  return out;
}

Texts lines_of(const std::vector<std::string_view>& pieces) {
  Lines lines;
  Texts out;
  for (const std::string_view piece : pieces) EXPECT_TRUE(lines.feed(piece, out));
  if (std::string rest = lines.take_rest(); !rest.empty()) out.push_back(rest);
  return out;
}

template <class F> void expect_at_every_cut(const Sample& sample, const F& read) {
  const std::string_view bytes = sample.bytes;
  for (std::size_t n = 0; n <= bytes.size(); ++n)
    EXPECT_EQ(read({bytes.substr(0, n), bytes.substr(n)}), sample.expected)
        << sample.what << " cut at " << n;
  std::vector<std::string_view> single;
  for (std::size_t n = 0; n < bytes.size(); ++n) single.push_back(bytes.substr(n, 1));
  EXPECT_EQ(read(single), sample.expected) << sample.what << " byte by byte";
}

TEST(Events, AreTheSameHoweverTheyAreCut) {
  for (const Sample& sample : kEvents) expect_at_every_cut(sample, events_of);
}

TEST(Lines, AreTheSameHoweverTheyAreCut) {
  for (const Sample& sample : kLines) expect_at_every_cut(sample, lines_of);
}

TEST(Lines, WithoutAnEndAreNotKeptForEver) {
  const std::string piece(1024 * 1024, 'a');
  Lines lines;
  Events events;
  Texts out;
  for (std::size_t i = 0; i < kEventBytes / piece.size(); ++i) EXPECT_TRUE(lines.feed(piece, out));
  EXPECT_FALSE(lines.feed("a", out));
  for (std::size_t i = 0; i < kEventBytes / piece.size(); ++i) EXPECT_TRUE(events.feed(piece, out));
  EXPECT_FALSE(events.feed("a", out));
}

TEST(Events, ManyDataLinesAreBoundedTogether) {
  Events events;
  Texts out;
  const std::string line = "data: " + std::string(100'000, 'a') + "\n";
  bool going = true;
  for (std::size_t i = 0; i < kEventBytes / 100'000 + 1 && going; ++i)
    going = events.feed(line, out);
  EXPECT_FALSE(going);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace egress
