// SPDX-License-Identifier: Apache-2.0
// What reaches an explanation from outside: texts, names and policies made to flood or to forge.
#include <gtest/gtest.h>

#include <algorithm>

#include "policy/explain/explain.h"
#include "policy/explain/phrase.h"
#include "policy/explain/testing.h"

namespace policy::tracing {
namespace {

bool is_terminal_safe(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
  });
}

constexpr const char* kOne = "tool \"t\" { must deny when to.value in {\"a\"}; }";

TEST(Hostile, EscapesOfAShownValueDoNotReachTheTerminal) {
  const Loaded loaded = loaded_of(kOne);
  for (const char* text : {"\x1b[2J\x1b]0;x\a", "a\r\nallowed by policy.sqrt:1",
                           "\xe2\x80\xae"
                           "evil",
                           "\xc2\x9b"
                           "31m"}) {
    const Explanation e = explain(loaded, question("t", {leaf("to", text)}), true);
    const std::string all = all_texts(e, loaded);
    EXPECT_TRUE(is_terminal_safe(all)) << text;
    EXPECT_EQ(all.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_EQ(all.find("\xc2\x9b"), std::string::npos);
    EXPECT_EQ(all.find("\nallowed"), std::string::npos);
  }
}

TEST(Hostile, NamesOfLabelsAndArgumentsAreMadeSafeAndCut) {
  const Loaded loaded = loaded_of("tool \"t\" { must deny when to.tags overlaps {\"a\"}; }");
  const std::string evil = "\x1b[31m" + std::string(100'000, 'x');
  std::vector<std::string> many;
  for (int i = 0; i < 5'000; ++i) many.push_back(evil.substr(0, 50) + std::to_string(i));
  Question q = question(
      "t", {leaf("to", "v", tagged(label::Names(many), {evil})), leaf(evil, "v", tagged({evil}))});
  const Explanation e = explain(loaded, q, true);
  EXPECT_TRUE(is_terminal_safe(all_texts(e, loaded)));
  for (const TracedRule& rule : e.rules)
    for (const Traced& part : rule.parts) EXPECT_LE(part.note.size(), kNoteBytes);
  for (const std::string& line : e.arguments) EXPECT_LE(line.size(), kTextBytes);
}

TEST(Hostile, KeysInsideAnArgumentAreTextsOfTheCall) {
  const Loaded loaded =
      loaded_of("language yett 1; tool \"t\" { must deny when any meta[*].value == \"b\"; }");
  const Explanation e = explain(loaded, question("t", {leaf("meta/CANARY", "CANARY")}), false);
  EXPECT_EQ(all_texts(e, loaded).find("CANARY"), std::string::npos);
}

TEST(Hostile, AValueOf16MiBIsCut) {
  const Loaded loaded = loaded_of(kOne);
  const Explanation e =
      explain(loaded, question("t", {leaf("to", std::string(16 << 20, '\x01'))}), true);
  EXPECT_LE(e.rules.at(0).parts.at(0).note.size(), kNoteBytes);
}

// Each name stands for two of the one before: 2^30 parts if all were written down.
TEST(Hostile, NamesThatDoubleTheirPartsDoNotFloodTheExplanation) {
  std::string text = "let p0 = a.value in {\"x\"};\n";
  for (int i = 1; i <= 15; ++i)
    text += "let p" + std::to_string(i) + " = p" + std::to_string(i - 1) + " or p" +
            std::to_string(i - 1) + ";\n";
  const Loaded loaded = loaded_of(text + "tool \"t\" { must deny when p15; should allow always; }");
  const Explanation e = explain(loaded, question("t", {leaf("a", "y")}), false);
  EXPECT_EQ(e.answer.effect, Effect::kAllow);
  EXPECT_LE(render(e, loaded).size(), 6u << 20);
}

// Names p0..pN and sets s0..sN, each made of the one before.
std::string chain(int length) {
  std::string text = "let p0 = a.value in {\"x\"};\nlet s0 = {\"x\"};\n";
  for (int i = 1; i <= length; ++i) {
    const std::string n = std::to_string(i), m = std::to_string(i - 1);
    text += "let p" + n + " = not p" + m + ";\nlet s" + n + " = s" + m + " | {\"" + n + "\"};\n";
  }
  return text;
}

base::Reason reason_under(const std::string& text) {
  const Explanation e = explain(loaded_of(text), question("t", {leaf("a", "x")}), false);
  return e.answer.reason;
}

TEST(Hostile, AChainOfNamesTooLongToFollowDenies) {
  const std::string lets = chain(8'000);
  for (const char* when : {"p8000", "a.value in s8000"})
    EXPECT_EQ(
        reason_under(lets + "tool \"t\" { must deny when " + when + "; should allow always; }"),
        base::Reason::kDecisionFailed)
        << when;
}

TEST(Hostile, AChainOfNamesThatLoadsIsFollowed) {
  const std::string lets = chain(2'000);
  EXPECT_EQ(reason_under(lets + "tool \"t\" { must deny when p2000; should allow always; }"),
            base::Reason::kDeniedByRule);
  EXPECT_EQ(reason_under(lets + "tool \"t\" { must deny when p1999; should allow always; }"),
            base::Reason::kAllowedByRule);
  EXPECT_EQ(reason_under(lets + "tool \"t\" { must deny when a.value in s2000; }"),
            base::Reason::kDeniedByRule);
}

TEST(Hostile, ACircleOfNamesDenies) {
  const Loaded loaded = loaded_of(
      "let a = b | b; let b = a | a; let p = q or q; let q = p or p;\n"
      "tool \"t\" { must deny when p; should allow always; }\n"
      "tool \"u\" { must deny when @args.tags overlaps a; should allow always; }");
  for (const char* tool : {"t", "u"})
    EXPECT_EQ(explain(loaded, question(tool, {}), false).answer.reason,
              base::Reason::kDecisionFailed)
        << tool;
}

TEST(Hostile, ATextThatIsNotUtf8IsAnErrorAndNotPrinted) {
  const Loaded loaded = loaded_of(kOne);
  const Explanation e = explain(loaded, question("t", {leaf("to", "\xff\xfe")}), true);
  EXPECT_EQ(e.answer.reason, base::Reason::kDecisionFailed);
  EXPECT_EQ(e.rules.at(0).parts.at(0).note, "to is not UTF-8");
}

}  // namespace
}  // namespace policy::tracing
