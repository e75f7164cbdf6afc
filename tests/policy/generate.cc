// SPDX-License-Identifier: Apache-2.0
// Random policy sets.
#include "tests/policy/generate.h"

#include <algorithm>

#include "tests/policy/maker.h"
#include "tests/policy/vocabulary.h"

namespace policy_test {
namespace {

using policy::Block;
using policy::Level;
using policy::Rule;
using policy::ToolId;
using policy::ToolPolicy;
using policy::Update;

// One file in the making.
class FileMaker {
 public:
  FileMaker(Dice& dice, std::uint32_t file, bool yett, std::string focus)
      : dice_(dice), maker_(dice, yett), file_(file), yett_(yett), focus_(std::move(focus)) {}

  policy::Tree tree() {
    policy::Tree out;
    out.name = "file" + std::to_string(file_) + ".sqrt";
    out.yett = yett_;
    if (yett_)
      for (int i = dice_.between(0, 2); i > 0; --i)
        out.declarations.emplace_back(
            maker_.counter("n" + std::to_string(file_) + std::to_string(i)));
    for (int i = dice_.between(0, 4); i > 0; --i)
      out.declarations.emplace_back(maker_.let("x" + std::to_string(i)));
    for (int i = dice_.between(1, 4); i > 0; --i) out.declarations.emplace_back(block());
    // Names may be used before they are bound; the order of the tool blocks is what it is.
    if (dice_.one_in(2)) std::ranges::reverse(out.declarations);
    number(out);
    return out;
  }
  policy::Tree single() {
    policy::Tree out;
    out.name = "file0.sqrt";
    out.yett = true;
    out.declarations.emplace_back(maker_.counter("n00"));
    ToolPolicy block;
    block.id.text = focus_;
    if (dice_.one_in(4)) block.members.emplace_back(single_update());
    else block.members.emplace_back(rule(1));
    const Rule* only = std::get_if<Rule>(block.members.data());
    if (only != nullptr && only->kind >= Rule::Kind::kRedact) {
      Rule allow;  // obligations hold where something is allowed
      allow.kind = Rule::Kind::kAllow;
      block.members.emplace_back(allow);
    }
    out.declarations.emplace_back(std::move(block));
    number(out);
    return out;
  }

 private:
  Rule rule(int depth = 2) {
    Rule out;
    const std::size_t kind = dice_.below(yett_ ? 10 : 5);
    if (kind < 7 && (!yett_ || dice_.percent(leveled_)))
      out.level = dice_.one_in(2) ? Level::kHard : Level::kSoft;
    if (kind < 5) out.kind = dice_.one_in(2) ? Rule::Kind::kAllow : Rule::Kind::kDeny;
    if (kind == 5 || kind == 6) out.kind = dice_.one_in(2) ? Rule::Kind::kAllow : Rule::Kind::kDeny;
    if (kind == 7) ask(out);
    if (kind == 8) {
      out.kind = Rule::Kind::kRedact;
      for (int i = dice_.between(1, 2); i > 0; --i)
        out.texts.push_back(dice_.one_in(2) ? "id" : "note");
    }
    if (kind == 9) {
      out.kind = Rule::Kind::kLog;
      out.texts.push_back(dice_.one_in(2) ? "seen" : "look");
    }
    const bool explains = !out.level && out.kind <= Rule::Kind::kAsk;
    if (explains && dice_.one_in(4)) out.because = "it is so";
    if (dice_.one_in(10)) out.docs.emplace_back(" why");
    if (!dice_.one_in(6)) out.when = maker_.predicate(Place::kCheck, dice_.between(0, depth));
    return out;
  }

