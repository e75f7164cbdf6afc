// SPDX-License-Identifier: Apache-2.0
// docs/reference/policy.md §5 and §6, sentence by sentence, worked out by hand.
#include "spec/testing.h"

namespace spec {
namespace {

using base::Reason;
using policy::Answer;
using policy::Effect;
using policy::Level;
using policy::Observed;
using policy::Options;
using policy::Question;

// T is true, F false, E an error, of every call below.
const char* const kLets = R"( let T = "a" == "a"; let F = "a" == "b"; let E = "a" < "b";
)";

Answer of(const std::string& rules, Options options = {},
          Question question = call({text("x", "v")})) {
  return decide(loaded({"language yett 1;" + std::string(kLets) + rules}, options), question);
}
Answer on_send(const std::string& members, Options options = {}) {
  return of("tool \"send\" {" + members + "}", options);
}

struct Wanted {
  const char* members;
  Effect effect;
  Level level;
  Reason reason;
  std::uint32_t line;  // 0: none
};

void expect(const Wanted& one, const Answer& answer) {
  EXPECT_EQ(answer.effect, one.effect) << one.members;
  EXPECT_EQ(answer.level, one.level) << one.members;
  EXPECT_EQ(answer.reason, one.reason) << one.members;
  EXPECT_EQ(answer.rule, one.line == 0 ? policy::RuleRef{} : (policy::RuleRef{0, one.line}))
      << one.members;
}

constexpr Effect kAllow = Effect::kAllow;
constexpr Effect kAsk = Effect::kAsk;
constexpr Effect kDeny = Effect::kDeny;
constexpr Level kHard = Level::kHard;
constexpr Level kSoft = Level::kSoft;
constexpr Reason kAllowed = Reason::kAllowedByRule;
constexpr Reason kDenied = Reason::kDeniedByRule;
constexpr Reason kUnmet = Reason::kUnmetRequirement;
constexpr Reason kFailed = Reason::kDecisionFailed;

TEST(Sqrt, HardDenyThenHardAllowThenTheFirstSoftRuleThenUnmetThenDefault) {
  const std::vector<Wanted> cases{
      {"must allow when T;\nmust deny when T;", kDeny, kHard, kDenied, 3},
      {"must allow when T;\nshould deny when T;", kAllow, kHard, kAllowed, 2},
      {"should deny when T;\nmust allow when T;", kAllow, kHard, kAllowed, 3},
      {"should allow when E;\nmust allow when T;", kDeny, kHard, kFailed, 2},
      {"must allow when T;\nshould deny when E;", kDeny, kHard, kFailed, 3},
      {"must deny when T;\nmust allow when E;", kDeny, kHard, kDenied, 2},
      {"must deny when E;\nmust deny when T;", kDeny, kHard, kFailed, 2},
      {"should deny when F;\nshould allow when T;\nshould deny when T;", kAllow, kSoft, kAllowed,
       3},
      {"should deny when T;\nshould allow when T;", kDeny, kSoft, kDenied, 2},
      {"should allow when F;\nmust allow when F;", kDeny, kHard, kUnmet, 3},
      {"should allow when F;\nshould deny when F;", kDeny, kSoft, kUnmet, 2},
      {"must allow when F;\nshould allow when T;", kAllow, kSoft, kAllowed, 3},
      {"should deny when F;", kDeny, kSoft, Reason::kNoRule, 0},
      {"must deny always;", kDeny, kHard, kDenied, 2},
      {"must allow always;", kAllow, kHard, kAllowed, 2},
  };
  for (const Wanted& one : cases) expect(one, on_send(one.members));
}

TEST(Sqrt, DefaultAllowIsForWhereNothingDecides) {
  Options open;
  open.default_allow = true;
  expect({"should deny when F;", kAllow, kSoft, kAllowed, 0}, on_send("should deny when F;", open));
  expect({"must allow when F;", kDeny, kHard, kUnmet, 2}, on_send("must allow when F;", open));
  expect({"nothing", kAllow, kSoft, kAllowed, 0}, of("", open));
  open.default_level = Level::kHard;
  expect({"nothing", kAllow, kHard, kAllowed, 0}, of("", open));
  expect({"deny when F;", kDeny, kHard, Reason::kNoRule, 0}, on_send("deny when F;", open));
}

TEST(Yett, DenyThenAskThenAllowThenDeny) {
  const std::vector<Wanted> cases{
      {"allow when T;\nask when T;\ndeny when T;", kDeny, kHard, kDenied, 4},
      {"allow when T;\nask when T;", kAsk, kHard, Reason::kApprovalRequired, 3},
      {"allow when T;\nask when F;", kAllow, kHard, kAllowed, 2},
      {"allow when T;\nask when E;", kDeny, kHard, kFailed, 3},
      {"allow when E;\ndeny when T;", kDeny, kHard, kFailed, 2},
      {"deny when F;\nallow when F;", kDeny, kHard, kUnmet, 3},
      {"deny when F;\nask when F;", kDeny, kHard, Reason::kNoRule, 0},
  };
  for (const Wanted& one : cases) expect(one, on_send(one.members));
}

TEST(Yett, AsksAddUp) {
  const Answer both = on_send(
      R"(ask role "boss" within 2h always; ask role "auditor" signed within 30m always;
        ask role "boss" when T; ask signed when F;)");
  EXPECT_EQ(both.ask, (policy::Ask{{"auditor", "boss"}, true, 900}));
  EXPECT_EQ(on_send(R"(ask role "boss" within 2h always;)").ask,
            (policy::Ask{{"boss"}, false, 7200}));
  EXPECT_EQ(on_send("ask always;").ask, policy::Ask{});
  EXPECT_EQ(on_send(R"(ask role "boss" signed within 1h always; deny always;)").ask, policy::Ask{});
}

TEST(Verdicts, TheStricterWinsAndOfEqualsTheFirst) {
  const std::vector<Wanted> cases{
      {"must allow always;\nallow always;", kAllow, kHard, kAllowed, 2},
      {"allow always;\nshould allow always;", kAllow, kHard, kAllowed, 2},
      {"should allow always;\nallow always;", kAllow, kSoft, kAllowed, 2},
      {"must allow always;\nask always;", kAsk, kHard, Reason::kApprovalRequired, 3},
      {"should deny always;\nask always;", kDeny, kSoft, kDenied, 2},
      {"should allow always;\ndeny when F;", kDeny, kHard, Reason::kNoRule, 0},
      {"deny always;\nmust deny always;", kDeny, kHard, kDenied, 2},
      {"should deny when F;\ndeny always;", kDeny, kHard, kDenied, 3},
      {"should deny when F;\ndeny when F;", kDeny, kSoft, Reason::kNoRule, 0},
      {"oblige log \"x\" always;", kDeny, kSoft, Reason::kNoRule, 0},
  };
  for (const Wanted& one : cases) expect(one, on_send(one.members));
}

TEST(Obligations, HoldUnlessDeniedAndAnErrorDenies) {
  const Answer some = on_send(
      R"(allow always; oblige log "b" when T; oblige log "a" when T; oblige log "c" when F;
        oblige redact "z", "y" when T; oblige redact "y" when T;)");
  EXPECT_EQ(some.log, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(some.redact, (std::vector<std::string>{"y", "z"}));
  const Answer denied = on_send(R"(deny always; oblige log "b" when T; oblige redact "z" when E;)");
  EXPECT_EQ(denied.log, std::vector<std::string>{});
  EXPECT_EQ(denied.reason, kDenied);
  expect({"", kDeny, kHard, kFailed, 4},
         on_send("allow always;\noblige log \"a\" when T;\noblige log \"b\" when E;"));
}

TEST(Absent, IsForgivenInAsksAndObligationsOnly) {
  EXPECT_EQ(on_send(R"(allow when gone.value == "a";)").reason, kFailed);
  EXPECT_EQ(on_send(R"(must deny when gone.value == "a";)").reason, kFailed);
  EXPECT_EQ(on_send(R"(allow always; ask when gone.value == "a";)").effect, kAllow);
  EXPECT_EQ(on_send(R"(allow always; ask when not gone.value == "a";)").effect, kAsk);
  EXPECT_EQ(on_send(R"(allow always; oblige log "l" when gone.tags is empty;)").log.size(), 0U);
  Options forgiving;
  forgiving.missing_argument_is_false = true;
  EXPECT_EQ(on_send(R"(allow always; deny when gone.value == "a";)", forgiving).effect, kAllow);
}

TEST(Order, IsByPriorityThenFileThenPosition) {
  const std::string low = "tool \"send\" { should deny always; }";
  const std::string high = "tool \"send\" { priority 5; priority 1;\nshould allow always; }";
  const auto answer = [](const std::vector<std::string>& files) {
    return decide(loaded(files), call({}));
  };
  EXPECT_EQ(answer({low, high}).rule, (policy::RuleRef{1, 2}));
  EXPECT_EQ(answer({low + high}).effect, kAllow);
  EXPECT_EQ(answer({low, "tool r\"se.*\" { should allow always; }"}).effect, kDeny);
  EXPECT_EQ(
      answer({"tool r\"se\" { should allow always; }", "tool r\"sen\" { must allow always; }"})
          .reason,
      Reason::kNoRule);
}

TEST(Presets, LlmBlockedStandsBeforeAllRules) {
  const Question blocked = call({text("q", "v", tags({"__llm_blocked"}))}, "parse_with_ai");
  const Question other = call({text("q", "v", tags({"__llm_blocked"}))});
  const std::string allow = "tool r\".*\" { must allow always; }";
  const std::string soft_allow = "tool r\".*\" { should allow always; }";
  const std::string yett_allow = "language yett 1; tool r\".*\" { allow always; }";
  Options soft;
  soft.llm_blocked = Level::kSoft;
  Options off;
  off.llm_blocked = std::nullopt;
  const auto answer = [](const std::string& policy, const Question& q, Options o) {
    return decide(loaded({policy}, o), q);
  };
  expect({"hard", kDeny, kHard, kDenied, 0}, answer(allow, blocked, {}));
  expect({"soft", kAllow, kHard, kAllowed, 1}, answer(allow, blocked, soft));
  expect({"soft beats soft", kDeny, kSoft, kDenied, 0}, answer(soft_allow, blocked, soft));
  expect({"off", kAllow, kSoft, kAllowed, 1}, answer(soft_allow, blocked, off));
  expect({"other tool", kAllow, kSoft, kAllowed, 1}, answer(soft_allow, other, {}));
  expect({"yett", kDeny, kHard, kDenied, 0}, answer(yett_allow, blocked, {}));
  expect({"yett, nothing blocked", kAllow, kHard, kAllowed, 1},
         answer(yett_allow, call({text("q", "v")}, "parse_with_ai"), {}));
}

TEST(Before, StaysAlsoIfDeniedAndIsSeenByTheRules) {
  const Answer answer = on_send(
      R"(session before { @tags |= {"one"}; when @session.tags overlaps {"one"} {
        @session.tags |= {"two"}; } }
    must deny when @session.tags superset of {"one", "two"};)");
  EXPECT_EQ(answer.before.label, tags({"one", "two"}));
  EXPECT_EQ(answer.reason, kDenied);
}

