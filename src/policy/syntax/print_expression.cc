// SPDX-License-Identifier: Apache-2.0
// Predicates, sets, elements and their literals.
#include <fmt/format.h>

#include "policy/syntax/literal.h"
#include "policy/syntax/printer.h"
#include "policy/syntax/utf8.h"

namespace policy {
namespace {

// How tight a set expression binds: xor 0 ... union 3, with 4, atoms 5.
int tightness(SetExpr::Kind kind) {
  switch (kind) {
    case SetExpr::Kind::kXor: return 0;
    case SetExpr::Kind::kMinus: return 1;
    case SetExpr::Kind::kIntersect: return 2;
    case SetExpr::Kind::kUnion: return 3;
    case SetExpr::Kind::kWith:
    case SetExpr::Kind::kWithout: return 4;
    case SetExpr::Kind::kLiteral:
    case SetExpr::Kind::kDomain:
    case SetExpr::Kind::kOperand:
    case SetExpr::Kind::kName: return 5;
  }
  return 5;
}

std::string escaped(char32_t c) {
  if (c == '"') return "\\\"";
  if (c == '\\') return "\\\\";
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  if (!is_visible(c) && c < 0x10000) return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
  std::string out;
  append_utf8(c, out);
  return out;
}

// `.value` is one word, which reads the value; a name of that spelling stands apart from its dot.
std::string step_text(std::string_view name) {
  return (name == "value" ? ". " : ".") + std::string(name);
}

template <class T> bool exact(const Range<T>& range) {
  return range.low && range.high && *range.low == *range.high && !range.low_open &&
         !range.high_open;
}
template <class T> std::string_view range_sign(const Range<T>& range) {
  if (range.low_open) return range.high_open && range.high ? "<..<" : "<..";
  return range.high_open && range.high ? "..<" : "..";
}

}  // namespace

void Printer::word(std::string_view text, Break line_break) {
  layout_.put(text, !close_, line_break);
  close_ = false;
}
void Printer::glue(std::string_view text) {
  layout_.put(text, false);
  close_ = false;
}

void Printer::quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    if (c.size == 0) break;  // a tree's texts are UTF-8
    out += escaped(c.value);
    text.remove_prefix(c.size);
  }
  word(out + "\"");
}

// A backslash protects what follows it, so only a quote that is not protected needs one.
void Printer::raw(std::string_view prefix, std::string_view text) {
  std::string out = fmt::format("{}\"", prefix);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') out += '\\';
    out += text[i];
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '"') out += text[++i];
  }
  word(out + "\"");
}

void Printer::path(const Path& path) {
  if (path.role) word(fmt::format("@role.{}", spelling(*path.role)));
  else word(path.argument);
  for (const Step& step : path.steps) {
    switch (step.kind) {
      case Step::Kind::kKey: glue(step.key == "value" ? ". value" : "." + step.key); break;
      case Step::Kind::kIndex: glue(fmt::format("[{}]", step.index)); break;
      case Step::Kind::kEach: glue("[*]"); break;
    }
  }
}

void Printer::operand(const Operand& operand) {
  const std::string_view field = spelling(operand.field);
  switch (operand.scope) {
    case Scope::kArgument: path(operand.path); return glue(fmt::format(".{}", field));
    case Scope::kArgs:
      return word(fmt::format("@args.{}{}", field, operand.intersect ? ".intersect" : ""));
    case Scope::kResult: return word(fmt::format("@result.{}", field));
    case Scope::kSession: return word(fmt::format("@session.{}", field));
    case Scope::kHere: return word(fmt::format("@{}", field));
    case Scope::kControl: return word(fmt::format("@control.{}", field));
    case Scope::kPrincipal: return word(operand.scopes ? "@principal.scopes" : "@principal.roles");
  }
}

void Printer::value(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kArgument: path(value.path); return glue(".value");
    case Value::Kind::kResult: return word("@result.value");
    case Value::Kind::kSession: return word("@session.value");
    case Value::Kind::kString: return quoted(value.text);
    case Value::Kind::kInstant: return raw("d", instant_text(value.instant));
    case Value::Kind::kNumber: return word(number_text(value.number));
    case Value::Kind::kBool: return word(value.truth ? "true" : "false");
    case Value::Kind::kAttribute: return word(fmt::format("@{}", spelling(value.attribute)));
    case Value::Kind::kCounter: return word("@counter" + step_text(value.text));
  }
}

