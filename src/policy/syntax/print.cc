// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/print.h"

#include <fmt/format.h>

#include "policy/syntax/literal.h"
#include "policy/syntax/printer.h"

namespace policy {
namespace {

std::string_view sign_of(Update::Op op) {
  switch (op) {
    case Update::Op::kSet: return "=";
    case Update::Op::kUnion: return "|=";
    case Update::Op::kIntersect: return "&=";
    case Update::Op::kMinus: return "-=";
    case Update::Op::kXor: return "^=";
  }
  return "=";
}

std::string_view name_of(Block::Kind kind) {
  switch (kind) {
    case Block::Kind::kResult: return "result";
    case Block::Kind::kBefore: return "session before";
    case Block::Kind::kAfter: return "session after";
  }
  return "result";
}

std::string_view name_of(Counter::Per per) {
  switch (per) {
    case Counter::Per::kSession: return "session";
    case Counter::Per::kPrincipal: return "principal";
    case Counter::Per::kTenant: return "tenant";
  }
  return "session";
}

// The one block of a shorthand; null if the policy is not of that shape.
const Block* short_block(const ToolPolicy& policy) {
  const std::size_t count = policy.members.size();
  if (!policy.shorthand || count == 0 || count > 2) return nullptr;
  if (count == 2 && !std::holds_alternative<Priority>(policy.members[0])) return nullptr;
  const auto* block = std::get_if<Block>(&policy.members[count - 1]);
  if (block == nullptr || block->statements.size() != 1) return nullptr;
  const Statement& only = block->statements[0];
  const bool one = only.updates.size() == 1 && only.updates[0].target == Update::Target::kHere;
  return one && only.docs.empty() && block->docs.empty() ? block : nullptr;
}

// Stands alone, with empty lines around it.
bool stands_alone(const std::variant<Let, ToolPolicy, Use, Counter>& declaration) {
  const auto* policy = std::get_if<ToolPolicy>(&declaration);
  if (policy != nullptr) return short_block(*policy) == nullptr || !policy->docs.empty();
  const auto* let = std::get_if<Let>(&declaration);
  return let != nullptr && !let->docs.empty();
}

}  // namespace

std::string Printer::take() {
  close_ = true;
  return layout_.take();
}

void Printer::open() {
  word("{");
  layout_.end_line();
  layout_.indent();
  close_ = true;
}
void Printer::close() {
  layout_.outdent();
  word("}");
  layout_.end_line();
  close_ = true;
}
void Printer::semicolon() {
  glue(";");
  layout_.end_line();
  close_ = true;
}

void Printer::docs(const std::vector<std::string>& docs) {
  for (const std::string& line : docs) {
    word("///" + line);
    layout_.end_line();
    close_ = true;
  }
}

void Printer::tree(const Tree& tree) {
  if (tree.yett) {
    word("language yett 1");
    semicolon();
    if (!tree.declarations.empty()) layout_.blank();
  }
  const std::variant<Let, ToolPolicy, Use, Counter>* before = nullptr;
  for (const auto& declaration : tree.declarations) {
    if (before != nullptr && (stands_alone(declaration) || stands_alone(*before) ||
                              before->index() != declaration.index()))
      layout_.blank();
    before = &declaration;
    if (const auto* l = std::get_if<Let>(&declaration)) let(*l);
    if (const auto* t = std::get_if<ToolPolicy>(&declaration)) tool(*t);
    if (const auto* c = std::get_if<Counter>(&declaration)) counter(*c);
    if (const auto* u = std::get_if<Use>(&declaration)) {
      word("use");
      quoted(u->pack);
      semicolon();
    }
  }
}

void Printer::let(const Let& let) {
  docs(let.docs);
  word("let");
  word(let.name);
  word("=");
  if (const auto* p = std::get_if<Predicate>(&let.value)) predicate(*p);
  else set(std::get<SetExpr>(let.value));
  semicolon();
}

void Printer::tool_id(const ToolId& id) {
  switch (id.kind) {
    case ToolId::Kind::kExact: return quoted(id.text);
    case ToolId::Kind::kPattern: return raw("r", id.text);
    case ToolId::Kind::kEffects: break;
  }
  for (std::size_t i = 0; i < id.effects.size(); ++i) {
    if (i == 0) word("with effect");
    else glue(",");
    word(spelling(id.effects[i]));
  }
}

void Printer::tool(const ToolPolicy& policy) {
  docs(policy.docs);
  word(policy.id.kind == ToolId::Kind::kEffects ? "tools" : "tool");
  tool_id(policy.id);
  if (short_block(policy) != nullptr) return shorthand(policy);
  if (policy.members.empty()) {
    word("{}");
    layout_.end_line();
    close_ = true;
    return;
  }
  open();
  for (const ToolPolicy::Member& one : policy.members) member(one);
  close();
}

void Printer::shorthand(const ToolPolicy& policy) {
  if (policy.members.size() == 2) word(fmt::format("[{}]", policy.priority()));
  word("->");
  const Block& block = *short_block(policy);
  if (block.kind != Block::Kind::kResult) word(name_of(block.kind));
  const Statement& only = block.statements[0];
  update(only.updates[0]);
  if (only.when) {
    word("when", Break::kIfLong);
    predicate(*only.when);
  }
  semicolon();
}

void Printer::member(const ToolPolicy::Member& member) {
  if (const auto* line = std::get_if<Priority>(&member)) {
    word(fmt::format("priority {}", line->value));
    semicolon();
  } else if (const auto* found = std::get_if<Rule>(&member)) {
    docs(found->docs);
    rule(*found);
    layout_.end_line();
    close_ = true;
  } else {
    block(std::get<Block>(member));
  }
}

void Printer::ask(const Ask& ask) {
  if (!ask.roles.empty()) {
    word("role");
    quoted(ask.roles[0]);
  }
  if (ask.is_signed) word("signed");
  if (ask.within_s != Ask{}.within_s) word("within " + duration_text(ask.within_s));
}

void Printer::condition(const Rule& rule) {
  if (!rule.when) return word("always");
  word("when", Break::kIfLong);
  predicate(*rule.when);
}

void Printer::rule(const Rule& rule) {
  if (rule.level) word(spelling(*rule.level));
  switch (rule.kind) {
    case Rule::Kind::kAllow: word("allow"); break;
    case Rule::Kind::kDeny: word("deny"); break;
    case Rule::Kind::kAsk:
      word("ask");
      ask(rule.ask);
      break;
    case Rule::Kind::kRedact: word("oblige redact"); break;
    case Rule::Kind::kLog: word("oblige log"); break;
  }
  for (std::size_t i = 0; i < rule.texts.size(); ++i) {
    if (i > 0) glue(",");
    quoted(rule.texts[i]);
  }
  condition(rule);
  if (!rule.because.empty()) {
    word("because", Break::kIfLong);
    quoted(rule.because);
  }
  glue(";");
}

void Printer::block(const Block& block) {
  docs(block.docs);
  word(name_of(block.kind));
  if (block.statements.empty()) {
    word("{}");
    layout_.end_line();
    close_ = true;
    return;
  }
  open();
  for (const Statement& one : block.statements) statement(one);
  close();
}

void Printer::statement(const Statement& statement) {
  docs(statement.docs);
  if (statement.when) {
    word("when");
    predicate(*statement.when);
    if (statement.updates.empty()) {
      word("{}");
      layout_.end_line();
      close_ = true;
      return;
    }
    open();
  }
  for (const Update& one : statement.updates) {
    update(one);
    semicolon();
  }
  if (statement.when) close();
}

void Printer::update(const Update& update) {
  const std::string_view field = spelling(update.field);
  switch (update.target) {
    case Update::Target::kHere: word(fmt::format("@{}", field)); break;
    case Update::Target::kResult: word(fmt::format("@result.{}", field)); break;
    case Update::Target::kSession: word(fmt::format("@session.{}", field)); break;
    case Update::Target::kArgument: word(fmt::format("{}.{}", update.argument, field)); break;
  }
  word(sign_of(update.op));
  set(update.value);
}

void Printer::counter(const Counter& counter) {
  word("counter");
  word(counter.name);
  word("=");
  word(counter.sum_of.empty() ? "calls" : "sum of " + counter.sum_of);
  word("of");
  tool_id(counter.tool);
  word(fmt::format("per {} within {}", name_of(counter.per), duration_text(counter.within_s)));
  semicolon();
}

namespace {

// One line without its end.
template <class Write> std::string one_line(Write write) {
  Printer printer(Layout::kEndless);
  write(printer);
  std::string text = printer.take();
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

std::string print(const Tree& tree) {
  Printer printer(Layout::kColumns);
  printer.tree(tree);
  return printer.take();
}
std::string print(const Predicate& predicate) {
  return one_line([&](Printer& p) { p.predicate(predicate); });
}
std::string print(const SetExpr& set) {
  return one_line([&](Printer& p) { p.set(set); });
}
std::string print(const Element& element) {
  return one_line([&](Printer& p) { p.element(element); });
}
std::string print(const Rule& rule) {
  return one_line([&](Printer& p) { p.rule(rule); });
}
std::string print(const Path& path) {
  return one_line([&](Printer& p) { p.path(path); });
}

}  // namespace policy
