// SPDX-License-Identifier: Apache-2.0
#include "session/plan_turn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "schema/parse.h"
#include "session/plan_answer.h"
#include "session/play.h"

namespace session {
namespace {

using base::Reason;
using wire::PlanState;

wire::StartSession dual_start() {
  wire::StartSession start = example_start();
  start.quarantined = "cloud";
  start.tools[0].effect = wire::Effect::kRead;
  wire::OfferedTool odd{"to-do.list", "Lists.", digest_of("odd"), {}};
  odd.effect = wire::Effect::kRead;
  odd.json = true;
  start.tools.push_back(odd);
  return start;
}

// A session that takes turns by plans; every call that is proposed is kept.
class Desk {
 public:
  explicit Desk(const wire::StartSession& start = dual_start()) : play(start) {}

  Actions turn(std::uint64_t id, std::string text, wire::TurnMode mode = wire::TurnMode::kPlan) {
    wire::Turn t;
    t.turn = base::RequestId{id};
    t.text = std::move(text);
    t.authentic = true;
    t.mode = mode;
    return keep(play.step(std::move(t)));
  }
  Actions dual(std::uint64_t id, std::string text) {
    return turn(id, std::move(text), wire::TurnMode::kDual);
  }
  // Allows the call that is open and answers it.
  Actions answer(std::string content, Reason reason = Reason::kOk) {
    const std::uint32_t open = calls.back().proposal;
    EXPECT_TRUE(play.allow(open).empty());
    return keep(play.result(open, std::move(content), reason));
  }
  Actions program(const std::string& text) { return answer("Here:\n```python\n" + text + "\n```"); }
  Actions deny(Reason reason = Reason::kDeniedByRule) {
    return keep(play.deny(calls.back().proposal, reason));
  }
  Actions keep(Actions actions) {
    for (const auto& call : all_of<wire::LabelledCall>(actions)) calls.push_back(call);
    EXPECT_TRUE(all_of<wire::Spoken>(actions).empty());
    return actions;
  }
  const wire::LabelText& label_of(std::string_view path) const {
    for (const wire::Leaf& leaf : calls.back().arguments)
      if (leaf.path == path) return calls.back().labels.at(leaf.label);
    ADD_FAILURE() << path;
    return calls.back().control;
  }

  Play play;
  std::vector<wire::LabelledCall> calls;
};

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

TEST(PlanTurn, EachLeafHasItsOwnLabelAndTheProgramsOwn) {
  Desk desk;
  desk.dual(1, "Note the weather");
  EXPECT_EQ(desk.calls.back().tool, "model:local");
  desk.program(
      "w = get_current_weather(location='Paris', format='celsius')\n"
      "add_note(text=w, tags=['a', w])");
  EXPECT_EQ(desk.calls.back().line, 1u);
  EXPECT_TRUE(has(desk.label_of("location").origins, "planner"));
  EXPECT_TRUE(has(desk.label_of("location").origins, "model:local"));
  EXPECT_TRUE(has(desk.label_of("location").origins, "user"));
  desk.answer("rain");
  EXPECT_EQ(desk.calls.back().line, 2u);
  const std::string weather = "tool:get_current_weather";
  EXPECT_TRUE(has(desk.label_of("text").origins, weather));
  EXPECT_TRUE(has(desk.label_of("tags/1").origins, weather));
  EXPECT_FALSE(has(desk.label_of("tags/0").origins, weather));
  EXPECT_FALSE(has(desk.calls.back().control.origins, weather));
  EXPECT_EQ(only<wire::TurnDone>(desk.answer("")).reason, Reason::kOk);
}

TEST(PlanTurn, ABranchLabelsTheControlOfWhatItDecides) {
  Desk desk;
  desk.turn(1,
            "w = get_current_weather(location='Paris', format='celsius')\n"
            "if w == 'rain':\n    add_note(text='umbrella')\nadd_note(text='x', level=None)");
  desk.answer("rain");
  EXPECT_TRUE(has(desk.calls.back().control.origins, "tool:get_current_weather"));
  desk.answer("");
  EXPECT_FALSE(has(desk.calls.back().control.origins, "tool:get_current_weather"));
  EXPECT_EQ(desk.calls.back().arguments.size(), 1u);  // None is left out
}

TEST(PlanTurn, WhetherAnArgumentIsThereIsInTheControlLabel) {
  Desk desk;
  desk.turn(1, "t = to_do_list()\nadd_note(text='x', level=t['level'])");
  desk.answer(R"({"level":null})");
  EXPECT_EQ(desk.calls.back().tool, "add_note");
  EXPECT_TRUE(has(desk.calls.back().control.origins, "tool:to-do.list"));
  EXPECT_FALSE(has(desk.label_of("text").origins, "tool:to-do.list"));
}

TEST(PlanTurn, WhatTheReaderSaysIsQuarantinedAndHasItsQuerysLabel) {
  Desk desk;
  desk.turn(1,
            "w = get_current_weather(location='a', format='celsius')\n"
            "q = query_ai_assistant(w, str)\nadd_note(text=q)");
  desk.answer("rain");
  EXPECT_EQ(desk.calls.back().tool, "model:cloud");
  EXPECT_TRUE(has(desk.label_of("body").origins, "tool:get_current_weather"));
  const auto body = schema::parse(desk.calls.back().arguments[0].text);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->find("tools"), nullptr);
  EXPECT_EQ(*body->find("response_format")->find("json_schema")->find("strict")->as_bool(), true);
  desk.answer(R"({"have_enough_info":true,"value":"wet"})");
  for (const char* origin : {"quarantined", "model:cloud", "tool:get_current_weather"})
    EXPECT_TRUE(has(desk.label_of("text").origins, origin)) << origin;
}

TEST(PlanTurn, ADenialEndsItWithCodeAndLine) {
  Desk desk;
  desk.dual(1, "go");
  desk.program("try:\n    add_note(text='a')\nexcept Exception:\n    'caught'");
  const auto done = only<wire::TurnDone>(desk.deny());
  EXPECT_EQ(done.reason, Reason::kDeniedByRule);
  EXPECT_EQ(done.plan.line, 2u);
  EXPECT_EQ(done.text, "");
  EXPECT_EQ(done.detail, base::sentence(Reason::kDeniedByRule));
  EXPECT_TRUE(desk.play.machine.idle());
}

// Three denials are twenty bits each; a fourth would pass the budget of the conversation.
TEST(PlanTurn, WhatPlannersAreToldOfDataIsBounded) {
  auto start = dual_start();
  start.retry_after_denial = true;
  Desk desk(start);
  std::uint32_t told = 0;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    desk.dual(id, "go");
    desk.program("get_current_weather(location='a', format='celsius')");
    if (!all_of<wire::TurnDone>(desk.deny()).empty()) continue;
    ++told;
    desk.program("'given up'");
  }
  EXPECT_EQ(told, 3u);
}

