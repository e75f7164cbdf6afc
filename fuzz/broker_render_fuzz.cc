// SPDX-License-Identifier: Apache-2.0
// Feeds the renderer: the bytes are the arguments of a tool that has one in every place. Whatever
// they are, the request has the template's shape.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "broker/check.h"
#include "broker/render.h"

namespace {

using wire::Escape;
using wire::PieceKind;

wire::Piece literal(const char* text) { return {PieceKind::kLiteral, Escape::kNone, text, ""}; }
wire::Piece argument(const char* name, Escape escape) {
  return {PieceKind::kArgument, escape, name, ""};
}

wire::Manifest manifest() {
  wire::Manifest m;
  m.tenant = "t";
  m.origins = {{"a.example", 443, true, false, ""}};
  wire::ToolSpec t;
  t.name = "tool";
  for (const char* name : {"p", "q", "h", "f", "n"}) {
    wire::ArgumentSpec spec;
    spec.name = name;
    t.arguments.push_back(spec);
  }
  t.path = {literal("/a/"), argument("p", Escape::kPathSegment), literal(".x/b")};
  t.query = {{"q", {argument("q", Escape::kQueryValue)}}, {"z", {literal("1")}}};
  t.headers = {{"X-H", {literal("v "), argument("h", Escape::kHeaderValue)}}};
  t.body_kind = wire::BodyKind::kForm;
  t.form = {{"f", {argument("f", Escape::kFormValue)}}, {"z", {literal("1")}}};
  wire::ToolSpec json = t;
  json.name = "json";
  json.body_kind = wire::BodyKind::kJson;
  json.body = {{PieceKind::kOpenObject, Escape::kNone, "", ""},
               {PieceKind::kKey, Escape::kNone, "f", ""},
               {PieceKind::kOpenString, Escape::kNone, "", ""},
               argument("f", Escape::kJsonString),
               {PieceKind::kCloseString, Escape::kNone, "", ""},
               {PieceKind::kCloseObject, Escape::kNone, "", ""}};
  m.tools = {t, json};
  return m;
}

std::ptrdiff_t count(const std::string& text, char c) {
  return std::count(text.begin(), text.end(), c);
}

void check_target(const std::string& target) {
  const std::string path = target.substr(0, target.find('?'));
  CHECK(count(path, '/') == 3 && count(target, '?') == 1 && count(target, '&') == 1);
  CHECK(count(target, '#') == 0 && count(target, '=') == 2);
  for (const char c : target) CHECK(c > ' ' && c <= '~');
}

void check_json(const std::string& body) {
  CHECK(body.starts_with("{\"f\":\"") && body.ends_with("\"}"));
  for (std::size_t i = 6; i + 2 < body.size(); ++i) {
    CHECK(body[i] != '"' && static_cast<unsigned char>(body[i]) >= 0x20);
    if (body[i] == '\\') ++i;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const broker::ManifestView view = *broker::ManifestView::create(manifest());
  std::vector<wire::Leaf> leaves;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"p", "q", "h", "f", "n"}) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    leaves.push_back({name, wire::LeafKind::kString, std::string(rest.substr(0, end)), 0});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const char* name : {"tool", "json"}) {
    const wire::ToolSpec& tool = *view.tool(name);
    (void)broker::check_arguments(tool, leaves);
    const auto r = broker::render(view, tool, leaves, [](std::uint32_t) { return nullptr; });
    if (!r.ok()) continue;
    check_target(r->target);
    CHECK(r->headers.size() == 2);
    for (const char c : r->headers[0].value) CHECK(c == '\t' || (c >= ' ' && c <= '~'));
    if (tool.body_kind == wire::BodyKind::kJson) check_json(r->body);
    else CHECK(count(r->body, '&') == 1 && count(r->body, '=') == 2);
  }
  return 0;
}