// The refund example of SQRT: three attempts before one is allowed.
TEST(Before, CountsAttempts) {
  const policy::Loaded set = loaded({R"(tool "issue_refund" {
    session before { when @session.tags overlaps {"a3"} { @session.tags |= {"final"}; } }
    session before { when @session.tags overlaps {"a2"} { @session.tags |= {"a3"}; } }
    session before { when @session.tags overlaps {"a1"} { @session.tags |= {"a2"}; } }
    session before { when @session.tags is empty { @session.tags |= {"a1"}; } }
    must allow when @session.tags overlaps {"final"}; })"});
  Question question = call({}, "issue_refund");
  for (const Effect wanted : {kDeny, kDeny, kDeny, kAllow}) {
    const Answer answer = decide(set, question);
    EXPECT_EQ(answer.effect, wanted);
    question.session = answer.before;
  }
}

policy::Learnt learnt(const std::string& members, Options options = {}, Observed observed = {}) {
  Question question = call({text("a", "v", tags({"pii"})), text("b", "w", tags({"q"}))});
  question.control = tags({"c"});
  question.control.origins = label::Names{"user"};
  return learn(loaded({"language yett 1;" + std::string(kLets) + "tool \"send\" {" + members + "}"},
                      options),
               question, observed);
}

TEST(Learn, StartsAsTheJoinOfArgumentsAndControl) {
  label::Sets wanted = tags({"pii", "q", "c"});
  wanted.origins = label::Names{"tool:send", "user"};
  EXPECT_EQ(learnt("").result, wanted);
  EXPECT_EQ(learnt("").session.label, label::Sets{});
}

