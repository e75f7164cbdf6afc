// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_edit.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

std::string added(const std::string& text) {
  const auto out = with_pack({"p.sqrt", text}, "core");
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return out.ok() ? *out : "";
}

TEST(Edit, APackStandsAfterTheLastUse) {
  EXPECT_EQ(added("language yett 1;\nuse \"a\"; // why\n\ntool \"x\" { allow always; }\n"),
            "language yett 1;\nuse \"a\"; // why\nuse \"core\";\n\ntool \"x\" { allow always; }\n");
}

TEST(Edit, APackStandsAfterTheLanguage) {
  EXPECT_EQ(
      added("// head\nlanguage /* so */ yett 1; // mine\ntool \"x\" { allow always; }"),
      "// head\nlanguage /* so */ yett 1; // mine\nuse \"core\";\ntool \"x\" { allow always; }");
  EXPECT_EQ(added("language yett 1; tool \"x\" { allow always; }"),
            "language yett 1;\nuse \"core\";\n tool \"x\" { allow always; }");
  EXPECT_EQ(added("language yett 1;"), "language yett 1;\nuse \"core\";\n");
}

TEST(Edit, TheLanguageIsPutInFrontOfAPlainFile) {
  EXPECT_EQ(added("// by hand\n\ntool \"x\" { must allow always; }\n"),
            "// by hand\nlanguage yett 1;\nuse \"core\";\n\ntool \"x\" { must allow always; }\n");
  EXPECT_EQ(added("// of x\ntool \"x\" { must allow always; }\n"),
            "language yett 1;\nuse \"core\";\n// of x\ntool \"x\" { must allow always; }\n");
  EXPECT_EQ(added(""), "language yett 1;\nuse \"core\";\n");
  EXPECT_FALSE(speaks_yett("// language yett 1;\n"));
  EXPECT_TRUE(speaks_yett("/* x */ language\nyett 1 ;"));
}

TEST(Edit, APackIsTakenInOnceAndIntoPoliciesOnly) {
  EXPECT_FALSE(with_pack({"p.sqrt", "language yett 1; use \"core\";"}, "core").ok());
  EXPECT_FALSE(with_pack({"p.sqrt", "tool {"}, "core").ok());
}

TEST(Edit, AShadowIsPutInChangedAndTakenOut) {
  const std::string plain = "# mine\n[yett]\n# here\ntenant = \"t\"\n\n[vault]\nkey = \"none\"\n";
  const auto in = with_shadow(plain, "next.sqrt", "2026-12-31");
  ASSERT_TRUE(in.ok()) << in.error().message;
  EXPECT_EQ(*in,
            "# mine\n[yett]\nshadow = { file = \"next.sqrt\", until = \"2026-12-31\" }\n"
            "# here\ntenant = \"t\"\n\n[vault]\nkey = \"none\"\n");
  const auto changed = with_shadow(*in, "other.sqrt", "2027-01-01T00:00:00Z");
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->find("next.sqrt"), std::string::npos);
  const auto out = with_shadow(*changed, "", "");
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(*out, plain);
}

TEST(Edit, AShadowGoesIntoAFileWithoutItsTableAndNotIntoWhatItCannotRead) {
  EXPECT_TRUE(with_shadow("[vault]\nkey = \"none\"\n", "n.sqrt", "2026-12-31").ok());
  EXPECT_FALSE(with_shadow("yett = { tenant = \"t\" }\n", "n.sqrt", "2026-12-31").ok());
  EXPECT_FALSE(with_shadow("[yett]\n", "a\"b", "2026-12-31").ok());
  EXPECT_FALSE(with_shadow("[yett]\n", "n.sqrt", "someday").ok());
}

TEST(Pin, IsTheFirstLineThatIsNoComment) {
  const std::string digest(64, 'a');
  EXPECT_EQ(*pinned_digest("# x\n\n  " + digest + "  \r\nrest\n"), digest);
  EXPECT_EQ(*pinned_digest(std::string(64, 'A')), digest);
  EXPECT_EQ(*pinned_digest(pin_text(digest)), digest);
  EXPECT_EQ(pinned_digest("# only\n").error().message, "no hash found");
  EXPECT_EQ(pinned_digest("").error().message, "no hash found");
  EXPECT_EQ(pinned_digest("abc\n" + digest).error().message, "invalid hash");
  EXPECT_EQ(pinned_digest(digest + "0").error().message, "invalid hash");
}

}  // namespace
}  // namespace cli
