// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/explain.h"

#include <gtest/gtest.h>

#include "policy/explain/testing.h"

namespace policy::tracing {
namespace {

constexpr const char* kMail = R"(language yett 1;
let ours = { r".*@corp\.com" };
tool "send_email" {
  must deny when body.tags overlaps {"pii"} and not to.value in ours;
  should allow always;
}
)";

Question mail(const std::string& to) {
  return question("send_email",
                  {leaf("to", to, tagged({}, {"user"})),
                   leaf("body", "SSN 123", tagged({"pii", "x"}, {"tool:load_record"}))});
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(Explain, ADenialNamesItsRuleAndWhatMattered) {
  const Loaded loaded = loaded_of(kMail);
  const Explanation e = explain(loaded, mail("eve@evil.test"), false);
  EXPECT_EQ(e.answer.effect, Effect::kDeny);
  EXPECT_EQ(e.answer.reason, base::Reason::kDeniedByRule);
  EXPECT_EQ(e.answer.rule, (RuleRef{0, 4}));
  const std::string line = first_line(render(e, loaded));
  EXPECT_TRUE(line.starts_with("denied by policy.sqrt:4 `must deny when")) << line;
  EXPECT_NE(line.find("because body carries pii (from tool:load_record) and "), std::string::npos)
      << line;
  EXPECT_NE(line.find("to, a string (from user), is not in ours"), std::string::npos) << line;
}

TEST(Explain, AnAllowIsExplainedByTheRuleThatAllows) {
  const Loaded loaded = loaded_of(kMail);
  const Explanation e = explain(loaded, mail("bob@corp.com"), false);
  EXPECT_EQ(e.answer.effect, Effect::kAllow);
  EXPECT_EQ(e.answer.rule, (RuleRef{0, 5}));
  ASSERT_EQ(e.rules.size(), 2u);
  EXPECT_EQ(e.rules[0].truth, Truth::kFalse);
  EXPECT_TRUE(e.rules[1].decisive);
  EXPECT_TRUE(first_line(render(e, loaded)).starts_with("allowed by policy.sqrt:5"));
}

TEST(Explain, PartsThatWereNotAskedAreMarked) {
  const Loaded loaded = loaded_of(kMail);
  Question q = mail("eve@evil.test");
  q.leaves[1].label = {};
  const Explanation e = explain(loaded, q, false);
  const Traced& whole = e.rules.at(0).parts.at(0);
  ASSERT_EQ(whole.parts.size(), 2u);
  EXPECT_TRUE(whole.parts[0].evaluated);
  EXPECT_EQ(whole.parts[0].truth, Truth::kFalse);
  EXPECT_FALSE(whole.parts[1].evaluated);
  EXPECT_NE(render(e, loaded).find("\xc2\xb7 not"), std::string::npos);
}

struct NoteRow {
  const char* predicate;
  Truth truth;
  const char* note;
};

TEST(Explain, EachComparisonSaysWhatItSaw) {
  const NoteRow rows[] = {
      {"to.value in {\"a\"}", Truth::kFalse, "to, a string (from user), is not in {\"a\"}"},
      {"n.value > 3", Truth::kTrue, "n, a number, is > 3"},
      {"n.value < 3", Truth::kFalse, "n, a number, is not < 3"},
      {"to.value > 3", Truth::kError, "a string and a number cannot be ordered"},
      {"gone.value == 3", Truth::kError, "gone is absent"},
      {"list.value == 3", Truth::kError, "list is a structure and has no value"},
      {"to.value in {path under \"/a\"}", Truth::kError,
       "to: there is no canonical form as a path"},
      {"body.tags overlaps {\"pii\", \"q\"}", Truth::kTrue,
       "body carries pii (from tool:load_record)"},
      {"body.tags overlaps {\"q\"}", Truth::kFalse,
       "body carries pii, x (from tool:load_record), nothing of {\"q\"}"},
      {"body.tags subset of {\"x\"}", Truth::kFalse,
       "body carries pii (from tool:load_record), not in {\"x\"}"},
      {"body.tags superset of {\"x\"}", Truth::kTrue,
       "body carries pii, x (from tool:load_record)"},
      {"to.tags is empty", Truth::kTrue, "to carries no tag (from user)"},
      {"to.consumers is universal", Truth::kTrue, "to may go to everybody (from user)"},
      {"@args.tags overlaps {\"pii\"}", Truth::kTrue, "body carries pii (from tool:load_record)"},
      {"@args.tags overlaps {\"q\"}", Truth::kFalse,
       "the call as a whole carries pii, x (from tool:load_record, user), nothing of {\"q\"}"},
      {"@args.tags is empty", Truth::kFalse,
       "the call as a whole carries pii, x (from tool:load_record, user)"},
      {"@principal.scopes grants \"mail.send\"", Truth::kTrue,
       "the principal has the scope mail.*"},
      {"@principal.roles is empty", Truth::kTrue, "the principal has no role"},
      {"@tool.name == \"t\"", Truth::kTrue, "@tool.name equals \"t\""},
      {"@counter.c >= 2", Truth::kTrue, "@counter.c is >= 2"},
      {"to is named", Truth::kFalse, "to is not in the user's own words (from user)"},
      {"gone is present", Truth::kFalse, "gone is absent"},
      {"@session.value == \"a\"", Truth::kError, "the session's value is absent"},
      {"any list[*].value == \"b\"", Truth::kTrue, ""},
      {"all gone[*].value == \"b\"", Truth::kTrue, "gone has no items"},
      {"any to[*].value == \"b\"", Truth::kError, "to has no items"},
  };
  for (const NoteRow& row : rows) {
    const Loaded loaded = loaded_of(
        std::string("language yett 1;\ncounter c = calls of \"t\" per session within 1h;\n") +
        "tool \"t\" { must deny when " + row.predicate + "; }");
    Question q = question("t", {leaf("to", "user@x", tagged({}, {"user"})),
                                leaf("body", "y", tagged({"pii", "x"}, {"tool:load_record"})),
                                leaf("list/0", "a"),
                                leaf("list/1", "b"),
                                {"n", LeafKind::kInteger, "7", {}, false}});
    q.asker.scopes = label::Names{"mail.*"};
    q.counters["c"] = Number{true, 2, 0};
    const Explanation e = explain(loaded, q, false);
    ASSERT_EQ(e.rules.size(), 1u) << row.predicate;
    EXPECT_EQ(e.rules[0].truth, row.truth) << row.predicate;
    EXPECT_EQ(e.rules[0].parts.at(0).note, row.note) << row.predicate;
  }
}

TEST(Explain, ItemsOfAnArrayArePartsOfTheirOwn) {
  const Loaded loaded =
      loaded_of("language yett 1; tool \"t\" { must deny when any to[*].value == \"b\"; }");
  const Explanation e = explain(
      loaded, question("t", {leaf("to/0", "a"), leaf("to/1", "b"), leaf("to/2", "c")}), false);
  const auto& items = e.rules.at(0).parts.at(0).parts;
  ASSERT_EQ(items.size(), 2u);  // the third was not needed
  EXPECT_EQ(items[0].truth, Truth::kFalse);
  EXPECT_EQ(items[1].note, "item 2 of to, a string, equals \"b\"");
}

TEST(Explain, UpdatesBeforeTheCallAreListedAndStay) {
  const Loaded loaded = loaded_of(
      "tool \"t\" {\n session before {\n  @tags |= {\"seen\"};\n"
      "  when @tags overlaps {\"no\"} { @tags = {}; }\n  @consumers -= {\"a\"};\n }\n"
      " must deny always;\n}");
  const Explanation e = explain(loaded, question("t", {}), false);
  ASSERT_EQ(e.before.size(), 2u);
  EXPECT_EQ(e.before[0], "policy.sqrt:3: @session.tags |= {\"seen\"}: the session carries seen");
  EXPECT_EQ(e.before[1],
            "policy.sqrt:5: @session.consumers -= {\"a\"}: the session is restricted, for the "
            "answer would be all names but some");
  EXPECT_EQ(e.answer.before.label.tags, (label::Names{"__restricted", "seen"}));
  EXPECT_EQ(e.answer.effect, Effect::kDeny);
}

TEST(Explain, ArgumentsAreListedWithWhereTheyCameFrom) {
  const Loaded loaded = loaded_of(kMail);
  Question q = mail("bob@corp.com");
  q.leaves[0].named = true;
  q.leaves[1].label.consumers = label::Consumers::only(label::Names{});
  q.control = tagged({}, {"tool:inbox"});
  const Explanation e = explain(loaded, q, false);
  ASSERT_EQ(e.arguments.size(), 3u);
  EXPECT_EQ(e.arguments[0], "to: string, from user; named by the user");
  EXPECT_EQ(e.arguments[1], "body: string, from tool:load_record; tags pii, x; for nobody");
  EXPECT_EQ(e.arguments[2], "@control: a label, from tool:inbox");
}

TEST(Explain, ValuesAreShownOnRequestAlone) {
  const Loaded loaded = loaded_of(kMail);
  EXPECT_EQ(all_texts(explain(loaded, mail("eve@evil.test"), false), loaded).find("eve@"),
            std::string::npos);
  const std::string shown = all_texts(explain(loaded, mail("eve@evil.test"), true), loaded);
  EXPECT_NE(shown.find("to, a string (from user) = \"eve@evil.test\", is not in"),
            std::string::npos)
      << shown;
}

TEST(Explain, AsksAndObligationsArePartOfTheAnswer) {
  const Loaded loaded = loaded_of(
      "language yett 1; tool \"t\" { ask role \"boss\" signed within 5m always;"
      " oblige redact \"b\", \"a\" always; oblige log \"note\" when gone.value == 1; }");
  const Explanation e = explain(loaded, question("t", {}), false);
  EXPECT_EQ(e.answer.effect, Effect::kAsk);
  EXPECT_EQ(e.answer.ask, (Ask{{"boss"}, true, 300}));
  EXPECT_EQ(e.answer.redact, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(e.answer.log.empty());
  const std::string text = render(e, loaded);
  EXPECT_NE(text.find("asked: boss, signed, within 300 s"), std::string::npos) << text;
  EXPECT_NE(text.find("redacted: a, b"), std::string::npos) << text;
}

TEST(Explain, AnErrorInAnObligationDeniesAndIsNamed) {
  const Loaded loaded = loaded_of(
      "language yett 1; tool \"t\" { allow always;\n oblige log \"x\" when a.value < 3; }");
  const Explanation e = explain(loaded, question("t", {leaf("a", "q")}), false);
  EXPECT_EQ(e.answer.effect, Effect::kDeny);
  EXPECT_EQ(e.answer.reason, base::Reason::kDecisionFailed);
  EXPECT_EQ(e.answer.rule, (RuleRef{0, 2}));
  EXPECT_FALSE(e.rules.at(0).decisive);
  EXPECT_TRUE(e.rules.at(1).decisive);
}

TEST(Explain, WithoutARuleTheDefaultIsNamed) {
  Loaded loaded = loaded_of("tool \"u\" { must allow always; }");
  EXPECT_EQ(first_line(render(explain(loaded, question("t", {}), false), loaded)),
            "denied: no rule allows it");
  loaded.options.default_allow = true;
  EXPECT_EQ(first_line(render(explain(loaded, question("t", {}), false), loaded)),
            "allowed: no rule decides, and the default allows");
}

TEST(Explain, ADefaultDenyBesideAnAllowOfTheOtherKindSaysSo) {
  const Loaded loaded =
      loaded_of("language yett 1; tool \"t\" { allow always; must deny when a.value == 1; }");
  const Explanation e = explain(loaded, question("t", {leaf("a", "x")}), false);
  EXPECT_EQ(e.answer.reason, base::Reason::kNoRule);
  EXPECT_EQ(
      first_line(render(e, loaded)),
      "denied: its rules that say must or should never allow it, and an allow without a level "
      "does not count for them");
}

TEST(Explain, RulesStandInTheOrderOfTheirPriority) {
  const Loaded loaded = loaded_of(
      "tool \"t\" { should deny always; }\n"
      "tool r\"t.*\" { priority 5; should allow always; }\n"
      "tool r\"x\" { priority 9; must deny always; }");
  const Explanation e = explain(loaded, question("t", {}), false);
  ASSERT_EQ(e.rules.size(), 2u);
  EXPECT_EQ(e.rules[0].priority, 5);
  EXPECT_EQ(e.rules[0].tool, "t.*");
  EXPECT_TRUE(e.rules[0].decisive);
}

}  // namespace
}  // namespace policy::tracing
