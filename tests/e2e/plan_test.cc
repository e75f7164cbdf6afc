// SPDX-License-Identifier: Apache-2.0
// Plans on the real path: a planner that plays a script, a quarantined model, real tools.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "http_double.h"
#include "schema/parse.h"
#include "schema/write.h"
#include "system.h"

namespace e2e {
namespace {

// ---- the models ---------------------------------------------------------------------------------

// One object of Ollama's /api/chat that says `content`.
std::string said(const std::string& content) {
  std::string quoted;
  schema::quote_to(quoted, content);
  return HttpDouble::json(R"({"message":{"role":"assistant","content":)" + quoted +
                          R"(},"done":true,"done_reason":"stop"})");
}

std::string program(const std::string& text) {
  return said("Here it is.\n```python\n" + text + "\n```");
}

std::string value(const std::string& json) {
  return said(R"({"have_enough_info":true,"value":)" + json + "}");
}

// Says one of its lines after the other; the last one for good.
HttpDouble::Answer says(std::vector<std::string> lines) {
  auto next = std::make_shared<std::size_t>(0);
  return [=](const Asked&) {
    const std::string& line = lines.at(std::min(*next, lines.size() - 1));
    ++*next;
    return line;
  };
}

// ---- the tools ----------------------------------------------------------------------------------

constexpr const char* kDocument = "Project plan. canary-7731. Contact: research@gmail.com";

// Of the SQRT tutorial: a document, mail; a note; a JSON answer.
class Office {
 public:
  Office() : server_([this](const Asked& asked) { return answer(asked); }) {}
  std::size_t asked(const std::string& tool) const {
    const auto all = server_.asked();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const Asked& a) { return a.head.starts_with("POST /" + tool + " "); }));
  }
  std::string body(const std::string& tool) const {
    for (const Asked& a : server_.asked())
      if (a.head.starts_with("POST /" + tool + " ")) return a.body;
    return "";
  }
  std::string tools() const {
    return tool("get_internal_document", "read", {"name"}, "text") +
           tool("send_email", "send", {"to", "body"}, "text") +
           tool("add_note", "write", {"text"}, "text") +
           tool("get_status", "read", {}, "json",
                "secrets = [ { name = \"k\", in = \"header\", as = \"X-Api-Key\" } ]\n") +
           fmt::format("[secret.k]\nfrom = \"env:YETT_PLAN_KEY\"\nhosts = [\"{}\"]\n",
                       server_.url()) +
           tool("slow", "write", {"text"}, "text") + tool("broken", "read", {}, "text");
  }

  std::function<void()> on_slow;

 private:
  static std::string header(const Asked& asked) {
    const std::size_t at = asked.head.find("X-Api-Key: ");
    return at == std::string::npos
               ? ""
               : asked.head.substr(at + 11, asked.head.find('\r', at) - at - 11);
  }
  std::string answer(const Asked& asked) {
    if (asked.head.starts_with("POST /get_internal_document "))
      return HttpDouble::reply(200, "text/plain", kDocument);
    if (asked.head.starts_with("POST /get_status "))
      return HttpDouble::json(
          fmt::format(R"({{"state":"green","open":[1,2,3],"key":"{}"}})", header(asked)));
    if (asked.head.starts_with("POST /broken "))
      return HttpDouble::reply(500, "text/plain", "canary-7731 broke");
    if (asked.head.starts_with("POST /slow ") && on_slow) on_slow();
    return HttpDouble::reply(200, "text/plain", "done");
  }
  std::string tool(const std::string& name, const std::string& effect,
                   const std::vector<std::string>& arguments, const std::string& kind,
                   const std::string& more = "") const {
    std::string members, declared;
    for (const std::string& a : arguments) {
      members += fmt::format("{}{} = \"{{{}}}\"", members.empty() ? "" : ", ", a, a);
      declared += fmt::format("[tool.{}.args.{}]\ntype = \"string\"\n", name, a);
    }
    return fmt::format(
        "[tool.{0}]\ndescription = \"Does {0}.\"\nmethod = \"POST\"\neffect = \"{1}\"\n"
        "url = \"{2}/{0}\"\njson = {{ {3} }}\nanswer = \"{4}\"\n{6}{5}",
        name, effect, server_.url(), members, kind, declared, more);
  }
  HttpDouble server_;
};

