// SPDX-License-Identifier: Apache-2.0
#include "lang/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <optional>
#include <set>
#include <unordered_map>

#include "lang/field_limit.h"
#include "lang/names.h"

namespace lang {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      corner = above;
    }
  }
  return row[b.size()];
}

// A few pairs in a row, with an index once there are many.
class Slots {
 public:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;
  // For the module: found by place. `texts`: how many there are.
  void widen(std::size_t texts) { wide_.assign(texts, kNone); }
  const std::uint32_t* find(std::uint32_t text) const {
    if (!wide_.empty()) return wide_[text] == kNone ? nullptr : &wide_[text];
    if (!many_.empty()) {
      const auto found = many_.find(text);
      return found == many_.end() ? nullptr : &found->second;
    }
    for (const Pair& pair : all_)
      if (pair.first == text) return &pair.second;
    return nullptr;
  }
  bool contains(std::uint32_t text) const { return find(text) != nullptr; }
  std::uint32_t at(std::uint32_t text) const { return *find(text); }
  // `text` must be new.
  void add(std::uint32_t text, std::uint32_t slot) {
    all_.emplace_back(text, slot);
    if (!wide_.empty()) wide_[text] = slot;
    else if (!many_.empty()) many_[text] = slot;
    else if (all_.size() > kFew) many_.insert(all_.begin(), all_.end());
  }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  static constexpr std::size_t kFew = 24;
  static constexpr std::uint32_t kNone = 0xffffffff;
  std::vector<std::uint32_t> wide_;
  boost::container::small_vector<Pair, 16> all_;
  std::unordered_map<std::uint32_t, std::uint32_t> many_;
};

struct Names {
  std::uint32_t frame = 0;  // scope whose frame holds them
  bool comprehension = false;
  Names* outer = nullptr;
  Slots slots;  // text → slot
  std::set<std::uint32_t> declared_global;
  std::set<std::uint32_t> declared_outer;
};

class Resolver {
 public:
  Resolver(Tree tree, const std::vector<Signature>& tools) : tools_(tools) {
    out_.tree = std::move(tree);
    out_.refs.resize(out_.tree.nodes.size());
  }

  std::variant<Resolved, Problem> run() {
    out_.scopes.emplace_back();
    out_.has_default = std::ranges::find(out_.tree.texts, "defaultdict") != out_.tree.texts.end();
    out_.globals.reserve(16);
    names_ = &module_;
    module_.slots.widen(out_.tree.texts.size());
    const Node& root = at(out_.tree.root);
    for (const Node& n : out_.tree.nodes) has_named_ = has_named_ || n.kind == NodeKind::kNamed;
    each(root, [this](NodeId id) { bind(id); });
    each(root, [this](NodeId id) { statement(id); });
    if (problem_) return *problem_;
    for (Ref& ref : out_.refs)
      if (ref.kind == Ref::Kind::kLocal && out_.scopes[ref.scope].cells[ref.slot])
        ref.kind = Ref::Kind::kCell;
    return std::move(out_);
  }

 private:
  const Node& at(NodeId id) const { return out_.tree.nodes[id]; }
  const std::string& text(std::uint32_t index) const { return out_.tree.texts[index]; }
  template <class F> void each(const Node& owner, F f) {
    const std::uint32_t first = owner.first, count = owner.count;
    for (std::uint32_t i = 0; i < count && !problem_; ++i) f(out_.tree.links[first + i]);
  }
  void fail(Problem::Kind kind, Place place, std::string message, std::string hint = "") {
    if (!problem_) problem_ = Problem{kind, place, std::move(message), std::move(hint)};
  }
  void refuse(Place place, std::string_view what, std::string_view hint) {
    fail(Problem::Kind::kUnsupported, place,
         fmt::format("{} is not part of the plan language", what), std::string(hint));
  }

