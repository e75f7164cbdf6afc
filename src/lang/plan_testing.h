// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A host for tests: `give(name)` answers with a value under a label, `send(...)` is recorded.
// Trust zone: tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lang/plan.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace lang {

class World : public Host {
 public:
  World()
      : secret(table.intern({label::Names{"secret"},
                             {},
                             {label::Names{"tool:give"}},
                             label::Consumers::only(label::Names{"alice"})})) {}

  static const std::vector<Signature>& tools() {
    static const std::vector<Signature> kTools{
        {"give", {"json"}}, {"clean", {"json"}}, {"send", {"value", "more"}},
        {"fail", {}},       {"deny", {}},        {"later", {"value"}}};
    return kTools;
  }

  Answer call(const Call& call) override {
    Answer out;
    out.kind = Answer::Kind::kResult;
    if (call.tool <= 1) {
      out.value = *schema::parse(*call.arguments[0].value.as_string());
      out.label = call.tool == 0 ? secret : label::kClean;
    }
    if (call.tool == 2) sent.push_back(call);
    if (call.tool == 3) {
      out.kind = Answer::Kind::kError;
      out.text = "the tool failed";
      out.label = secret;
    }
    if (call.tool == 4) out.kind = Answer::Kind::kDenied;
    if (call.tool == 5) out.kind = Answer::Kind::kLater;
    ++calls;
    return out;
  }

  Outcome run(const std::string& source, const Limits& limits = {}) {
    auto checked = Plan::check(source, tools());
    if (const auto* problem = std::get_if<Problem>(&checked)) {
      Outcome out;
      out.kind = Outcome::Kind::kLimit;
      out.text = "refused: " + render(*problem, source);
      return out;
    }
    Machine machine(std::get<Plan>(checked), table, limits);
    return machine.run(*this);
  }

  // The result's value as JSON after `secret`, `page` and `items` were given; "!" before a text is
  // how the run ended otherwise.
  std::string value(const std::string& source) {
    const Outcome out = run(source);
    if (out.kind == Outcome::Kind::kDone) return schema::write(out.value);
    return out.kind == Outcome::Kind::kRaised ? "!" + out.error + ": " + out.text : "!" + out.text;
  }

  label::Table table;
  label::LabelId secret;
  std::vector<Call> sent;
  int calls = 0;
};

// `secret` is 7, `page` a text, `items` a list, `data` a dict, `nothing` 0: each under the label.
inline const std::string kGiven =
    "secret = give('7')\npage = give('\"some text\"')\nitems = give('[3, 1, 2]')\n"
    "data = give('{\"k\": 5}')\nnothing = give('0')\n";

}  // namespace lang