void Printer::numbers(const Range<Number>& range) {
  if (exact(range)) return word(number_text(*range.low));
  word(fmt::format("{}{}{}", range.low ? number_text(*range.low) : "", range_sign(range),
                   range.high ? number_text(*range.high) : ""));
}

void Printer::instants(const Range<Instant>& range) {
  const auto text = [](const std::optional<Instant>& end) {
    return end ? fmt::format("d\"{}\"", instant_text(*end)) : std::string();
  };
  if (exact(range)) return word(text(range.low));
  word(text(range.low) + std::string(range_sign(range)) + text(range.high));
}

void Printer::length(const Element& element) {
  if (!element.length) return;
  word("length");
  numbers(*element.length);
}

void Printer::url(const Element::Url& url) {
  const auto part = [this](std::string_view name, const std::optional<std::string>& text) {
    if (!text) return;
    word(name);
    quoted(*text);
  };
  word("url");
  part("scheme", url.scheme);
  part("host", url.host);
  part("host under", url.host_under);
  if (url.port) word(fmt::format("port {}", *url.port));
  part("path under", url.path_under);
}

// With its domain's word.
void Printer::domain(const Element& element) {
  using E = Element::Kind;
  const auto named = [&](std::string_view name) {
    word(name);
    quoted(element.text);
  };
  const auto like = [&](std::string_view name) {
    word(name);
    raw("w", element.text);
  };
  switch (element.kind) {
    case E::kString: named("str"); return length(element);
    case E::kPattern:
      word("str matching");
      raw("r", element.text);
      return length(element);
    case E::kWildcard: like("str like"); return length(element);
    case E::kNumber: return numbers(element.range);
    case E::kBool: return word(element.truth ? "bool true" : "bool false");
    case E::kInt: word("int"); return numbers(element.range);
    case E::kFloat: word("float"); return numbers(element.range);
    case E::kInstant: word("datetime"); return instants(element.instants);
    case E::kPathIs: return named("path");
    case E::kPathUnder: return named("path under");
    case E::kPathLike: return like("path like");
    case E::kHostIs: return named("host");
    case E::kHostUnder: return named("host under");
    case E::kHostLike: return like("host like");
    case E::kEmailIs: return named("email");
    case E::kEmailDomain: return named("email domain");
    case E::kCidr: return named("cidr");
    case E::kUrl: return url(element.url);
  }
}

// As a set literal spells it: strings, patterns and wildcards bare if they have no length.
void Printer::element(const Element& element) {
  if (element.length) return domain(element);
  if (element.kind == Element::Kind::kString) return quoted(element.text);
  if (element.kind == Element::Kind::kPattern) return raw("r", element.text);
  if (element.kind == Element::Kind::kWildcard) return raw("w", element.text);
  domain(element);
}

void Printer::literal(const SetExpr& set) {
  word("{");
  close_ = true;
  for (std::size_t i = 0; i < set.elements.size(); ++i) {
    if (i > 0) {
      glue(",");
      word("", Break::kIfLong);  // a long literal continues on the next line
      close_ = true;
    }
    element(set.elements[i]);
  }
  glue("}");
}

void Printer::nested(const SetExpr& part, const SetExpr& whole, bool right) {
  const int needed = tightness(whole.kind) + (right ? 1 : 0);
  if (part.kind == SetExpr::Kind::kDomain) return literal(part);
  if (tightness(part.kind) >= needed) return set(part);
  word("(");
  close_ = true;
  set(part);
  glue(")");
}

void Printer::binary(const SetExpr& whole, std::string_view sign) {
  nested(whole.parts[0], whole, false);
  word(sign, Break::kIfLong);
  nested(whole.parts[1], whole, true);
}