  // Binding: what a scope assigns, before its names are looked up.
  std::uint32_t new_slot(std::uint32_t frame) {
    out_.scopes[frame].cells.push_back(false);
    return out_.scopes[frame].slots++;
  }
  void define(std::uint32_t name) {
    if (names_->slots.contains(name) || names_->declared_global.contains(name) ||
        names_->declared_outer.contains(name))
      return;
    if (names_ == &module_) {
      const auto slot = static_cast<std::uint32_t>(out_.globals.size());
      names_->slots.add(name, slot);
      if (text(name) == "final_return_value") out_.final_slot = slot;
      out_.globals.push_back(name);
    } else {
      names_->slots.add(name, new_slot(names_->frame));
    }
  }
  void bind_target(NodeId id) {
    if (id == kNoNode) return;
    const Node& n = at(id);
    if (n.kind == NodeKind::kName) return define(n.text);
    if (n.kind == NodeKind::kStar) return bind_target(n.a);
    if (n.kind == NodeKind::kTuple || n.kind == NodeKind::kList)
      each(n, [this](NodeId part) { bind_target(part); });
    else bind_expression(id);
  }
  void bind_all(std::initializer_list<NodeId> ids) {
    for (const NodeId id : ids) bind_expression(id);
  }
  // Only `:=` binds inside of an expression; a comprehension's binds around it.
  void bind_expression(NodeId id) {
    if (id == kNoNode || !has_named_) return;
    const Node& n = at(id);
    if (n.kind == NodeKind::kLambda)
      return each(n, [this](NodeId part) { bind_expression(at(part).a); });
    if (n.kind == NodeKind::kNamed) define(at(n.a).text);
    bind_all({n.a, n.b, n.c});
    each(n, [this](NodeId part) { bind_expression(part); });
  }
  void bind(NodeId id) {
    if (id == kNoNode) return;
    const Node& n = at(id);
    switch (n.kind) {
      case NodeKind::kGlobal:
      case NodeKind::kNonlocal: return declare(n);
      case NodeKind::kFunction:
        define(n.text);
        return each(at(n.a), [this](NodeId part) { bind_expression(at(part).a); });
      case NodeKind::kClass: return define(n.text);
      case NodeKind::kImport:
      case NodeKind::kImportFrom:
        return each(n, [this](NodeId part) {
          const Node& alias = at(part);
          define(alias.second == kNoText ? alias.text : alias.second);
        });
      case NodeKind::kAssign:
      case NodeKind::kDelete: each(n, [this](NodeId part) { bind_target(part); }); break;
      case NodeKind::kAugmented:
      case NodeKind::kAnnotated: bind_target(n.a); return bind_all({n.b, n.c});
      case NodeKind::kFor: bind_target(n.a); break;
      case NodeKind::kHandler:
        if (n.text != kNoText) define(n.text);
        break;
      default: break;
    }
    const bool block = n.kind == NodeKind::kFor || n.kind == NodeKind::kIf ||
                       n.kind == NodeKind::kWhile || n.kind == NodeKind::kTry ||
                       n.kind == NodeKind::kBody || n.kind == NodeKind::kHandler;
    if (!block) return bind_expression(id);
    for (const NodeId part : {n.a, n.b, n.c})
      if (part != kNoNode && at(part).kind == NodeKind::kBody) bind(part);
      else bind_expression(part);
    each(n, [this](NodeId part) { bind(part); });
  }
  void declare(const Node& n) {
    each(n, [&](NodeId part) {
      const Node& name = at(part);
      if (names_->slots.contains(name.text))
        return fail(Problem::Kind::kSyntax, name.place,
                    fmt::format("`{}` is used before it is declared", text(name.text)));
      if (n.kind == NodeKind::kGlobal) {
        names_->declared_global.insert(name.text);
        Names* here = names_;
        names_ = &module_;
        define(name.text);
        names_ = here;
        return;
      }
      if (names_ == &module_ || !outer_has(name.text))
        return fail(Problem::Kind::kSyntax, name.place,
                    fmt::format("no enclosing function assigns `{}`", text(name.text)));
      names_->declared_outer.insert(name.text);
    });
  }
  bool outer_has(std::uint32_t name) const {
    for (const Names* at = names_->outer; at != nullptr && at != &module_; at = at->outer)
      if (at->slots.contains(name)) return true;
    return false;
  }

