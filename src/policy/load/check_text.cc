// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "policy/canonical.h"
#include "policy/load/check.h"
#include "policy/load/walk.h"

namespace policy {
namespace {

constexpr std::string_view kReserved = "__";
constexpr std::string_view kBlocked = "__llm_blocked";

const Path* left_path(const Predicate& comparison) {
  using Kind = Predicate::Kind;
  if (has_path(comparison.kind)) return &comparison.path;
  if (has_operand(comparison.kind))
    return comparison.operand.scope == Scope::kArgument ? &comparison.operand.path : nullptr;
  const bool reads = comparison.kind == Kind::kIn || comparison.kind == Kind::kCompare;
  return reads && comparison.left.kind == Value::Kind::kArgument ? &comparison.left.path : nullptr;
}

std::size_t many(const Path& path) {
  const auto each = std::count_if(path.steps.begin(), path.steps.end(),
                                  [](const Step& s) { return s.kind == Step::Kind::kEach; });
  return static_cast<std::size_t>(each) + (path.role ? 1 : 0);
}

class TextCheck : public Walk {
 public:
  TextCheck(const Unit& unit, Patterns& patterns, Findings& findings)
      : names_(&unit.names), patterns_(&patterns), findings_(&findings) {}

  void bind(const Let& node) {
    const auto* alias = std::get_if<SetExpr>(&node.value);
    alias_ = alias != nullptr && alias->kind == SetExpr::Kind::kName ? alias : nullptr;
    let(node);
  }
  void block(const ToolPolicy& policy) {
    if (policy.id.kind == ToolId::Kind::kPattern) pattern(policy.id.text, policy.id.span);
    const Priority* last = nullptr;
    for (const auto& one : policy.members) {
      if (const auto* line = std::get_if<Priority>(&one)) priority(last, *line);
      if (const auto* updates = std::get_if<Block>(&one)) block_ = updates->kind;
      member(one);
    }
  }
  void pattern(const std::string& text, const Span& span);

 private:
  void on_predicate(const Predicate& node) override;
  void on_set(const SetExpr& node) override;
  void on_path(const Path& node) override;
  void on_element(const Element& node) override;
  void on_update(const Update& node) override;

  void priority(const Priority*& last, const Priority& line);
  void quantified(const Predicate& node);
  void named(const SetExpr& node);
  void star(const SetExpr& node);
  void plain(const SetExpr& node, std::string_view where);
  void label_update(const Update& node);
  bool universal(const SetExpr& node) const;
  void reserved(const SetExpr& node, std::set<std::string_view>& seen);

