// SPDX-License-Identifier: Apache-2.0
//
// What a call changes: the session before it, its result and the session after it (policy.md §6).
#include <algorithm>
#include <iterator>

#include "policy/decide.h"
#include "policy/evaluation_inl.h"

namespace policy {
namespace {

// One set of a label while it is changed.
struct Plain {
  bool everyone = false;
  label::Names names;
};

label::Names& slot(label::Sets& sets, Field field) {
  if (field == Field::kProducers) return sets.producers;
  return field == Field::kOrigins ? sets.origins : sets.tags;
}

Plain get(const label::Sets& sets, Field field) {
  if (field == Field::kConsumers) return {sets.consumers.is_everyone(), sets.consumers.names()};
  return {false, names_of(sets, field)};
}

// False for a universal set where only consumers may be universal.
bool put(label::Sets& sets, Field field, Plain value) {
  if (field == Field::kConsumers) {
    sets.consumers = value.everyone ? label::Consumers::everyone()
                                    : label::Consumers::only(std::move(value.names));
    return true;
  }
  if (value.everyone) return false;
  slot(sets, field) = std::move(value.names);
  return true;
}

label::Names without(const label::Names& a, const label::Names& b) {
  std::vector<std::string> out;
  std::ranges::set_difference(a.list(), b.list(), std::back_inserter(out));
  return label::Names(std::move(out));
}

// Runs the blocks of a call in order; what they change is `result` and `session`.
class Updating {
 public:
  Updating(const PolicySet& set, const Call& call, const Context& context)
      : linked_(set.linked()), call_(call), context_(context), tool_(linked_.find(call.tool)) {}

  label::Sets session;
  label::Sets result;
  std::optional<std::string_view> text;

  // True if there was a block of that kind.
  bool run(BlockCode::Kind kind) {
    bool any = false;
    linked_.each_policy(tool_, call_.tool, [&](std::uint32_t at) {
      for (const BlockCode& block : linked_.program.policies[at].blocks) {
        if (block.kind != kind) continue;
        any = true;
        for (const StatementCode& statement : block.statements) run(statement, kind);
      }
    });
    return any;
  }

 private:
  Evaluation evaluation(BlockCode::Kind kind) const {
    Evaluation::Learning learning;
    learning.session = &session;
    if (kind != BlockCode::Kind::kBefore) {
      learning.result = &result;
      learning.text = text;
    }
    const auto effect = tool_ == kNoTool ? std::nullopt : linked_.tools[tool_].effect;
    return {linked_, call_, context_, effect, learning};
  }

  void run(const StatementCode& statement, BlockCode::Kind kind) {
    const bool absent_is_false = linked_.program.compat.missing_argument_is_false;
    const Says told =
        evaluation(kind).condition(statement.when.first, statement.when.count, absent_is_false);
    if (told == Says::kFalse) return;
    for (const UpdateCode& update : statement.updates) {
      label::Sets& target = update.of_session ? session : result;
      if (told == Says::kError || !apply(update, evaluation(kind), target))
        target = label::join(target, label::most_restrictive());
    }
  }

  // SECURITY: false leaves the target to be restricted: an update that could not be made may have
  // been the one that protects.
  bool apply(const UpdateCode& update, const Evaluation& asked, label::Sets& target) const {
    const Says universal = asked.is_universal(update.set);
    if (!is_known(universal)) return false;
    const bool all = universal == Says::kTrue;
    const Plain now = get(target, update.field);
    const auto next = updated(update, asked, now, all);
    return next && put(target, update.field, *next);
  }

  Plain made(const UpdateCode& update, const Evaluation& asked, bool all) const {
    if (all) return {true, {}};
    std::vector<std::string> names;
    asked.any_candidate(update.set, [&](std::string_view name) {
      if (asked.holds(update.set, name)) names.emplace_back(name);
      return false;
    });
    return {false, label::Names(std::move(names))};
  }