TEST(Learn, ALabelThatComesIsMergedReplacesOrIsIgnored) {
  Observed observed;
  observed.label = tags({"new"});
  observed.label->origins = label::Names{"web"};
  observed.label->consumers = label::Consumers::only({"x"});
  const label::Sets merged = learnt("", {}, observed).result;
  EXPECT_EQ(merged.tags, (label::Names{"c", "new", "pii", "q"}));
  EXPECT_EQ(merged.origins, (label::Names{"tool:send", "user", "web"}));
  observed.combine = Observed::Combine::kReplace;
  const label::Sets replaced = learnt("", {}, observed).result;
  EXPECT_EQ(replaced.tags, (label::Names{"new"}));
  EXPECT_EQ(replaced.consumers, label::Consumers::only({"x"}));
  EXPECT_EQ(replaced.origins, (label::Names{"tool:send", "user", "web"}));
  observed.combine = Observed::Combine::kIgnore;
  EXPECT_EQ(learnt("", {}, observed).result, learnt("").result);
}

TEST(Learn, UpdatesRunInOrderEachSeeingTheOnesBefore) {
  const auto result_tags = [](const std::string& block) {
    return learnt("result {" + block + "}").result.tags;
  };
  EXPECT_EQ(result_tags(R"(@tags = {"a"}; @result.tags |= {"b"};)"), (label::Names{"a", "b"}));
  EXPECT_EQ(result_tags(R"(@tags -= {"pii", "z"};)"), (label::Names{"c", "q"}));
  EXPECT_EQ(result_tags(R"(@tags &= {"pii", "z"};)"), (label::Names{"pii"}));
  EXPECT_EQ(result_tags(R"(@tags ^= {"pii", "z"};)"), (label::Names{"c", "q", "z"}));
  EXPECT_EQ(result_tags(R"(@tags = {}; when @tags is empty { @tags |= {"e"}; @tags |= {"f"}; })"),
            (label::Names{"e", "f"}));
  EXPECT_EQ(result_tags(R"(when F { @tags = {}; })"), (label::Names{"c", "pii", "q"}));
  EXPECT_EQ(result_tags(R"(@tags = {"kept"}; @tags |= a.tags & {r"p.*"};)"),
            (label::Names{"kept", "pii"}));
  EXPECT_EQ(learnt(R"(result { @producers = {"p"}; @consumers &= {"x"}; })").result.consumers,
            label::Consumers::only({"x"}));
}

