// SPDX-License-Identifier: Apache-2.0
// Updates, and what is learnt of a result: docs/reference/policy.md §6.
#include "spec/decide.h"
#include "spec/read.h"

namespace spec {
namespace {

using policy::Field;
using policy::Scope;
using policy::Update;

std::optional<Set> combined(Update::Op op, const Set& old, const Set& value) {
  switch (op) {
    case Update::Op::kSet: return value;
    case Update::Op::kUnion: return united(old, value);
    case Update::Op::kIntersect: return intersected(old, value);
    case Update::Op::kMinus: return minus(old, value);
    case Update::Op::kXor: break;
  }
  return xored(old, value);
}

bool is_result(const Update& update, const Scene& scene) {
  if (update.target == Update::Target::kHere) return scene.here == Scope::kResult;
  return update.target == Update::Target::kResult;
}

label::Sets initial(const policy::Question& question, const policy::Observed& observed) {
  label::Sets out = join_of_call(question);
  Set origins = set_of(out.origins);
  const bool model = question.tool.starts_with("model:");
  origins.names.insert(model ? question.tool : "tool:" + question.tool);
  out = with_field(out, Field::kOrigins, origins).value_or(restricted());
  if (!observed.label) return out;
  switch (observed.combine) {
    case policy::Observed::Combine::kMerge: return joined(out, *observed.label);
    case policy::Observed::Combine::kReplace: {
      const Set both =
          united(field_of(out, Field::kOrigins), field_of(*observed.label, Field::kOrigins));
      return with_field(*observed.label, Field::kOrigins, both).value_or(restricted());
    }
    case policy::Observed::Combine::kIgnore: break;
  }
  return out;
}

}  // namespace

// The blocks of that kind, one statement after the other.
void Model::run(const std::vector<Applied>& blocks, policy::Block::Kind kind, Scene& scene) {
  scene.here = kind == policy::Block::Kind::kResult ? Scope::kResult : Scope::kSession;
  scene.absent_is_false = loaded_.options.missing_argument_is_false;
  for (const Applied& applied : blocks) {
    scene.file = applied.file;
    for (const auto& member : applied.block->members) {
      const auto* block = std::get_if<policy::Block>(&member);
      if (block == nullptr || block->kind != kind) continue;
      for (const policy::Statement& statement : block->statements) {
        const Truth when = evaluator_.holds(statement.when, scene);
        if (when == Truth::kFalse) continue;
        for (const Update& one : statement.updates) update(one, when, scene);
      }
    }
  }
}

// An update that errs, or whose `when` errs, restricts its target.
void Model::update(const Update& update, Truth when, Scene& scene) {
  label::Sets& label = is_result(update, scene) ? scene.result : scene.session.label;
  const auto next = when == Truth::kTrue ? updated(update, label, scene) : std::nullopt;
  label = next ? *next : joined(label, restricted());
}

std::optional<label::Sets> Model::updated(const Update& update, const label::Sets& label,
                                          const Scene& scene) {
  const Read<Group> read = evaluator_.group(update.value, scene);
  const auto* value = std::get_if<Group>(&read);
  if (value == nullptr || !value->matchers.empty()) return std::nullopt;
  const Set old = field_of(label, update.field);
  // §9, `compat consumers_union = replace`.
  const bool replaces =
      loaded_.options.consumers_union_replaces && old.universal && update.op == Update::Op::kUnion;
  const auto set = combined(replaces ? Update::Op::kSet : update.op, old, value->plain);
  return set ? with_field(label, update.field, *set) : std::nullopt;
}

policy::Learnt Model::learn(const policy::Question& question, const policy::Observed& observed) {
  Scene scene{question, nullptr, question.session, {}, {}, {}, {}};
  scene.result = initial(question, observed);
  scene.result_text = observed.text;
  const auto blocks = blocks_for(question.tool);
  run(blocks, policy::Block::Kind::kResult, scene);
  if (loaded_.options.non_executable_memory) {
    label::Sets mark;
    mark.tags = label::Names{"__non_executable"};
    scene.result = joined(scene.result, mark);
  }
  run(blocks, policy::Block::Kind::kAfter, scene);
  return {scene.result, scene.session};
}

}  // namespace spec
