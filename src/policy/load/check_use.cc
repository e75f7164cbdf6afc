// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "policy/load/check.h"
#include "policy/load/kinds.h"
#include "policy/load/walk.h"

namespace policy {
namespace {

enum class Place : std::uint8_t { kRule, kResult, kBefore, kAfter };

// Goes over the conditions of one block with the names filled in: what an argument is depends on
// the tools of the block.
class UseCheck : public Walk {
 public:
  UseCheck(const Unit& unit, Shapes& shapes, const Options& options, const CounterNames& counters,
           Findings& findings)
      : unit_(&unit),
        shapes_(&shapes),
        options_(&options),
        counters_(&counters),
        findings_(&findings) {}
  void block(const ToolPolicy& policy);

 private:
  void on_predicate(const Predicate& node) override;
  void on_set(const SetExpr& node) override;
  void on_value(const Value& node) override;
  void on_operand(const Operand& node) override;
  void on_path(const Path& node) override;

  void rule(const Rule& rule);
  void fields(const Rule& rule);
  void reads(const Path& path);
  void missing(const Rule& rule);
  void follow(std::string_view name);
  void context(bool bad, std::string_view what, const Span& span);
  void membership(const Predicate& node);
  void choices(const Predicate& node, const Elements& set);
  void comparison(const Predicate& node);
  void constant(const Predicate& node);
  void labels(const Predicate& node);
  void label_elements(const Predicate& node, bool everybody);
  void truth(bool is_true, const Span& span, std::string_view why);
  std::uint32_t readable(const Value& value);
  std::uint32_t kinds(const Path& path);
  std::uint32_t step(const Path& path, std::size_t index, std::uint32_t kinds, std::uint32_t items);
  std::uint32_t role(const Path& path);
  void unknown(const Path& path);
  void never_kind(const Span& span, std::string message, std::string hint = "");

