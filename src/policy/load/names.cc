// SPDX-License-Identifier: Apache-2.0
#include "policy/load/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/load/walk.h"

namespace policy {
namespace {

// The names of lets in a node, in order.
class Mentions : public Walk {
 public:
  std::vector<std::pair<std::string_view, Span>> found;

 private:
  void on_predicate(const Predicate& node) override {
    if (node.kind == Predicate::Kind::kName) found.emplace_back(node.name, node.span);
  }
  void on_set(const SetExpr& node) override {
    if (node.kind == SetExpr::Kind::kName) found.emplace_back(node.name, node.span);
  }
};

// Nodes of the text itself, and what names stand for.
class Measure : public Walk {
 public:
  explicit Measure(const Names& names) : names_(&names) {}
  std::uint64_t size = 0;
  bool roles = false;

 private:
  void on_predicate(const Predicate& node) override {
    ++size;
    if (node.kind == Predicate::Kind::kName) name(node.name);
  }
  void on_set(const SetExpr& node) override {
    ++size;
    if (node.kind == SetExpr::Kind::kName) name(node.name);
  }
  void on_element(const Element&) override { ++size; }
  void on_path(const Path& node) override { roles = roles || node.role.has_value(); }
  void name(std::string_view name) {
    const LetInfo* let = names_->find(name);
    if (let == nullptr) return;
    size = std::min(size + let->size, kMostNodes + 1);
    roles = roles || let->roles;
  }
  const Names* names_;
};

template <class Node> Measure measured(const Names& names, const Node& node) {
  Measure measure(names);
  if constexpr (std::is_same_v<Node, Predicate>) measure.predicate(node);
  if constexpr (std::is_same_v<Node, SetExpr>) measure.set(node);
  if constexpr (std::is_same_v<Node, Let>) measure.let(node);
  if constexpr (std::is_same_v<Node, ToolPolicy::Member>) measure.member(node);
  return measure;
}

}  // namespace

bool is_matcher(const Element& element) {
  return element.kind != Element::Kind::kString || element.length.has_value();
}

Names Names::build(const Tree& tree, Findings& findings) {
  Names names;
  names.collect(tree, findings);
  names.order(findings);
  for (std::uint32_t index : names.sorted_) names.measure(index, findings);
  return names;
}

void Names::collect(const Tree& tree, Findings& findings) {
  for (const auto& declaration : tree.declarations) {
    const auto* let = std::get_if<Let>(&declaration);
    if (let == nullptr) continue;
    const auto [place, fresh] =
        by_name_.emplace(let->name, static_cast<std::uint32_t>(lets_.size()));
    if (fresh) {
      lets_.push_back({.let = let});
      continue;
    }
    findings.error("duplicate-name", let->span,
                   fmt::format("{} is bound twice, first on line {}", quoted(let->name),
                               lets_[place->second].let->span.line));
  }
}

// Depth first without recursion: a chain of lets may be as long as a file.
void Names::order(Findings& findings) {
  struct Visit {
    std::uint32_t index;
    std::vector<std::pair<std::string_view, Span>> named;
    std::size_t next = 0;
  };
  enum class Color : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Color> colors(lets_.size(), Color::kNew);
  std::vector<Visit> path;
  auto enter = [&](std::uint32_t index) {
    Mentions mentions;
    mentions.let(*lets_[index].let);
    colors[index] = Color::kOpen;
    path.push_back({index, std::move(mentions.found)});
  };
  for (std::uint32_t start = 0; start < lets_.size(); ++start) {
    if (colors[start] == Color::kNew) enter(start);
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next == visit.named.size()) {
        colors[visit.index] = Color::kDone;
        sorted_.push_back(visit.index);
        path.pop_back();
        continue;
      }
      const auto& [name, span] = visit.named[visit.next++];
      const auto at = by_name_.find(name);
      if (at == by_name_.end()) continue;  // check_text says so
      if (colors[at->second] == Color::kOpen)
        findings.error("circle", span,
                       fmt::format("{} is bound to itself: it names {}, which names it",
                                   quoted(name), quoted(lets_[visit.index].let->name)),
                       "take one of the names out of its own meaning");
      if (colors[at->second] == Color::kNew) enter(at->second);
    }
  }
}

void Names::measure(std::uint32_t index, Findings& findings) {
  LetInfo& info = lets_[index];
  info.predicate = predicate(*info.let);
  const Measure found = measured(*this, *info.let);
  info.size = std::min(found.size + 1, kMostNodes + 1);
  info.depth = std::visit([&](const auto& value) { return depth(value); }, info.let->value);
  info.roles = found.roles;
  if (const auto* set = std::get_if<SetExpr>(&info.let->value)) info.matcher = matcher(*set);
  if (info.depth == kDeepest + 1)
    findings.error("too-large", info.let->span,
                   fmt::format("{} is more than {} levels deep with its names filled in",
                               quoted(info.let->name), kDeepest));
}

std::uint32_t Names::depth(const Predicate& node) const {
  std::uint32_t below = 0;
  if (has_set(node.kind)) below = depth(node.set);
  for (const Predicate& part : node.parts) below = std::max(below, depth(part));
  const LetInfo* let = node.kind == Predicate::Kind::kName ? find(node.name) : nullptr;
  if (let != nullptr) below = let->depth;
  return std::min(below + 1, kDeepest + 1);
}

std::uint32_t Names::depth(const SetExpr& node) const {
  std::uint32_t below = 0;
  for (const SetExpr& part : node.parts) below = std::max(below, depth(part));
  const LetInfo* let = node.kind == SetExpr::Kind::kName ? find(node.name) : nullptr;
  if (let != nullptr) below = let->depth;
  return std::min(below + 1, kDeepest + 1);
}

const LetInfo* Names::find(std::string_view name) const {
  const auto at = by_name_.find(name);
  return at == by_name_.end() ? nullptr : &lets_[at->second];
}

bool Names::predicate(const Let& let) const {
  if (std::holds_alternative<Predicate>(let.value)) return true;
  const SetExpr& set = std::get<SetExpr>(let.value);
  const LetInfo* alias = set.kind == SetExpr::Kind::kName ? find(set.name) : nullptr;
  return alias != nullptr && alias->predicate;
}

std::vector<std::string_view> Names::words(bool predicates) const {
  std::vector<std::string_view> out;
  for (const LetInfo& info : lets_)
    if (info.predicate == predicates) out.push_back(info.let->name);
  return out;
}

bool Names::matcher(const SetExpr& node) const {
  using Kind = SetExpr::Kind;
  if (node.kind == Kind::kName) {
    const LetInfo* let = find(node.name);
    return let != nullptr && let->matcher;
  }
  const bool own = std::any_of(node.elements.begin(), node.elements.end(), is_matcher);
  if (node.kind == Kind::kLiteral || node.kind == Kind::kDomain) return own;
  if (node.kind == Kind::kUnion) return matcher(node.parts[0]) || matcher(node.parts[1]);
  if (node.kind == Kind::kWith) return own || matcher(node.parts[0]);
  return false;
}

std::uint64_t Names::size(const Predicate& node) const { return measured(*this, node).size; }
std::uint64_t Names::size(const SetExpr& node) const { return measured(*this, node).size; }
std::uint64_t Names::size(const ToolPolicy::Member& node) const {
  return measured(*this, node).size;
}
bool Names::roles(const Predicate& node) const { return measured(*this, node).roles; }
bool Names::roles(const SetExpr& node) const { return measured(*this, node).roles; }
bool Names::roles(const ToolPolicy::Member& node) const { return measured(*this, node).roles; }

}  // namespace policy
