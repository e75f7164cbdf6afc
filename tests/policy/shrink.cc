// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/shrink.h"

#include <algorithm>

namespace policy_test {
namespace {

using policy::Element;
using policy::Let;
using policy::Predicate;
using policy::SetExpr;
using policy::Tree;

// Walks a trial and applies the n-th simplification it comes by.
class Simplifier {
 public:
  Simplifier(Trial& trial, std::size_t nth) : trial_(trial), left_(nth) {}

  // False if there are fewer.
  bool apply() {
    files(trial_.loaded);
    if (!done_) question(trial_.question);
    if (!done_) options(trial_.loaded.options);
    return done_;
  }

 private:
  bool now() {
    if (done_ || left_-- != 0) return false;
    return done_ = true;
  }
  template <class T> void reset(T& value, const T& plain = T{}) {
    if (!(value == plain) && now()) value = plain;
  }
  template <class C> void drop_each(C& items, std::size_t keep = 0) {
    for (std::size_t i = 0; items.size() > keep && i < items.size() && !done_; ++i)
      if (now()) items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void files(policy::Loaded& loaded) {
    // A file keeps its index, which spans name: it is emptied, not dropped.
    for (Tree& tree : loaded.trees)
      if (!tree.declarations.empty() && now()) tree.declarations.clear();
    for (Tree& tree : loaded.trees) {
      if (done_) return;
      file_ = &tree;
      declarations(tree);
    }
  }
  void declarations(Tree& tree) {
    for (std::size_t i = 0; i < tree.declarations.size() && !done_; ++i) {
      auto& one = tree.declarations[i];
      if (is_needed(tree, one)) continue;
      if (now())
        tree.declarations.erase(tree.declarations.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (auto& one : tree.declarations) {
      if (done_) return;
      if (auto* const let = std::get_if<Let>(&one)) {
        if (auto* const p = std::get_if<Predicate>(&let->value)) predicate(*p);
        if (auto* const s = std::get_if<SetExpr>(&let->value)) set(*s);
      } else if (auto* const block = std::get_if<policy::ToolPolicy>(&one)) {
        drop_each(block->members);
        for (auto& member : block->members) this->member(member);
      }
    }
  }
  void member(policy::ToolPolicy::Member& member) {
    if (auto* const rule = std::get_if<policy::Rule>(&member)) {
      reset(rule->because);
      reset(rule->docs);
      when(rule->when);
    }
    auto* const block = std::get_if<policy::Block>(&member);
    if (block == nullptr) return;
    drop_each(block->statements);
    for (policy::Statement& statement : block->statements) {
      if (statement.updates.size() == 1) when(statement.when);
      else if (statement.when) predicate(*statement.when);
      if (statement.when) drop_each(statement.updates, 1);
      for (policy::Update& update : statement.updates) set(update.value);
    }
  }
  void when(std::optional<Predicate>& when) {
    if (!when) return;
    if (now()) when.reset();
    else predicate(*when);
  }
  void predicate(Predicate& p) {
    const bool is_logic = p.kind <= Predicate::Kind::kNot;
    for (std::size_t i = 0; is_logic && i < p.parts.size() && !done_; ++i)
      if (now()) {
        Predicate part = p.parts[i];
        p = std::move(part);
        return;
      }
    if (is_logic) drop_each(p.parts, p.kind == Predicate::Kind::kNot ? 1 : 2);
    if (p.kind == Predicate::Kind::kName && now()) return inline_name(p);
    for (Predicate& part : p.parts)
      if (!done_) predicate(part);
    if (!done_ && !is_logic) set(p.set);
  }
  void set(SetExpr& s) {
    // What stands right of & and - may be a matcher, which may not stand here.
    const bool only_left = s.kind == SetExpr::Kind::kIntersect || s.kind == SetExpr::Kind::kMinus;
    for (std::size_t i = 0; i < (only_left ? 1 : s.parts.size()) && !done_; ++i)
      if (now()) {
        SetExpr part = s.parts[i];
        s = std::move(part);
        return;
      }
    if (s.kind == SetExpr::Kind::kLiteral) drop_each(s.elements, 1);
    if (s.kind == SetExpr::Kind::kName && now()) return inline_name(s);
    for (Element& element : s.elements) {
      reset(element.length);
      if (element.kind == Element::Kind::kPattern || element.kind == Element::Kind::kWildcard)
        shorten(element.text);
    }
    for (SetExpr& part : s.parts)
      if (!done_) set(part);
  }
  void shorten(std::string& text) {
    for (std::size_t i = 0; i < text.size() && !done_; ++i)
      if (now()) text.erase(i, 1);
  }
  template <class T> void inline_name(T& node) {
    for (const auto& one : file_->declarations) {
      const auto* let = std::get_if<Let>(&one);
      if (let == nullptr || let->name != node.name) continue;
      T copy = std::get<T>(let->value);
      if constexpr (std::is_same_v<T, SetExpr>)
        if (copy.kind == SetExpr::Kind::kDomain) copy.kind = SetExpr::Kind::kLiteral;
      node = std::move(copy);
      return;
    }
  }

  // A name or counter that something in the file still reads.
  static bool is_needed(
      const Tree& tree,
      const std::variant<Let, policy::ToolPolicy, policy::Use, policy::Counter>& one);

  void question(policy::Question& q) {
    drop_each(q.leaves);
    for (policy::LeafValue& leaf : q.leaves) {
      label(leaf.label);
      if (leaf.kind == policy::LeafKind::kString) shorten(leaf.text);
      reset(leaf.named);
    }
    label(q.control);
    label(q.session.label);
    reset(q.session.value);
    reset(q.counters);
    reset(q.asker);
    reset(q.asker.roles);
    reset(q.asker.scopes);
    reset(trial_.observed.text);
    reset(trial_.observed.label);
  }
  void label(label::Sets& label) {
    reset(label);
    reset(label.tags);
    reset(label.producers);
    reset(label.origins);
    reset(label.consumers, label::Consumers::everyone());
  }
  void options(policy::Options& options) {
    const policy::Options usual;
    reset(options.default_allow, usual.default_allow);
    reset(options.default_level, usual.default_level);
    reset(options.missing_argument_is_false);
    reset(options.search);
    reset(options.non_executable_memory);
    reset(options.llm_blocked, usual.llm_blocked);
    reset(options.consumers_union_replaces);
    reset(options.fail_fast, usual.fail_fast);
  }

  Trial& trial_;
  std::size_t left_;
  bool done_ = false;
  const Tree* file_ = nullptr;
};

bool names(const SetExpr& set, const std::string& name) {
  if (set.kind == SetExpr::Kind::kName && set.name == name) return true;
  return std::ranges::any_of(set.parts, [&](const SetExpr& part) { return names(part, name); });
}

bool names(const Predicate& p, const std::string& name) {
  using Kind = Predicate::Kind;
  if (p.kind == Kind::kName && p.name == name) return true;
  const auto counts = [&](const policy::Value& v) {
    return v.kind == policy::Value::Kind::kCounter && v.text == name;
  };
  if (counts(p.left) || counts(p.right) || names(p.set, name)) return true;
  return std::ranges::any_of(p.parts, [&](const Predicate& part) { return names(part, name); });
}

bool names(const policy::ToolPolicy::Member& member, const std::string& name) {
  if (const auto* rule = std::get_if<policy::Rule>(&member))
    return rule->when && names(*rule->when, name);
  const auto* block = std::get_if<policy::Block>(&member);
  if (block == nullptr) return false;
  for (const policy::Statement& statement : block->statements) {
    if (statement.when && names(*statement.when, name)) return true;
    for (const policy::Update& update : statement.updates)
      if (names(update.value, name)) return true;
  }
  return false;
}

bool Simplifier::is_needed(
    const Tree& tree,
    const std::variant<Let, policy::ToolPolicy, policy::Use, policy::Counter>& one) {
  std::string name;
  if (const auto* let = std::get_if<Let>(&one)) name = let->name;
  if (const auto* counter = std::get_if<policy::Counter>(&one)) name = counter->name;
  if (name.empty()) return false;
  for (const auto& other : tree.declarations) {
    if (const auto* let = std::get_if<Let>(&other)) {
      if (std::visit([&](const auto& value) { return names(value, name); }, let->value))
        return true;
    } else if (const auto* block = std::get_if<policy::ToolPolicy>(&other)) {
      if (std::ranges::any_of(block->members, [&](const auto& m) { return names(m, name); }))
        return true;
    }
  }
  return false;
}

}  // namespace

Trial shrunk(Trial trial, const std::function<bool(const Trial&)>& fails) {
  bool smaller_found = true;
  for (std::size_t tries = 0; smaller_found && tries < 20000;) {
    smaller_found = false;
    for (std::size_t nth = 0;; ++tries) {
      Trial smaller = trial;
      if (!Simplifier(smaller, nth).apply()) break;
      if (fails(smaller)) {
        trial = std::move(smaller);
        smaller_found = true;
      } else {
        ++nth;
      }
    }
  }
  return trial;
}

}  // namespace policy_test