TEST(Learn, SessionAfterSeesTheResult) {
  Observed observed;
  observed.text = "ok";
  const auto session = [&](const std::string& block) {
    return learnt(R"(result { @tags = {"r"}; } session after {)" + block + "}", {}, observed)
        .session.label.tags;
  };
  EXPECT_EQ(session(R"(@tags |= @result.tags;)"), (label::Names{"r"}));
  EXPECT_EQ(session(R"(when @result.value == "ok" { @tags |= {"good"}; })"),
            (label::Names{"good"}));
  EXPECT_EQ(session(R"(@session.tags = {"a"}; @tags |= {"b"};)"), (label::Names{"a", "b"}));
}

TEST(Learn, AFailedUpdateRestrictsAndLosesNothing) {
  label::Sets restricted_pii = tags({"__restricted", "c", "pii", "q"});
  restricted_pii.origins = label::Names{"tool:send", "unknown", "user"};
  restricted_pii.consumers = label::Consumers::only(label::Names{});
  EXPECT_EQ(learnt(R"(result { @tags |= {"*"}; })").result, restricted_pii);
  EXPECT_EQ(learnt(R"(result { @tags |= gone.tags; })").result, restricted_pii);
  EXPECT_EQ(learnt(R"(result { when E { @tags = {}; } })").result, restricted_pii);
  EXPECT_EQ(learnt(R"(result { @consumers -= {"a"}; })").result, restricted_pii);
  EXPECT_EQ(learnt(R"(result { @tags |= {"*"}; @tags |= {"more"}; })").result.tags,
            (label::Names{"__restricted", "c", "more", "pii", "q"}));
  EXPECT_EQ(learnt(R"(session after { @tags |= gone.tags; })").session.label, restricted());
  Options forgiving;
  forgiving.missing_argument_is_false = true;
  EXPECT_EQ(learnt(R"(result { @tags |= gone.tags; })", forgiving).result, restricted_pii);
  EXPECT_EQ(learnt(R"(result { when gone.tags is empty { @tags = {}; } })", forgiving).result.tags,
            (label::Names{"c", "pii", "q"}));
}

TEST(Learn, CompatAddsNonExecutableLastAndMayReplaceConsumers) {
  Options options;
  options.non_executable_memory = true;
  options.consumers_union_replaces = true;
  const policy::Learnt with = learnt(
      R"(result { @tags = {}; @consumers |= {"x"}; @consumers |= {"y"}; }
        session after { @tags = @result.tags; })",
      options);
  EXPECT_EQ(with.result.tags, (label::Names{"__non_executable"}));
  EXPECT_EQ(with.session.label.tags, (label::Names{"__non_executable"}));
  EXPECT_EQ(with.result.consumers, label::Consumers::only({"x", "y"}));
  EXPECT_EQ(learnt(R"(result { @consumers |= {"x"}; })").result.consumers,
            label::Consumers::everyone());
}

TEST(Names, ArePerFile) {
  const policy::Loaded set =
      loaded({"let x = {\"a\"}; tool \"send\" { must allow when \"a\" in x; }",
              "let x = {\"b\"}; tool \"send\" { must deny when \"a\" in x; }"});
  EXPECT_EQ(decide(set, call({})).effect, kAllow);
}

}  // namespace
}  // namespace spec