constexpr const char* kTutorial = R"(
let internal = {"internal_use", "confidential"};
tool r"model:.*" { must allow always; }
tool "get_internal_document" { should allow always; result { @tags |= internal; } }
tool "send_email" {
  must deny when body.tags overlaps internal and not to.value in {str like w"*@trustedcorp.com"};
  should allow always;
}
tool r"add_note|get_status|slow|broken" { must allow always; }
)";

struct Setting {
  std::vector<std::string> planner{};  // what it says, one after the other
  std::vector<std::string> quarantined{};
  std::string session{};  // of [session]
  std::string more{};     // of [yett]
  std::string policy = kTutorial;
};

// Everything of one test.
class Desk {
 public:
  explicit Desk(Setting s)
      : planner(says(s.planner.empty() ? std::vector<std::string>{said("nothing")} : s.planner)),
        reader(says(s.quarantined.empty() ? std::vector<std::string>{said("nothing")}
                                          : s.quarantined)),
        yett("[yett]\nstate = \"state\"\nmax_calls_per_conversation = 1000\n" + s.more +
                 fmt::format("[session]\nquarantined = \"reader\"\n{}\n"
                             "[model.planner]\nkind = \"ollama\"\nurl = \"{}\"\nmodel = \"p\"\n"
                             "[model.reader]\nkind = \"ollama\"\nurl = \"{}\"\nmodel = \"q\"\n",
                             s.session, planner.url(), reader.url()) +
                 office.tools(),
             s.policy) {
    ::setenv("YETT_PLAN_KEY", "canary-key-0123456789", 1);
    started = yett.start();
  }
  schema::Value turn(const std::string& text, const std::string& mode = "dual") {
    lines.clear();
    if (session.empty()) session = yett.open();
    return yett.turn(session, text, &lines, mode);
  }
  // The lines of that event.
  std::vector<schema::Value> events(const std::string& event) const {
    std::vector<schema::Value> out;
    for (const auto& line : lines)
      if (text_of(line, "event") == event) out.push_back(line);
    return out;
  }
  // SECURITY: what the test's secret values look like never stands in a planner's prompt.
  bool planner_saw(const std::string& text) const {
    const auto all = planner.asked();
    return std::ranges::any_of(
        all, [&](const Asked& a) { return a.body.find(text) != std::string::npos; });
  }

  Office office;
  HttpDouble planner;
  HttpDouble reader;
  System yett;
  std::string started;
  std::string session;
  std::vector<schema::Value> lines;
};

constexpr const char* kMailsTheContact =
    "doc = get_internal_document(name=\"plan\")\n"
    "to = query_ai_assistant(f\"Which address is the contact? {doc}\", str)\n"
    "\n"
    "send_email(to=to, body=doc)\n"
    "final_return_value(\"sent\")";

// ---- the tutorial -------------------------------------------------------------------------------