void Printer::set(const SetExpr& set) {
  switch (set.kind) {
    case SetExpr::Kind::kLiteral: return literal(set);
    case SetExpr::Kind::kDomain: return domain(set.elements[0]);
    case SetExpr::Kind::kOperand: return operand(set.operand);
    case SetExpr::Kind::kName: return word(set.name);
    case SetExpr::Kind::kUnion: return binary(set, "|");
    case SetExpr::Kind::kIntersect: return binary(set, "&");
    case SetExpr::Kind::kMinus: return binary(set, "-");
    case SetExpr::Kind::kXor: return binary(set, "^");
    case SetExpr::Kind::kWith:
    case SetExpr::Kind::kWithout:
      nested(set.parts[0], set, false);
      word(set.kind == SetExpr::Kind::kWith ? "with" : "without", Break::kIfLong);
      return element(set.elements[0]);
  }
}

// A part of `and` and `not` that is looser or the same stands in parentheses.
void Printer::nested(const Predicate& part, const Predicate& whole) {
  const bool joins = part.kind == Predicate::Kind::kAnd || part.kind == Predicate::Kind::kOr;
  const bool tighter = whole.kind == Predicate::Kind::kOr && part.kind == Predicate::Kind::kAnd;
  if (!joins || tighter) return predicate(part);
  word("(");
  close_ = true;
  predicate(part);
  glue(")");
}

void Printer::joined(const Predicate& whole, std::string_view operation) {
  for (std::size_t i = 0; i < whole.parts.size(); ++i) {
    if (i > 0) word(operation, Break::kIfLong);
    nested(whole.parts[i], whole);
  }
}

void Printer::predicate(const Predicate& whole) {
  switch (whole.kind) {
    case Predicate::Kind::kAnd: return joined(whole, "and");
    case Predicate::Kind::kOr: return joined(whole, "or");
    case Predicate::Kind::kNot: word("not"); return nested(whole.parts[0], whole);
    case Predicate::Kind::kName: return word(whole.name);
    case Predicate::Kind::kAny: word("any"); return predicate(whole.parts[0]);
    case Predicate::Kind::kAll: word("all"); return predicate(whole.parts[0]);
    case Predicate::Kind::kIn:
    case Predicate::Kind::kCompare:
    case Predicate::Kind::kOverlaps:
    case Predicate::Kind::kSubset:
    case Predicate::Kind::kSuperset:
    case Predicate::Kind::kSetEqual:
    case Predicate::Kind::kEmpty:
    case Predicate::Kind::kUniversal:
    case Predicate::Kind::kGrants:
    case Predicate::Kind::kPresent:
    case Predicate::Kind::kAbsent:
    case Predicate::Kind::kNamed: return comparison(whole);
  }
}

void Printer::comparison(const Predicate& p) {
  const auto with_set = [&](std::string_view words) {
    operand(p.operand);
    word(words);
    p.set.kind == SetExpr::Kind::kDomain ? literal(p.set) : set(p.set);
  };
  const auto is = [&](std::string_view words) {
    path(p.path);
    word(words);
  };
  switch (p.kind) {
    case Predicate::Kind::kIn:
      value(p.left);
      word("in");
      return p.set.kind == SetExpr::Kind::kDomain ? literal(p.set) : set(p.set);
    case Predicate::Kind::kCompare:
      value(p.left);
      word(spelling(p.comparator));
      return value(p.right);
    case Predicate::Kind::kOverlaps: return with_set("overlaps");
    case Predicate::Kind::kSubset: return with_set("subset of");
    case Predicate::Kind::kSuperset: return with_set("superset of");
    case Predicate::Kind::kSetEqual: return with_set("==");
    case Predicate::Kind::kEmpty: operand(p.operand); return word("is empty");
    case Predicate::Kind::kUniversal: operand(p.operand); return word("is universal");
    case Predicate::Kind::kGrants:
      operand(p.operand);
      word("grants");
      return quoted(p.name);
    case Predicate::Kind::kPresent: return is("is present");
    case Predicate::Kind::kAbsent: return is("is absent");
    case Predicate::Kind::kNamed: return is("is named");
    case Predicate::Kind::kAnd:
    case Predicate::Kind::kOr:
    case Predicate::Kind::kNot:
    case Predicate::Kind::kName:
    case Predicate::Kind::kAny:
    case Predicate::Kind::kAll: return predicate(p);
  }
}

}  // namespace policy