  // Looking up.
  std::optional<Ref> find(Names* scope, std::uint32_t name) {
    if (scope == nullptr) return std::nullopt;
    if (scope->declared_global.contains(name))
      return Ref{Ref::Kind::kGlobal, module_.slots.at(name), 0};
    if (const std::uint32_t* found = scope->slots.find(name)) {
      if (scope == &module_) return Ref{Ref::Kind::kGlobal, *found, 0};
      return Ref{Ref::Kind::kLocal, *found, scope->frame};
    }
    const auto outer = find(scope->outer, name);
    if (!outer || outer->kind == Ref::Kind::kGlobal || outer->scope == scope->frame) return outer;
    // A variable of a frame further out: each frame between hands its cell on.
    out_.scopes[outer->scope].cells[outer->slot] = true;
    const std::uint32_t slot = new_slot(scope->frame);
    out_.scopes[scope->frame].cells[slot] = true;
    out_.scopes[scope->frame].captures.push_back({outer->slot, slot});
    Names* owner = scope;
    while (owner->comprehension) owner = owner->outer;
    owner->slots.add(name, slot);
    return Ref{Ref::Kind::kLocal, slot, scope->frame};
  }
  void name(NodeId id, std::uint32_t which) {
    if (const auto found = find(names_, which)) {
      out_.refs[id] = *found;
      return;
    }
    const std::string& word = text(which);
    for (std::uint32_t i = 0; i < tools_.size(); ++i)
      if (tools_[i].name == word) {
        out_.refs[id] = {Ref::Kind::kTool, i, 0};
        return;
      }
    if (const auto index = builtin_named(word)) {
      out_.refs[id] = {Ref::Kind::kBuiltin, *index, 0};
      return;
    }
    unknown(at(id).place, word);
  }
  void unknown(Place place, const std::string& word) {
    static constexpr std::string_view kRefused[] = {
        "eval",   "exec",    "open",       "compile",   "input", "__import__", "globals",
        "locals", "getattr", "setattr",    "delattr",   "vars",  "dir",        "super",
        "bytes",  "complex", "memoryview", "bytearray", "id",    "breakpoint", "help"};
    for (const std::string_view refused : kRefused)
      if (word == refused)
        return refuse(place, fmt::format("`{}`", word), "plans reach nothing of their host");
    if (module_named(word))
      return fail(Problem::Kind::kName, place, fmt::format("`{}` is not imported", word),
                  fmt::format("write `import {}` first", word));
    std::string best;
    std::size_t least = 3;
    const auto offer = [&](std::string_view candidate) {
      if (candidate.size() > 64 || word.size() > 64) return;
      const std::size_t far = distance(candidate, word);
      if (far < least && far < word.size()) {
        least = far;
        best = candidate;
      }
    };
    for (const Names* scope = names_; scope != nullptr; scope = scope->outer)
      for (const auto& [known, slot] : scope->slots) offer(text(known));
    for (const Signature& tool : tools_) offer(tool.name);
    for (std::uint32_t i = 0; i < builtin_count(); ++i) offer(builtin_name(i));
    fail(Problem::Kind::kName, place, fmt::format("the name `{}` is not defined", word),
         best.empty() ? "" : fmt::format("did you mean `{}`?", best));
  }

