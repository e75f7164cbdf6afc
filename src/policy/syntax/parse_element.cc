// SPDX-License-Identifier: Apache-2.0
// Elements of sets and domains.
#include <array>

#include "policy/syntax/limits.h"
#include "policy/syntax/literal.h"
#include "policy/syntax/parser.h"

namespace policy {
namespace {

using Kind = Token::Kind;

constexpr std::array<std::string_view, 5> kDomains{"bool", "int", "float", "str", "datetime"};
constexpr std::array<std::string_view, 5> kYettDomains{"path", "host", "email", "cidr", "url"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  for (const std::string_view known : words)
    if (known == word) return true;
  return false;
}

}  // namespace

// A number stands there: its digits, their sign, or an infinity.
bool Parser::peek_number(std::size_t ahead) {
  const Token token = peek(ahead);
  if (token.kind == Kind::kNumber) return true;
  if (token.kind == Kind::kWord) return token.text == "inf";
  const bool minus = token.kind == Kind::kSign && token.text == "-";
  const bool plus = token.kind == Kind::kSign && token.text == "+";
  if (!minus && !plus) return false;
  const Token next = peek(ahead + 1);
  if (!next.glued) return false;
  return (minus && next.kind == Kind::kNumber) || (next.kind == Kind::kWord && next.text == "inf");
}

Number Parser::number() {
  expect("a number");
  const Token first = peek();
  if (!peek_number(0)) fail();
  if (failed()) return {};
  std::string text(first.text);
  if (first.kind == Kind::kSign) {
    mark(Mark::kGlue);
    advance();
    text += peek().text;
  }
  const auto value = literal_number(text);
  if (!value) fail_at(first, "found a number that does not fit 64 bits");
  advance();
  const Token next = peek();
  if (next.glued && next.kind == Kind::kWord)
    fail_at(next, "found a word directly after a number", "put a space between them");
  return value.value_or(Number{});
}

Instant Parser::instant() {
  const Token token = peek();
  const auto value = instant_of(need_quoted(Kind::kInstant, "an instant d\"...\""));
  if (!value) fail_at(token, "found an instant that is none", kInstantHint);
  return value.value_or(Instant{});
}

Element Parser::element() {
  if (failed()) return {};
  const Place begin = peek().begin;
  Element out;
  const Token token = peek();
  if (token.kind == Kind::kString) {
    out.text = need_quoted(Kind::kString, "a string");
  } else if (token.kind == Kind::kPattern) {
    out.kind = Element::Kind::kPattern;
    out.text = need_quoted(Kind::kPattern, "a pattern r\"...\"");
  } else if (token.kind == Kind::kWildcard) {
    out.kind = Element::Kind::kWildcard;
    out.text = need_quoted(Kind::kWildcard, "a wildcard w\"...\"");
  } else if (peek_number(0)) {
    out.kind = Element::Kind::kNumber;
    out.range.low = number();
    out.range.high = out.range.low;
  } else {
    return domain();
  }
  out.span = span_from(begin);
  return out;
}

// What a let holds is a domain: its first word, and what only a domain says after it.
bool Parser::starts_domain() {
  if (peek().kind != Kind::kWord) return false;
  const std::string_view word = peek().text;
  const Kind next = peek(1).kind;
  const auto follows = [this](auto... words) { return (peek_word(1, words) || ...); };
  const bool range = peek_sign(1, "..") || peek_sign(1, "..<") || peek_number(1);
  if (word == "bool") return follows("true", "false");
  if (word == "int" || word == "float") return range;
  if (word == "str") return next == Kind::kString || follows("matching", "like");
  if (word == "datetime") return range || next == Kind::kString || next == Kind::kInstant;
  bool starts = false;
  if (word == "path" || word == "host") starts = next == Kind::kString || follows("under", "like");
  if (word == "email") starts = next == Kind::kString || follows("domain");
  if (word == "cidr") starts = next == Kind::kString;
  if (word == "url") starts = follows("scheme", "host", "port", "path");
  if (!starts || yett()) return starts;
  advance();  // as a name it could stand here
  return yett_only("a domain of that name");
}

Element Parser::domain() {
  const Token word = peek();
  if (word.kind == Kind::kWord && holds(kYettDomains, word.text)) {
    if (!yett_only("this domain")) return {};
  } else if (word.kind != Kind::kWord || !holds(kDomains, word.text)) {
    expect("an element");
    for (const std::string_view known : kDomains) hide(known, true);
    fail();
    return {};
  }
  advance();
  return domain_body(word.text, word.begin);
}

Element Parser::domain_body(std::string_view word, const Place& begin) {
  using E = Element::Kind;
  Element out;
  if (word == "bool") {
    out.kind = E::kBool;
    out.truth = at_word("true");
    if (!out.truth && !at_word("false")) fail();
    advance();
  } else if (word == "int" || word == "float") {
    out.kind = word == "int" ? E::kInt : E::kFloat;
    out.range = number_range();
  } else if (word == "str") {
    string_domain(out);
  } else if (word == "datetime") {
    instant_domain(out);
  } else if (word == "path") {
    name_domain(out, E::kPathIs, E::kPathUnder, E::kPathLike);
  } else if (word == "host") {
    name_domain(out, E::kHostIs, E::kHostUnder, E::kHostLike);
  } else if (word == "email") {
    out.kind = take_word("domain") ? E::kEmailDomain : E::kEmailIs;
    out.text = need_quoted(Kind::kString, "a string");
  } else if (word == "cidr") {
    out.kind = E::kCidr;
    out.text = need_quoted(Kind::kString, "a string");
  } else {
    out.kind = E::kUrl;
    url_domain(out.url);
  }
  out.span = span_from(begin);
  return out;
}

void Parser::string_domain(Element& out) {
  if (take_word("matching")) {
    out.kind = Element::Kind::kPattern;
    out.text = need_quoted(Kind::kPattern, "a pattern r\"...\"");
  } else if (take_word("like")) {
    out.kind = Element::Kind::kWildcard;
    out.text = need_quoted(Kind::kWildcard, "a wildcard w\"...\"");
  } else {
    out.text = need_quoted(Kind::kString, "a string");
  }
  if (take_word("length")) out.length = number_range();
}

void Parser::name_domain(Element& out, Element::Kind is, Element::Kind under, Element::Kind like) {
  out.kind = is;
  if (take_word("like")) {
    out.kind = like;
    out.text = need_quoted(Kind::kWildcard, "a wildcard w\"...\"");
    return;
  }
  if (take_word("under")) out.kind = under;
  out.text = need_quoted(Kind::kString, "a string");
}

// The sign of a range, glued to what it bounds. Without a low end only two of the four may stand.
std::optional<Parser::RangeSign> Parser::range_sign(bool low_given) {
  constexpr std::array<RangeSign, 4> kSigns{{{"..", false, false, false},
                                             {"..<", false, true, true},
                                             {"<..", true, false, false},
                                             {"<..<", true, true, true}}};
  for (const RangeSign& known : kSigns) {
    if (!low_given && known.low_open) continue;
    hide(known.text, false);
    if (!peek_sign(0, known.text)) continue;
    if (low_given) mark_last(Mark::kGlue);
    advance();
    return known;
  }
  return std::nullopt;
}

Range<Number> Parser::number_range() {
  Range<Number> out;
  if (peek_number(0)) out.low = number();
  const auto sign = range_sign(out.low.has_value());
  if (!sign) {
    if (!out.low) number();  // says what is missing
    out.high = out.low;
    return out;
  }
  out.low_open = sign->low_open;
  out.high_open = sign->high_open;
  expect("a number");
  if (!out.low || sign->needs_high || peek_number(0)) {
    mark_last(Mark::kGlue);
    out.high = number();
  }
  return out;
}

void Parser::instant_domain(Element& out) {
  out.kind = Element::Kind::kInstant;
  Range<Instant>& range = out.instants;
  const Token first = peek();
  if (first.kind == Kind::kString || peek_number(0)) {
    const auto value = first.kind == Kind::kString
                           ? instant_of(need_quoted(Kind::kString, "a string"))
                           : instant_of_epoch(number());
    if (!value) fail_at(first, "found an instant that is none", kInstantHint);
    range.low = range.high = value;
    return;
  }
  if (first.kind == Kind::kInstant) range.low = instant();
  const auto sign = range_sign(range.low.has_value());
  if (!sign) {
    if (!range.low) instant();  // says what is missing
    range.high = range.low;
    return;
  }
  range.low_open = sign->low_open;
  range.high_open = sign->high_open;
  expect("an instant d\"...\"");
  if (!range.low || sign->needs_high || peek().kind == Kind::kInstant) {
    mark_last(Mark::kGlue);
    range.high = instant();
  }
}

void Parser::url_host(Element::Url& url) {
  const bool under = take_word("under");
  std::optional<std::string>& part = under ? url.host_under : url.host;
  if (part.has_value()) return fail_repeated();
  part = need_quoted(Kind::kString, "a string");
}

void Parser::fail_repeated() { fail_at(peek(), "found a part of a url that was said before"); }

void Parser::url_domain(Element::Url& url) {
  bool some = false;
  while (!failed()) {
    if (take_word("scheme")) {
      if (url.scheme) return fail_repeated();
      url.scheme = need_quoted(Kind::kString, "a string");
    } else if (take_word("host")) {
      url_host(url);
    } else if (take_word("port")) {
      if (url.port) return fail_repeated();
      url.port = integer<std::uint16_t>("a port", true);
    } else if (take_word("path")) {
      need_word("under");
      if (url.path_under) return fail_repeated();
      url.path_under = need_quoted(Kind::kString, "a string");
    } else {
      if (!some) fail();
      return;
    }
    some = true;
  }
}

}  // namespace policy
