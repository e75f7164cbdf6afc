// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_question.h"

#include "cli/policy_leaves.h"
#include "cli/policy_sample.h"
#include "cli/policy_testing.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace cli {
namespace {

using policy::LeafKind;

const policy::Instant kNow = *policy::instant_of("2026-01-01T00:00:00Z");

std::vector<policy::LeafValue> leaves(std::string_view tool, const std::string& json) {
  const policy::Tools tools = some_tools();
  auto made = leaves_of(find_tool(tools, tool), *schema::parse(json));
  EXPECT_TRUE(made.ok()) << json << (made.ok() ? "" : made.error().message);
  return made.ok() ? *made : std::vector<policy::LeafValue>();
}

TEST(Leaves, AreOfTheKindsThatTheToolDeclares) {
  const auto all = leaves("issue_refund", R"({"amount":5,"times":2.0,"meta":{"a":[true,null]}})");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0], (policy::LeafValue{"amount", LeafKind::kNumber, "5", {}, false}));
  EXPECT_EQ(all[1], (policy::LeafValue{"times", LeafKind::kInteger, "2", {}, false}));
  EXPECT_EQ(all[2], (policy::LeafValue{"meta/a/0", LeafKind::kBoolean, "true", {}, false}));
  EXPECT_EQ(all[3], (policy::LeafValue{"meta/a/1", LeafKind::kNull, "", {}, false}));
  EXPECT_TRUE(leaves("send_email", R"({"to":[]})").empty());
}

TEST(Leaves, WhatTheToolDoesNotHaveIsRefused) {
  const policy::Tools tools = some_tools();
  const auto refused = [&](std::string_view json) {
    const auto made = leaves_of(find_tool(tools, "send_email"), *schema::parse(json));
    EXPECT_FALSE(made.ok()) << json;
    return made.ok() ? "" : made.error().message;
  };
  EXPECT_EQ(refused(R"({"bdy":"x"})"),
            "tool `send_email` has no argument `bdy`; did you mean `body`?");
  EXPECT_EQ(refused(R"({"body":5})"), "argument `body` is a string, not a number");
  refused(R"({"to":"x"})");
  refused(R"({"to":[5]})");
  refused(R"({"urgent":"true"})");
  refused("[]");
}

TEST(Leaves, WordsBecomeWhatTheArgumentIs) {
  const policy::Tools tools = some_tools();
  const auto mail = find_tool(tools, "send_email");
  EXPECT_EQ(schema::write(*object_of(mail, {"to=a", "to=b", "body=5", "urgent=true"})),
            R"({"to":["a","b"],"body":"5","urgent":true})");
  EXPECT_EQ(schema::write(*object_of(mail, {"to=[\"x\"]"})), R"({"to":["x"]})");
  EXPECT_EQ(schema::write(*object_of(nullptr, {"a=5", "b=x", "a=6"})), R"({"a":[5,6],"b":"x"})");
  EXPECT_FALSE(object_of(mail, {"body=a", "body=b"}).ok());
  EXPECT_FALSE(object_of(mail, {"nothing=a"}).ok());
  EXPECT_FALSE(object_of(mail, {"body"}).ok());
  EXPECT_FALSE(object_of(mail, {"urgent=maybe"}).ok());
}

TEST(Question, TakesLabelsNamesAndAskerFromWords) {
  PolicyCall call;
  call.tool = "send_email";
  call.arguments = {"to=a@x.org", "to=b@x.org", "body=hi"};
  call.labels = {"to.tags=pii,seen", "to/1.origins=tool:inbox", "@control.tags=c",
                 "@session.tags=s", "body.consumers="};
  call.named = {"to/0"};
  call.roles = "owner,staff";
  call.session_value = "slot";
  call.counters = {"refunds=2"};
  const auto q = question_of(call, some_tools(), false, kNow);
  ASSERT_TRUE(q.ok()) << q.error().message;
  ASSERT_EQ(q->leaves.size(), 3u);
  EXPECT_EQ(q->leaves[0].label.tags, (label::Names{"pii", "seen"}));
  EXPECT_EQ(q->leaves[1].label.origins, (label::Names{"tool:inbox"}));
  EXPECT_TRUE(q->leaves[0].named);
  EXPECT_FALSE(q->leaves[1].named);
  EXPECT_FALSE(q->leaves[2].label.consumers.admits("anybody"));
  EXPECT_EQ(q->control.tags, (label::Names{"c"}));
  EXPECT_EQ(q->session.label.tags, (label::Names{"s"}));
  EXPECT_EQ(q->asker.roles, (label::Names{"owner", "staff"}));
  EXPECT_EQ(q->counters.at("refunds").integer, 2);
}