TEST(Plan, AnAddressReadFromTheDocumentIsDeniedWithItsLine) {
  Desk desk(
      {.planner = {program(kMailsTheContact)}, .quarantined = {value("\"research@gmail.com\"")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn("Mail the internal document to its contact.");
  EXPECT_EQ(text_of(end, "reason"), "denied_by_rule") << schema::write(end);
  EXPECT_EQ(number_of(end, "line"), 4);
  EXPECT_EQ(text_of(end, "text"), "");
  const auto plans = desk.events("plan");
  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(text_of(plans[0], "state"), "running");
  EXPECT_EQ(text_of(plans[0], "program"), std::string(kMailsTheContact) + "\n");
  const auto calls = desk.events("call");
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(text_of(calls[2], "state"), "denied");
  EXPECT_EQ(number_of(calls[2], "line"), 4);
  EXPECT_EQ(desk.office.asked("send_email"), 0u);
  EXPECT_EQ(desk.planner.asked().size(), 1u);
  EXPECT_FALSE(desk.planner_saw("canary-7731"));
  EXPECT_FALSE(desk.planner_saw("research@gmail.com"));
  EXPECT_TRUE(desk.reader.asked().at(0).body.find("canary-7731") != std::string::npos);
}

TEST(Plan, AnAddressThatTheUserNamedIsSent) {
  Desk desk({.planner = {program("doc = get_internal_document(name=\"plan\")\n"
                                 "send_email(to=\"user@trustedcorp.com\", body=doc)\n"
                                 "final_return_value(\"sent\", to=1)")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn("Mail the internal document to user@trustedcorp.com");
  EXPECT_EQ(text_of(end, "reason"), "ok") << schema::write(end);
  EXPECT_EQ(text_of(end, "text"), "sent");
  EXPECT_EQ(text_of(end, "metadata"), R"({"to":1})");
  EXPECT_EQ(desk.office.asked("send_email"), 1u);
  EXPECT_NE(desk.office.body("send_email").find("canary-7731"), std::string::npos);
  EXPECT_FALSE(desk.planner_saw("canary-7731"));
}

TEST(Plan, AProgramOfTheOperatorsOwnRunsWithoutAPlanner) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "s = get_status()\nprint('state', s['state'])\nadd_note(text=f\"{len(s['open'])} open\")\n"
      "s['open'][1:]",
      "plan");
  EXPECT_EQ(text_of(end, "reason"), "ok") << schema::write(end);
  EXPECT_EQ(text_of(end, "text"), "[2,3]");
  EXPECT_EQ(text_of(end, "output"), "state green\n");
  EXPECT_NE(desk.office.body("add_note").find("3 open"), std::string::npos);
  EXPECT_TRUE(desk.planner.asked().empty());
}

// ---- the planner --------------------------------------------------------------------------------

TEST(Plan, AReplyWithoutAProgramAndOneThatCannotRunAreWrittenAgain) {
  Desk desk({.planner = {said("I would mail it."), program("x = open('a')"),
                         program("add_note(text='hi')\nfinal_return_value('ok')")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn("Note hi");
  EXPECT_EQ(text_of(end, "text"), "ok") << schema::write(end);
  const auto plans = desk.events("plan");
  ASSERT_EQ(plans.size(), 3u);
  EXPECT_EQ(text_of(plans[0], "state"), "rejected");
  EXPECT_EQ(text_of(plans[1], "state"), "rejected");
  EXPECT_EQ(number_of(plans[1], "line"), 1);
  EXPECT_EQ(number_of(plans[1], "column"), 5);
  EXPECT_EQ(number_of(plans[2], "attempt"), 3);
  const std::string asked = desk.planner.asked().at(2).body;
  EXPECT_NE(asked.find("line 1, column 5"), std::string::npos) << asked;
}

TEST(Plan, AttemptsAreCounted) {
  Desk desk({.planner = {said("no"), said("no"), said("no"), said("no"), program("1")}});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("Try"), "reason"), "plan_rejected");
  EXPECT_EQ(desk.planner.asked().size(), 4u);
}

// What went wrong may hold what a tool returned: the planner is told that something did, no more.
TEST(Plan, WhatAToolReturnedNeverReachesThePlannerNotEvenByAnError) {
  Desk desk({.planner = {program("doc = get_internal_document(name='plan')\nint(doc)"),
                         program("doc = get_internal_document(name='plan')\n{}[doc]"),
                         program("doc = get_internal_document(name='plan')\nif doc[0] == 'P':\n"
                                 "    raise ValueError(doc)"),
                         program("broken()")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn("Read the plan");
  EXPECT_EQ(text_of(end, "reason"), "plan_failed") << schema::write(end);
  const auto asked = desk.planner.asked();
  ASSERT_EQ(asked.size(), 4u);
  EXPECT_FALSE(desk.planner_saw("canary-7731"));
  EXPECT_FALSE(desk.planner_saw("KeyError"));
  EXPECT_NE(asked[3].body.find("what it was is withheld"), std::string::npos);
}

TEST(Plan, AnErrorOfTheProgramsOwnIsToldWithItsLine) {
  Desk desk({.planner = {program("x = 1\ny = {}['a']"), program("'fine'")}});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("Go"), "text"), "fine");
  EXPECT_NE(desk.planner.asked().at(1).body.find("KeyError at line 2"), std::string::npos);
}

TEST(Plan, NothingIsTriedAgainOnceSomethingWasChanged) {
  Desk desk({.planner = {program("add_note(text='once')\n1 / 0"), program("'never'")}});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("Go"), "reason"), "plan_failed");
  EXPECT_EQ(desk.planner.asked().size(), 1u);
  EXPECT_EQ(desk.office.asked("add_note"), 1u);
}

// A turn in which the model called tools stands in the conversation; the planner sees none of it.
TEST(Plan, WhatAPlainTurnHasReadIsNotShownToThePlanner) {
  Desk desk(
      {.planner = {HttpDouble::reply(
                       200, "application/x-ndjson",
                       R"({"message":{"role":"assistant","content":"","tool_calls":[{"function":)"
                       R"({"name":"get_internal_document","arguments":{"name":"a"}}}]},)"
                       R"("done":true,"done_reason":"stop"})"
                       "\n"),
                   said("It says canary-7731 and canary-words."), program("'planned'")}});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("What does it say?", "plain"), "reason"), "ok");
  EXPECT_EQ(text_of(desk.turn("And now a plan", "dual"), "text"), "planned");
  const std::string prompt = desk.planner.asked().at(2).body;
  EXPECT_EQ(prompt.find("canary"), std::string::npos) << prompt;
  EXPECT_NE(prompt.find("What does it say?"), std::string::npos);
  EXPECT_NE(prompt.find("def send_email(body: str, to: str) -"), std::string::npos) << prompt;
}

// The key of get_status is echoed by it; nobody but the egress and the tool sees it.
TEST(Plan, NoSecretStandsInAnyPrompt) {
  Desk desk({.planner = {program("int(query_ai_assistant(str(get_status()), str))"),
                         program("get_status()")},
             .quarantined = {value("\"x\"")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn("What is the status?");
  EXPECT_EQ(text_of(end, "reason"), "ok") << schema::write(end);
  EXPECT_EQ(text_of(end, "text").find("canary-key"), std::string::npos);
  EXPECT_NE(text_of(end, "text").find("green"), std::string::npos);
  for (const HttpDouble* model : {&desk.planner, &desk.reader})
    for (const Asked& a : model->asked()) EXPECT_EQ(a.body.find("canary-key"), std::string::npos);
}

TEST(Plan, AfterADenialThePlannerIsToldACodeAndALineWhereThatIsAllowed) {
  const std::string denied =
      program("d = get_internal_document(name='a')\nsend_email(to='a@b.org', body=d)");
  Desk desk({.planner = {denied, program("'it cannot be done'")},
             .session = "retry_after_denial = true"});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("Mail it"), "text"), "it cannot be done");
  const std::string prompt = desk.planner.asked().at(1).body;
  EXPECT_NE(prompt.find("line 2 was denied (denied_by_rule)"), std::string::npos) << prompt;
}

// ---- denials and limits -------------------------------------------------------------------------

TEST(Plan, ADenialCannotBeCaught) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "d = get_internal_document(name='a')\ntry:\n    send_email(to='a@b.org', body=d)\n"
      "except BaseException:\n    add_note(text='caught')\nfinally:\n    add_note(text='at last')",
      "plan");
  EXPECT_EQ(text_of(end, "reason"), "denied_by_rule");
  EXPECT_EQ(number_of(end, "line"), 3);
  EXPECT_EQ(desk.office.asked("add_note"), 0u);
}

TEST(Plan, AnErrorOfAToolIsCaughtWithoutItsText) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "try:\n    broken()\nexcept ToolError as e:\n    final_return_value(str(e))", "plan");
  EXPECT_EQ(text_of(end, "text"), "The tool answered with an error.") << schema::write(end);
}