TEST(PlanTurn, ACancelClosesItWhereverItIs) {
  const char* const program = "get_current_weather(location='a', format='celsius')\n1";
  for (int stage = 0; stage < 4; ++stage) {
    Desk desk;
    desk.dual(1, "go");
    if (stage == 1) desk.play.allow(desk.calls.back().proposal);
    if (stage >= 2) desk.program(program);
    if (stage == 3) desk.play.allow(desk.calls.back().proposal);
    const auto open = desk.calls.back().proposal;
    EXPECT_EQ(only<wire::TurnDone>(desk.play.step(wire::Stop{base::RequestId{1}})).reason,
              Reason::kCancelled);
    // What still comes for it is taken and dropped.
    if (stage % 2 == 0) {
      EXPECT_TRUE(desk.play.allow(open).empty());
    }
    EXPECT_TRUE(desk.play.result(open, "late").empty());
    EXPECT_TRUE(desk.play.machine.idle());
  }
}

// ---- going on in another session ----------------------------------------------------------------

constexpr const char* kLong =
    "w = get_current_weather(location='a', format='celsius')\n"
    "c = choose(w, ['x', 'y'])\nadd_note(text=c)\nf'{w} {c}'";

// Runs kLong up to the note; what a monitor records of it.
wire::RecordedPlan recorded(Desk& desk) {
  wire::RecordedPlan out;
  const auto shown = only<wire::PlanShown>(desk.turn(1, kLong));
  out.program = shown.plan.program;
  out.base = shown.base;
  const auto record = [&](const char* content) {
    const wire::LabelledCall call = desk.calls.back();
    desk.answer(content);
    out.steps.push_back({call.identity(), {7}, Reason::kOk, 200, content, Play::label_of(call)});
  };
  record("rain");
  record(R"({"have_enough_info":true,"value":1})");
  return out;
}

Actions resume(Desk& desk, const wire::RecordedPlan& plan) {
  wire::Turn t;
  t.turn = base::RequestId{5};
  t.mode = wire::TurnMode::kPlan;
  t.authentic = true;
  t.resume = plan;
  return desk.keep(desk.play.step(std::move(t)));
}

TEST(PlanTurn, ARecordedPlanGoesOnWithTheCallThatItsSessionHadComeTo) {
  Desk first, second;
  const wire::RecordedPlan plan = recorded(first);
  const Actions actions = resume(second, plan);
  EXPECT_TRUE(all_of<wire::PlanShown>(actions).empty());
  EXPECT_TRUE(all_of<wire::Endorsed>(actions).empty());
  EXPECT_EQ(only<wire::LabelledCall>(actions).identity(), first.calls.back().identity());
  EXPECT_EQ(only<wire::TurnDone>(second.answer("")).text, "rain y");
}

