// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub.h"

#include <gtest/gtest.h>

#include <cctype>

#include "base/limits.h"
#include "broker/scrub_testing.h"

namespace broker {
namespace {

using testing::encodings;
using testing::set_of;

const std::vector<std::string> kSecrets = {
    "orange-kettle-90817/+=", "pw0rd~8b", "two words & \"more\"\\n",
    "sk-live-AAAABBBBCCCCDDDDeeee1234", "a%41b&amp;c\\u0041d"};

std::string scrub(const std::vector<std::string>& secrets, std::string_view text,
                  std::vector<Hit>* hits = nullptr) {
  return scrub_text(set_of(secrets), text, hits);
}

std::string in_chunks(const std::shared_ptr<const ScrubSet>& set, std::string_view text,
                      std::size_t size) {
  StreamScrubber stream(set);
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += size) stream.feed(text.substr(i, size), out);
  stream.finish(out);
  return out;
}

TEST(Scrub, ReplacesPlainSecretsAndKeepsTheRest) {
  EXPECT_EQ(scrub({"orange-kettle"}, "Response has orange-kettle in it"),
            "Response has [REDACTED] in it");
  EXPECT_EQ(scrub({"orange-kettle", "green-bottle"}, "green-bottle and orange-kettle"),
            "[REDACTED] and [REDACTED]");
}

TEST(Scrub, ShortSecretsAreScrubbedInPlainFormOnly) {
  EXPECT_EQ(scrub({"abc"}, "abcabc"), "[REDACTED][REDACTED]");
  EXPECT_EQ(scrub({"abc"}, "YWJj 616263 a%62c cba"), "YWJj 616263 a%62c cba");
  EXPECT_EQ(in_chunks(set_of({"abc"}), "xababcab", 1), "xab[REDACTED]ab");
  EXPECT_EQ(scrub({"zz"}, "nothing here"), "nothing here");
  EXPECT_TRUE(set_of({"1234567"})->is_short(0));
  EXPECT_FALSE(set_of({"12345678"})->is_short(0));
}

TEST(Scrub, EmptySecretsAndEmptySetsChangeNothing) {
  EXPECT_EQ(scrub({""}, "text stays %41"), "text stays %41");
  EXPECT_EQ(scrub({}, "text stays %"), "text stays %");
  EXPECT_EQ(scrub({" \n"}, "text stays"), "text stays");
  StreamScrubber stream(set_of({}));
  EXPECT_EQ(stream.feed("%"), "%");
}

TEST(Scrub, WhiteSpaceAroundASecretIsNotPartOfIt) {
  EXPECT_EQ(scrub({"orange-kettle\n"}, "(orange-kettle)"), "([REDACTED])");
}

// Forms whose spelling is exactly the secret: nothing of it stays, nothing else goes.
TEST(Scrub, ExactFormsLeaveExactlyTheRest) {
  for (const std::string& secret : kSecrets) {
    const auto set = set_of({secret});
    for (const auto& encoding : encodings()) {
      if (encoding.name.starts_with("base64") || encoding.name.starts_with("utf16")) continue;
      const std::string text = "before " + encoding.encode(secret) + " after";
      EXPECT_EQ(scrub_text(set, text), "before [REDACTED] after") << encoding.name;
    }
  }
}

TEST(Scrub, Base64LeavesAtMostTheCharactersSharedWithNeighbours) {
  for (const std::string& secret : kSecrets) {
    const auto set = set_of({secret});
    for (const auto& encoding : encodings()) {
      if (encoding.name != "base64" && encoding.name != "base64url") continue;
      const std::string out = scrub_text(set, "<" + encoding.encode(secret) + ">");
      EXPECT_EQ(out.substr(0, 11), "<[REDACTED]") << encoding.name;
      EXPECT_LE(out.size(), 11 + 1 + 2 + 1u) << encoding.name;
    }
  }
  const std::string header = base::base64("Authorization: Bearer orange-kettle-90817");
  const std::string out = scrub({"orange-kettle-90817"}, header);
  EXPECT_EQ(out.find("[REDACTED]"), base::base64("Authorization: Bearer ").size() - 2);
}

TEST(Scrub, EverySplitOfEveryFormGivesTheSameText) {
  for (const std::string& secret : kSecrets) {
    const auto set = set_of({secret});
    for (const auto& encoding : encodings()) {
      const std::string inner = encoding.encode(secret);
      for (const std::string& text : {inner, "\\" + inner + "%", inner + inner}) {
        if (text.size() > 1000 && text != inner) continue;  // the cuts of `inner` are enough
        const std::string whole = scrub_text(set, text);
        EXPECT_NE(whole.find(kRedacted), std::string::npos) << encoding.name;
        for (const std::size_t size : {1u, 2u, 3u, 7u}) {
          ASSERT_EQ(in_chunks(set, text, size), whole) << encoding.name << " by " << size;
        }
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
          StreamScrubber stream(set);
          std::string out = stream.feed(text.substr(0, cut));
          stream.feed(std::string_view(text).substr(cut), out);
          stream.finish(out);
          ASSERT_EQ(out, whole) << encoding.name << " cut at " << cut;
        }
      }
    }
  }
}