TEST(Plan, AnArgumentThatDoesNotFitIsAnErrorOfThePlan) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(
      text_of(desk.turn("try:\n    add_note(text=5)\nexcept ToolError:\n    'refused'", "plan"),
              "reason"),
      "ok");
  EXPECT_EQ(desk.office.asked("add_note"), 0u);
  EXPECT_EQ(text_of(desk.turn("add_note(note='x')", "plan"), "reason"), "plan_failed");
}

TEST(Plan, LimitsOfTheTurnAndOfTheLanguageEndIt) {
  Desk desk({.more = "max_calls_per_turn = 3\n"});
  ASSERT_EQ(desk.started, "");
  auto end = desk.turn("for i in range(9):\n    add_note(text=str(i))", "plan");
  EXPECT_EQ(text_of(end, "reason"), "turn_limit");
  EXPECT_EQ(desk.office.asked("add_note"), 3u);
  end = desk.turn("while True:\n    pass", "plan");
  EXPECT_EQ(text_of(end, "reason"), "plan_limit");
  EXPECT_NE(text_of(end, "detail").find("steps"), std::string::npos);
  end = desk.turn("x = 'a' * 10**8", "plan");
  EXPECT_EQ(text_of(end, "reason"), "plan_limit");
  end = desk.turn("x =", "plan");
  EXPECT_EQ(text_of(end, "reason"), "plan_rejected");
  EXPECT_EQ(number_of(end, "line"), 1);
  EXPECT_EQ(text_of(desk.turn("'still here'", "plan"), "text"), "still here");
}

