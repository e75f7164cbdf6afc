// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace base {
namespace {

TEST(Hex, RoundTripsAndRefusesOddOrForeignText) {
  EXPECT_EQ(hex(std::string("\x00\xff\x10", 3)), "00ff10");
  EXPECT_EQ(unhex("00FF10"), std::string("\x00\xff\x10", 3));
  EXPECT_FALSE(unhex("0"));
  EXPECT_FALSE(unhex("zz"));
}

TEST(Base64, AgreesWithRfc4648Vectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xfb\xff", Base64::kUrl), "-_8");
}

TEST(Base64, RefusesStrayBitsAndForeignPadding) {
  EXPECT_EQ(unbase64("Zm8="), "fo");
  EXPECT_FALSE(unbase64("Zm9="));  // stray bits: two texts must not decode to one value
  EXPECT_FALSE(unbase64("Zm8"));
  EXPECT_FALSE(unbase64("Z g="));
  EXPECT_EQ(unbase64("-_8", Base64::kUrl), "\xfb\xff");
}

TEST(Utf8, RefusesSurrogatesOverlongFormsAndTruncation) {
  EXPECT_TRUE(is_utf8("gr\xc3\xbc\xc3\x9f \xf0\x9f\x8f\xb0"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xf0\x9f\x8f"));
  EXPECT_FALSE(is_utf8("\xf5\x80\x80\x80"));
}

TEST(Printable, ShowsWhatCouldDeceiveATerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\u{1b}[2Jb");
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "exe"),
            "\\u{202e}exe");
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
}

TEST(Nearest, OffersOnlyWhatCouldBeMeant) {
  const std::vector<std::string> keys{"timeout_ms", "method", "url"};
  EXPECT_EQ(nearest("timout_ms", keys), "timeout_ms");
  EXPECT_EQ(nearest("colour", keys), "");
}

TEST(Digest, AgreesWithPublishedVectors) {
  EXPECT_EQ(hex(view(sha256({"a", "bc"}))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(view(hmac_sha256("Jefe", {"what do ya want ", "for nothing?"}))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(EqualConstantTime, ComparesWholeContent) {
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace base
