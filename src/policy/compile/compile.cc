// SPDX-License-Identifier: Apache-2.0
#include "policy/compile/compile.h"

#include <algorithm>
#include <unordered_set>

#include "policy/compile/lowering.h"

namespace policy {
namespace {

// A tool block and the file whose names it may use.
struct Placed {
  const ToolPolicy* policy = nullptr;
  const Tree* tree = nullptr;
};

CompatCode compat_of(const Options& o) {
  return {o.default_allow,         o.default_level, o.missing_argument_is_false, o.search,
          o.non_executable_memory, o.llm_blocked,   o.consumers_union_replaces,  o.fail_fast};
}

CounterSpec counter_of(const Counter& c) {
  return {c.name,
          c.sum_of,
          c.tool.kind == ToolId::Kind::kExact,
          c.tool.text,
          static_cast<std::uint8_t>(c.per),
          c.within_s};
}

std::vector<Placed> in_order(const std::vector<Tree>& trees) {
  std::vector<Placed> placed;
  for (const Tree& tree : trees)
    for (const auto& declaration : tree.declarations)
      if (const auto* policy = std::get_if<ToolPolicy>(&declaration))
        placed.push_back({policy, &tree});
  std::ranges::stable_sort(placed, std::greater{},
                           [](const Placed& p) { return p.policy->priority(); });
  return placed;
}

UpdateCode::Op op_of(Update::Op op) {
  switch (op) {
    case Update::Op::kSet: return UpdateCode::Op::kSet;
    case Update::Op::kUnion: return UpdateCode::Op::kUnion;
    case Update::Op::kIntersect: return UpdateCode::Op::kIntersect;
    case Update::Op::kMinus: return UpdateCode::Op::kMinus;
    case Update::Op::kXor: return UpdateCode::Op::kXor;
  }
  return UpdateCode::Op::kSet;
}

class Writer {
 public:
  Writer(const Loaded& loaded, Program& out)
      : loaded_(loaded), out_(out), lowering_(loaded.options, out) {}

  base::Status write() {
    out_.digest = loaded_.digest;
    out_.compat = compat_of(loaded_.options);
    put_counters();
    for (const Placed& placed : in_order(loaded_.trees)) {
      if (placed.tree != tree_) lowering_.enter(*placed.tree);
      tree_ = placed.tree;
      put(*placed.policy);
      if (lowering_.failed()) return *lowering_.failed();
    }
    put_tools();
    return base::ok();
  }

 private:
  void put_counters() {
    for (const Tree& tree : loaded_.trees)
      for (const auto& declaration : tree.declarations)
        if (const auto* counter = std::get_if<Counter>(&declaration))
          out_.counters.push_back(counter_of(*counter));
    lowering_.name_counters();
  }

  void put(const ToolPolicy& policy) {
    PolicyCode code;
    code.exact = policy.id.kind == ToolId::Kind::kExact;
    code.id = policy.id.text;
    code.first_rule = static_cast<std::uint32_t>(out_.rules.size());
    for (const auto& member : policy.members) {
      if (const auto* rule = std::get_if<Rule>(&member)) put(*rule);
      if (const auto* block = std::get_if<Block>(&member)) put(*block, code);
    }
    code.rules = static_cast<std::uint32_t>(out_.rules.size()) - code.first_rule;
    out_.policies.push_back(std::move(code));
  }

  void put(const Rule& rule) {
    RuleCode code;
    code.kind = static_cast<RuleCode::Kind>(rule.kind);
    code.level = rule.level;
    const bool lenient = rule.kind != Rule::Kind::kAllow && rule.kind != Rule::Kind::kDeny;
    const bool absent_is_false = lenient || loaded_.options.missing_argument_is_false;
    code.when = lowering_.condition(rule.when, {true, absent_is_false});
    code.file = rule.span.file;
    code.line = rule.span.line;
    code.texts = rule.kind == Rule::Kind::kAsk ? rule.ask.roles : rule.texts;
    code.is_signed = rule.ask.is_signed;
    code.within_s = rule.ask.within_s;
    out_.rules.push_back(std::move(code));
  }

  void put(const Block& block, PolicyCode& policy) {
    BlockCode code;
    code.kind = static_cast<BlockCode::Kind>(block.kind);
    const bool session = block.kind != Block::Kind::kResult;
    const Lowering::Place place{session, loaded_.options.missing_argument_is_false};
    for (const Statement& statement : block.statements) {
      StatementCode written{lowering_.condition(statement.when, place), {}};
      for (const Update& update : statement.updates)
        written.updates.push_back(update_of(update, place));
      code.statements.push_back(std::move(written));
    }
    policy.blocks.push_back(std::move(code));
  }

  UpdateCode update_of(const Update& update, Lowering::Place place) {
    const bool of_session = update.target == Update::Target::kSession ||
                            (update.target == Update::Target::kHere && place.here_is_session);
    return {of_session, update.field, op_of(update.op), lowering_.set(update.value, place)};
  }

  void put_tools() {
    std::unordered_set<std::string_view> known;
    for (const ToolShape& tool : loaded_.tools)
      if (known.insert(tool.name).second) out_.tools.push_back({tool.name, effective(tool)});
    for (const PolicyCode& policy : out_.policies)
      if (policy.exact && known.insert(policy.id).second)
        out_.tools.push_back({policy.id, std::nullopt});
  }

  const Loaded& loaded_;
  Program& out_;
  Lowering lowering_;
  const Tree* tree_ = nullptr;
};

}  // namespace

base::Result<Program> compile(const Loaded& loaded) {
  Program program;
  Writer writer(loaded, program);
  TRY(writer.write());
  return program;
}

}  // namespace policy