// Big numbers, patterns and deep heaps behind the call list of the real program.
TEST(Plan, TheLanguageWorksBehindTheWalls) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "import re, json, math\nn = 3 ** 2000\nm = re.findall(r'\\d+', str(n)[:9] + ' x 12')\n"
      "big = [str(i) * 10 for i in range(200000)]\n"
      "json.dumps([m, len(str(n)), len(big), round(math.sqrt(2), 3)])",
      "plan");
  EXPECT_EQ(text_of(end, "text"), R"([["174787125", "12"], 955, 200000, 1.414])")
      << schema::write(end);
  EXPECT_EQ(text_of(desk.turn("def f(n): return f(n - 1) + 1 if n else 0\nf(190)", "plan"), "text"),
            "190");
}

TEST(Plan, WherePlansAreRequiredAPlainTurnIsRefused) {
  Desk desk(
      {.planner = {program("'planned'")}, .session = "mode = \"dual\"\ndual_required = true"});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("hello", "plain"), "reason"), "plan_required");
  EXPECT_EQ(text_of(desk.turn("hello", ""), "text"), "planned");
}

TEST(Plan, ProgramsAreShownOnlyWhereTheDoorMaySeeThem) {
  Desk desk({.session = "include_program = false"});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("'a'", "plan"), "reason"), "ok");
  ASSERT_EQ(desk.events("plan").size(), 1u);
  EXPECT_EQ(text_of(desk.events("plan")[0], "program"), "");
}

// ---- the quarantined model ----------------------------------------------------------------------

TEST(Plan, AReplyThatIsNotOfTheFormIsAskedForAgainAndThenAnError) {
  Desk desk({.quarantined = {said("canary-7731 is the answer"), value("\"seven\""), value("7"),
                             said("never"), said("{}"), value("\"x\"")}});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(text_of(desk.turn("query_ai_assistant('how many?', int)", "plan"), "text"), "7");
  EXPECT_EQ(desk.reader.asked().size(), 3u);
  const auto end = desk.turn(
      "try:\n    query_ai_assistant('how many?', int)\nexcept ToolError as e:\n    str(e)", "plan");
  EXPECT_EQ(text_of(end, "reason"), "ok") << schema::write(end);
  EXPECT_EQ(desk.reader.asked().size(), 6u);
  const std::string body = desk.reader.asked().at(0).body;
  EXPECT_NE(body.find("\"format\":{\"type\":\"object\""), std::string::npos) << body;
  EXPECT_EQ(body.find("\"tools\""), std::string::npos);
}