  const Unit* unit_;
  Shapes* shapes_;
  const Options* options_;
  const CounterNames* counters_;
  Findings* findings_;
  const ToolPolicy* block_ = nullptr;
  const Reach* reach_ = nullptr;
  // Arguments are not judged: the block is a pack's and stands for tools that the pack cannot know,
  // or its tool is unknown.
  bool lenient_ = false;
  Place place_ = Place::kRule;
  std::set<std::tuple<const LetInfo*, const Reach*, Place>> followed_;
  std::set<std::string_view> guarded_;  // arguments that the rule asks for with `is present`
  std::vector<const Path*> read_;       // reading them is an error where the tool has none
};

void UseCheck::block(const ToolPolicy& policy) {
  block_ = &policy;
  reach_ = shapes_->reach(policy.id);
  const bool known = check_tool(policy.id, reach_, unit_->pack, *shapes_, *options_, *findings_);
  const bool exact = policy.id.kind == ToolId::Kind::kExact;
  lenient_ = !known || (unit_->pack && !exact);
  static const Reach kNobody;
  if (reach_ == nullptr) reach_ = &kNobody;
  for (const auto& one : policy.members) {
    if (const auto* a_rule = std::get_if<Rule>(&one)) {
      rule(*a_rule);
      continue;
    }
    const auto* updates = std::get_if<Block>(&one);
    if (updates == nullptr) continue;
    using Kind = Block::Kind;
    place_ = updates->kind == Kind::kResult   ? Place::kResult
             : updates->kind == Kind::kBefore ? Place::kBefore
                                              : Place::kAfter;
    member(one);
  }
}

void UseCheck::rule(const Rule& rule) {
  place_ = Place::kRule;
  guarded_.clear();
  read_.clear();
  if (rule.when) predicate(*rule.when);
  if (lenient_) return;
  if (rule.kind == Rule::Kind::kRedact) fields(rule);
  if (rule.kind == Rule::Kind::kAllow || rule.kind == Rule::Kind::kDeny) missing(rule);
}

// In `ask when` and `oblige when` a comparison of an absent argument is false; elsewhere it denies,
// which is seldom meant for a tool that never has the argument.
void UseCheck::missing(const Rule& rule) {
  for (const Path* path : read_) {
    const Kinds& found = shapes_->argument(*reach_, path->argument);
    if (!found.known || found.everywhere || guarded_.contains(path->argument)) continue;
    const auto lacking = std::find_if(reach_->begin(), reach_->end(), [&](std::uint32_t index) {
      return Shapes::argument(shapes_->tool(index), path->argument) == nullptr;
    });
    findings_->warning(
        "argument-missing", rule.span,
        fmt::format("{} has no argument {}: there the rule errs, and denies",
                    quoted(shapes_->tool(*lacking).name), quoted(path->argument)),
        fmt::format("say `{} is present and ...`, or name the tools", path->argument));
  }
}

void UseCheck::reads(const Path& path) {
  const bool each = std::any_of(path.steps.begin(), path.steps.end(),
                                [](const Step& s) { return s.kind == Step::Kind::kEach; });
  if (place_ == Place::kRule && !path.role && !each) read_.push_back(&path);
}

void UseCheck::fields(const Rule& rule) {
  for (const std::string& field : rule.texts) {
    const bool kept = std::any_of(reach_->begin(), reach_->end(), [&](std::uint32_t index) {
      const auto& names = shapes_->tool(index).kept;
      return std::find(names.begin(), names.end(), field) != names.end();
    });
    if (!kept)
      findings_->report(
          options_->open_tools, "unknown-field", rule.span,
          fmt::format("no tool of this block keeps a field {} of its result", quoted(field)));
  }
}

void UseCheck::follow(std::string_view name) {
  const LetInfo* let = unit_->names.find(name);
  if (let == nullptr || !followed_.emplace(let, reach_, place_).second) return;
  Walk::let(*let->let);
}

void UseCheck::on_predicate(const Predicate& node) {
  using Kind = Predicate::Kind;
  if (findings_->full()) return;
  if (node.kind == Kind::kName) follow(node.name);
  if (node.kind == Kind::kIn) membership(node);
  if (node.kind == Kind::kCompare) comparison(node);
  if (node.kind == Kind::kPresent || node.kind == Kind::kAbsent)
    guarded_.insert(node.path.argument);
  if (has_operand(node.kind) && node.kind != Kind::kGrants) labels(node);
}

void UseCheck::on_set(const SetExpr& node) {
  if (node.kind == SetExpr::Kind::kName) follow(node.name);
}

void UseCheck::on_value(const Value& node) {
  if (node.kind == Value::Kind::kArgument) reads(node.path);
  if (node.kind == Value::Kind::kResult)
    context(place_ == Place::kRule || place_ == Place::kBefore, "`@result`", node.span);
  if (node.kind == Value::Kind::kCounter && !counters_->contains(node.text))
    findings_->error("unknown-counter", node.span,
                     fmt::format("no counter is called {}", quoted(node.text)),
                     did_you_mean(node.text, {counters_->begin(), counters_->end()}));
}

void UseCheck::on_operand(const Operand& node) {
  if (node.scope == Scope::kArgument) reads(node.path);
  if (node.scope == Scope::kHere)
    context(place_ == Place::kRule, fmt::format("`@{}`", spelling(node.field)), node.span);
  if (node.scope == Scope::kResult)
    context(place_ == Place::kRule || place_ == Place::kBefore, "`@result`", node.span);
}

void UseCheck::context(bool bad, std::string_view what, const Span& span) {
  if (!bad) return;
  const std::string_view where = place_ == Place::kRule ? "a rule, before the call has run"
                                                        : "`session before`, before the call runs";
  findings_->error("context-misuse", span,
                   fmt::format("{} has no meaning in {} (line {})", what, where, block_->span.line),
                   "read an argument, `@args`, `@control` or `@session` there");
}

// Arguments: each path once, wherever it stands.
void UseCheck::on_path(const Path& node) { kinds(node); }

std::uint32_t UseCheck::kinds(const Path& path) {
  // What a role means for a tool that nobody knows (compat open_tools) cannot be said.
  const bool unknown_tool = block_->id.kind == ToolId::Kind::kExact && reach_->empty();
  if (path.role && (!lenient_ || (unknown_tool && options_->open_tools))) return role(path);
  if (lenient_) return Kinds::kAll;
  const Kinds& found = shapes_->argument(*reach_, path.argument);
  if (!found.known) {
    unknown(path);
    return Kinds::kAll;
  }
  std::uint32_t now = found.kinds;
  std::uint32_t items = found.items;
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    now = step(path, i, now, items);
    items = Kinds::kAll;
  }
  return now;
}

std::uint32_t UseCheck::step(const Path& path, std::size_t index, std::uint32_t kinds,
                             std::uint32_t items) {
  const Step::Kind kind = path.steps[index].kind;
  std::uint32_t out = 0;
  if (kind != Step::Kind::kKey && (kinds & Kinds::kArray) != 0) out |= items;
  if (kind != Step::Kind::kIndex && (kinds & Kinds::kObject) != 0) out |= Kinds::kAll;
  if (out != 0) return out;
  never_kind(path.span, fmt::format("the argument {} has no such part", quoted(path.argument)),
             (kinds & Kinds::kArray) != 0    ? "it is a list: name an item, `[0]`, or all, `[*]`"
             : (kinds & Kinds::kObject) != 0 ? "it is an object: name a key, `.key`"
                                             : "it is one value");
  return Kinds::kAll;
}

std::uint32_t UseCheck::role(const Path& path) {
  const Kinds found = shapes_->role(*reach_, *path.role);
  if (!found.known && block_->id.kind == ToolId::Kind::kExact)
    findings_->error("unknown-role", path.span,
                     fmt::format("no argument of {} has the role {}", quoted(block_->id.text),
                                 spelling(*path.role)),
                     "give an argument the role in the tool's declaration");
  if (!found.known) return Kinds::kAll;
  return (found.kinds & ~Kinds::kArray) | found.items;
}

void UseCheck::unknown(const Path& path) {
  findings_->report(
      options_->open_tools, "unknown-argument", path.span,
      block_->id.kind == ToolId::Kind::kExact
          ? fmt::format("the tool {} has no argument {}", quoted(block_->id.text),
                        quoted(path.argument))
          : fmt::format("no tool of this block has an argument {}", quoted(path.argument)),
      did_you_mean(path.argument, shapes_->arguments(*reach_)));
}

void UseCheck::never_kind(const Span& span, std::string message, std::string hint) {
  const bool open = options_->open_tools && block_->id.kind != ToolId::Kind::kExact;
  findings_->report(open, "never-kind", span, std::move(message), std::move(hint));
}

// The kinds of the one value that is read.
std::uint32_t UseCheck::readable(const Value& value) {
  if (value.kind != Value::Kind::kArgument) return kinds_of_constant(value);
  const std::uint32_t all = kinds(value.path);
  if ((all & Kinds::kScalar) != 0) return all & Kinds::kScalar;
  never_kind(value.span,
             fmt::format("{} is a {} and has no one value", quoted(value.path.argument),
                         (all & Kinds::kArray) != 0 ? "list" : "group of values"),
             "ask about its items: `all x[*].value in ...`");
  return Kinds::kScalar;
}

void UseCheck::truth(bool is_true, const Span& span, std::string_view why) {
  if (unit_->pack) return;  // what a site leaves as it is
  findings_->warning(is_true ? "always-true" : "never-true", span,
                     fmt::format("this is {} true: {}", is_true ? "always" : "never", why));
}

void UseCheck::membership(const Predicate& node) {
  const std::uint32_t value = readable(node.left);
  const Elements set = elements_of(node.set, unit_->names);
  if (!set.complete || lenient_) return;
  if (set.all.empty()) return truth(false, node.span, "the set is empty");
  if (std::all_of(set.all.begin(), set.all.end(), [](auto* e) { return accepts_nothing(*e); }))
    return truth(false, node.span, "the range is empty");
  const bool some = std::any_of(set.all.begin(), set.all.end(),
                                [&](auto* e) { return (accepted(*e) & value) != 0; });
  if (!some)
    return never_kind(node.span, "the value is never of a kind that is in the set",
                      "text is written in quotes, numbers are not");
  choices(node, set);
}

void UseCheck::choices(const Predicate& node, const Elements& set) {
  if (node.left.kind == Value::Kind::kString) {
    const bool some = std::any_of(set.all.begin(), set.all.end(),
                                  [&](auto* e) { return may_accept(*e, node.left.text); });
    if (!some) truth(false, node.span, "the text is not in the set");
    return;
  }
  const Path& path = node.left.path;
  if (node.left.kind != Value::Kind::kArgument || path.role || !path.steps.empty()) return;
  const Kinds& found = shapes_->argument(*reach_, path.argument);
  if (found.shapes.empty()) return;
  for (const ArgumentShape* shape : found.shapes) {
    if (shape->choices.empty()) return;
    for (const std::string& choice : shape->choices)
      for (const Element* element : set.all)
        if (may_accept(*element, choice)) return;
  }
  truth(false, node.span,
        fmt::format("none of what {} can be is in the set", quoted(path.argument)));
}

void UseCheck::comparison(const Predicate& node) {
  const std::uint32_t left = readable(node.left);
  const std::uint32_t right = readable(node.right);
  if (lenient_) return;
  if (!comparable(node.comparator, left, right))
    return never_kind(node.span,
                      fmt::format("the two sides of `{}` are never of kinds that compare",
                                  spelling(node.comparator)),
                      "text is written in quotes, numbers are not, instants are d\"...\"");
  constant(node);
}

// Two literals: the answer is known.
void UseCheck::constant(const Predicate& node) {
  const Value& a = node.left;
  const Value& b = node.right;
  using Kind = Value::Kind;
  const bool equality = node.comparator == Comparator::kEqual;
  if (a.kind != b.kind || (!equality && node.comparator != Comparator::kNotEqual)) return;
  if (a.kind != Kind::kString && a.kind != Kind::kNumber && a.kind != Kind::kBool) return;
  const bool same = a.kind == Kind::kString   ? a.text == b.text
                    : a.kind == Kind::kNumber ? compare(a.number, b.number) == 0
                                              : a.truth == b.truth;
  truth(same == equality, node.span, "both sides are written here");
}

void UseCheck::labels(const Predicate& node) {
  using Kind = Predicate::Kind;
  const bool everybody =
      node.operand.scope != Scope::kPrincipal && node.operand.field == Field::kConsumers;
  if (node.kind == Kind::kUniversal && !everybody)
    truth(false, node.span, "only consumers can be everybody");
  if (has_set(node.kind)) label_elements(node, everybody);
}

void UseCheck::label_elements(const Predicate& node, bool everybody) {
  using Kind = Predicate::Kind;
  const Elements set = elements_of(node.set, unit_->names);
  const bool star = std::any_of(set.all.begin(), set.all.end(),
                                [](auto* e) { return !is_matcher(*e) && e->text == "*"; });
  if (node.kind == Kind::kSubset && star)
    return truth(true, node.span, "every set is a part of everybody");
  if (node.kind == Kind::kSuperset && star && !everybody)
    return truth(false, node.span, "only consumers can be everybody");
  if (!set.complete) return;
  if (node.kind == Kind::kSuperset && set.all.empty())
    return truth(true, node.span, "every set holds the empty one");
  if (node.kind == Kind::kOverlaps && set.all.empty())
    return truth(false, node.span, "the set is empty");
  const bool some = std::any_of(set.all.begin(), set.all.end(),
                                [](auto* e) { return accepts_labels(*e) && !accepts_nothing(*e); });
  if (!set.all.empty() && !some)
    truth(false, node.span, "a label holds names, and no name is in this set");
}

}  // namespace

void check_use(const Unit& unit, Shapes& shapes, const Options& options,
               const CounterNames& counters, Findings& findings) {
  UseCheck check(unit, shapes, options, counters, findings);
  for (const auto& declaration : unit.tree.declarations) {
    if (findings.full()) return;
    if (const auto* block = std::get_if<ToolPolicy>(&declaration)) check.block(*block);
  }
}

}  // namespace policy