  void expressions(std::initializer_list<NodeId> ids) {
    for (const NodeId id : ids) expression(id);
  }
  void expression(NodeId id) {
    if (id == kNoNode || problem_) return;
    const Node& n = at(id);
    switch (n.kind) {
      case NodeKind::kName: return name(id, n.text);
      case NodeKind::kAttribute:
        if (text(n.text).starts_with("__") && text(n.text) != "__name__")
          return refuse(n.place, fmt::format("the attribute `{}`", text(n.text)),
                        "plans see values, not how they are made");
        if (reads_clock(n))
          return refuse(n.place, fmt::format("`{}()`", text(n.text)),
                        "the time of day is not an input of plans: ask a tool for it");
        break;
      case NodeKind::kNamed: named(n); break;
      case NodeKind::kLambda: return function(id);
      case NodeKind::kListComp:
      case NodeKind::kSetComp:
      case NodeKind::kDictComp:
      case NodeKind::kGenerator: return comprehension(id);
      default: break;
    }
    if (n.a != kNoNode) expression(n.a);
    if (n.b != kNoNode) expression(n.b);
    if (n.c != kNoNode) expression(n.c);
    if (n.count != 0) each(n, [this](NodeId part) { expression(part); });
  }
  // `datetime.now`, `date.today`, under whatever name they were imported.
  bool reads_clock(const Node& n) const {
    const std::string& name = text(n.text);
    if (name != "now" && name != "today" && name != "utcnow") return false;
    const Node& owner = at(n.a);
    if (owner.kind == NodeKind::kName) return clocks_.contains(owner.text);
    return owner.kind == NodeKind::kAttribute && at(owner.a).kind == NodeKind::kName &&
           clocks_.contains(at(owner.a).text) &&
           (text(owner.text) == "datetime" || text(owner.text) == "date");
  }
  // Where CPython admits no `:=`.
  void named(const Node& n) {
    if (iterable_ > 0)
      return fail(Problem::Kind::kSyntax, n.place, "`:=` in the iterable of a comprehension",
                  "assign to the name before");
    for (const Names* scope = names_; scope->comprehension; scope = scope->outer)
      if (scope->slots.contains(at(n.a).text))
        return fail(Problem::Kind::kSyntax, n.place,
                    fmt::format("`:=` assigns to `{}`, which the comprehension counts with",
                                text(at(n.a).text)),
                    "take another name");
  }
  void iterable(NodeId id) {
    ++iterable_;
    expression(id);
    --iterable_;
  }
  void comprehension(NodeId id) {
    const Node& n = at(id);
    const NodeId first = out_.tree.links[n.first];
    iterable(at(first).b);
    Names inner{names_->frame, true, names_, {}, {}, {}};
    names_ = &inner;
    each(n, [this](NodeId part) { bind_target(at(part).a); });
    each(n, [&](NodeId part) {
      const Node& clause = at(part);
      expression(clause.a);
      if (part != first) iterable(clause.b);
      each(clause, [this](NodeId test) { expression(test); });
    });
    expressions({n.a, n.b});
    names_ = inner.outer;
    out_.tree.nodes[id].slot = static_cast<std::uint32_t>(out_.fresh.size());
    auto& list = out_.fresh.emplace_back();
    for (const auto& [known, slot] : inner.slots) list.push_back(slot);
  }
  void function(NodeId id) {
    const Node& n = at(id);
    const bool lambda = n.kind == NodeKind::kLambda;
    const Node list = lambda ? n : at(n.a);
    each(list, [this](NodeId part) { expression(at(part).a); });
    const auto scope = static_cast<std::uint32_t>(out_.scopes.size());
    out_.scopes.emplace_back().parent = names_->frame;
    out_.tree.nodes[id].slot = scope;
    Names inner{scope, false, names_, {}, {}, {}};
    names_ = &inner;
    parameters(list, scope);
    const int loops = std::exchange(loops_, 0);
    ++functions_;
    if (lambda) {
      bind_expression(n.a);
      expression(n.a);
    } else {
      each(n, [this](NodeId part) { bind(part); });
      each(n, [this](NodeId part) { statement(part); });
    }
    --functions_;
    loops_ = loops;
    names_ = inner.outer;
  }
  void parameters(const Node& list, std::uint32_t scope) {
    bool keyword = false;
    std::set<std::uint32_t> seen;
    each(list, [&](NodeId part) {
      const Node& p = at(part);
      auto& made = out_.scopes[scope].parameters;
      if (p.op == '/') {
        for (Parameter& before : made) before.kind = Parameter::Kind::kPositional;
        return;
      }
      keyword = keyword || p.op == '*';
      if (p.text == kNoText) return;
      if (!seen.insert(p.text).second)
        return fail(Problem::Kind::kSyntax, p.place,
                    fmt::format("the parameter `{}` is there twice", text(p.text)));
      define(p.text);
      const Parameter::Kind kind = p.op == '*'   ? Parameter::Kind::kRest
                                   : p.op == 'd' ? Parameter::Kind::kRestKeywords
                                   : keyword     ? Parameter::Kind::kKeyword
                                                 : Parameter::Kind::kBoth;
      out_.scopes[scope].parameters.push_back({kind, p.text, names_->slots.at(p.text), p.a});
    });
  }

