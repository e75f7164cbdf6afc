// SPDX-License-Identifier: Apache-2.0
#include "audit/entry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "audit/sample.h"
#include "base/bytes.h"

namespace audit {
namespace {

const Entry kEmpty;

std::string encoded(const Entry& e) {
  std::string out;
  const auto s = encode(e, out);
  EXPECT_TRUE(s.ok()) << (s.ok() ? "" : s.error().message);
  return out;
}

std::string refusal(const Entry& e) {
  std::string out = "kept";
  const auto s = encode(e, out);
  EXPECT_EQ(out, "kept") << "a refused entry must leave nothing behind";
  return s.ok() ? "" : s.error().message;
}

bool readable(std::string_view bytes) {
  Entry e;
  return decode(bytes, e).ok();
}

std::vector<Kind> all_kinds() {
  std::vector<Kind> out;
  for (unsigned k = 0; k < 256; ++k)
    if (rule_of(static_cast<Kind>(k)) != nullptr) out.push_back(static_cast<Kind>(k));
  return out;
}

Entry smallest(Kind kind) {
  sample::Chance c(1);
  return sample::entry(c, kind, UINT64_MAX);
}

TEST(Entry, TheFieldListHoldsEveryFieldOnceAndInOrder) {
  unsigned expected = 0;
  visit(kEmpty, [&](const FieldInfo& info, const auto&) {
    EXPECT_EQ(static_cast<unsigned>(info.field), expected++) << info.name;
  });
  EXPECT_EQ(expected, static_cast<unsigned>(Field::kCount_));
  EXPECT_EQ(all_kinds().size(), 21u);
}

RC_GTEST_PROP(Entry, ReadsBackAsItWasWritten, (std::uint64_t seed)) {
  sample::Chance c(seed);
  const Entry before = sample::entry(c);
  Entry after = sample::entry(c);  // what stood in the storage before must not show
  const std::string bytes = encoded(before);
  RC_ASSERT(decode(bytes, after).ok());
  RC_ASSERT(before == after);
}

RC_GTEST_PROP(Entry, HasOneEncodingOnly, (std::uint64_t seed)) {
  sample::Chance c(seed);
  std::string bytes = encoded(sample::entry(c));
  for (std::uint64_t n = 1 + c() % 3; n-- > 0;)
    bytes[c() % bytes.size()] = static_cast<char>(c() % 4);
  Entry e;
  if (decode(bytes, e).ok()) RC_ASSERT(encoded(e) == bytes);
}

TEST(Entry, CutShortAtAnyByteOrLongerIsRefused) {
  sample::Chance c(3);
  for (const Kind kind : all_kinds()) {
    const std::string bytes = encoded(sample::entry(c, kind));
    for (std::size_t n = 0; n < bytes.size(); ++n)
      EXPECT_FALSE(readable(std::string_view(bytes).substr(0, n))) << name_of(kind) << n;
    EXPECT_FALSE(readable(bytes + '\0'));
  }
}

TEST(Entry, EachRequiredFieldThatIsMissingIsRefusedByName) {
  for (const Kind kind : all_kinds()) {
    const Entry whole = smallest(kind);
    visit(whole, [&](const FieldInfo& info, const auto&) {
      if ((rule_of(kind)->required & bit(info.field)) == 0) return;
      Entry e = whole;
      visit(e, [&](const FieldInfo& other, auto& v) {
        if (other.field == info.field) v = std::remove_reference_t<decltype(v)>{};
      });
      EXPECT_EQ(refusal(e), fmt::format("entry field `{}` is missing", info.name));
    });
  }
}

TEST(Entry, EachFieldThatIsNotOfItsKindIsRefusedByName) {
  for (const Kind kind : all_kinds()) {
    visit(kEmpty, [&](const FieldInfo& info, const auto&) {
      if ((rule_of(kind)->allowed & bit(info.field)) != 0) return;
      Entry e = smallest(kind);
      sample::Chance c(1);
      const KindRule only{kind, "", bit(info.field), 0};
      visit(e, sample::Filler(c, only, UINT64_MAX));
      EXPECT_EQ(refusal(e),
                fmt::format("entry field `{}` does not belong to this kind", info.name));
    });
  }
}

TEST(Entry, UnknownVersionKindAndFieldAreRefused) {
  const std::string bytes = encoded(smallest(Kind::kLogOpened));
  ASSERT_TRUE(readable(bytes));
  for (int version : {0, 2, 255}) {
    std::string b = bytes;
    b[0] = static_cast<char>(version);
    EXPECT_FALSE(readable(b));
  }
  for (int kind : {0, 20, 255}) {
    std::string b = bytes;
    b[1] = static_cast<char>(kind);
    EXPECT_FALSE(readable(b));
  }
  for (unsigned n = static_cast<unsigned>(Field::kCount_); n < 64; ++n) {
    std::string b = bytes;
    b[18 + n / 8] = static_cast<char>(1u << n % 8);
    EXPECT_FALSE(readable(b)) << n;
  }
  Entry early = smallest(Kind::kLogOpened);
  early.wall_us = -1;
  EXPECT_NE(refusal(early), "");
}

// Puts `make(info)` into each text in turn and expects that it is refused.
template <class Make> void refuse_each_text(Make make) {
  for (const Kind kind : all_kinds()) {
    visit(kEmpty, [&]<class T>(const FieldInfo& info, const T&) {
      if ((rule_of(kind)->allowed & bit(info.field)) == 0) return;
      Entry e = smallest(kind);
      visit(e, [&](const FieldInfo& other, auto& v) {
        using V = std::remove_reference_t<decltype(v)>;
        if (other.field != info.field) return;
        if constexpr (std::is_same_v<V, std::string>) v = make(info.most);
        if constexpr (std::is_same_v<V, Detail>) Detail::read_back(make(info.most), v);
        if constexpr (std::is_same_v<V, std::vector<std::string>>) v = {make(128)};
      });
      if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Detail> ||
                    std::is_same_v<T, std::vector<std::string>>) {
        EXPECT_NE(refusal(e).find(info.name), std::string::npos) << info.name;
      }
    });
  }
}

TEST(Entry, TextsThatAreTooLongOrCouldDeceiveATerminalAreRefused) {
  refuse_each_text([](std::size_t most) { return std::string(most + 1, 'a'); });
  refuse_each_text([](std::size_t) { return std::string("a\nb"); });
  refuse_each_text([](std::size_t) { return std::string("\x1b[2J"); });
  refuse_each_text([](std::size_t) {
    return std::string(
        "a\u202e"
        "b");
  });
  refuse_each_text([](std::size_t) { return std::string("a\xff"); });
  refuse_each_text([](std::size_t) { return std::string("a\0b", 3); });
}

TEST(Entry, ListsAreBoundedAscendingAndWithoutDoubles) {
  Entry e = smallest(Kind::kIntent);
  e.tags = {"b", "a"};
  EXPECT_NE(refusal(e), "");
  e.tags = {"a", "a"};
  EXPECT_NE(refusal(e), "");
  e.tags = {""};
  EXPECT_NE(refusal(e), "");
  e.tags.clear();
  for (char c = 'a'; c <= 'k'; ++c) e.tags.emplace_back(1, c);
  EXPECT_NE(refusal(e), "") << "eleven names";
  e.tags.pop_back();
  EXPECT_TRUE(readable(encoded(e)));
}

TEST(Entry, ReasonsAreBoundedAndNeverZero) {
  Entry e = smallest(Kind::kSessionRefused);
  e.reasons.assign(kReasons, 9);
  EXPECT_TRUE(readable(encoded(e)));
  e.reasons.push_back(9);
  EXPECT_NE(refusal(e), "");
  e.reasons = {0};
  EXPECT_NE(refusal(e), "");
}

TEST(Entry, ChoicesThatMeanNothingAreRefused) {
  Entry e = smallest(Kind::kIntent);
  e.effect = static_cast<Effect>(4);
  EXPECT_NE(refusal(e), "");
  Entry a = smallest(Kind::kAlert);
  a.alert = static_cast<Alert>(10);
  EXPECT_NE(refusal(a), "");
}

TEST(Entry, TraceparentsAreExact) {
  Entry e = smallest(Kind::kStarted);
  e.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_TRUE(readable(encoded(e)));
  for (std::size_t i = 0; i < e.traceparent.size(); ++i) {
    Entry bad = e;
    bad.traceparent[i] = 'X';
    EXPECT_NE(refusal(bad), "") << i;
  }
}

TEST(Entry, EveryFieldAtItsBoundFitsTheBoundOfAnEntry) {
  std::size_t bytes = 26;
  visit(kEmpty, [&]<class T>(const FieldInfo& info, const T&) {
    if constexpr (std::is_same_v<T, std::vector<std::string>>)
      bytes += 1 + info.most * (2 + base::limits::kNameBytes);
    else if constexpr (std::is_same_v<T, std::vector<std::uint16_t>>) bytes += 1 + info.most * 2;
    else bytes += info.most > 0 ? 2 + info.most : sizeof(T);
  });
  EXPECT_LE(bytes, kEntryBytes);
}

// The format is final: if this test fails, the change is wrong, not the test.
TEST(Entry, TheBytesAreThoseOfTheReference) {
  Entry e;
  e.kind = Kind::kIntent;
  e.sequence = 0x0102;
  e.wall_us = 1'700'000'000'000'000;
  e.session.value = 0xa1;
  e.call.value = 0xb2;
  e.tool = "notes.search";
  e.effect = Effect::kAllow;
  e.reasons = {7, 260};
  e.origins = {"client", "planner"};
  EXPECT_EQ(base::hex(encoded(e)),
            "0104"
            "0201000000000000"
            "00401e18240a0600"
            "0315100000000000"
            "a100000000000000"
            "b200000000000000"
            "0c006e6f7465732e736561726368"
            "01"
            "0207000401"
            "020600636c69656e740700706c616e6e6572");
}

TEST(PutNames, SortsDropsDoublesAndCountsWhatItLeavesOut) {
  std::vector<std::string> field = {"old"};
  std::uint32_t omitted = 1;
  put_names({"b", "a", "b", "", "x\n"}, field, omitted);
  EXPECT_EQ(field, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(omitted, 3u);
  put_names({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}, field, omitted);
  EXPECT_EQ(field.size(), kLabelNames);
  EXPECT_EQ(omitted, 5u);
}

TEST(Detail, HoldsHandlesAndNumbersOnly) {
  EXPECT_EQ(Detail("peer ended").with("by", "signal").with("number", 9).text(),
            "peer ended by=signal number=9");
  EXPECT_EQ(Detail("x").with("k", "two words").with("k", "a\nb").with("k", "").text(),
            "x k=? k=? k=?");
  EXPECT_EQ(Detail("x").with("k", std::string(65, 'a')).text(), "x k=?");
}

TEST(Detail, IsNeverLongerThanItsBound) {
  Detail d("x");
  for (int i = 0; i < 100; ++i) d.with("key", "handle").with("n", static_cast<std::uint64_t>(i));
  EXPECT_LE(d.text().size(), kDetailBytes);
  EXPECT_TRUE(d.text().ends_with('+'));
}

TEST(Detail, ATextOfThePolicyIsPrintableAndCutBetweenCharacters) {
  EXPECT_EQ(Detail::of_policy("a record was read").text(), "a record was read");
  const std::string odd = Detail::of_policy("line\nend \x1b[31m").text();
  EXPECT_EQ(odd.find('\n'), std::string::npos);
  EXPECT_EQ(odd.find('\x1b'), std::string::npos);
  std::string text = "x";
  while (text.size() < kDetailBytes * 2) text += "\xc3\xa9";
  Entry e = smallest(Kind::kAlert);
  e.detail = Detail::of_policy(text);
  EXPECT_LE(e.detail.text().size(), kDetailBytes);
  EXPECT_TRUE(e.detail.text().ends_with("+"));
  std::string bytes;
  EXPECT_TRUE(encode(e, bytes).ok());
}

TEST(RuleNumber, HoldsFileAndLineAndNothingBeyond) {
  for (const auto& [file, line] :
       {std::pair{0u, 1u}, {0u, 0xfffffu}, {4095u, 1u}, {4095u, 0xfffffu}}) {
    EXPECT_EQ(rule_file(rule_number(file, line)), file);
    EXPECT_EQ(rule_line(rule_number(file, line)), line);
  }
  EXPECT_EQ(rule_number(0, 5), 5u);
  EXPECT_EQ(rule_number(3, 0), 0u);
  EXPECT_EQ(rule_number(4096, 1), 0u);
  EXPECT_EQ(rule_number(0, 1u << 20), 0u);
  EXPECT_EQ(rule_number(0xffffffff, 0), 0u);
}

}  // namespace
}  // namespace audit