TEST(PlanTurn, ARecordThatDoesNotFitEndsIt) {
  Desk first;
  const wire::RecordedPlan good = recorded(first);
  for (int fault = 0; fault < 4; ++fault) {
    wire::RecordedPlan plan = good;
    if (fault == 0) plan.steps[0].call[3] ^= 1;
    if (fault == 1) plan.steps[0].content = "sun";  // what it led to is another call
    if (fault == 2) plan.program[0] = 'v';
    if (fault == 3) plan.steps[0].label = {};  // under another label it is another call
    Desk desk;
    const auto done = only<wire::TurnDone>(resume(desk, plan));
    EXPECT_EQ(done.reason, fault == 2 ? Reason::kPlanRejected : Reason::kNotResumed) << fault;
    EXPECT_TRUE(desk.calls.empty());
  }
}

// ---- pure parts ---------------------------------------------------------------------------------

TEST(PlanPrompt, OneFencedBlockIsTheProgram) {
  struct Row {
    const char* reply;
    const char* program;  // null: none
  };
  const Row rows[] = {{"a\n```python\nx = 1\n```\nb", "x = 1\n"},
                      {"```\nx\n```", "x\n"},
                      {"```py\r\nx\r\n```\r\n", "x\n"},
                      {"````\n```\n````", "```\n"},
                      {"no code", nullptr},
                      {"```python\nx = 1", nullptr},
                      {"```json\n{}\n```", nullptr},
                      {"```\na\n```\n```\nb\n```", nullptr},
                      {"", nullptr}};
  for (const Row& row : rows) {
    const auto found = fenced_program(row.reply);
    EXPECT_EQ(found.has_value(), row.program != nullptr) << row.reply;
    EXPECT_EQ(found.value_or(""), row.program == nullptr ? "" : row.program) << row.reply;
  }
}

TEST(PlanPrompt, ToolsAreShownAsPythonFunctions) {
  const auto setup = Setup::create(dual_start());
  ASSERT_TRUE(setup.ok());
  const PlanTools tools = PlanTools::of(*setup);
  EXPECT_NE(tools.text.find("def get_current_weather(location: str, "
                            "format: Literal[\"celsius\", \"fahrenheit\"]) -> str:"),
            std::string::npos)
      << tools.text;
  EXPECT_NE(tools.text.find("tags: list[str] = None, level: int = None)"), std::string::npos);
  EXPECT_NE(tools.text.find("def to_do_list() -> Any:"), std::string::npos);
}

TEST(PlanAnswer, AReplyIsHeldToItsSchema) {
  struct Row {
    const char* schema;
    const char* value;
    bool fits;
  };
  const Row rows[] = {
      {R"({"type":"string"})", R"("a")", true},
      {R"({"type":"string"})", "1", false},
      {R"({"type":"integer"})", "1.0", true},
      {R"({"type":"integer"})", "1.5", false},
      {R"({"type":["integer","null"]})", "null", true},
      {R"({"enum":["a",1]})", "1", true},
      {R"({"enum":["a",1]})", R"("1")", false},
      {R"({"type":"array","items":{"type":"integer"}})", "[1,2]", true},
      {R"({"type":"array","items":{"type":"integer"}})", R"([1,"2"])", false},
      {R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})", "{}", false},
      {R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})",
       R"({"a":"x","b":1})", true},
      {R"({"properties":{"a":{}},"additionalProperties":false})", R"({"b":1})", false},
      {R"({"additionalProperties":{"type":"integer"}})", R"({"b":"1"})", false},
      {R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", "true", false},
      {"{}", "[{}]", true},
  };
  for (const Row& row : rows)
    EXPECT_EQ(fits(*schema::parse(row.schema), *schema::parse(row.value)), row.fits)
        << row.schema << " " << row.value;
  const schema::Value text = *schema::parse(R"({"type":"string"})");
  EXPECT_TRUE(quarantined_reply(R"({"have_enough_info":true,"value":"a"})", text)->enough);
  EXPECT_FALSE(quarantined_reply(R"({"have_enough_info":false,"value":7})", text)->enough);
  for (const char* bad : {"", "{}", "[]", R"({"have_enough_info":1})",
                          R"({"have_enough_info":true})", R"({"have_enough_info":true,"value":7})",
                          R"({"have_enough_info":true,"value":"a","more":1})",
                          R"({"have_enough_info":true,"value":"a"} x)"})
    EXPECT_FALSE(quarantined_reply(bad, text).has_value()) << bad;
}