  Rule rule_with_level() {
    Rule out;
    out.level = dice_.one_in(2) ? Level::kHard : Level::kSoft;
    out.kind = dice_.one_in(2) ? Rule::Kind::kAllow : Rule::Kind::kDeny;
    out.when = maker_.predicate(Place::kCheck, 0);
    return out;
  }
  void ask(Rule& out) {
    constexpr std::int64_t kTimes[] = {900, 60, 3600, 86400};
    out.kind = Rule::Kind::kAsk;
    if (dice_.one_in(2)) out.ask.roles.push_back(dice_.one_in(2) ? "boss" : "auditor");
    out.ask.is_signed = dice_.one_in(3);
    out.ask.within_s = dice_.of(kTimes);
  }
  ToolId id() {
    constexpr const char* kPatterns[] = {".*",  "send_.*", "(pay|read_file)", "[a-z_]+", "model:.*",
                                         "p.*", "send"};
    ToolId out;
    out.text = dice_.one_in(3) ? dice_.from(tool_names()) : focus_;
    if (!dice_.one_in(4)) return out;
    out.kind = ToolId::Kind::kPattern;
    out.text = dice_.of(kPatterns);
    return out;
  }
  Update update(Place place, int depth = 2) {
    Update out;
    constexpr Update::Op kOps[] = {Update::Op::kSet, Update::Op::kUnion, Update::Op::kIntersect,
                                   Update::Op::kMinus, Update::Op::kXor};
    out.op = dice_.of(kOps);
    out.field = static_cast<policy::Field>(dice_.below(3));
    out.value = maker_.plain_set(place, depth);
    return out;
  }
  Block single_update() {
    Block out;
    out.kind = static_cast<Block::Kind>(dice_.below(3));
    const Place place = out.kind == Block::Kind::kBefore ? Place::kBefore : Place::kResult;
    policy::Statement statement;
    if (dice_.one_in(2)) statement.when = maker_.predicate(place, 0);
    statement.updates.push_back(update(place, 1));
    out.statements.push_back(std::move(statement));
    return out;
  }
  Block some_block() {
    Block out;
    out.kind = static_cast<Block::Kind>(dice_.below(3));
    const Place place = out.kind == Block::Kind::kBefore ? Place::kBefore : Place::kResult;
    for (int i = dice_.between(1, 2); i > 0; --i) {
      policy::Statement statement;
      const int updates = dice_.one_in(2) ? 1 : dice_.between(0, 3);
      if (updates != 1 || dice_.one_in(2)) statement.when = maker_.predicate(place, 1);
      for (int u = 0; u < updates; ++u) statement.updates.push_back(update(place));
      for (Update& one : statement.updates)
        if (dice_.one_in(3))
          one.target =
              out.kind == Block::Kind::kResult ? Update::Target::kResult : Update::Target::kSession;
      out.statements.push_back(std::move(statement));
    }
    return out;
  }
  // `tool "x" [1] -> @tags = {...} when ...;`
  ToolPolicy shorthand() {
    ToolPolicy out;
    out.id = id();
    out.shorthand = true;
    if (dice_.one_in(2)) out.members.emplace_back(policy::Priority{dice_.between(-1, 2), {}});
    Block block = single_update();
    block.statements[0].updates[0].target = Update::Target::kHere;
    out.members.emplace_back(std::move(block));
    return out;
  }
  ToolPolicy block() {
    if (dice_.one_in(10)) return shorthand();
    ToolPolicy out;
    out.id = id();
    if (dice_.one_in(100))  // more rules than a word of results holds
      for (int i = 0; i < 70; ++i) out.members.emplace_back(rule_with_level());
    for (int i = dice_.between(1, 4); i > 0; --i) {
      if (dice_.one_in(4)) out.members.emplace_back(some_block());
      else out.members.emplace_back(rule());
    }
    if (dice_.one_in(3)) {
      const auto at = static_cast<std::ptrdiff_t>(dice_.below(out.members.size() + 1));
      out.members.insert(out.members.begin() + at, policy::Priority{dice_.between(-1, 2), {}});
    }
    return out;
  }
  // Lines of their own for all that an answer can name.
  void number(policy::Tree& tree) {
    std::uint32_t line = 0;
    for (auto& declaration : tree.declarations) {
      auto* const block = std::get_if<ToolPolicy>(&declaration);
      if (block == nullptr) continue;
      block->span = {file_, ++line, 1, line, 2};
      for (auto& member : block->members)
        if (auto* const rule = std::get_if<Rule>(&member)) {
          ++line;
          rule->span = {file_, line, 1, line, 2};
        }
    }
  }

  Dice& dice_;
  Maker maker_;
  std::uint32_t file_;
  bool yett_;
  std::size_t leveled_ = dice_.of({0, 0, 40, 100});  // percent of the rules of a yett file
  std::string focus_;                                // the tool that most blocks are about
};

policy::Tools tools(Dice& dice) {
  policy::Tools out;
  for (const std::string& name : tool_names()) {
    policy::ToolShape tool;
    tool.name = name;
    tool.model = name.starts_with("model:");
    tool.effect = static_cast<policy::ToolEffect>(dice.below(6));
    tool.kept = {"id", "note"};
    for (const KnownArgument& known : arguments())
      tool.arguments.push_back({known.name, known.kind, known.item, known.role, false, {}});
    if (dice.one_in(3)) tool.arguments[4].role = policy::Role::kUrl;
    out.push_back(std::move(tool));
  }
  // The one that questions are most often about.
  std::swap(out[0], out[dice.below(out.size())]);
  return out;
}

policy::Options options(Dice& dice) {
  policy::Options out;
  out.default_allow = dice.one_in(3);
  out.default_level = dice.one_in(3) ? Level::kHard : Level::kSoft;
  out.missing_argument_is_false = dice.one_in(3);
  out.search = dice.one_in(5);
  out.non_executable_memory = dice.one_in(4);
  if (dice.one_in(3)) out.llm_blocked = std::nullopt;
  else if (dice.one_in(2)) out.llm_blocked = Level::kSoft;
  out.consumers_union_replaces = dice.one_in(4);
  out.check_consumers = false;  // expansion is load()'s business
  out.fail_fast = dice.one_in(2);
  return out;
}

}  // namespace

policy::Loaded make_loaded(Dice& dice) {
  policy::Loaded out;
  out.tools = tools(dice);
  out.options = options(dice);
  const auto files = static_cast<std::uint32_t>(dice.one_in(3) ? dice.between(2, 3) : 1);
  for (std::uint32_t file = 0; file < files; ++file) {
    const bool yett = dice.percent(65);
    out.trees.push_back(FileMaker(dice, file, yett, out.tools[0].name).tree());
    out.sources.push_back({out.trees.back().name, ""});
    out.yett = out.yett || yett;
  }
  return out;
}

policy::Loaded make_single(Dice& dice) {
  policy::Loaded out;
  out.tools = tools(dice);
  out.options = options(dice);
  out.yett = true;
  out.trees.push_back(FileMaker(dice, 0, true, out.tools[0].name).single());
  out.sources.push_back({out.trees.back().name, ""});
  return out;
}

policy::Rule make_deny(Dice& dice, const policy::Loaded& loaded, bool leveled) {
  Rule out;
  out.kind = Rule::Kind::kDeny;
  if (leveled) out.level = Level::kHard;
  out.when = Maker(dice, loaded.yett).predicate(Place::kCheck, 1);
  out.span = {0xfffffffe, 1, 1, 1, 2};
  return out;
}

}  // namespace policy_test
