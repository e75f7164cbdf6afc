// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/launder.h"

#include <fmt/format.h>

#include "schema/parse.h"

namespace plan_test {
namespace {

using label::LabelId;

const std::vector<lang::Signature>& launder_tools() {
  static const std::vector<lang::Signature> kTools{
      {"give", {"json"}}, {"clean", {"json"}}, {"send", {"value"}}};
  return kTools;
}

constexpr std::string_view kHead =
    "import json, re, math, dataclasses\n"
    "from collections import Counter, OrderedDict, defaultdict, deque\n"
    "from dataclasses import asdict, astuple, dataclass, field, is_dataclass\n"
    "from datetime import date, datetime, time, timedelta, timezone\n"
    "from enum import Enum\nfrom pydantic import BaseModel\n"
    "class M(BaseModel):\n  f: int = 1\n  g: str = ''\n"
    "@dataclass\nclass D:\n  a: int\n  b: int = 2\nclass E(Enum):\n  A = 7\n  B = 8\n";

label::Sets sets_of(LabelKind kind) {
  label::Sets sets;
  if (kind == LabelKind::kTag) sets.tags = {"secret"};
  if (kind == LabelKind::kProducer) sets.producers = {"mallory"};
  if (kind == LabelKind::kConsumers) sets.consumers = label::Consumers::only(label::Names{"alice"});
  if (kind == LabelKind::kOrigin) sets.origins = {"tool:give"};
  return sets;
}

// Answers with the JSON it is given; what is sent it keeps.
class Door : public lang::Host {
 public:
  explicit Door(LabelId label) : label_(label) {}
  lang::Answer call(const lang::Call& call) override {
    lang::Answer out;
    out.kind = lang::Answer::Kind::kResult;
    if (call.tool == 2) sent.push_back(call);
    else if (const auto* text = call.arguments[0].value.as_string())
      out.value = *schema::parse(*text);
    if (call.tool == 0) out.label = label_;
    return out;
  }
  std::vector<lang::Call> sent;

 private:
  LabelId label_;
};

// Label of an argument: its leaves, and control.
constexpr Use kUses[] = {
    {"sent", "\nsend(str(x))\n"},
    {"sent in a list", "\nsend([1, {'k': str(x)}])\n"},
    {"tested, taken", "\nif x or not x:\n  send(1)\n"},
    {"tested, not taken", "\ny = 1\nif not (x or not x):\n  y = 2\nsend(y)\n"},
    {"left out", "\ny = []\n[y.append(1) for z in [1] if x]\nsend(y)\n"},
    {"in an exception",
     "\ny = 1\ntry:\n  raise ValueError(str(x))\nexcept ValueError as e:\n  y = str(e)\nsend(y)\n"},
    {"passed by a function", "\ndef keep(v):\n  return lambda: v\nsend(str(keep(x)()))\n"},
};

}  // namespace

std::span<const Use> uses() { return kUses; }

Template parse_form(std::string form) {
  Template out;
  bool statements = form.find('\n') != std::string::npos;
  for (const char* head : {"x = ", "x: ", "x, ", "(x, "})
    statements = statements || form.starts_with(head);
  if (!statements) out.text = "x = ";
  for (std::size_t at = 0; at < form.size();) {
    if (form[at] != '`') {
      out.text += form[at++];
      continue;
    }
    const std::size_t end = form.find('`', at + 1);
    out.text += fmt::format("h{}", out.leaves.size());
    out.leaves.push_back(form.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return out;
}

std::string program_of(const Template& form, std::size_t labelled, const Use& use) {
  std::string source(kHead);
  for (std::size_t i = 0; i < form.leaves.size(); ++i)
    source += fmt::format("h{} = {}('{}')\n", i, i == labelled ? "give" : "clean", form.leaves[i]);
  return source + form.text + std::string(use.after);
}

Told run_template(const Template& form, std::size_t labelled, LabelKind kind, const Use& use) {
  Told told;
  told.text = program_of(form, labelled, use);
  const auto checked = lang::Plan::check(told.text, launder_tools());
  if (const auto* problem = std::get_if<lang::Problem>(&checked)) {
    told.text += lang::render(*problem, told.text);
    return told;
  }
  label::Table table;
  const LabelId secret = table.intern(sets_of(kind));
  Door door(secret);
  lang::Machine machine(std::get<lang::Plan>(checked), table);
  const lang::Outcome out = machine.run(door);
  told.text += fmt::format("-> {} {}", out.error, out.text);
  told.ran = out.kind == lang::Outcome::Kind::kDone;
  const bool control = use.name.starts_with("tested, taken");
  told.carried = !door.sent.empty();
  told.clean = true;
  for (const lang::Call& call : door.sent) {
    LabelId seen = call.control;
    if (!control) {
      seen = label::kClean;
      for (const lang::LeafLabel& leaf : call.arguments[0].leaves)
        seen = table.join(seen, leaf.label);
    }
    told.carried = told.carried && table.join(seen, secret) == seen;
    told.clean = told.clean && seen == label::kClean;
  }
  return told;
}

}  // namespace plan_test
