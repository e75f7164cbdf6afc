// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_sample.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/policy_leaves.h"

namespace cli {
namespace {

using policy::ArgumentShape;
using policy::Attribute;
using policy::Field;
using policy::LeafKind;
using policy::Question;
using Kind = ArgumentShape::Kind;

constexpr std::int64_t kNoonUs = 1'767'268'800'000'000;  // 2026-01-01T12:00:00Z

LeafKind leaf_kind(Kind kind, const Mentioned& value) {
  switch (kind) {
    case Kind::kInteger: return LeafKind::kInteger;
    case Kind::kNumber: return LeafKind::kNumber;
    case Kind::kBoolean: return LeafKind::kBoolean;
    case Kind::kString: return LeafKind::kString;
    default: break;
  }
  if (value.kind == Mentioned::Kind::kBool) return LeafKind::kBoolean;
  if (value.kind == Mentioned::Kind::kText) return LeafKind::kString;
  const auto number = policy::number_of(value.text);
  return number && number->whole ? LeafKind::kInteger : LeafKind::kNumber;
}

bool fits(Kind kind, const Mentioned& value) {
  const auto number = policy::number_of(value.text);
  switch (kind) {
    case Kind::kInteger: return number && number->whole;
    case Kind::kNumber: return number.has_value();
    case Kind::kBoolean: return value.kind == Mentioned::Kind::kBool;
    case Kind::kString: return value.kind == Mentioned::Kind::kText;
    default: return true;
  }
}

Mentioned usual(Kind kind, std::size_t which) {
  switch (kind) {
    case Kind::kInteger: return {Mentioned::Kind::kNumber, which == 0 ? "0" : "7"};
    case Kind::kNumber: return {Mentioned::Kind::kNumber, which == 0 ? "0" : "7.5"};
    case Kind::kBoolean: return {Mentioned::Kind::kBool, which == 0 ? "false" : "true"};
    default: return {Mentioned::Kind::kText, which == 0 ? "" : "something"};
  }
}

}  // namespace

bool Sampler::chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

std::size_t Sampler::below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

label::Names Sampler::some(const std::vector<std::string>& of, int percent) {
  std::vector<std::string> out;
  for (const std::string& name : of)
    if (chance(percent)) out.push_back(name);
  return label::Names(std::move(out));
}

// Some of the names that are mentioned, and sometimes one that is not.
label::Names Sampler::names_of(Field field, int percent) {
  const label::Names known = some(words_.names[field], percent);
  return chance(20) ? united(known, label::Names{"other"}) : known;
}

label::Sets Sampler::label() {
  label::Sets out;
  if (chance(40)) return out;
  out.tags = names_of(Field::kTags, 25);
  out.producers = names_of(Field::kProducers, 25);
  out.origins = names_of(Field::kOrigins, 25);
  if (chance(40)) out.consumers = label::Consumers::only(names_of(Field::kConsumers, 50));
  return out;
}

std::string Sampler::attribute(Attribute which) {
  const auto found = words_.attributes.find(which);
  if (found == words_.attributes.end() || found->second.empty() || chance(30)) return "someone";
  return found->second[below(found->second.size())];
}

void Sampler::add_leaf(const std::string& path, const std::string& words, Kind kind,
                       const ArgumentShape& shape, const label::Sets& label, Question& question) {
  std::vector<Mentioned> fitting;
  if (const auto found = words_.values.find(words); found != words_.values.end())
    for (const Mentioned& value : found->second)
      if (fits(kind, value)) fitting.push_back(value);
  Mentioned value = usual(kind, below(2));
  if (!shape.choices.empty()) value.text = shape.choices[below(shape.choices.size())];
  else if (!fitting.empty() && chance(60)) value = fitting[below(fitting.size())];
  question.leaves.push_back({path, leaf_kind(kind, value), value.text, label, chance(40)});
}

void Sampler::add_argument(const ArgumentShape& shape, Question& question) {
  if (!shape.required && !chance(50)) return;
  const label::Sets label = this->label();
  if (shape.kind == Kind::kArray) {
    const std::size_t items = below(shape.required ? 3 : 4) + (shape.required ? 1 : 0);
    for (std::size_t i = 0; i < items; ++i)
      add_leaf(fmt::format("{}/{}", shape.name, i), shape.name, shape.item, shape,
               chance(80) ? label : this->label(), question);
    return;
  }
  bool inner = false;
  if (shape.kind == Kind::kObject || shape.kind == Kind::kAny)
    for (const auto& [path, values] : words_.values)
      if (path.starts_with(shape.name + "/") && chance(80)) {
        add_leaf(path, path, Kind::kAny, {}, label, question);
        inner = true;
      }
  if (!inner && shape.kind != Kind::kObject)
    add_leaf(shape.name, shape.name, shape.kind, shape, label, question);
}

Question Sampler::ask(const policy::ToolShape& tool) {
  Question out;
  out.tool = tool.name;
  for (const ArgumentShape& argument : tool.arguments) add_argument(argument, out);
  if (chance(20)) out.control = label();
  out.asker.principal = attribute(Attribute::kPrincipalId);
  out.asker.tenant = attribute(Attribute::kTenantId);
  out.asker.door = attribute(Attribute::kDoorName);
  out.asker.environment = attribute(Attribute::kEnvironmentName);
  out.asker.roles = some(words_.roles, 40);
  out.asker.scopes = some(words_.scopes, 40);
  out.now = {kNoonUs};
  if (chance(30)) out.now.us += static_cast<std::int64_t>(below(168)) * 3'600'000'000;
  if (!words_.instants.empty() && chance(50)) {
    out.now = words_.instants[below(words_.instants.size())];
    out.now.us += (static_cast<std::int64_t>(below(3)) - 1) * 1'000'000;
  }
  if (chance(40)) out.session.label.tags = some(words_.names[Field::kTags], 30);
  if (!words_.session_values.empty() && chance(70))
    out.session.value = words_.session_values[below(words_.session_values.size())];
  for (const auto& [name, numbers] : words_.counters)
    if (!numbers.empty() && chance(80)) out.counters[name] = numbers[below(numbers.size())];
  return out;
}

namespace {

bool has_required(const Question& q, const policy::ToolShape* tool) {
  return tool == nullptr ||
         std::ranges::all_of(tool->arguments, [&](const ArgumentShape& argument) {
           return !argument.required || std::ranges::any_of(q.leaves, [&](const auto& leaf) {
             return is_under(leaf.path, argument.name);
           });
         });
}

// One way to make a question smaller; false if there is nothing to take at `index`.
using Step = std::function<bool(Question&, std::size_t)>;

bool clear_leaf_label(Question& q, std::size_t i) {
  if (i >= q.leaves.size()) return false;
  q.leaves[i].label = {};
  return true;
}
bool unname(Question& q, std::size_t i) {
  if (i >= q.leaves.size()) return false;
  q.leaves[i].named = false;
  return true;
}

// The array that a path is an item of, with its slash; empty if it is none.
std::string_view array_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const bool item = slash != std::string_view::npos && slash + 1 < path.size() &&
                    path.find_first_not_of("0123456789", slash + 1) == std::string_view::npos;
  return item ? path.substr(0, slash + 1) : std::string_view();
}

// Items behind the one that goes move up: an array has no gaps.
bool drop_leaf(Question& q, std::size_t i) {
  if (i >= q.leaves.size()) return false;
  const std::string array(array_of(q.leaves[i].path));
  q.leaves.erase(q.leaves.begin() + static_cast<std::ptrdiff_t>(i));
  std::size_t next = 0;
  for (auto& leaf : q.leaves)
    if (!array.empty() && array_of(leaf.path) == array)
      leaf.path = fmt::format("{}{}", array, next++);
  return true;
}

bool drop_name(label::Names& names, std::size_t i) {
  if (i >= names.size()) return false;
  std::vector<std::string> list = names.list();
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
  names = label::Names(std::move(list));
  return true;
}

// Takes the i-th name of all the sets of the question.
bool drop_any_name(Question& q, std::size_t i) {
  std::vector<label::Names*> all{&q.asker.roles, &q.asker.scopes};
  const auto add = [&](label::Sets& sets) {
    for (label::Names* names : {&sets.tags, &sets.producers, &sets.origins}) all.push_back(names);
  };
  add(q.control);
  add(q.session.label);
  for (auto& leaf : q.leaves) add(leaf.label);
  for (label::Names* names : all) {
    if (i < names->size()) return drop_name(*names, i);
    i -= names->size();
  }
  return false;
}

bool free_consumers(Question& q, std::size_t i) {
  if (i >= q.leaves.size()) return false;
  q.leaves[i].label.consumers = label::Consumers::everyone();
  return true;
}

bool clear_whole(Question& q, std::size_t i) {
  switch (i) {
    case 0: q.control = {}; return true;
    case 1: q.session = {}; return true;
    case 2: q.asker.roles = {}; return true;
    case 3: q.asker.scopes = {}; return true;
    case 4: q.counters.clear(); return true;
    case 5: q.now = {kNoonUs}; return true;
    case 6: q.asker.tenant.clear(); return true;
    case 7: q.asker.door.clear(); return true;
    case 8: q.asker.environment.clear(); return true;
    case 9: q.asker.principal.clear(); return true;
    default: return false;
  }
}

}  // namespace

Question shrunk(Question question, const policy::ToolShape* tool,
                const std::function<bool(const Question&)>& still) {
  const Step steps[] = {clear_whole,    drop_leaf,     clear_leaf_label,
                        free_consumers, drop_any_name, unname};
  for (const Step& step : steps)
    for (std::size_t i = 0;;) {
      Question smaller = question;
      if (!step(smaller, i)) break;
      const bool same_size = smaller.leaves.size() == question.leaves.size() && &step != &steps[4];
      if (!has_required(smaller, tool) || !still(smaller)) {
        ++i;
        continue;
      }
      question = std::move(smaller);
      if (same_size) ++i;  // else the next one stands at the same place now
    }
  return question;
}

}  // namespace cli