  std::optional<Plain> updated(const UpdateCode& update, const Evaluation& asked, const Plain& now,
                               bool all) const {
    using Op = UpdateCode::Op;
    if (linked_.sets[update.set].is_matcher) return std::nullopt;  // no set of names
    const Plain value = made(update, asked, all);
    switch (update.op) {
      case Op::kSet: return value;
      case Op::kUnion: return joined(update, now, value);
      case Op::kIntersect: return met(now, value);
      case Op::kMinus: return left_over(now, value);
      case Op::kXor: return either(now, value);
    }
    return std::nullopt;
  }

  static Plain met(const Plain& a, const Plain& b) {
    if (a.everyone) return b;
    return b.everyone ? a : Plain{false, intersected(a.names, b.names)};
  }

  static std::optional<Plain> left_over(const Plain& a, const Plain& b) {
    if (b.everyone) return Plain{};
    if (!a.everyone) return Plain{false, without(a.names, b.names)};
    if (!b.names.empty()) return std::nullopt;
    return a;
  }

  Plain joined(const UpdateCode& update, const Plain& now, const Plain& value) const {
    const bool replaces = linked_.program.compat.consumers_union_replaces && now.everyone &&
                          update.field == Field::kConsumers;
    if (replaces) return value;
    if (now.everyone || value.everyone) return {true, {}};
    return {false, united(now.names, value.names)};
  }

  static std::optional<Plain> either(const Plain& a, const Plain& b) {
    if (a.everyone && b.everyone) return Plain{};
    if (a.everyone && b.names.empty()) return a;
    if (b.everyone && a.names.empty()) return b;
    if (a.everyone || b.everyone) return std::nullopt;
    return Plain{false, united(without(a.names, b.names), without(b.names, a.names))};
  }

  const Linked& linked_;
  const Call& call_;
  const Context& context_;
  std::uint32_t tool_;
};

std::optional<std::string> owned(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

// A model endpoint's name begins with `model:` and is its origin.
std::string origin_of(std::string_view tool) {
  return tool.starts_with("model:") ? std::string(tool) : "tool:" + std::string(tool);
}

label::Sets first_label(const Call& call, const Observed& observed) {
  label::Sets sets = call.control->sets();
  for (const Argument& leaf : call.arguments) sets = label::join(sets, leaf.label->sets());
  label::Sets origin;
  origin.origins = label::Names({origin_of(call.tool)});
  sets = label::join(sets, origin);
  if (!observed.label || observed.combine == Observed::Combine::kIgnore) return sets;
  if (observed.combine == Observed::Combine::kMerge) return label::join(sets, *observed.label);
  label::Sets replaced = *observed.label;
  replaced.origins = united(replaced.origins, sets.origins);
  return replaced;
}

bool has_before(const Linked& linked, std::string_view tool) {
  const std::uint32_t known = linked.find(tool);
  return known == kNoTool ? !linked.pattern_policies.empty() : linked.tools[known].has_before;
}

}  // namespace

std::optional<SessionState> before(const PolicySet& set, const Call& call, const Context& context) {
  if (!has_before(set.linked(), call.tool)) return std::nullopt;
  Updating updating(set, call, context);
  updating.session = context.session->sets();
  if (!updating.run(BlockCode::Kind::kBefore)) return std::nullopt;
  return SessionState{std::move(updating.session), owned(context.session_value)};
}

Learnt learn(const PolicySet& set, const Call& call, const Context& context,
             const Observed& observed) {
  Updating updating(set, call, context);
  updating.session = context.session->sets();
  updating.result = first_label(call, observed);
  updating.text = observed.text;
  updating.run(BlockCode::Kind::kResult);
  if (set.linked().program.compat.non_executable_memory)
    updating.result.tags = united(updating.result.tags, label::Names{"__non_executable"});
  updating.run(BlockCode::Kind::kAfter);
  return {std::move(updating.result), {std::move(updating.session), owned(context.session_value)}};
}

}  // namespace policy