  void body(const Node& owner) {
    each(owner, [this](NodeId part) { statement(part); });
  }
  void statement(NodeId id) {
    if (id == kNoNode || problem_) return;
    const Node& n = at(id);
    switch (n.kind) {
      case NodeKind::kBody: return body(n);
      case NodeKind::kIf:
        expression(n.a);
        body(n);
        return statement(n.b);
      case NodeKind::kWhile:
      case NodeKind::kFor: {
        expression(n.a);
        if (n.kind == NodeKind::kFor) expression(n.b);
        ++loops_;
        body(n);
        --loops_;
        return statement(n.kind == NodeKind::kFor ? n.c : n.b);
      }
      case NodeKind::kTry:
        body(n);
        each(at(n.a), [this](NodeId part) {
          const Node& h = at(part);
          expression(h.a);
          if (h.text != kNoText) name(part, h.text);
          body(h);
        });
        statement(n.b);
        return statement(n.c);
      case NodeKind::kBreak:
      case NodeKind::kContinue:
        if (loops_ == 0)
          fail(Problem::Kind::kSyntax, n.place,
               fmt::format("`{}` outside of a loop",
                           n.kind == NodeKind::kBreak ? "break" : "continue"));
        return;
      case NodeKind::kReturn:
        if (functions_ == 0)
          fail(Problem::Kind::kSyntax, n.place, "`return` outside of a function",
               "assign the result to `final_return_value`");
        return expression(n.a);
      case NodeKind::kRaise:
      case NodeKind::kAssert:
        out_.functions_raise = out_.functions_raise || functions_ > 0;
        return expressions({n.a, n.b});
      case NodeKind::kFunction: function(id); return name(id, n.text);
      case NodeKind::kClass: return klass(id);
      case NodeKind::kImport:
      case NodeKind::kImportFrom: return imports(n);
      case NodeKind::kGlobal:
      case NodeKind::kNonlocal: return;
      case NodeKind::kAnnotated: return expressions({n.a, n.c});
      default: return expression(id);
    }
  }
  void imports(const Node& n) {
    const bool from = n.kind == NodeKind::kImportFrom;
    each(n, [&](NodeId part) {
      const Node& alias = at(part);
      const std::string& module = text(from ? n.text : alias.text);
      const auto known = module_named(module);
      if (!known)
        return refuse(alias.place, fmt::format("the module `{}`", module),
                      "plans import json, re, math, datetime, typing, pydantic, dataclasses, "
                      "enum and collections; for all else there are tools");
      if (from && !module_has(*known, text(alias.text)))
        return refuse(alias.place, fmt::format("`{}` of `{}`", text(alias.text), module), "");
      const std::uint32_t bound = alias.second == kNoText ? alias.text : alias.second;
      const std::string& word = text(alias.text);
      if (known == ModuleName::kDatetime && (!from || word == "datetime" || word == "date"))
        clocks_.insert(bound);
      name(part, bound);
    });
  }
  void klass(NodeId id) {
    const Node& n = at(id);
    name(id, n.text);
    each(at(n.a), [this](NodeId part) {
      if (at(part).kind == NodeKind::kKeyword)
        return refuse(at(part).place, "a keyword of a class", "a class has bases only");
      expression(part);
    });
    if (n.b != kNoNode) each(at(n.b), [this](NodeId part) { decorator(part); });
    each(n, [this](NodeId part) { member(part); });
  }
  void decorator(NodeId id) {
    const Node& n = at(id);
    const Node callee = n.kind == NodeKind::kCall ? at(n.a) : n;
    if ((callee.kind == NodeKind::kName || callee.kind == NodeKind::kAttribute) &&
        text(callee.text) == "dataclass")
      return expression(id);
    refuse(n.place, "this decorator", "only `@dataclass` decorates");
  }
  bool is_field(NodeId id) const {
    if (id == kNoNode || at(id).kind != NodeKind::kCall) return false;
    const Node& callee = at(at(id).a);
    return (callee.kind == NodeKind::kName || callee.kind == NodeKind::kAttribute) &&
           text(callee.text) == "Field";
  }
  // `bounds`: whether it may bound the value; an annotation is never run.
  void field_words(NodeId id, bool bounds) {
    each(at(id), [&](NodeId part) {
      const Node& n = at(part);
      if (n.kind != NodeKind::kKeyword) return;
      if (n.text == kNoText)
        return refuse(n.place, "`**` in Field()", "write its keywords one by one");
      const std::string& word = text(n.text);
      if (is_field_word(word) || (bounds && is_field_limit(word))) return;
      refuse(n.place, fmt::format("`Field({}=...)`{}", word, bounds ? "" : " in an annotation"),
             bounds ? "Field takes default, default_factory, description, title, examples, ge, gt, "
                      "le, lt, multiple_of, min_length, max_length and pattern"
                    : "write it behind the type: `name: type = Field(...)`");
    });
  }
  void annotation_fields(NodeId id) {
    if (id == kNoNode) return;
    if (is_field(id)) return field_words(id, false);
    if (at(id).kind == NodeKind::kCall) return;
    for (const NodeId inner : {at(id).a, at(id).b, at(id).c}) annotation_fields(inner);
    each(at(id), [this](NodeId part) { annotation_fields(part); });
  }
  void member(NodeId id) {
    const Node& n = at(id);
    if (n.kind == NodeKind::kAnnotated) {
      annotation_fields(n.b);
      if (is_field(n.c)) field_words(n.c, true);
    }
    if (n.kind == NodeKind::kPass) return;
    if (n.kind == NodeKind::kExpression && at(n.a).kind == NodeKind::kString) return;
    if (n.kind == NodeKind::kAnnotated && at(n.a).kind == NodeKind::kName)
      return expressions({n.b, n.c});
    if (n.kind == NodeKind::kAssign && n.count == 1 &&
        at(out_.tree.links[n.first]).kind == NodeKind::kName)
      return expression(n.a);
    refuse(n.place, n.kind == NodeKind::kFunction ? "a method" : "this statement in a class body",
           n.kind == NodeKind::kFunction ? "write a function that takes the value"
                                         : "a class body holds fields: `name: type = default`");
  }

  const std::vector<Signature>& tools_;
  Resolved out_;
  Names module_;
  Names* names_ = nullptr;
  bool has_named_ = false;  // there is a `:=`
  int loops_ = 0;
  std::set<std::uint32_t> clocks_;  // names of the module datetime and of its classes
  int iterable_ = 0;                // of comprehensions around
  int functions_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace

std::variant<Resolved, Problem> resolve(Tree tree, const std::vector<Signature>& tools) {
  return Resolver(std::move(tree), tools).run();
}

}  // namespace lang