  const Names* names_;
  Patterns* patterns_;
  Findings* findings_;
  Block::Kind block_ = Block::Kind::kResult;
  const SetExpr* alias_ = nullptr;    // the whole value of a let: may name a predicate
  const Path* quantified_ = nullptr;  // the one path that may hold [*] or be a role
};

void TextCheck::priority(const Priority*& last, const Priority& line) {
  if (last != nullptr && last->value != line.value)
    findings_->warning("priority-twice", line.span,
                       fmt::format("the block has priority {} on line {} and {} here: the last "
                                   "line counts",
                                   last->value, last->span.line, line.value));
  last = &line;
}

void TextCheck::on_predicate(const Predicate& node) {
  using Kind = Predicate::Kind;
  if (node.kind == Kind::kAny || node.kind == Kind::kAll) quantified(node);
  if (node.kind == Kind::kSuperset) plain(node.set, "right of `superset of`");
  if (node.kind == Kind::kSetEqual) plain(node.set, "right of `==`");
  if (node.kind != Kind::kName) return;
  const LetInfo* let = names_->find(node.name);
  if (let == nullptr)
    return findings_->error("unknown-name", node.span,
                            fmt::format("no let binds {}", quoted(node.name)),
                            did_you_mean(node.name, names_->words(true)));
  if (!let->predicate)
    findings_->error("kind-mismatch", node.span,
                     fmt::format("{} is a set, a predicate is expected here", quoted(node.name)),
                     "compare it: `x.value in NAME`, `x.tags overlaps NAME`");
}

void TextCheck::quantified(const Predicate& node) {
  const Path* path = left_path(node.parts[0]);
  if (path == nullptr || many(*path) == 0)
    return findings_->error("quantifier-misuse", node.span,
                            "`any` and `all` need `[*]` or `@role.R` in the path on the left");
  quantified_ = path;
}

void TextCheck::on_path(const Path& node) {
  const std::size_t count = many(node);
  if (count > 0 && &node != quantified_)
    findings_->error("quantifier-misuse", node.span,
                     "`[*]` and `@role.R` stand only on the left of a comparison with `any` or "
                     "`all`");
  if (count > 1) findings_->error("quantifier-misuse", node.span, "a path holds `[*]` once");
}

void TextCheck::on_set(const SetExpr& node) {
  using Kind = SetExpr::Kind;
  if (node.kind == Kind::kName) named(node);
  star(node);
  if (node.kind == Kind::kMinus || node.kind == Kind::kIntersect || node.kind == Kind::kWithout ||
      node.kind == Kind::kXor)
    plain(node.parts[0], "on the left of this operator");
  if (node.kind == Kind::kXor) plain(node.parts[1], "on the right of `xor`");
}

void TextCheck::named(const SetExpr& node) {
  const LetInfo* let = names_->find(node.name);
  if (let == nullptr)
    return findings_->error("unknown-name", node.span,
                            fmt::format("no let binds {}", quoted(node.name)),
                            did_you_mean(node.name, names_->words(false)));
  if (let->predicate && &node != alias_)
    findings_->error("kind-mismatch", node.span,
                     fmt::format("{} is a predicate, a set is expected here", quoted(node.name)));
}

void TextCheck::star(const SetExpr& node) {
  const bool alone = node.elements.size() == 1 && node.parts.empty();
  for (const Element& element : node.elements)
    if (!is_matcher(element) && element.text == "*" && !alone)
      findings_->error("universal-misuse", element.span,
                       "`\"*\"` stands beside other elements, or in `with` or `without`",
                       "`{\"*\"}` alone is everybody; a wildcard is written w\"*\"");
}

// SECURITY: a matcher has no names that a set could hold. Where it may not stand it is refused, not
// read as the strings in it.
void TextCheck::plain(const SetExpr& node, std::string_view where) {
  if (names_->matcher(node))
    findings_->error("matcher-misuse", node.span,
                     fmt::format("a set with a pattern, a number or a domain stands {}; plain "
                                 "strings are expected",
                                 where),
                     "such sets may stand right of `in`, `overlaps`, `subset of`, `-`, `&` and "
                     "`without`");
}

bool has_canonical_form(const Element& node) {
  using Kind = Element::Kind;
  const auto room = std::make_unique<CanonicalText>();
  switch (node.kind) {
    case Kind::kPathIs:
    case Kind::kPathUnder: return canonical_path(node.text, *room);
    case Kind::kHostIs:
    case Kind::kHostUnder:
    case Kind::kEmailDomain: return canonical_host(node.text, *room);
    case Kind::kEmailIs: return canonical_email(node.text, *room);
    case Kind::kCidr: return block_of(node.text).has_value();
    case Kind::kUrl:
      return (!node.url.host || canonical_host(*node.url.host, *room)) &&
             (!node.url.host_under || canonical_host(*node.url.host_under, *room)) &&
             (!node.url.path_under || canonical_path(*node.url.path_under, *room));
    default: return true;
  }
}

void TextCheck::on_element(const Element& node) {
  if (!has_canonical_form(node))
    findings_->error("bad-domain", node.span, "the text is none that the domain could hold",
                     "paths are absolute, hosts are names or addresses, blocks are A.B.C.D/N");
  if (node.kind == Element::Kind::kPattern) pattern(node.text, node.span);
  if (node.kind == Element::Kind::kUrl && node.url == Element::Url{})
    findings_->error("syntax", node.span, "`url` names nothing that it demands",
                     "name a scheme, host, port or path");
}

void TextCheck::pattern(const std::string& text, const Span& span) {
  const auto [place, fresh] = patterns_->errors.try_emplace(text);
  if (fresh) place->second = pattern_error(text);
  if (!place->second.empty())
    return findings_->error("bad-pattern", span,
                            fmt::format("the pattern is not one of RE2: {}", place->second));
  if (differs_under_search(text))
    findings_->warning("search-differs", span,
                       fmt::format("the pattern {} matches the whole text; under search it would "
                                   "accept more",
                                   quoted(text)),
                       "write ^...$ to say that the whole text is meant, or .* at its ends");
}

void TextCheck::on_update(const Update& node) {
  const bool session = block_ != Block::Kind::kResult;
  if ((node.target == Update::Target::kResult && session) ||
      (node.target == Update::Target::kSession && !session))
    findings_->error("update-target", node.span,
                     session ? "a session block changes the labels of the session only"
                             : "a result block changes the labels of the result only");
  plain(node.value, "as the value of an update");
  if (node.target == Update::Target::kArgument)
    findings_->error(
        "update-target", node.span,
        fmt::format("the labels of argument {} cannot be changed", quoted(node.argument)),
        "change those of the result or of the session: `@result.tags`, "
        "`@session.tags`");
  if (node.field == Field::kOrigins)
    findings_->error("update-target", node.span, "origins are kept by Yett and cannot be set");
  label_update(node);
}

void TextCheck::label_update(const Update& node) {
  using Op = Update::Op;
  if (node.field == Field::kConsumers) {
    if (node.op == Op::kUnion || node.op == Op::kMinus || node.op == Op::kXor)
      findings_->warning("consumers-update", node.span,
                         "consumers begin as everybody: joining, removing or flipping names "
                         "rarely does what is meant",
                         "narrow them with `&=`");
    return;
  }
  if ((node.op == Op::kSet || node.op == Op::kUnion) && universal(node.value))
    findings_->error("universal-misuse", node.value.span,
                     fmt::format("{} cannot hold every name", spelling(node.field)));
  std::set<std::string_view> seen;
  if (node.field == Field::kTags) reserved(node.value, seen);
  const bool empties = node.op == Op::kSet && node.value.kind == SetExpr::Kind::kLiteral &&
                       node.value.elements.empty();
  if (node.op == Op::kMinus || node.op == Op::kIntersect || node.op == Op::kXor || empties)
    findings_->warning("declassifies", node.span,
                       fmt::format("this takes {} away", spelling(node.field)),
                       "the decision log will name this line");
}

bool TextCheck::universal(const SetExpr& node) const {
  using Kind = SetExpr::Kind;
  if (node.kind == Kind::kLiteral || node.kind == Kind::kDomain)
    return node.elements.size() == 1 && !is_matcher(node.elements[0]) &&
           node.elements[0].text == "*";
  if (node.kind == Kind::kUnion) return universal(node.parts[0]) || universal(node.parts[1]);
  if (node.kind != Kind::kName) return false;
  const LetInfo* let = names_->find(node.name);
  const auto* value = let == nullptr ? nullptr : std::get_if<SetExpr>(&let->let->value);
  return value != nullptr && !let->predicate && universal(*value);
}

void TextCheck::reserved(const SetExpr& node, std::set<std::string_view>& seen) {
  for (const Element& element : node.elements)
    if (element.text.starts_with(kReserved) && element.text != kBlocked)
      findings_->error("reserved-tag", element.span,
                       fmt::format("the tag {} is reserved: a policy may test it, not set it",
                                   quoted(element.text)));
  for (const SetExpr& part : node.parts) reserved(part, seen);
  if (node.kind != SetExpr::Kind::kName || !seen.insert(node.name).second) return;
  const LetInfo* let = names_->find(node.name);
  const auto* value = let == nullptr ? nullptr : std::get_if<SetExpr>(&let->let->value);
  if (value != nullptr && !let->predicate) reserved(*value, seen);
}

}  // namespace

void check_text(const Unit& unit, Patterns& patterns, Findings& findings) {
  TextCheck check(unit, patterns, findings);
  for (const auto& declaration : unit.tree.declarations) {
    if (findings.full()) return;
    if (const auto* let = std::get_if<Let>(&declaration)) check.bind(*let);
    if (const auto* block = std::get_if<ToolPolicy>(&declaration)) check.block(*block);
    if (const auto* counter = std::get_if<Counter>(&declaration))
      if (counter->tool.kind == ToolId::Kind::kPattern)
        check.pattern(counter->tool.text, counter->tool.span);
  }
}

bool differs_under_search(std::string_view pattern) {
  // Ends of the alternatives at the top; escapes and classes are stepped over.
  std::vector<std::size_t> bars;
  int depth = 0;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') ++i;
    else if (in_class) in_class = c != ']' || pattern[i - 1] == '[';
    else if (c == '[') in_class = true;
    else if (c == '(') ++depth;
    else if (c == ')') --depth;
    else if (c == '|' && depth == 0) bars.push_back(i);
  }
  bars.push_back(pattern.size());
  std::size_t from = 0;
  for (std::size_t bar : bars) {
    const std::string_view part = pattern.substr(from, bar - from);
    from = bar + 1;
    const bool starts = part.starts_with('^') || part.starts_with("\\A") || part.starts_with(".*");
    const bool escaped = part.size() >= 2 && part[part.size() - 2] == '\\';
    const bool ends = part.ends_with("\\z") || (part.ends_with('$') && !escaped) ||
                      (part.ends_with(".*") && !part.ends_with("\\.*"));
    if (!starts || !ends) return true;
  }
  return false;
}

}  // namespace policy
