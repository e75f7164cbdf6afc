// SPDX-License-Identifier: Apache-2.0
#include "conformance/payload_judge.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "schema/parse.h"

namespace conformance {
namespace {

using wire::Escape;
using wire::Piece;
using wire::PieceKind;

Piece piece(PieceKind kind, std::string text = "", Escape escape = Escape::kNone) {
  return {kind, escape, std::move(text), ""};
}
Piece literal(std::string text) { return piece(PieceKind::kLiteral, std::move(text)); }
Piece argument(Escape escape) { return piece(PieceKind::kArgument, "a", escape); }

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The number of `digits` hexadecimal digits at `at`; -1 if they are not there.
int number_at(std::string_view s, std::size_t at, std::size_t digits) {
  if (at + digits > s.size()) return -1;
  int out = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (digit(s[i]) < 0) return -1;
    out = out * 16 + digit(s[i]);
  }
  return out;
}

// ---- how servers decode a path, rightly and wrongly ---------------------------------------------

std::string percent(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const int byte = s[i] == '%' ? number_at(s, i + 1, 2) : -1;
    out += byte < 0 ? s[i] : static_cast<char>(byte);
    if (byte >= 0) i += 2;
  }
  return out;
}

// %uXXXX, as IIS and JavaScript's unescape read it; what is not ASCII becomes its best fit.
char best_fit(int code) {
  switch (code) {
    case 0x2024:
    case 0xFF0E: return '.';
    case 0x2044:
    case 0x2215:
    case 0x29F8:
    case 0xFF0F:
    case 0x2571: return '/';
    case 0x2216:
    case 0x29F5:
    case 0x29F9:
    case 0xFE68:
    case 0xFF3C: return '\\';
    default: return code < 0x80 ? static_cast<char>(code) : 'x';
  }
}

std::string percent_u(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const bool marked = s[i] == '%' && i + 1 < s.size() && (s[i + 1] | 0x20) == 'u';
    const int code = marked ? number_at(s, i + 2, 4) : -1;
    out += code < 0 ? s[i] : best_fit(code);
    if (code >= 0) i += 5;
  }
  return out;
}

// UTF-8 by a decoder that checks nothing: overlong forms, any byte as a continuation, best fit.
std::string loose_utf8(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto lead = static_cast<unsigned char>(s[i]);
    const std::size_t more = lead < 0xC0   ? 0
                             : lead < 0xE0 ? 1
                             : lead < 0xF0 ? 2
                             : lead < 0xF8 ? 3
                             : lead < 0xFC ? 4
                                           : 5;
    if (more == 0 || i + more >= s.size()) {
      out += s[i];
      continue;
    }
    int code = lead & (0x3F >> more);
    for (std::size_t k = 1; k <= more; ++k) code = (code << 6) | (s[i + k] & 0x3F);
    out += best_fit(code);
    i += more;
  }
  return out;
}

// Every text that some chain of these decoders makes of `s`.
std::set<std::string> readings(std::string_view s) {
  constexpr std::size_t kMany = 256;
  std::set<std::string> out{std::string(s)};
  std::vector<std::string> fresh{std::string(s)};
  while (!fresh.empty() && out.size() < kMany) {
    const std::string text = std::move(fresh.back());
    fresh.pop_back();
    for (const auto& decode : {percent, percent_u, loose_utf8}) {
      const auto [at, is_new] = out.insert(decode(text));
      if (is_new) fresh.push_back(*at);
    }
  }
  return out;
}

bool one_segment(std::string_view s) {
  if (s.empty() || s == "." || s == "..") return false;
  for (const char c : s)
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return true;
}

// ---- one look for each place --------------------------------------------------------------------

bool between(std::string_view& text, std::string_view before, std::string_view after) {
  if (!text.starts_with(before) || !text.ends_with(after)) return false;
  if (text.size() < before.size() + after.size()) return false;
  text.remove_prefix(before.size());
  text.remove_suffix(after.size());
  return true;
}

std::string look_at_segment(std::string_view target) {
  if (!between(target, "/files/", "/meta")) return "the path is another";
  if (target.find_first_of("/?#;") != std::string_view::npos) return "the segment is divided";
  for (const std::string& r : readings(target))
    if (!one_segment(r)) return "a server may read more than one segment";
  return "";
}

std::string look_at_pairs(std::string_view text, std::string_view before, bool form,
                          std::string_view wanted) {
  if (!between(text, before, "")) return "the fixed part is another";
  if (text.find_first_of("&=#;? ") != std::string_view::npos) return "a pair is added";
  std::string plus(text);
  for (char& c : plus)
    if (form && c == '+') c = ' ';
  return percent(plus) == wanted ? "" : "the value is another";
}

