// SPDX-License-Identifier: Apache-2.0
// The compiled decision by hand-worked tables; spec/ holds it against the reference at random.
#include "policy/decide.h"

#include <gtest/gtest.h>

#include <limits>

#include "policy/allocations_testing.h"
#include "policy/compile/compile.h"
#include "policy/syntax/parse.h"

namespace policy {
namespace {

Loaded loaded(const std::string& text, Options options = {}) {
  Loaded out;
  const Source source{"p", text};
  auto parsed = parse(source, 0);
  if (const auto* bad = std::get_if<Diagnostic>(&parsed)) {
    ADD_FAILURE() << text << ": " << bad->message;
    return out;
  }
  out.trees.push_back(std::get<Tree>(parsed));
  out.sources.push_back(source);
  out.tools = {{"send", false, ToolEffect::kSend, {}, {}},
               {"read", false, ToolEffect::kRead, {}, {}}};
  out.options = options;
  return out;
}

PolicySet linked(const std::string& text, Options options = {}) {
  auto program = compile(loaded(text, options));
  EXPECT_TRUE(program.ok()) << text;
  auto set = PolicySet::link(std::move(*program));
  EXPECT_TRUE(set.ok()) << text;
  return set.ok() ? std::move(*set) : PolicySet();
}

LeafValue leaf(std::string path, std::string text, LeafKind kind = LeafKind::kString) {
  return {std::move(path), kind, std::move(text), {}, false};
}

Question question(std::vector<LeafValue> leaves = {}, std::string tool = "send") {
  Question q;
  q.tool = std::move(tool);
  q.leaves = std::move(leaves);
  return q;
}

constexpr const char* kTrue = "true";
constexpr const char* kFalse = "false";
constexpr const char* kError = "error";

// What `when` says, seen through a rule that allows.
std::string truth(const std::string& when, const Question& q, Options options = {},
                  const std::string& lets = "") {
  const PolicySet set =
      linked("language yett 1; " + lets + " tool \"send\" { allow when " + when + "; }", options);
  const Answer a = answer(set, q);
  if (a.reason == base::Reason::kDecisionFailed) return kError;
  return a.effect == Effect::kAllow ? kTrue : kFalse;
}

struct Row {
  const char* when;
  const char* says;
};

// A call with every kind of leaf: `to` is tagged and named, `list` has a reader.
Question rich_question() {
  Question q = question({leaf("to", "bob@x.org"), leaf("n", "5", LeafKind::kInteger),
                         leaf("d", "5.5", LeafKind::kNumber), leaf("b", "true", LeafKind::kBoolean),
                         leaf("big", "99999999999999999999", LeafKind::kInteger),
                         leaf("day", "2024-01-01"), leaf("list/0", "a"), leaf("list/1", "b"),
                         leaf("deep/0/x", "a"), leaf("deep/1/x", "c"),
                         leaf("null", "null", LeafKind::kNull), leaf("bytes", "\xff")});
  q.leaves[0].label.tags = label::Names{"pii"};
  q.leaves[0].named = true;
  q.leaves[6].label.consumers = label::Consumers::only(label::Names{"alice"});
  q.asker.roles = label::Names{"operator"};
  q.asker.scopes = label::Names{"mail.*"};
  q.now = *instant_of("2024-01-03T17:30:00Z");
  return q;
}

void expect_truths(const std::vector<Row>& rows) {
  const Question q = rich_question();
  for (const Row& row : rows) EXPECT_EQ(truth(row.when, q), row.says) << row.when;
}

TEST(Decide, ConditionsOnValuesSayWhatThePageSays) {
  expect_truths({
      {"to.value in {\"bob@x.org\"}", kTrue},
      {"to.value in {r\".*@x[.]org\"}", kTrue},
      {"to.value in {r\"@x\"}", kFalse},
      {"to.value in {w\"*@x.org\"}", kTrue},
      {"to.value in {str like w\"*\" length ..3}", kFalse},
      {"to.value in {email domain \"X.org\"}", kTrue},
      {"to.value in {host \"x.org\"}", kError},
      {"to.value in {host \"x.org\", \"bob@x.org\"}", kTrue},
      {"n.value in {5}", kTrue},
      {"n.value in {\"5\"}", kFalse},
      {"n.value in {int 1..<5}", kFalse},
      {"n.value == 5.0", kTrue},
      {"d.value in {int 5..6}", kFalse},
      {"d.value in {float 5..6}", kTrue},
      {"d.value > n.value", kTrue},
      {"to.value < 3", kError},
      {"to.value == 3", kFalse},
      {"to.value != 3", kTrue},
      {"big.value == 3", kError},
      {"b.value == true", kTrue},
      {"null.value in {\"*\"}", kFalse},
      {"day.value < d\"2024-01-02\"", kTrue},
      {"to.value == d\"2024-01-02\"", kFalse},
      {"to.value < d\"2024-01-02\"", kError},
      {"bytes.value == \"a\"", kError},
      {"list.value == \"a\"", kError},
      {"list[1].value == \"b\"", kTrue},
      {"any list[*].value == \"b\"", kTrue},
      {"all list[*].value == \"b\"", kFalse},
      {"all gone[*].value == \"b\"", kTrue},
      {"any gone[*].value == \"b\"", kFalse},
      {"all to[*].value == \"b\"", kError},
      {"all deep[*].x.value in {\"a\", \"c\"}", kTrue},
      {"any deep[*].y.value == \"a\"", kError},
      {"gone.value == \"b\"", kError},
      {"gone.tags is empty", kError},
      {"gone is absent and to is present", kTrue},
      {"to is named", kTrue},
      {"n is named", kFalse},
      {"gone is named", kFalse},
  });
}

TEST(Decide, ConditionsOnSetsAndTheirOrderSayWhatThePageSays) {
  expect_truths({
      {"to.tags overlaps {\"pii\", \"secret\"}", kTrue},
      {"to.tags overlaps {\"secret\"}", kFalse},
      {"to.tags overlaps {r\"p.*\"}", kTrue},
      {"to.tags subset of {\"pii\"}", kTrue},
      {"to.tags superset of {\"pii\", \"x\"}", kFalse},
      {"to.tags == {\"pii\"}", kTrue},
      {"to.consumers is universal", kTrue},
      {"to.consumers overlaps {}", kFalse},
      {"list.consumers is universal", kFalse},
      {"list.consumers overlaps {\"alice\"}", kTrue},
      {"@args.consumers is universal", kTrue},
      {"@args.consumers.intersect overlaps {\"bob\"}", kFalse},
      {"\"alice\" in @args.consumers.intersect", kTrue},
      {"@args.tags overlaps {\"pii\"}", kTrue},
      {"@args.tags.intersect is empty", kTrue},
      {"to.tags overlaps {\"*\"} - {\"a\"}", kError},
      {"to.tags overlaps {\"*\"} - {}", kTrue},
      {"to.tags overlaps {\"pii\"} - {r\"p.*\"}", kFalse},
      {"to.tags overlaps {\"a\"} with \"pii\" without \"a\"", kTrue},
      {"@principal.roles overlaps {\"operator\"}", kTrue},
      {"@principal.scopes grants \"mail.send\"", kTrue},
      {"@principal.scopes grants \"mail\"", kTrue},
      {"@principal.scopes grants \"mailbox.send\"", kFalse},
      {"@time.hour == 17 and @time.weekday == 3", kTrue},
      {"@tool.effect == \"send\" and @tool.name == \"send\"", kTrue},
      {"@session.value == \"x\"", kError},
      {"b.value == true or gone.value == 1", kTrue},
      {"gone.value == 1 or b.value == true", kError},
      {"b.value == false and gone.value == 1", kFalse},
      {"not (b.value == true and gone is present)", kTrue},
  });
}

TEST(Decide, AMissingArgumentIsFalseWhereTheOperatorSaysSo) {
  Options lenient;
  lenient.missing_argument_is_false = true;
  EXPECT_EQ(truth("gone.value == 1", question(), lenient), kFalse);
  EXPECT_EQ(truth("not gone.value == 1", question(), lenient), kTrue);
  EXPECT_EQ(truth("gone.tags overlaps {\"a\"}", question(), lenient), kFalse);
  const Answer ask =
      answer(linked("language yett 1; tool \"send\" { ask when gone.value == 1; allow always; }"),
             question());
  EXPECT_EQ(ask.effect, Effect::kAllow);
}

TEST(Decide, NamesBeyondTheMasksAreComparedAsText) {
  std::string many;
  for (int i = 0; i < 3000; ++i)
    many += "tool \"t" + std::to_string(i) + "\" { allow when x.tags overlaps {\"n" +
            std::to_string(i) + "\", \"m" + std::to_string(i) + "\"}; }\n";
  const PolicySet set = linked("language yett 1;\n" + many);
  for (const int i : {0, 31, 32, 511, 512, 513, 2999}) {
    Question q = question({leaf("x", "v")}, "t" + std::to_string(i));
    EXPECT_EQ(answer(set, q).effect, Effect::kDeny) << i;
    q.leaves[0].label.tags = label::Names({"m" + std::to_string(i)});
    EXPECT_EQ(answer(set, q).effect, Effect::kAllow) << i;
    q.leaves[0].label.tags = label::Names({"m" + std::to_string(i + 1)});
    EXPECT_EQ(answer(set, q).effect, Effect::kDeny) << i;
  }
}

struct Verdict {
  const char* rules;
  Effect effect;
  Level level;
  base::Reason reason;
  std::uint32_t line;  // 0: none
};

TEST(Decide, VerdictsAreThoseOfThePage) {
  using base::Reason;
  const auto kAllow = Effect::kAllow;
  const auto kDeny = Effect::kDeny;
  const auto kHard = Level::kHard;
  const auto kSoft = Level::kSoft;
  const Verdict rows[] = {
      {"", kDeny, kSoft, Reason::kNoRule, 0},
      {"must allow always;", kAllow, kHard, Reason::kAllowedByRule, 1},
      {"should allow always;", kAllow, kSoft, Reason::kAllowedByRule, 1},
      {"must allow always;\nmust deny always;", kDeny, kHard, Reason::kDeniedByRule, 2},
      {"should deny always;\nmust allow always;", kAllow, kHard, Reason::kAllowedByRule, 2},
      {"should deny always;\nshould allow always;", kDeny, kSoft, Reason::kDeniedByRule, 1},
      {"should allow when x.value == 1;\nmust allow always;", kDeny, kHard, Reason::kDecisionFailed,
       1},
      {"must allow when x is present;\nshould allow when x is present;", kDeny, kHard,
       Reason::kUnmetRequirement, 1},
      {"must deny when x is present;", kDeny, kSoft, Reason::kNoRule, 0},
      {"allow always;", kAllow, kHard, Reason::kAllowedByRule, 1},
      {"allow always;\nask role \"boss\" always;", Effect::kAsk, kHard, Reason::kApprovalRequired,
       2},
      {"allow always;\nask always;\ndeny always;", kDeny, kHard, Reason::kDeniedByRule, 3},
      {"deny when x is present;", kDeny, kHard, Reason::kNoRule, 0},
      {"allow when x is present;", kDeny, kHard, Reason::kUnmetRequirement, 1},
      {"allow always;\nshould deny always;", kDeny, kSoft, Reason::kDeniedByRule, 2},
      {"must allow always;\nask always;", Effect::kAsk, kHard, Reason::kApprovalRequired, 2},
      {"oblige log \"a\" always;", kDeny, kSoft, Reason::kNoRule, 0},
      {"allow always;\noblige log \"a\" when y.value < 1;", kDeny, kHard, Reason::kDecisionFailed,
       2},
  };
  for (const Verdict& row : rows) {
    const Answer a =
        answer(linked("language yett 1; tool \"send\" {" + std::string(row.rules) + "}"),
               question({leaf("y", "text")}));
    EXPECT_EQ(a.effect, row.effect) << row.rules;
    EXPECT_EQ(a.level, row.level) << row.rules;
    EXPECT_EQ(a.reason, row.reason) << row.rules;
    EXPECT_EQ(a.rule.line, row.line) << row.rules;
  }
}

TEST(Decide, PriorityComesBeforePosition) {
  const char* text =
      "tool \"send\" { should deny always; }\n"
      "tool r\"se.*\" { priority 5; should allow always; }\n"
      "tool r\"en\" { priority 9; should deny always; }";
  EXPECT_EQ(answer(linked(text), question()).rule.line, 2U);
  EXPECT_EQ(answer(linked(text), question({}, "sent")).effect,
            Effect::kAllow);  // nobody declared it
  EXPECT_EQ(answer(linked(text), question({}, "other")).effect, Effect::kDeny);
}

TEST(Decide, AsksAndObligationsAddUp) {
  const PolicySet set = linked(
      "language yett 1; tool \"send\" { ask role \"b\" within 1h always; ask role \"a\" signed "
      "always;"
      " ask role \"c\" within 5m when x is present; oblige redact \"n\", \"m\" always;"
      " oblige redact \"m\" always; oblige log \"seen\" always; oblige log \"no\" when x is "
      "present; }");
  const Answer a = answer(set, question());
  EXPECT_EQ(a.effect, Effect::kAsk);
  EXPECT_EQ(a.ask, (Ask{{"a", "b"}, true, 900}));
  EXPECT_EQ(a.redact, (std::vector<std::string>{"m", "n"}));
  EXPECT_EQ(a.log, (std::vector<std::string>{"seen"}));
}

TEST(Decide, ThePresetAgainstBlockedTextDeniesAtItsLevel) {
  Question q = question({leaf("x", "v")}, "parse_with_ai");
  q.leaves[0].label.tags = label::Names{"__llm_blocked"};
  const char* text = "tool \"parse_with_ai\" { must allow always; }";
  EXPECT_EQ(answer(linked(text), q).effect, Effect::kDeny);
  Options soft;
  soft.llm_blocked = Level::kSoft;
  EXPECT_EQ(answer(linked(text, soft), q).effect, Effect::kAllow);
  soft.llm_blocked.reset();
  EXPECT_EQ(answer(linked("tool \"parse_with_ai\" { should allow always; }", soft), q).effect,
            Effect::kAllow);
  EXPECT_EQ(answer(linked("", soft), q).reason, base::Reason::kNoRule);
}

TEST(Decide, ALabelThatIsMissingOrOfAnotherSetDenies) {
  const PolicySet set = linked("tool \"send\" { must allow always; }");
  const PolicySet other = linked("tool \"send\" { must allow always; }");
  const Projected label = set.project({});
  const Projected strange = other.project({});
  const Principal who = set.principal({});
  const Context context{&who, {}, &label, std::nullopt, {}};
  EXPECT_EQ(decide(set, {"send", {}, &label}, context).effect, Effect::kAllow);
  EXPECT_EQ(decide(set, {"send", {}, nullptr}, context).effect, Effect::kDeny);
  EXPECT_EQ(decide(set, {"send", {}, &strange}, context).effect, Effect::kDeny);
  const Argument argument{"x", LeafKind::kString, "v", nullptr, false};
  EXPECT_EQ(decide(set, {"send", {&argument, 1}, &label}, context).effect, Effect::kDeny);
  EXPECT_EQ(decide(set, {"send", {}, &label}, {nullptr, {}, &label, std::nullopt, {}}).effect,
            Effect::kDeny);
}

TEST(Decide, ASumThatWasLostIsAnError) {
  const std::string text =
      "language yett 1; counter n = sum of amount of \"send\" per session within 1h;"
      "tool \"send\" { allow when @counter.n < 5; }";
  const PolicySet set = linked(text);
  Question q = question();
  EXPECT_EQ(answer(set, q).effect, Effect::kAllow);
  q.counters["n"] = {true, 7, 0};
  EXPECT_EQ(answer(set, q).reason, base::Reason::kUnmetRequirement);
  q.counters["n"] = {false, 0, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(answer(set, q).reason, base::Reason::kDecisionFailed);
  EXPECT_TRUE(set.counts(0, "send"));
  EXPECT_FALSE(set.counts(0, "sender"));
}

TEST(Decide, CountsAllowsAndDeniesAsSqrtDoes) {
  const auto counts = [](const std::string& rules, Options options) {
    const PolicySet set = linked("tool \"send\" {" + rules + "}", options);
    const Projected label = set.project({});
    const Principal who = set.principal({});
    const Decision d = decide(set, {"send", {}, &label}, {&who, {}, &label, std::nullopt, {}});
    return std::pair<int, int>(d.allowed, d.denied);
  };
  Options open;
  open.default_allow = true;
  EXPECT_EQ(counts("must allow when @session.tags overlaps {\"x\"};", open), std::pair(1, 1));
  EXPECT_EQ(counts("must deny always; must deny always; should allow always;", open),
            std::pair(1, 1));
  open.fail_fast = false;
  EXPECT_EQ(counts("must deny always; must deny always; should allow always;", open),
            std::pair(2, 2));
  EXPECT_EQ(counts("must allow always;", {}), std::pair(1, 1));
}

TEST(Decide, SaysWhoseAnswersGetALabelOfTheirOwn) {
  const PolicySet set = linked(
      "language yett 1; tool \"read\" { allow always; result { @tags |= {\"x\"}; } }"
      "tool r\"model:.*\" { allow always; result { @tags |= {\"y\"}; } } tool \"send\" { allow "
      "always; }");
  EXPECT_TRUE(set.labels_result("read"));
  EXPECT_TRUE(set.labels_result("model:m"));
  EXPECT_FALSE(set.labels_result("send"));
  EXPECT_FALSE(PolicySet().labels_result("read"));
}

TEST(Decide, OffersOnlyToolsThatSomeCallCouldUse) {
  const PolicySet set = linked(
      "language yett 1; tool \"send\" { allow when x is present; deny when y is present; }"
      "tool \"read\" { must allow always; must deny always; } tool \"ask\" { ask always; }"
      "tool \"only\" { deny when x is present; } tool r\"p.*\" { should allow always; }");
  EXPECT_TRUE(set.can_allow("send"));
  EXPECT_FALSE(set.can_allow("read"));
  EXPECT_TRUE(set.can_allow("ask"));
  EXPECT_FALSE(set.can_allow("only"));
  EXPECT_TRUE(set.can_allow("pay"));
  EXPECT_FALSE(set.can_allow("nothing"));
  EXPECT_FALSE(PolicySet().can_allow("send"));
}

TEST(Decide, AllocatesNothing) {
  const PolicySet set = linked(
      "language yett 1; tool \"send\" {"
      " allow when (@principal.roles overlaps {\"a\"} or @principal.scopes grants \"b.c\")"
      "  and all to[*].value in {r\"[^@]+@x[.]org\", email domain \"x.org\", r\"(a|bc)*d\"}"
      "  and url.value in {url host under \"x.org\" path under \"/a\"} and p.value in {path under "
      "\"/a\"}"
      "  and not @args.tags overlaps {\"pii\"} and to.tags subset of ({\"u\"} | @control.tags) - "
      "{r\"z.*\"}"
      "  and n.value < 10 and day.value in {datetime d\"2024-01-01\"..};"
      " ask role \"a\" when n.value > 7; oblige redact \"x\" always; deny when ip.value in {cidr "
      "\"10.0.0.0/8\"}; }");
  label::Sets sets;
  sets.tags = label::Names{"u"};
  const Projected label = set.project(sets);
  Asker asker;
  asker.scopes = label::Names{"b.*"};
  const Principal who = set.principal(asker);
  const std::vector<Argument> arguments{
      {"to/0", LeafKind::kString, "bob@x.org", &label, true},
      {"to/1", LeafKind::kString, "aabcd", &label, true},
      {"url", LeafKind::kString, "https://a.x.org/a/b", &label, true},
      {"p", LeafKind::kString, "/a/../a/b", &label, true},
      {"n", LeafKind::kInteger, "8", &label, true},
      {"day", LeafKind::kString, "2024-05-01", &label, true},
      {"ip", LeafKind::kString, "192.168.0.1", &label, true}};
  const Call call{"send", arguments, &label};
  const Context context{&who, {}, &label, std::nullopt, {}};
  EXPECT_EQ(decide(set, call, context).effect, Effect::kAsk);  // RE2 builds its automaton here
  const std::size_t before = allocations();
  Decision decision;
  for (int i = 0; i < 100; ++i) decision = decide(set, call, context);
  EXPECT_EQ(allocations(), before);
  EXPECT_EQ(decision.effect, Effect::kAsk);
}

}  // namespace
}  // namespace policy