TEST(Question, SaysWhichWordIsWrong) {
  const auto refused = [](PolicyCall call) {
    call.tool = call.tool.empty() ? "send_email" : call.tool;
    return question_of(call, some_tools(), false, kNow).error().message;
  };
  PolicyCall call;
  call.tool = "send_mail";
  EXPECT_EQ(refused(call), "there is no tool `send_mail`; did you mean `send_email`?");
  call = {};
  call.labels = {"to.tag=x"};
  EXPECT_NE(refused(call).find("--label"), std::string::npos);
  call.labels = {"to.tags=x"};
  EXPECT_EQ(refused(call), "--label: the call has no argument `to`");
  call = {};
  call.named = {"to"};
  EXPECT_NE(refused(call).find("--named"), std::string::npos);
  call = {};
  call.now = "tomorrow";
  EXPECT_NE(refused(call).find("--now"), std::string::npos);
  call = {};
  call.counters = {"refunds=many"};
  EXPECT_NE(refused(call).find("--counter"), std::string::npos);
}

TEST(Question, ArgumentsComeBackAsJsonWhateverThePaths) {
  const auto json = [](std::vector<std::string> paths) {
    std::vector<policy::LeafValue> all;
    for (std::string& path : paths)
      all.push_back({std::move(path), LeafKind::kString, "x", {}, false});
    return schema::write(arguments_json(all));
  };
  EXPECT_EQ(json({"to/0", "to/1", "meta/a/b", "meta/a/c"}),
            R"({"to":["x","x"],"meta":{"a":{"b":"x","c":"x"}}})");
  EXPECT_EQ(json({"l/0/n", "l/1/n", "l/1/m"}), R"({"l":[{"n":"x"},{"n":"x","m":"x"}]})");
  // Paths that no call has do no harm.
  EXPECT_EQ(json({"a/99999999999999999999999"}), R"({"a":{"99999999999999999999999":"x"}})");
  EXPECT_EQ(json({"a/0", "a/99999999999999999999999", "a/b"}), R"({"a":["x","x","x"]})");
  EXPECT_EQ(json({"a", "a/b"}), R"({"a":{"b":"x"}})");
}

// The words of a command that `quoted` wrote, as a shell reads them.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool inside = false;
  bool any = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\'') inside = !inside, any = true;
    else if (c == '\\' && !inside) word += line[++i], any = true;
    else if (c == ' ' && !inside) {
      if (any) out.push_back(std::exchange(word, ""));
      any = false;
    } else word += c, any = true;
  }
  if (any) out.push_back(word);
  return out;
}

PolicyCall call_of(const std::vector<std::string>& words) {
  PolicyCall call;
  call.tool = words.at(3);
  for (std::size_t i = 4; i + 1 < words.size(); i += 2) {
    const std::string& option = words[i];
    const std::string& value = words[i + 1];
    if (option == "--arg") call.arguments.push_back(value);
    else if (option == "--args-json") call.arguments_json = value;
    else if (option == "--label") call.labels.push_back(value);
    else if (option == "--named") call.named.push_back(value);
    else if (option == "--principal") call.principal = value;
    else if (option == "--tenant") call.tenant = value;
    else if (option == "--door") call.door = value;
    else if (option == "--environment") call.environment = value;
    else if (option == "--roles") call.roles = value;
    else if (option == "--scopes") call.scopes = value;
    else if (option == "--session-value") call.session_value = value;
    else if (option == "--counter") call.counters.push_back(value);
    else if (option == "--now") call.now = value;
    else ADD_FAILURE() << option;
  }
  return call;
}

TEST(Question, TheCommandAsksTheSameAgain) {
  const PolicyGround ground = ground_for(R"~(language yett 1;
    counter refunds = calls of "issue_refund" per session within 1h;
    tool "send_email" {
      deny when any to[*].value in { str matching r".*@evil\.test", "it's; $(x)", "[a]" };
      deny when body.tags overlaps {"pii", "a b"} or @control.origins overlaps {"tool:x"};
      deny when @session.value == "slot" and not @principal.roles grants "mail";
      allow when body.consumers == {"bob"} or urgent.value == true;
    }
    tool "issue_refund" {
      deny when @counter.refunds >= 3 or meta.owner.value == "me" or times.value == 7;
      allow when amount.value in { int 1..5 };
    })~");
  const policy::Tools tools = some_tools();
  Sampler sampler(vocabulary_of({&ground.loaded}), 7);
  for (int i = 0; i < 500; ++i) {
    const policy::Question q = sampler.ask(tools[static_cast<std::size_t>(i) % 2]);
    const std::string line = command_of(q, tools);
    const auto again = question_of(call_of(shell_words(line)), tools, false, kNow);
    ASSERT_TRUE(again.ok()) << line << "\n" << again.error().message;
    ASSERT_EQ(again->leaves, q.leaves) << line;
    ASSERT_EQ(again->control, q.control) << line;
    ASSERT_EQ(again->session, q.session) << line;
    ASSERT_EQ(again->asker, q.asker) << line;
    ASSERT_EQ(again->now, q.now) << line;
    ASSERT_EQ(again->counters, q.counters) << line;
  }
}

}  // namespace
}  // namespace cli