TEST(Scrub, TwoSecretsSideBySideOrOverlappingBothGo) {
  EXPECT_EQ(scrub({"abcdefghij", "ABCDEFGHIJ"}, "-abcdefghijABCDEFGHIJ-"),
            "-[REDACTED][REDACTED]-");
  EXPECT_EQ(scrub({"abcdefghij", "fghijklmnop"}, "-abcdefghijklmnop-"), "-[REDACTED]-");
  EXPECT_EQ(scrub({"password", "password-long-one"}, "password-long-one"), "[REDACTED]");
  EXPECT_EQ(scrub({"password", "password-long-one"}, "password-long-o"), "[REDACTED]-long-o");
  EXPECT_EQ(scrub({"sword-in-stone", "password"}, "password-in-stone!"), "[REDACTED]!");
  const auto set = set_of({"abcdefghij", "fghijklmnop", "password", "password-long-one"});
  for (const std::string_view text : {"abcdefghijklmnop", "password-long-onepassword",
                                      "abcdefghijklm", "abcdefgh%69jklmno\\u0070"}) {
    for (std::size_t size = 1; size < text.size(); ++size) {
      EXPECT_EQ(in_chunks(set, text, size), scrub_text(set, text)) << text << " by " << size;
    }
  }
}

TEST(Scrub, EachFindIsCountedOnceUnderItsLongestSecret) {
  std::vector<Hit> hits;
  scrub({"password", "password-long-one"},
        "password-long-one password passwor%64 password-long-one", &hits);
  ASSERT_EQ(hits.size(), 3u);
  EXPECT_EQ(hits[0].secret, 1u);
  EXPECT_EQ(hits[0].form, Form::kPlain);
  EXPECT_EQ(hits[0].count, 2u);
  EXPECT_EQ(hits[1].secret, 0u);
  EXPECT_EQ(hits[1].form, Form::kPlain);
  EXPECT_EQ(hits[1].count, 1u);
  EXPECT_EQ(hits[2].form, Form::kEscaped);
}

TEST(Scrub, TheFormOfAFindIsNamed) {
  const std::string secret = "orange-kettle-90817";
  const struct {
    std::string text;
    Form form;
  } kRows[] = {{secret, Form::kPlain},
               {testing::all_json(secret), Form::kEscaped},
               {base::base64(secret), Form::kBase64},
               {testing::mixed_hex(secret), Form::kHex},
               {testing::utf16_of_ascii(secret, false), Form::kUtf16},
               {std::string(secret.rbegin(), secret.rend()), Form::kReversed},
               {base::base64(std::string(secret.rbegin(), secret.rend())), Form::kReversedBase64}};
  for (const auto& row : kRows) {
    std::vector<Hit> hits;
    scrub({secret}, row.text, &hits);
    ASSERT_EQ(hits.size(), 1u) << name(row.form);
    EXPECT_EQ(hits[0].form, row.form) << name(row.form);
    EXPECT_EQ(hits[0].count, 1u);
  }
}

TEST(Scrub, HitsAreReportedWhenTheTextLeavesAndOnlyOnce) {
  StreamScrubber stream(set_of({"password", "password-long-one"}));
  EXPECT_EQ(stream.feed("a password"), "a ");  // may go on
  EXPECT_TRUE(stream.take_hits().empty());
  EXPECT_EQ(stream.feed("."), "[REDACTED].");
  EXPECT_EQ(stream.take_hits().size(), 1u);
  EXPECT_TRUE(stream.take_hits().empty());
}

TEST(Scrub, HoldsBackExactlyTheLongestUnfinishedTail) {
  StreamScrubber stream(set_of({"Orange-Kettle"}));
  EXPECT_EQ(stream.feed("an Orange tree, an Orang"), "an Orange tree, an ");
  EXPECT_EQ(stream.held_bytes(), 5u);
  EXPECT_EQ(stream.feed("x"), "Orangx");
  EXPECT_EQ(stream.held_bytes(), 0u);
  EXPECT_EQ(stream.feed("OrangeOran"), "Orange");
  EXPECT_EQ(stream.feed("g%65-Kettl"), "");
  EXPECT_EQ(stream.feed("\\u006"), "");
  EXPECT_EQ(stream.feed("5!"), "[REDACTED]!");
  EXPECT_EQ(stream.feed("100%"), "100");
  EXPECT_EQ(stream.feed(" of"), "% of");
  EXPECT_EQ(stream.feed("Orange-Kettl"), "");
  EXPECT_EQ(stream.finish(), "Orange-Kettl");
}

TEST(Scrub, OverlappingRepetitionsAreNotHeldForever) {
  StreamScrubber stream(set_of({"aaaaaaaa"}));
  std::string out;
  for (int i = 0; i < 5000; ++i) {
    stream.feed("a", out);
    ASSERT_LE(stream.held_bytes(), 7u);
  }
  stream.finish(out);
  EXPECT_EQ(out, "[REDACTED]");
}

