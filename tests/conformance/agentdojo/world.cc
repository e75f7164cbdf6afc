// SPDX-License-Identifier: Apache-2.0
#include "conformance/agentdojo/world.h"

#include <fmt/format.h>

#include <charconv>

namespace agentdojo {
namespace {

using schema::Value;

constexpr std::string_view kStep = "step:";

class World final : public lang::Host {
 public:
  World(const Data& data, const Rules& rules, const Task& task, const Program& program,
        const Play& how, label::Table& labels)
      : data_(data),
        task_(task),
        program_(program),
        how_(how),
        labels_(labels),
        court_(rules, task.prompt) {}

  lang::Answer call(const lang::Call& call) override;
  Played take() { return std::move(played_); }
  std::size_t made() const { return played_.made.size(); }

 private:
  struct Prompt {
    bool open = false;
    std::size_t step = 0;  // when it was shown
    std::string tool;
  };
  lang::Answer denied(std::string why);
  const Value* answer_to(const lang::Call& call, const Value& arguments);
  bool may_go(const std::string& tool, const Court::Verdict& verdict, const label::Sets& all);
  static bool known_at(const label::Sets& all, std::size_t step);

  const Data& data_;
  const Task& task_;
  const Program& program_;
  const Play& how_;
  label::Table& labels_;
  Court court_;
  Played played_;
  std::size_t steps_ = 0;
  std::size_t next_ = 0;
  Prompt prompt_;
  Prompt loop_;
};

lang::Answer World::denied(std::string why) {
  if (played_.trouble.empty()) played_.trouble = std::move(why);
  lang::Answer out;
  out.kind = lang::Answer::Kind::kDenied;
  return out;
}

// The recorded result of the call that is due, or what the quarantined model says.
const Value* World::answer_to(const lang::Call& call, const Value& arguments) {
  if (call.tool >= data_.tools.size()) {
    const auto found =
        program_.answers.find(std::string(arguments.find_string("query").value_or("")));
    return found == program_.answers.end() ? nullptr : &found->second;
  }
  if (next_ >= program_.order.size()) return nullptr;
  const Call& due = task_.calls[program_.order[next_]];
  if (due.tool != data_.tools[call.tool].shape.name) return nullptr;
  if (how_.compare && !same_value(arguments, due.arguments)) return nullptr;
  ++next_;
  return &due.result;
}

bool World::known_at(const label::Sets& all, std::size_t step) {
  for (const std::string& name : all.producers.list()) {
    if (!name.starts_with(kStep)) continue;
    std::size_t number = 0;
    std::from_chars(name.data() + kStep.size(), name.data() + name.size(), number);
    if (number >= step) return false;
  }
  return true;
}

bool World::may_go(const std::string& tool, const Court::Verdict& verdict, const label::Sets& all) {
  if (verdict.effect == policy::Effect::kAllow) return true;
  if (verdict.effect == policy::Effect::kDeny) return false;
  played_.asks.push_back(tool + ": " + verdict.reason);
  if (!how_.approve) return false;
  if (!prompt_.open || !known_at(all, prompt_.step)) {
    ++played_.prompts;
    prompt_ = {true, steps_, tool};
  }
  if (!loop_.open || loop_.tool != tool || !known_at(all, loop_.step)) {
    ++played_.loops;
    loop_ = {true, steps_, tool};
  }
  return true;
}

lang::Answer World::call(const lang::Call& call) {
  const bool model = call.tool >= data_.tools.size();
  const std::string tool(model ? kQuarantined : data_.tools[call.tool].shape.name);
  Value arguments = Value::object();
  std::vector<Leaf> leaves;
  label::LabelId all = call.control;
  for (const lang::Argument& argument : call.arguments) {
    arguments.set(argument.name, argument.value);
    all = labels_.join(all, argument.label);
    add_leaves(
        argument.name, argument.value, "",
        [&](const std::string& under) {
          for (const lang::LeafLabel& leaf : argument.leaves)
            if (leaf.path == under) return join(planned(), labels_.sets(leaf.label));
          return join(planned(), labels_.sets(argument.label));
        },
        leaves);
  }
  const Value* result = answer_to(call, arguments);
  if (result == nullptr) return denied("made another call than was recorded: " + tool);
  const Court::Verdict verdict =
      court_.decide(tool, leaves, join(planned(), labels_.sets(call.control)));
  if (!may_go(tool, verdict, labels_.sets(all))) return denied(tool + ": " + verdict.reason);
  if (!model) played_.made.push_back({tool, arguments, verdict.effect == policy::Effect::kAsk});
  label::Sets learnt = court_.learn(verdict, *result);
  if (model) learnt = join(learnt, quarantined());
  learnt.producers = united(learnt.producers, label::Names({fmt::format("{}{}", kStep, steps_)}));
  ++steps_;
  lang::Answer out;
  out.kind = lang::Answer::Kind::kResult;
  out.value = *result;
  out.label = labels_.intern(learnt);
  return out;
}

}  // namespace

std::vector<lang::Signature> signatures(const Data& data) {
  std::vector<lang::Signature> out;
  for (const Tool& tool : data.tools) {
    lang::Signature one{tool.shape.name, {}};
    for (const auto& argument : tool.shape.arguments) one.parameters.push_back(argument.name);
    out.push_back(std::move(one));
  }
  out.push_back({std::string(kModelTool), {"query", "data"}});
  return out;
}

Played play(const Data& data, const Rules& rules, const Task& task, const Program& program,
            const Play& how) {
  const auto checked = lang::Plan::check(program.text, signatures(data));
  if (const auto* problem = std::get_if<lang::Problem>(&checked)) {
    Played out;
    out.trouble = "not a plan: " + lang::render(*problem, program.text);
    return out;
  }
  label::Table labels;
  World world(data, rules, task, program, how, labels);
  lang::Machine machine(std::get<lang::Plan>(checked), labels);
  const lang::Outcome outcome = machine.run(world);
  const bool all = world.made() == task.calls.size();
  Played out = world.take();
  out.done = outcome.kind == lang::Outcome::Kind::kDone && all;
  if (!out.done && out.trouble.empty())
    out.trouble = fmt::format("line {}: {} {}", outcome.line, outcome.error, outcome.text);
  return out;
}

}  // namespace agentdojo
