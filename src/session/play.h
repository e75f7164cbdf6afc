// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// For tests: a session's machine with a monitor that the test plays. Trust zone: none, tests only.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "session/machine.h"

namespace session {

class StoppedClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return now_us; }
  std::int64_t steady_us() const override { return now_us; }
  std::int64_t now_us = 1'000'000;
};

inline wire::Parameter parameter(std::string name, wire::ArgumentType type, bool required = true) {
  wire::Parameter p;
  p.spec.name = std::move(name);
  p.spec.type = type;
  p.spec.required = required;
  return p;
}

inline base::Digest digest_of(std::string_view name) { return base::sha256({name}); }

// get_current_weather(location, format), add_note(text, tags[]), two models.
inline wire::StartSession example_start() {
  wire::StartSession start;
  wire::OfferedTool weather{"get_current_weather", "The weather now.", digest_of("weather"), {}};
  weather.parameters.push_back(parameter("location", wire::ArgumentType::kString));
  weather.parameters.push_back(parameter("format", wire::ArgumentType::kString));
  weather.parameters[1].spec.choices = {"celsius", "fahrenheit"};
  wire::OfferedTool note{"add_note", "Keeps a note.", digest_of("note"), {}};
  note.parameters.push_back(parameter("text", wire::ArgumentType::kString));
  note.parameters.push_back(parameter("tags", wire::ArgumentType::kArray, false));
  note.parameters.push_back(parameter("level", wire::ArgumentType::kInteger, false));
  start.tools = {weather, note};
  start.models = {
      {"local", "model:local", digest_of("local"), wire::Decode::kOllamaChat, "llama3.1:8b",
       R"({"temperature":0,"seed":42})"},
      {"cloud", "model:cloud", digest_of("cloud"), wire::Decode::kOpenAiChat, "gpt-x", ""}};
  return start;
}

// What a model says with one call.
struct Says {
  std::string text;
  struct Call {
    std::string name;
    std::string input;
    std::string id = {};
  };
  std::vector<Call> calls = {};
};

class Play {
 public:
  explicit Play(const wire::StartSession& start = example_start())
      : machine(std::move(*Setup::create(start)), clock) {}

  // The actions of one event. A violation fails the test.
  Actions step(Event event) {
    Actions out;
    const auto status = machine.step(std::move(event), out);
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
    for (const Action& a : out) {
      if (const auto* call = std::get_if<wire::LabelledCall>(&a)) {
        EXPECT_TRUE(call->valid());
        learnt[call->proposal] = label_of(*call);
        EXPECT_GT(call->proposal, last_proposal);
        last_proposal = call->proposal;
      }
      closed +=
          std::holds_alternative<wire::TurnDone>(a) || std::holds_alternative<wire::CallDone>(a);
    }
    return out;
  }
  bool violates(Event event) {
    Actions out;
    const auto status = machine.step(std::move(event), out);
    return !status.ok() && status.error().code == base::Errc::kViolation;
  }

  Actions turn(std::uint64_t id, std::string text, bool stream = true, std::string model = "") {
    wire::Turn t;
    t.turn = base::RequestId{id};
    t.text = std::move(text);
    t.stream = stream;
    t.model = std::move(model);
    return step(std::move(t));
  }
  Actions call(std::uint64_t id, std::string tool, std::string arguments) {
    return step(wire::Call{base::RequestId{id}, std::move(tool), std::move(arguments), false, {}});
  }
  Actions allow(std::uint32_t proposal) {
    return step(
        wire::Verdict{proposal, true, base::Reason::kAllowedByRule, base::CallId{proposal}});
  }
  Actions deny(std::uint32_t proposal, base::Reason reason) {
    return step(wire::Verdict{proposal, false, reason, base::CallId{proposal}});
  }
  Actions delta(std::uint32_t proposal, wire::DeltaKind kind, std::string text,
                std::uint32_t index = 0) {
    return step(wire::ModelDelta{proposal, kind, index, std::move(text)});
  }
  Actions result(std::uint32_t proposal, std::string content = "",
                 base::Reason reason = base::Reason::kOk, std::uint16_t status = 200) {
    return step(
        wire::CallResult{proposal, reason, status, std::move(content), 0, learnt[proposal]});
  }
  // Lets the open prompt pass and answers it; the actions are those of the end of the reply.
  Actions reply(std::uint32_t proposal, const Says& says) {
    allow(proposal);
    if (!says.text.empty()) delta(proposal, wire::DeltaKind::kText, says.text);
    for (std::uint32_t i = 0; i < says.calls.size(); ++i) {
      delta(proposal, wire::DeltaKind::kToolName, says.calls[i].name, i);
      if (!says.calls[i].id.empty()) delta(proposal, wire::DeltaKind::kToolId, says.calls[i].id, i);
      delta(proposal, wire::DeltaKind::kToolInput, says.calls[i].input, i);
    }
    return result(proposal);
  }

  // The label that the monitor gives the result of a call without rules for it.
  static wire::LabelText label_of(const wire::LabelledCall& call) {
    const auto sets = [](const wire::LabelText& l) {
      return label::Sets{label::Names(l.tags), label::Names(l.producers), label::Names(l.origins),
                         l.everyone ? label::Consumers::everyone()
                                    : label::Consumers::only(label::Names(l.consumers))};
    };
    label::Sets joined = sets(call.control);
    for (const wire::LabelText& l : call.labels) joined = join(joined, sets(l));
    const bool model = call.tool.starts_with("model:");
    const std::string origin = model ? call.tool : "tool:" + call.tool;
    joined.origins = united(joined.origins, label::Names({origin}));
    return {joined.tags.list(), joined.producers.list(), joined.consumers.is_everyone(),
            joined.consumers.names().list(), joined.origins.list()};
  }

  StoppedClock clock;
  Machine machine;
  std::map<std::uint32_t, wire::LabelText> learnt;
  std::uint32_t last_proposal = 0;
  int closed = 0;
};

// All actions of one kind, in order.
template <class F> std::vector<F> all_of(const Actions& actions) {
  std::vector<F> out;
  for (const Action& a : actions)
    if (const F* f = std::get_if<F>(&a)) out.push_back(*f);
  return out;
}
// The only action of that kind.
template <class F> F only(const Actions& actions) {
  const auto found = all_of<F>(actions);
  EXPECT_EQ(found.size(), 1u);
  return found.empty() ? F{} : found.front();
}

}  // namespace session