TEST(Plan, ATypeOfThePlanIsTheSchemaAndTheResult) {
  Desk desk({.quarantined = {value(R"([{"who":"ann","n":2}])")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "from pydantic import BaseModel\nclass P(BaseModel):\n    who: str\n    n: int\n"
      "r = query_ai_assistant('who?', list[P])\nf'{r[0].who} {r[0].n + 1}'",
      "plan");
  EXPECT_EQ(text_of(end, "text"), "ann 3") << schema::write(end);
}

TEST(Plan, NotEnoughInformationIsAnErrorOfItsOwn) {
  Desk desk({.quarantined = {said(R"({"have_enough_info":false,"value":null})")}});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "try:\n    query_ai_assistant('who?')\nexcept NotEnoughInformationError as e:\n"
      "    final_return_value('unknown: ' + str(e))",
      "plan");
  EXPECT_EQ(text_of(end, "text"), "unknown: the text does not hold the answer");
}

// ---- choice -------------------------------------------------------------------------------------

constexpr const char* kTrustedOnly = R"(language yett 1;
tool r"model:.*" { allow always; }
tool "get_internal_document" { allow always; }
tool r"add_note|get_status|slow|broken" { allow always; }
tool "send_email" { allow when not @control.origins overlaps {"tool:get_internal_document"}
  and not to.origins overlaps {"quarantined", "tool:get_internal_document"}; }
)";

TEST(Plan, AChoiceAmongTrustedValuesIsTrustedAndLogged) {
  Desk desk({.quarantined = {value("1")}, .policy = kTrustedOnly});
  ASSERT_EQ(desk.started, "");
  const auto end = desk.turn(
      "d = get_internal_document(name='a')\n"
      "to = choose(f'Who is the contact? {d}', ['ann@example.org', 'bob@example.org'])\n"
      "send_email(to=to, body='hello')\nto",
      "plan");
  EXPECT_EQ(text_of(end, "text"), "bob@example.org") << schema::write(end);
  EXPECT_EQ(desk.office.asked("send_email"), 1u);
  EXPECT_EQ(desk.yett.stop(), 0);
  std::size_t endorsed = 0, plans = 0;
  for (const audit::Entry& e : desk.yett.log()) {
    plans += e.kind == audit::Kind::kPlan;
    if (e.kind != audit::Kind::kEndorsed) continue;
    ++endorsed;
    EXPECT_EQ(e.detail.text(), "choice index=1 options=2 line=2");
    EXPECT_NE(e.result, base::Digest{});
  }
  EXPECT_EQ(endorsed, 1u);
  EXPECT_EQ(plans, 1u);
}

TEST(Plan, WhatDataSaysIsNoOption) {
  Desk desk({.quarantined = {value("0")}, .policy = kTrustedOnly});
  ASSERT_EQ(desk.started, "");
  EXPECT_EQ(
      text_of(desk.turn("d = get_internal_document(name='a')\nchoose('which?', ['a', d])", "plan"),
              "reason"),
      "plan_failed");
  EXPECT_EQ(text_of(desk.turn("choose('which?', [str(i) for i in range(17)])", "plan"), "reason"),
            "plan_failed");
  EXPECT_TRUE(desk.reader.asked().empty());
  // Not endorsed: the same value read out of the document is refused.
  EXPECT_EQ(
      text_of(desk.turn("d = get_internal_document(name='a')\nsend_email(to=d, body='x')", "plan"),
              "reason")
          .empty(),
      false);
  EXPECT_EQ(desk.office.asked("send_email"), 0u);
}

// ---- ends ---------------------------------------------------------------------------------------

TEST(Plan, ACancelEndsThePlanWhereItIs) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  desk.session = desk.yett.open();
  std::atomic<bool> asked = false;
  desk.office.on_slow = [&] {
    asked = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  };
  desk.yett.send(
      fmt::format(R"({{"op":"turn","id":900,"session":"{}","mode":"plan",)", desk.session) +
      R"x("text":"slow(text='a')\nadd_note(text='b')"})x");
  while (!asked) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  desk.yett.send(R"({"op":"cancel","target":900})");
  EXPECT_EQ(text_of(desk.yett.closing(900), "reason"), "cancelled");
  EXPECT_EQ(text_of(desk.turn("'next'", "plan"), "text"), "next");
  EXPECT_EQ(desk.office.asked("add_note"), 0u);
}