// ---- what always holds --------------------------------------------------------------------------

// Random programs, replies, verdicts, stops, of turns in every mode.
class Storm {
 public:
  explicit Storm(std::uint32_t seed) : random_(seed), play_(dual_start()) {}
  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) one();
    while (!open_.empty() && !::testing::Test::HasFailure()) settle(open_.begin()->first);
    for (const auto& [id, closed] : asked_) EXPECT_EQ(closed, 1) << "turn " << id;
    EXPECT_TRUE(play_.machine.idle());
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::string program() {
    static const char* const lines[] = {
        "w = get_current_weather(location='a', format='celsius')\n",
        "w = to_do_list()\n",
        "add_note(text=str(w))\n",
        "w = query_ai_assistant(str(w), str)\n",
        "w = choose(str(w), ['a', 'b'])\n",
        "int(w)\n",
        "if 'c' in str(w):\n    raise ValueError(str(w))\n",
        "try:\n    add_note(text=str(w))\nexcept ToolError as e:\n    w = str(e)\n",
        "final_return_value(w, of=w)\n",
        "def f(): pass\n",
        "x = (\n",
        "{}[str(w)]\n",
        "while True: pass\n"};
    std::string out = "w = 'start'\n";
    for (std::uint32_t i = below(4) + 1; i > 0; --i) out += lines[below(below(6) == 0 ? 13 : 9)];
    return out;
  }
  // What comes back from anybody: always with the canary where it is data.
  std::string reply(bool planner) {
    if (planner) return below(7) == 0 ? "no program" : "```python\n" + program() + "```";
    static const char* const data[] = {"canary",
                                       R"({"level":"canary"})",
                                       R"({"have_enough_info":true,"value":"canary"})",
                                       R"({"have_enough_info":true,"value":0})",
                                       R"({"have_enough_info":false,"value":null})",
                                       "```python\n'canary'\n```"};
    return data[below(6)];
  }
  void one() {
    const auto what = below(16);
    if (what <= 1) {
      wire::Turn t;
      t.turn = base::RequestId{++next_};
      t.mode = static_cast<wire::TurnMode>(1 + below(3));
      t.text = t.mode == wire::TurnMode::kPlan ? program() : "do it";
      t.authentic = below(2) == 0;
      t.trace = below(3) == 0;
      modes_[next_] = t.mode;
      asked_[next_] = 0;
      return take(play_.step(std::move(t)));
    }
    if (what == 2) return take(play_.step(wire::Stop{base::RequestId{below(next_ + 1)}}));
    if (what == 3 && below(4) == 0) return take(play_.step(wire::Reset{}));
    if (!open_.empty()) settle(open_.begin()->first);
  }
  void settle(std::uint32_t proposal) {
    const bool planner = open_.at(proposal);
    if (below(8) == 0) {
      open_.erase(proposal);
      return take(play_.deny(proposal, Reason::kNoRule));
    }
    take(play_.allow(proposal));
    open_.erase(proposal);
    take(play_.result(proposal, reply(planner), below(9) == 0 ? Reason::kTimeout : Reason::kOk));
  }
  void take(const Actions& actions) {
    for (const Action& action : actions) {
      if (const auto* call = std::get_if<wire::LabelledCall>(&action)) proposed(*call);
      if (const auto* done = std::get_if<wire::TurnDone>(&action)) {
        EXPECT_EQ(++asked_.at(done->turn.value), 1);
      }
      if (const auto* spoken = std::get_if<wire::Spoken>(&action)) {
        EXPECT_EQ(modes_.at(spoken->turn.value), wire::TurnMode::kPlain);
      }
    }
  }
  void proposed(const wire::LabelledCall& call) {
    EXPECT_EQ(asked_.at(call.turn.value), 0) << "proposed after its end";
    const bool planner =
        call.tool == "model:local" && modes_.at(call.turn.value) == wire::TurnMode::kDual;
    open_[call.proposal] = planner;
    if (!planner) return;
    const std::string& prompt = call.arguments.at(0).text;
    EXPECT_EQ(prompt.find("canary"), std::string::npos) << prompt;
    for (const wire::LabelText& label : call.labels)
      for (const std::string& origin : label.origins)
        EXPECT_TRUE(!origin.starts_with("tool:") && origin != "quarantined") << origin;
  }

  std::minstd_rand random_;
  Play play_;
  std::map<std::uint32_t, bool> open_;  // proposal → a planner's prompt
  std::map<std::uint64_t, int> asked_;
  std::map<std::uint64_t, wire::TurnMode> modes_;
  std::uint32_t next_ = 0;
};

TEST(PlanProperty, EveryTurnIsClosedOnceAndNoPlannerReadsData) {
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    Storm storm(seed);
    storm.run(120);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace session
