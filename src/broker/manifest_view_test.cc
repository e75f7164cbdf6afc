// SPDX-License-Identifier: Apache-2.0
#include "broker/manifest_view.h"

#include <gtest/gtest.h>

#include <functional>
#include <span>

#include "broker/broker_testing.h"
#include "broker/manifest_check.h"

namespace broker {
namespace {

using testing::argument;
using testing::literal;
using testing::mark;
using testing::secret_piece;
using wire::Escape;
using wire::PieceKind;

struct Spoiled {
  const char* what;
  std::function<void(wire::Manifest&)> spoil;
};

// tools[0] is "status", tools[1] "weather" with the secret weather_key for origin 1.
void expect_refused(std::span<const Spoiled> cases) {
  ASSERT_TRUE(ManifestView::create(testing::sample_manifest()).ok());
  for (const Spoiled& c : cases) {
    wire::Manifest m = testing::sample_manifest();
    c.spoil(m);
    EXPECT_FALSE(ManifestView::create(std::move(m)).ok()) << c.what;
  }
}

TEST(ManifestView, AnIndexOrASecretOutOfPlaceIsRefused) {
  using M = wire::Manifest;
  const Spoiled cases[] = {
      {"no tenant", [](M& m) { m.tenant.clear(); }},
      {"a tool twice", [](M& m) { m.tools.push_back(m.tools[0]); }},
      {"a secret twice", [](M& m) { m.secrets.push_back(m.secrets[0]); }},
      {"an unknown origin", [](M& m) { m.tools[0].origin = 9; }},
      {"an unknown secret", [](M& m) { m.tools[1].secrets = {9}; }},
      {"a secret of an unknown origin", [](M& m) { m.secrets[0].origins = {9}; }},
      {"a secret bound to another origin",
       [](M& m) {
         m.secrets[0].origins = {0, 2};
       }},
      {"a secret that is not listed", [](M& m) { m.tools[1].secrets.clear(); }},
      {"a secret of another tool",
       [](M& m) {
         m.tools[0].headers = {{"X-Key", {secret_piece("weather_key")}}};
       }},
  };
  expect_refused(cases);
}

TEST(ManifestView, ATemplateThatLeavesItsPlaceIsRefused) {
  using M = wire::Manifest;
  const Spoiled cases[] = {
      {"a relative path", [](M& m) { m.tools[1].path = {literal("weather")}; }},
      {"a path that names a host", [](M& m) { m.tools[1].path = {literal("//evil.example/")}; }},
      {"a path without pieces", [](M& m) { m.tools[1].path.clear(); }},
      {"a path that begins with an argument",
       [](M& m) { m.tools[0].path = {argument("project", Escape::kPathSegment)}; }},
      {"a dot segment", [](M& m) { m.tools[1].path = {literal("/a/../b")}; }},
      {"an encoded dot segment", [](M& m) { m.tools[1].path = {literal("/a/%2e%2E/b")}; }},
      {"a query in a path", [](M& m) { m.tools[1].path = {literal("/a?b=c")}; }},
      {"a line end in a path", [](M& m) { m.tools[1].path = {literal("/a\r\nX: y")}; }},
      {"a parameter in a query literal",
       [](M& m) {
         m.tools[0].query = {{"q", {literal("a&b=c")}}};
       }},
      {"the wrong encoder in a path",
       [](M& m) {
         m.tools[0].path = {literal("/"), argument("project", Escape::kQueryValue)};
       }},
      {"no encoder in a query",
       [](M& m) {
         m.tools[0].query = {{"q", {argument("project", Escape::kNone)}}};
       }},
      {"an undeclared argument",
       [](M& m) {
         m.tools[0].query = {{"q", {argument("x", Escape::kQueryValue)}}};
       }},
      {"an array in a query",
       [](M& m) { m.tools[0].arguments[1].type = wire::ArgumentType::kArray; }},
      {"an argument twice", [](M& m) { m.tools[0].arguments.push_back(m.tools[0].arguments[0]); }},
      {"an argument with a slash", [](M& m) { m.tools[0].arguments[1].name = "a/b"; }},
      {"a header that frames",
       [](M& m) {
         m.tools[0].headers = {{"Content-Length", {literal("1")}}};
       }},
      {"the host header",
       [](M& m) {
         m.tools[0].headers = {{"hOsT", {literal("a")}}};
       }},
      {"a header name with a line end",
       [](M& m) {
         m.tools[0].headers = {{"X\r\nY", {}}};
       }},
      {"a header value with a line end",
       [](M& m) {
         m.tools[0].headers = {{"X", {literal("a\r\nY: b")}}};
       }},
      {"basic credentials in a query",
       [](M& m) {
         m.tools[1].query = {{"q", {{PieceKind::kBasicSecret, Escape::kNone, "weather_key", "u"}}}};
       }},
      {"a JSON piece in a path",
       [](M& m) { m.tools[1].path.push_back(mark(PieceKind::kOpenArray)); }},
      {"a JSON body without value", [](M& m) { m.tools[0].body_kind = wire::BodyKind::kJson; }},
  };
  expect_refused(cases);
}

TEST(ManifestView, ItsDigestIsThatOfTheBytes) {
  const wire::Manifest m = testing::sample_manifest();
  const auto view = ManifestView::create(m);
  EXPECT_EQ(view->digest(), base::sha256({wire::encode(m)}));
}

TEST(ManifestView, ASecretIsFoundOnlyThroughAToolThatMayCarryIt) {
  const auto view = ManifestView::create(testing::sample_manifest());
  EXPECT_EQ(view->secret_of(*view->tool("weather"), "weather_key"), 0u);
  EXPECT_FALSE(view->secret_of(*view->tool("status"), "weather_key").has_value());
  EXPECT_FALSE(view->secret_of(*view->tool("weather"), "cloud_key").has_value());
}

TEST(JsonTemplate, NoTextOfItLeavesItsPlace) {
  const std::pair<wire::Piece, bool> in_object[] = {
      {literal("1"), true},        {literal("-1.5e3"), true},     {literal("null"), true},
      {literal("\"a\\n\""), true}, {literal("1,\"b\":2"), false}, {literal("\"a\",\"b\""), false},
      {literal("{}"), false},      {literal(""), false},          {literal("\"\\\""), false},
  };
  for (const auto& [value, good] : in_object) {
    wire::Manifest m = testing::sample_manifest();
    m.tools[0].body_kind = wire::BodyKind::kJson;
    m.tools[0].body = {mark(PieceKind::kOpenObject), mark(PieceKind::kKey, "k"), value,
                       mark(PieceKind::kCloseObject)};
    EXPECT_EQ(ManifestView::create(m).ok(), good) << value.text;
    m.tools[0].body[1].text = "a\":1,\"b";
    EXPECT_FALSE(ManifestView::create(m).ok());
    m.tools[0].body = {mark(PieceKind::kOpenString), literal("a\"b"),
                       mark(PieceKind::kCloseString)};
    EXPECT_FALSE(ManifestView::create(m).ok());
    m.tools[0].body[1].escape = Escape::kJsonString;
    EXPECT_TRUE(ManifestView::create(m).ok());
  }
}

TEST(JsonTemplate, OnlyOneWholeValueIsATemplate) {
  using K = PieceKind;
  const std::pair<std::vector<K>, bool> cases[] = {
      {{}, false},
      {{K::kLiteral}, true},
      {{K::kLiteral, K::kLiteral}, false},
      {{K::kOpenObject, K::kCloseObject}, true},
      {{K::kOpenObject, K::kCloseArray}, false},
      {{K::kOpenObject, K::kLiteral, K::kCloseObject}, false},
      {{K::kOpenObject, K::kKey, K::kCloseObject}, false},
      {{K::kOpenObject, K::kKey, K::kKey, K::kLiteral, K::kCloseObject}, false},
      {{K::kOpenObject, K::kKey, K::kLiteral, K::kCloseObject}, true},
      {{K::kOpenArray, K::kKey, K::kLiteral, K::kCloseArray}, false},
      {{K::kOpenArray, K::kOpenString, K::kLiteral, K::kArgument, K::kCloseString, K::kCloseArray},
       true},
      {{K::kOpenString, K::kOpenObject, K::kCloseString}, false},
      {{K::kOpenString}, false},
      {{K::kCloseString}, false},
      {{K::kOpenObject}, false},
  };
  for (const auto& [kinds, good] : cases) {
    wire::Template body;
    for (const K kind : kinds) body.push_back(mark(kind));
    EXPECT_EQ(check_json_template(body).ok(), good) << kinds.size();
  }
}

}  // namespace
}  // namespace broker