void kill_sessions(System& yett) {
  for (const int pid : programs_of(yett.running().supervisor(), "yett-session"))
    EXPECT_EQ(::kill(pid, SIGKILL), 0);
}

// The second call is on its way when the process dies: neither it nor the first happens again.
TEST(Plan, APlanGoesOnAfterTheDeathOfItsSessionAndRepeatsNothing) {
  Desk desk({.planner = {program("n = add_note(text='first')\nslow(text=n)\n"
                                 "a = query_ai_assistant('what?', int)\n"
                                 "s = get_status()\nadd_note(text='second')\n"
                                 "f\"{n} {s['state']} {a}\"")},
             .quarantined = {said("no form"), value("4"), value("5")}});
  ASSERT_EQ(desk.started, "");
  std::atomic<int> killed = 0;
  desk.office.on_slow = [&] {
    if (killed++ == 0) kill_sessions(desk.yett);
  };
  const auto end = desk.turn("Do it");
  EXPECT_EQ(text_of(end, "reason"), "ok") << schema::write(end);
  EXPECT_EQ(text_of(end, "text"), "done green 4");
  EXPECT_EQ(desk.office.asked("add_note"), 2u);
  EXPECT_EQ(desk.office.asked("slow"), 1u);
  EXPECT_EQ(desk.planner.asked().size(), 1u);
  EXPECT_EQ(text_of(desk.turn("'and on'", "plan"), "text"), "and on");
  EXPECT_EQ(desk.yett.stop(), 0);
  bool resumed = false;
  for (const audit::Entry& e : desk.yett.log())
    resumed |= e.kind == audit::Kind::kPlan && e.detail.text() == "plan resumed steps=2";
  EXPECT_TRUE(resumed);
}

TEST(Plan, AfterTheReadersReplyTheRecordAnswersInItsPlace) {
  Desk desk({.quarantined = {said("no form"), value("4"), value("5")}});
  ASSERT_EQ(desk.started, "");
  std::atomic<int> killed = 0;
  desk.office.on_slow = [&] {
    if (killed++ == 0) kill_sessions(desk.yett);
  };
  const auto end =
      desk.turn("a = query_ai_assistant('what?', int)\nslow(text='x')\nslow(text='y')\na", "plan");
  EXPECT_EQ(text_of(end, "text"), "4") << schema::write(end);
  EXPECT_EQ(desk.reader.asked().size(), 2u);
  EXPECT_EQ(desk.office.asked("slow"), 2u);
}

TEST(Plan, ASessionThatDiesEachTimeIsGivenUp) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  desk.office.on_slow = [&] { kill_sessions(desk.yett); };
  const auto end = desk.turn("for i in range(9):\n    slow(text=str(i))", "plan");
  EXPECT_EQ(text_of(end, "reason"), "peer_lost");
  // All die, also those of the pool: a plan that was given to one of these was given to nobody.
  EXPECT_GE(desk.office.asked("slow"), 2u);
  EXPECT_LE(desk.office.asked("slow"), 4u);
}

// The argument store is changed under the plan's feet.
TEST(Plan, ARecordThatWasChangedEndsTheTurn) {
  Desk desk({});
  ASSERT_EQ(desk.started, "");
  desk.office.on_slow = [&] {
    const std::string path = desk.yett.directory() + "/state/values";
    // Wait until the store was written, so that the change is not written over.
    for (int i = 0; i < 100 && std::filesystem::file_size(path) < 64; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);
    file.put('\x7f');
    file.flush();
    kill_sessions(desk.yett);
  };
  const auto end = desk.turn("add_note(text='a')\nslow(text='b')\nadd_note(text='c')", "plan");
  EXPECT_EQ(text_of(end, "reason"), "not_resumed") << schema::write(end);
  EXPECT_EQ(desk.office.asked("add_note"), 1u);
}

}  // namespace
}  // namespace e2e
