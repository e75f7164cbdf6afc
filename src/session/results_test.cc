// SPDX-License-Identifier: Apache-2.0
#include "session/results.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "session/play.h"

namespace session {
namespace {

using base::Reason;

wire::LabelText tagged(std::string tag) {
  wire::LabelText out;
  out.tags = {std::move(tag)};
  return out;
}

// A direct call that ends well with `content` under `label`; the id of the call.
base::CallId done(Play& play, std::uint64_t id, std::string content, wire::LabelText label) {
  const auto call = only<wire::LabelledCall>(play.call(id, "add_note", R"({"text":"a"})"));
  play.allow(call.proposal);
  return only<wire::CallDone>(play.step(wire::CallResult{call.proposal, Reason::kOk, 200,
                                                         std::move(content), 0, std::move(label)}))
      .call;
}

Actions call_from(Play& play, std::uint64_t id, std::string arguments,
                  std::vector<wire::ResultRef> from) {
  return play.step(wire::Call{{id}, "add_note", std::move(arguments), false, std::move(from)});
}

TEST(Results, AReferenceGivesAnArgumentTheValueAndExactlyItsLabel) {
  Play play;
  const base::CallId secret = done(play, 1, "raw", tagged("pii"));
  const base::CallId clean = done(play, 2, "clean words", {});
  const auto call =
      only<wire::LabelledCall>(call_from(play, 3, R"({"tags":["x"]})", {{"text", clean, ""}}));
  ASSERT_EQ(call.arguments.size(), 2u);
  for (const wire::Leaf& leaf : call.arguments) {
    const bool given = leaf.path == "text";
    if (given) {
      EXPECT_EQ(leaf.text, "clean words");
    }
    // What the caller wrote itself may be made of the first result, which it has read.
    EXPECT_EQ(call.labels.at(leaf.label).tags,
              given ? std::vector<std::string>{} : std::vector<std::string>{"pii"});
  }
  EXPECT_EQ(call.control.tags, std::vector<std::string>{"pii"});
  const auto raw = only<wire::LabelledCall>(call_from(play, 4, "{}", {{"text", secret, ""}}));
  EXPECT_EQ(raw.labels.at(raw.arguments.at(0).label).tags, std::vector<std::string>{"pii"});
}

TEST(Results, AFieldIsTakenByItsKindAndAnArrayLeafByLeaf) {
  Play play;
  const base::CallId call =
      done(play, 1, R"({"n":7,"words":["a","b"],"deep":{"x":1}})", tagged("t"));
  const auto proposed = only<wire::LabelledCall>(
      call_from(play, 2, R"({"text":"mine"})", {{"level", call, "n"}, {"tags", call, "words"}}));
  ASSERT_EQ(proposed.arguments.size(), 4u);
  for (const wire::Leaf& leaf : proposed.arguments)
    if (leaf.path != "text") {
      EXPECT_EQ(proposed.labels.at(leaf.label), tagged("t")) << leaf.path;
    }
}

TEST(Results, AFieldIsFoundByItsExactName) {
  Play play;
  const base::CallId call = done(play, 1, R"({"Name":"A","name":"b"})", {});
  const auto proposed =
      only<wire::LabelledCall>(call_from(play, 2, "{}", {{"text", call, "name"}}));
  EXPECT_EQ(proposed.arguments.at(0).text, "b");
}

TEST(Results, WhatCannotBeFilledInIsRefusedWithWords) {
  Play play;
  const base::CallId text = done(play, 1, "no JSON", {});
  const base::CallId object = done(play, 2, R"({"n":7})", {});
  const auto refused = [&](std::string arguments, std::vector<wire::ResultRef> from) {
    const auto end = only<wire::CallDone>(call_from(play, 9, arguments, std::move(from)));
    EXPECT_EQ(end.reason, Reason::kInvalidArguments);
    EXPECT_FALSE(end.call);
    return end.content;
  };
  EXPECT_EQ(refused("{}", {{"text", {77}, ""}}),
            "This session holds no result of c77; it keeps those of its last 64 calls");
  EXPECT_EQ(refused(R"({"text":"a"})", {{"text", text, ""}}), "Argument 'text' is given twice");
  EXPECT_EQ(refused("{}", {{"text", text, ""}, {"text", text, ""}}),
            "Argument 'text' is given twice");
  EXPECT_EQ(refused("{}", {{"text", object, "m"}}),
            fmt::format("The result of c{} has no field 'm'", object.value));
  EXPECT_EQ(refused("{}", {{"level", text, ""}}),
            fmt::format("The result of c{} is text, not JSON", text.value));
  EXPECT_EQ(refused("{}", {{"text", object, "n"}}),
            "Parameter 'text' for tool 'add_note' must be a string, not a number");
}

TEST(Results, TheOldestAreDroppedByCountAndBytes) {
  Results results;
  const Toolset none;
  const auto held = [&](std::uint64_t call) {
    return results.fill(none, "t", "{}", {{"a", {call}, ""}}).ok();
  };
  for (std::uint64_t n = 1; n <= Results::kCount + 1; ++n) results.keep({n}, "x", {});
  EXPECT_FALSE(held(1));
  EXPECT_TRUE(held(2));
  results.keep({100}, std::string(Results::kBytes, 'y'), {});
  EXPECT_FALSE(held(Results::kCount + 1));
  EXPECT_TRUE(held(100));
  results.keep({101}, std::string(Results::kBytes + 1, 'y'), {});
  EXPECT_FALSE(held(101));
  EXPECT_TRUE(held(100));
}

TEST(Results, AResetForgetsResultsButNotWhatTheClientHasRead) {
  Play play;
  const base::CallId call = done(play, 1, "raw", tagged("pii"));
  play.step(wire::Reset{});
  EXPECT_EQ(only<wire::CallDone>(call_from(play, 2, "{}", {{"text", call, ""}})).reason,
            Reason::kInvalidArguments);
  const auto next = only<wire::LabelledCall>(play.call(3, "add_note", R"({"text":"a"})"));
  EXPECT_EQ(next.control.tags, std::vector<std::string>{"pii"});
}

TEST(Results, WhatTheModelReadTheClientHasRead) {
  Play play;
  auto prompt = only<wire::LabelledCall>(play.turn(1, "look"));
  const auto call = only<wire::LabelledCall>(
      play.reply(prompt.proposal, {"", {{"add_note", R"({"text":"a"})"}}}));
  play.allow(call.proposal);
  wire::LabelText label = tagged("pii");
  prompt = only<wire::LabelledCall>(
      play.step(wire::CallResult{call.proposal, Reason::kOk, 200, "raw", 0, label}));
  EXPECT_EQ(prompt.labels.at(0).tags, std::vector<std::string>{"pii"});
  play.reply(prompt.proposal, {"it says raw", {}});
  const auto direct = only<wire::LabelledCall>(play.call(2, "add_note", R"({"text":"a"})"));
  EXPECT_EQ(direct.labels.at(0).tags, std::vector<std::string>{"pii"});
  // The model's calls leave results too.
  const auto taken =
      only<wire::LabelledCall>(call_from(play, 3, "{}", {{"text", {call.proposal}, ""}}));
  EXPECT_EQ(taken.labels.at(taken.arguments.at(0).label), label);
}

TEST(Results, AResultLowerThanItsArgumentsIsBelieved) {
  Play play;
  done(play, 1, "raw", tagged("pii"));
  const auto call = only<wire::LabelledCall>(play.call(2, "add_note", R"({"text":"a"})"));
  EXPECT_EQ(call.control.tags, std::vector<std::string>{"pii"});
  play.allow(call.proposal);
  const auto end = only<wire::CallDone>(
      play.step(wire::CallResult{call.proposal, Reason::kOk, 200, "clean", 0, {}}));
  const auto next = only<wire::LabelledCall>(call_from(play, 3, "{}", {{"text", end.call, ""}}));
  EXPECT_EQ(next.labels.at(next.arguments.at(0).label).tags, std::vector<std::string>{});
}

}  // namespace
}  // namespace session
