// SPDX-License-Identifier: Apache-2.0
#include "spec/read.h"

#include <algorithm>

#include "spec/url.h"

namespace spec {
namespace {

using policy::LeafKind;
using policy::LeafValue;
using policy::Path;
using policy::Question;
using policy::Scope;
using policy::Step;

// The join over the leaves, in one field (§3): consumers meet, the others add up.
Set join_of(const std::vector<const LeafValue*>& leaves, policy::Field field) {
  Set out = field_of(label::Sets{}, field);
  for (const LeafValue* leaf : leaves) join_into(out, leaf->label, field);
  return out;
}

// The names one step under the path, each once, in the order of the call.
std::vector<std::string> children(const Question& question, const Path& path) {
  std::vector<std::string> out;
  for (const LeafValue* leaf : leaves_of(question, path)) {
    const std::string name = split(leaf->path.substr(text_of(path).size() + 1), '/')[0];
    if (std::ranges::find(out, name) == out.end()) out.push_back(name);
  }
  return out;
}

Path with_step(Path path, Step step) {
  path.steps.push_back(std::move(step));
  return path;
}

// @args.f: the set of each argument present, then their union, or intersection (§3).
Set of_all_arguments(const Question& question, policy::Field field, bool intersect) {
  std::vector<std::string> names;
  for (const LeafValue& leaf : question.leaves) {
    const std::string name = split(leaf.path, '/')[0];
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  if (names.empty()) return field_of(label::Sets{}, field);
  Set out = intersect ? Set{true, {}} : Set{};
  for (const std::string& name : names) {
    const Set set = join_of(leaves_of(question, Path{name, {}, {}, {}}), field);
    out = intersect ? intersected(out, set) : united(out, set);
  }
  return out;
}

}  // namespace

std::string text_of(const Path& path) {
  std::string out = path.argument;
  for (const Step& step : path.steps)
    out += "/" + (step.kind == Step::Kind::kIndex ? std::to_string(step.index) : step.key);
  return out;
}

std::vector<const LeafValue*> leaves_of(const Question& question, const Path& path) {
  const std::string at = text_of(path);
  std::vector<const LeafValue*> out;
  for (const LeafValue& leaf : question.leaves)
    if (leaf.path == at || leaf.path.starts_with(at + "/")) out.push_back(&leaf);
  return out;
}

bool has_each(const Path& path) {
  return std::ranges::any_of(path.steps, [](const Step& s) { return s.kind == Step::Kind::kEach; });
}

std::optional<std::vector<Path>> expanded(const Question& question, const Path& path) {
  std::vector<Path> out{Path{path.argument, {}, {}, path.span}};
  for (const Step& step : path.steps) {
    std::vector<Path> next;
    for (const Path& so_far : out) {
      if (step.kind != Step::Kind::kEach) {
        next.push_back(with_step(so_far, step));
        continue;
      }
      for (const LeafValue* leaf : leaves_of(question, so_far))
        if (leaf->path == text_of(so_far)) return std::nullopt;
      for (const std::string& name : children(question, so_far))
        next.push_back(with_step(so_far, Step{Step::Kind::kKey, name, 0}));
    }
    out = next;
  }
  return out;
}

Read<Data> value_at(const Question& question, const Path& path) {
  const auto leaves = leaves_of(question, path);
  if (leaves.empty()) return Fault::kAbsent;
  const LeafValue& leaf = *leaves[0];
  if (leaf.path != text_of(path)) return Fault::kError;  // there are only leaves under it
  switch (leaf.kind) {
    case LeafKind::kString: return Data(leaf.text);
    case LeafKind::kBoolean:
      if (leaf.text != "true" && leaf.text != "false") return Fault::kError;
      return Data(leaf.text == "true");
    case LeafKind::kNull: return Data(Null{});
    case LeafKind::kInteger:
    case LeafKind::kNumber: break;
  }
  const auto number = number_of(leaf.text);
  return number ? Read<Data>(Data(*number)) : Fault::kError;
}

Read<Set> operand(const policy::Operand& operand, const Scene& scene) {
  const Question& question = scene.question;
  switch (operand.scope == Scope::kHere ? scene.here : operand.scope) {
    case Scope::kArgument: {
      const auto leaves = leaves_of(question, operand.path);
      if (leaves.empty()) return Fault::kAbsent;
      return join_of(leaves, operand.field);
    }
    case Scope::kArgs: return of_all_arguments(question, operand.field, operand.intersect);
    case Scope::kResult: return field_of(scene.result, operand.field);
    case Scope::kSession: return field_of(scene.session.label, operand.field);
    case Scope::kControl: return field_of(question.control, operand.field);
    case Scope::kPrincipal:
      return set_of(operand.scopes ? question.asker.scopes : question.asker.roles);
    case Scope::kHere: break;
  }
  return Fault::kError;  // refused at load
}

label::Sets join_of_call(const Question& question) {
  label::Sets out;
  for (const policy::Field field : kFields) {
    Set set = field_of(question.control, field);
    for (const LeafValue& leaf : question.leaves) join_into(set, leaf.label, field);
    out = with_field(out, field, set).value_or(restricted());
  }
  return out;
}

}  // namespace spec