std::string look_at_json(std::string_view body, std::string_view wanted) {
  const auto parsed = schema::parse(body);
  if (!parsed.ok()) return "the body is not JSON";
  const schema::Object* object = parsed->as_object();
  if (object == nullptr || object->size() != 2) return "a member is added";
  if (parsed->find_string("fixed") != "1") return "another member is changed";
  return parsed->find_string("a") == wanted ? "" : "the value is another";
}

// Headers that the tool of the place has.
std::vector<std::pair<std::string, std::string>> headers_of(Place place, std::string_view value) {
  switch (place) {
    case Place::kHeader: return {{"X-Note", std::string(value)}};
    case Place::kJson: return {{"Content-Type", "application/json"}};
    case Place::kForm: return {{"Content-Type", "application/x-www-form-urlencoded"}};
    case Place::kSegment:
    case Place::kQuery: break;
  }
  return {};
}

std::string look_at_headers(const wire::Request& request, Place place, std::string_view value) {
  const auto wanted = headers_of(place, value);
  if (request.headers.size() != wanted.size()) return "a header is added";
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const wire::Header& h = request.headers[i];
    if (h.name != wanted[i].first || h.value != wanted[i].second) return "a header is another";
    for (const char c : h.value)
      if (c == '\r' || c == '\n' || c == '\0') return "a header line is divided";
  }
  return "";
}

std::string look_at_rest(const wire::Request& request, Place place) {
  constexpr std::array<std::string_view, 5> kTargets{"", "", "/note", "/run", "/run"};
  for (const char c : request.target)
    if (c <= ' ' || c > '~' || c == '#') return "the target holds what no target may";
  const std::string_view fixed = kTargets[static_cast<std::size_t>(place)];
  if (!fixed.empty() && request.target != fixed) return "the target is another";
  const bool body = place == Place::kJson || place == Place::kForm;
  return body == request.body.empty() ? "there is a body where none is declared, or none" : "";
}

}  // namespace

std::string_view name_of(Place place) {
  constexpr std::array<std::string_view, 5> kNames{"segment", "query", "header", "json", "form"};
  return kNames[static_cast<std::size_t>(place)];
}

wire::ToolSpec tool_of(Place place) {
  wire::ToolSpec t;
  t.name = name_of(place);
  t.method = wire::Method::kPost;
  wire::ArgumentSpec a;
  a.name = "a";
  t.arguments.push_back(std::move(a));
  switch (place) {
    case Place::kSegment:
      t.path = {literal("/files/"), argument(Escape::kPathSegment), literal("/meta")};
      break;
    case Place::kQuery:
      t.path = {literal("/list")};
      t.query = {{"fixed", {literal("1")}}, {"a", {argument(Escape::kQueryValue)}}};
      break;
    case Place::kHeader:
      t.path = {literal("/note")};
      t.headers = {{"X-Note", {argument(Escape::kHeaderValue)}}};
      break;
    case Place::kJson:
      t.path = {literal("/run")};
      t.body_kind = wire::BodyKind::kJson;
      t.body = {piece(PieceKind::kOpenObject),  piece(PieceKind::kKey, "fixed"),
                piece(PieceKind::kOpenString),  literal("1"),
                piece(PieceKind::kCloseString), piece(PieceKind::kKey, "a"),
                piece(PieceKind::kOpenString),  argument(Escape::kJsonString),
                piece(PieceKind::kCloseString), piece(PieceKind::kCloseObject)};
      break;
    case Place::kForm:
      t.path = {literal("/run")};
      t.body_kind = wire::BodyKind::kForm;
      t.form = {{"fixed", {literal("1")}}, {"a", {argument(Escape::kFormValue)}}};
      break;
  }
  return t;
}

std::string outside(const wire::Request& request, Place place, std::string_view value) {
  std::string why = look_at_rest(request, place);
  if (why.empty()) why = look_at_headers(request, place, value);
  if (!why.empty()) return why;
  switch (place) {
    case Place::kSegment: return look_at_segment(request.target);
    case Place::kQuery: return look_at_pairs(request.target, "/list?fixed=1&a=", false, value);
    case Place::kHeader: return "";
    case Place::kJson: return look_at_json(request.body, value);
    case Place::kForm: return look_at_pairs(request.body, "fixed=1&a=", true, value);
  }
  return "no such place";
}

}  // namespace conformance
