// SPDX-License-Identifier: Apache-2.0
//
// Paths, operands, values, elements and set expressions.
#include <bit>
#include <memory>

#include "policy/canonical.h"
#include "policy/compile/lowering.h"

namespace policy {
namespace {

BoundCode bound_of(const Number& number, bool open) {
  if (number.whole)
    return {BoundCode::Kind::kInteger, open, static_cast<std::uint64_t>(number.integer)};
  return {BoundCode::Kind::kDecimal, open, std::bit_cast<std::uint64_t>(number.decimal)};
}

BoundCode bound_of(const Instant& instant, bool open) {
  return {BoundCode::Kind::kInstant, open, static_cast<std::uint64_t>(instant.us)};
}

template <class T> RangeCode range_of(const Range<T>& range) {
  RangeCode code;
  if (range.low) code.low = bound_of(*range.low, range.low_open);
  if (range.high) code.high = bound_of(*range.high, range.high_open);
  return code;
}

ElementCode::Kind kind_of(const Element& e) {
  using From = Element::Kind;
  using To = ElementCode::Kind;
  switch (e.kind) {
    case From::kString: return To::kString;
    case From::kPattern: return To::kPattern;
    case From::kWildcard: return To::kWildcard;
    case From::kNumber: return To::kNumber;
    case From::kBool: return e.truth ? To::kTrue : To::kFalse;
    case From::kInt: return To::kInt;
    case From::kFloat: return To::kFloat;
    case From::kInstant: return To::kInstant;
    case From::kPathIs: return To::kPathIs;
    case From::kPathUnder: return To::kPathUnder;
    case From::kPathLike: return To::kPathLike;
    case From::kHostIs: return To::kHostIs;
    case From::kHostUnder: return To::kHostUnder;
    case From::kHostLike: return To::kHostLike;
    case From::kEmailIs: return To::kEmailIs;
    case From::kEmailDomain: return To::kEmailDomain;
    case From::kCidr: return To::kCidr;
    case From::kUrl: return To::kUrl;
  }
  return To::kString;
}

// Everything that two elements can differ in, so that equal literals are one.
void put_key(std::string& key, const std::optional<RangeCode>& range) {
  key += range ? 'r' : '-';
  if (!range) return;
  for (const auto& bound : {range->low, range->high}) {
    key += bound ? static_cast<char>('0' + static_cast<int>(bound->kind)) : '-';
    if (bound) key += (bound->open ? 'o' : 'c') + std::to_string(bound->bits) + ';';
  }
}
void put_key(std::string& key, std::string_view text) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}
void put_key(std::string& key, const UrlCode& url) {
  for (const auto& part : {url.scheme, url.host, url.host_under, url.path_under})
    put_key(key, part ? "=" + *part : "");
  key += std::to_string(url.port ? *url.port : -1);
}
void put_key(std::string& key, const ElementCode& e) {
  key += static_cast<char>('A' + static_cast<int>(e.kind));
  put_key(key, e.text);
  put_key(key, e.range);
  put_key(key, e.length);
  if (e.url) put_key(key, *e.url);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::uint32_t Lowering::text(const std::string& t) {
  const auto [at, fresh] = texts_.emplace(t, static_cast<std::uint32_t>(out_.texts.size()));
  if (fresh) out_.texts.push_back(t);
  return at->second;
}

std::uint32_t Lowering::path(const Path& p) {
  if (p.role) fail(base::Errc::kInvalid, "a role is left in the tree");
  PathCode code{{p.argument}};
  for (const Step& step : p.steps) {
    if (step.kind == Step::Kind::kEach) code.segments.emplace_back();
    else if (step.kind == Step::Kind::kKey) code.segments.back() += "/" + step.key;
    else code.segments.back() += "/" + std::to_string(step.index);
  }
  std::string key;
  for (const std::string& segment : code.segments) put_key(key, segment);
  const auto [at, fresh] = paths_.emplace(key, static_cast<std::uint32_t>(out_.paths.size()));
  if (fresh) out_.paths.push_back(std::move(code));
  return at->second;
}

std::uint32_t Lowering::operand(const Operand& o) {
  using To = OperandCode::Scope;
  OperandCode code{To::kArgument, o.field, 0};
  switch (o.scope) {
    case Scope::kArgument: code.path = path(o.path); break;
    case Scope::kArgs: code.scope = o.intersect ? To::kArgsIntersect : To::kArgsUnion; break;
    case Scope::kResult: code.scope = To::kResult; break;
    case Scope::kSession: code.scope = To::kSession; break;
    case Scope::kHere: code.scope = place_.here_is_session ? To::kSession : To::kResult; break;
    case Scope::kControl: code.scope = To::kControl; break;
    case Scope::kPrincipal: code = {o.scopes ? To::kScopes : To::kRoles, Field::kTags, 0}; break;
  }
  const std::tuple key(static_cast<int>(code.scope), static_cast<int>(code.field), code.path);
  const auto [at, fresh] = operands_.emplace(key, static_cast<std::uint32_t>(out_.operands.size()));
  if (fresh) out_.operands.push_back(code);
  return at->second;
}

std::uint32_t Lowering::value(const Value& v) {
  using To = ValueCode::Kind;
  ValueCode code;
  switch (v.kind) {
    case Value::Kind::kArgument: code = {To::kArgument, path(v.path), 0}; break;
    case Value::Kind::kResult: code.kind = To::kResult; break;
    case Value::Kind::kSession: code.kind = To::kSession; break;
    case Value::Kind::kString: code = {To::kString, text(v.text), 0}; break;
    case Value::Kind::kInstant:
      code = {To::kInstant, 0, static_cast<std::uint64_t>(v.instant.us)};
      break;
    case Value::Kind::kNumber:
      code = {v.number.whole ? To::kInteger : To::kDecimal, 0, bound_of(v.number, false).bits};
      break;
    case Value::Kind::kBool: code = {To::kBool, 0, v.truth ? 1u : 0u}; break;
    case Value::Kind::kAttribute:
      code = {To::kAttribute, static_cast<std::uint32_t>(v.attribute), 0};
      break;
    case Value::Kind::kCounter: {
      const auto found = counters_.find(v.text);
      if (found == counters_.end()) fail(base::Errc::kInvalid, "a counter is not declared");
      else code = {To::kCounter, found->second, 0};
    }
  }
  const std::tuple key(static_cast<int>(code.kind), code.index, code.bits);
  const auto [at, fresh] = values_.emplace(key, static_cast<std::uint32_t>(out_.values.size()));
  if (fresh) out_.values.push_back(code);
  return at->second;
}

bool Lowering::canonical_parts(ElementCode& code, const Element::Url& url) {
  const auto room = std::make_unique<CanonicalText>();
  code.url = UrlCode{url.scheme, url.host, url.host_under, url.port, url.path_under};
  if (code.url->scheme)
    for (char& c : *code.url->scheme) c = lower(c);
  for (std::optional<std::string>* host : {&code.url->host, &code.url->host_under}) {
    if (!*host) continue;
    if (!canonical_host(**host, *room)) return false;
    **host = room->view();
  }
  if (!code.url->path_under) return true;
  if (!canonical_path(*code.url->path_under, *room)) return false;
  *code.url->path_under = room->view();
  return true;
}

bool Lowering::canonical(ElementCode& code, const Element& e) {
  const auto room = std::make_unique<CanonicalText>();
  using Kind = Element::Kind;
  switch (e.kind) {
    case Kind::kPathIs:
    case Kind::kPathUnder:
      if (!canonical_path(e.text, *room)) return false;
      break;
    case Kind::kHostIs:
    case Kind::kHostUnder:
    case Kind::kEmailDomain:
      if (!canonical_host(e.text, *room)) return false;
      break;
    case Kind::kEmailIs:
      if (!canonical_email(e.text, *room)) return false;
      break;
    case Kind::kCidr: return block_of(e.text).has_value();
    case Kind::kUrl: return canonical_parts(code, e.url);
    default: return true;
  }
  code.text = room->view();
  return true;
}

ElementCode Lowering::element(const Element& e) {
  ElementCode code;
  code.kind = kind_of(e);
  code.text = e.text;
  if (e.kind == Element::Kind::kNumber || e.kind == Element::Kind::kInt ||
      e.kind == Element::Kind::kFloat)
    code.range = range_of(e.range);
  if (e.kind == Element::Kind::kInstant) code.range = range_of(e.instants);
  if (e.length) code.length = range_of(*e.length);
  if (!canonical(code, e)) fail(base::Errc::kInvalid, "a domain's text has no canonical form");
  return code;
}

std::uint32_t Lowering::literal(const std::vector<Element>& elements) {
  std::vector<ElementCode> codes;
  std::string key;
  for (const Element& e : elements) {
    if (!spend()) return 0;
    codes.push_back(element(e));
    put_key(key, codes.back());
  }
  const auto [at, fresh] = literals_.emplace(key, 0);
  if (fresh) {
    const auto first = static_cast<std::uint32_t>(out_.elements.size());
    for (ElementCode& code : codes) out_.elements.push_back(std::move(code));
    at->second = node(SetCode::Kind::kLiteral, first, static_cast<std::uint32_t>(codes.size()));
  }
  return at->second;
}

std::uint32_t Lowering::node(SetCode::Kind kind, std::uint32_t a, std::uint32_t b) {
  const std::tuple key(static_cast<int>(kind), a, b);
  const auto [at, fresh] = sets_.emplace(key, static_cast<std::uint32_t>(out_.sets.size()));
  if (fresh) out_.sets.push_back({kind, a, b});
  return at->second;
}

}  // namespace policy