TEST(Scrub, BackslashAndPercentRunsStayCheap) {
  const auto set = set_of({std::string(16, '\\'), std::string(16, '%'), "%25%25%25%25%25%25"});
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 3 == 0 ? "\\" : "%25";
  text += std::string(3000, '\\');
  EXPECT_EQ(in_chunks(set, text, 17), scrub_text(set, text));
}

TEST(Scrub, BenignTextIsUnchangedByteForByte) {
  std::string text;
  for (int c = 0; c < 256; ++c) text += static_cast<char>(c);
  text += "100% sure & <b>\\server\\u12</b> %zz &bogus; %e2%82%ac \\u20ac a+b";
  text += " caf\xc3\xa9 \xf0\x9f\x8f\xb0\n";
  const auto set = set_of(kSecrets);
  for (const std::size_t size : {1u, 5u, 4096u}) EXPECT_EQ(in_chunks(set, text, size), text);
}

TEST(Scrub, PlusAndPercentTwentyAreSpaces) {
  const std::string secret = "two words here";
  for (const std::string_view text : {"two+words+here", "two%20words+here", "two+words here",
                                      "t%77o+words%2520here", "two\\u0020words&#32;here"}) {
    EXPECT_EQ(scrub({secret}, text), "[REDACTED]") << text;
  }
}

TEST(Scrub, NonAsciiSecretsGoInTheirForms) {
  const std::string secret = "gr\xc3\xbc\xc3\x9f-\xf0\x9f\x8f\xb0-gott!";
  for (const std::string_view text :
       {"gr\xc3\xbc\xc3\x9f-\xf0\x9f\x8f\xb0-gott!", "gr%C3%BC%c3%9f-\xf0\x9f\x8f\xb0-gott!",
        "gr\\u00fc\\u00df-\\ud83c\\udff0-gott!", "gr&#252;&#xdf;-&#127984;-gott!",
        "!ttog-\xf0\x9f\x8f\xb0-\xc3\x9f\xc3\xbcrg"}) {
    EXPECT_EQ(scrub({secret}, text), "[REDACTED]") << text;
  }
  EXPECT_EQ(scrub({"k\xe9y-bytes\xff\xfe"}, "<k\xe9y-bytes\xff\xfe>"), "<[REDACTED]>");
}

TEST(Scrub, ManyLineSecretsGoWithTheirNewlinesEscaped) {
  const std::string pem =
      "-----BEGIN KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n";
  std::string json = pem;
  for (std::size_t i; (i = json.find('\n')) != std::string::npos;) json.replace(i, 1, "\\n");
  EXPECT_EQ(scrub({pem}, "{\"key\":\"" + json + "\"}"), "{\"key\":\"[REDACTED]\\n\"}");
}

TEST(Scrub, AChunkLargerThanAPieceIsSearchedWhole) {
  const std::string secret = "orange-kettle-90817";
  std::string text((std::size_t{64} << 10) - 9, '.');
  text += secret + std::string(100, '.') + secret;
  const std::string out = scrub({secret}, text);
  EXPECT_EQ(out.size(), text.size() - 2 * (secret.size() - kRedacted.size()));
  EXPECT_EQ(out.find(secret), std::string::npos);
}

TEST(Scrub, SecretsOfOneKindAreToldApart) {
  std::vector<std::string> secrets;
  for (int i = 0; i < 300; ++i) secrets.push_back(fmt::format("sk-live-{:04}-production", i));
  const auto set = set_of(secrets);
  std::vector<Hit> hits;
  EXPECT_EQ(scrub_text(set, "a sk-live-0177-production b sk-live-0300-production", &hits),
            "a [REDACTED] b sk-live-0300-production");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].secret, 177u);
  EXPECT_EQ(set->handle(177), "h177");
}

TEST(ScrubSet, TooManyOrTooLongSecretsAreRefusedByHandle) {
  std::string raw(base::limits::kSecretMaxBytes + 1, 'x');
  const Secret secret = Secret::take(raw);
  const ScrubSet::Named named[] = {{"db/password", &secret}};
  const auto result = ScrubSet::compile(named);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::Errc::kExhausted);
  EXPECT_EQ(result.error().message, "secret db/password is too long");
  const std::vector<ScrubSet::Named> many(base::limits::kSecrets + 1, named[0]);
  EXPECT_FALSE(ScrubSet::compile(many).ok());
}

TEST(ScrubSet, TheLongestSecretIsFoundInAllForms) {
  std::string value;
  for (std::size_t i = 0; value.size() < base::limits::kSecretMaxBytes; ++i) {
    value += std::to_string(i * i) + "-";
  }
  value.resize(base::limits::kSecretMaxBytes);
  const auto set = set_of({value});
  for (const auto& encoding : encodings()) {
    const std::string out = in_chunks(set, encoding.encode(value), 4096);
    EXPECT_LT(out.size(), 64u) << encoding.name;
  }
}

}  // namespace
}  // namespace broker
