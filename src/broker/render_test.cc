// SPDX-License-Identifier: Apache-2.0
#include "broker/render.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "base/bytes.h"
#include "broker/broker_testing.h"
#include "broker/encode.h"
#include "broker/fill.h"

namespace broker {
namespace {

using testing::argument;
using testing::leaf;
using testing::literal;
using testing::mark;
using testing::secret_piece;
using wire::Escape;
using wire::LeafKind;
using wire::PieceKind;

wire::ArgumentSpec spec(std::string name, bool required,
                        wire::ArgumentType type = wire::ArgumentType::kString) {
  wire::ArgumentSpec out;
  out.name = std::move(name);
  out.required = required;
  out.type = type;
  return out;
}

// A manifest with one tool that has an argument and a secret in every place.
wire::Manifest everywhere() {
  wire::Manifest m = testing::sample_manifest();
  wire::ToolSpec& t = m.tools[1];
  t.method = wire::Method::kPost;
  t.arguments = {spec("seg", true), spec("q", false), spec("h", false), spec("f", false)};
  t.path = {literal("/v1/items/"), argument("seg", Escape::kPathSegment), literal("/status")};
  t.query = {{"q", {literal("is:"), argument("q", Escape::kQueryValue)}},
             {"appid", {secret_piece("weather_key")}}};
  t.headers = {{"X-Note", {argument("h", Escape::kHeaderValue)}},
               {"Authorization", {literal("Bearer "), secret_piece("weather_key")}}};
  t.body_kind = wire::BodyKind::kForm;
  t.form = {{"f", {argument("f", Escape::kFormValue)}}, {"fixed", {literal("1")}}};
  return m;
}

class RenderTest : public ::testing::Test {
 protected:
  explicit RenderTest() : RenderTest(everywhere(), "s3cr3t-value") {}
  RenderTest(wire::Manifest m, std::string value)
      : secret_(testing::secret(std::move(value))), view_(*ManifestView::create(std::move(m))) {}
  base::Result<wire::Request> go(const std::vector<wire::Leaf>& leaves) const {
    return render(view_, *view_.tool("weather"), leaves,
                  [&](std::uint32_t i) { return i == 0 ? &secret_ : nullptr; });
  }
  void use(const std::function<void(wire::ToolSpec&)>& change, std::string value = "s3cr3t-value") {
    wire::Manifest m = everywhere();
    change(m.tools[1]);
    auto made = ManifestView::create(std::move(m));
    ASSERT_TRUE(made.ok()) << made.error().message;
    view_ = std::move(*made);
    secret_ = testing::secret(std::move(value));
  }
  Secret secret_;
  ManifestView view_;
};

TEST(AppendEncoded, EveryPlaceHasItsOwnSpelling) {
  const std::string hard = "a b/c?d&e=f#g+h%i\"j\\k~.-_*\xc3\xa9";
  const std::pair<Escape, std::string> cases[] = {
      {Escape::kQueryValue, "a%20b%2Fc%3Fd%26e%3Df%23g%2Bh%25i%22j%5Ck~.-_%2A%C3%A9"},
      {Escape::kFormValue, "a+b%2Fc%3Fd%26e%3Df%23g%2Bh%25i%22j%5Ck%7E.-_*%C3%A9"},
      {Escape::kJsonString, "a b/c?d&e=f#g+h%i\\\"j\\\\k~.-_*\xc3\xa9"},
      {Escape::kRawBody, hard},
  };
  for (const auto& [place, wanted] : cases) {
    std::string out;
    ASSERT_TRUE(append_encoded(out, place, hard).ok());
    EXPECT_EQ(out, wanted);
  }
  std::string path;
  ASSERT_TRUE(append_encoded(path, Escape::kPathSegment, "a b&c=d;e\xc3\xa9~").ok());
  EXPECT_EQ(path, "a%20b%26c%3Dd%3Be%C3%A9~");
  std::string json;
  ASSERT_TRUE(append_encoded(json, Escape::kJsonString, std::string("\0\n\x1f", 3)).ok());
  EXPECT_EQ(json, "\\u0000\\u000a\\u001f");
  std::string header;
  ASSERT_TRUE(append_encoded(header, Escape::kHeaderValue, "a\tb c~").ok());
  EXPECT_EQ(header, "a\tb c~");
}

TEST(AppendEncoded, WhatCannotStandInItsPlaceIsRefused) {
  const std::pair<Escape, std::string> cases[] = {
      {Escape::kHeaderValue, "a\r\nX: y"},
      {Escape::kHeaderValue, "a\n"},
      {Escape::kHeaderValue, std::string("a\0b", 3)},
      {Escape::kHeaderValue, "caf\xc3\xa9"},
      {Escape::kHeaderValue, "\x7f"},
      {Escape::kJsonString, "\xff"},
      {Escape::kPathSegment, ""},
      {Escape::kPathSegment, "."},
      {Escape::kPathSegment, ".."},
      {Escape::kNone, "x"},
      {Escape::kJsonScalar, "x"},
      {Escape::kJsonArray, "x"},
  };
  for (const auto& [place, text] : cases) {
    std::string out;
    EXPECT_FALSE(append_encoded(out, place, text).ok()) << text;
    EXPECT_EQ(out, "");
  }
}

TEST(CheckSegment, NothingThatAServerMayReadAsMoreThanOneSegmentPasses) {
  const char* const bad[] = {"",
                             ".",
                             "..",
                             "...",
                             "a/b",
                             "a\\b",
                             "/",
                             "%2f",
                             "%2F",
                             "a%2Fb",
                             "%252f",
                             "%25252F",
                             "%5c",
                             "%2e%2e",
                             "%252e%252e",
                             "%2e",
                             ".%2e",
                             "%%32%65%%32%65",
                             "%u002e%u002e",
                             "%u2215",
                             "%u2216",
                             "%c0%ae%c0%ae",
                             "%c0%af",
                             "%uff0e%uff0e",
                             "\xef\xbc\x8f",
                             "\xe2\x88\x95",
                             "\xef\xbc\x8e\xef\xbc\x8e",
                             "..;",
                             "..;x=1",
                             ".;",
                             " ..",
                             ".. ",
                             "%20..",
                             "a%00b",
                             "a%0d%0ab",
                             "a\nb",
                             "\x7f",
                             "\xff",
                             "\xe2\x80\xa5",
                             "%e2%80%a5",
                             "%25252525252525252525",
                             ";"};
  for (const char* text : bad) EXPECT_FALSE(check_segment(text).ok()) << text;
  const char* const good[] = {"a",           "a.b",    ".env", "a..b", "..a",
                              "50%",         "100%25", "a b",  "a;b",  "~",
                              "caf\xc3\xa9", "x%41",   "%",    "%zz",  "2024-01-01T10:00:00Z",
                              "a&b=c#d?e"};
  for (const char* text : good) EXPECT_TRUE(check_segment(text).ok()) << text;
}

TEST_F(RenderTest, AWholeRequest) {
  const auto r = go({leaf("seg", "a b"), leaf("q", "x&y=1"), leaf("h", "hi"), leaf("f", "1 & 2")});
  ASSERT_TRUE(r.ok()) << r.error().message;
  EXPECT_EQ(r->target, "/v1/items/a%20b/status?q=is:x%26y%3D1&appid=s3cr3t-value");
  ASSERT_EQ(r->headers.size(), 3u);
  EXPECT_EQ(r->headers[0].value, "hi");
  EXPECT_EQ(r->headers[1].value, "Bearer s3cr3t-value");
  EXPECT_EQ(r->headers[2].value, "application/x-www-form-urlencoded");
  EXPECT_EQ(r->body, "f=1+%26+2&fixed=1");
}

TEST_F(RenderTest, WhatNamesAnAbsentArgumentIsDroppedAsAWhole) {
  const auto r = go({leaf("seg", "a")});
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->target, "/v1/items/a/status?appid=s3cr3t-value");
  EXPECT_EQ(r->headers.size(), 2u);
  EXPECT_EQ(r->body, "fixed=1");
}

TEST_F(RenderTest, BasicCredentialsAreOneHeader) {
  use([](wire::ToolSpec& t) {
    t.headers = {
        {"Authorization",
         {literal("Basic "), {PieceKind::kBasicSecret, Escape::kNone, "weather_key", "me"}}}};
  });
  const auto r = go({leaf("seg", "a")});
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->headers[0].value, "Basic " + base::base64("me:s3cr3t-value"));
}

TEST_F(RenderTest, ASecretThatNoHeaderCanHoldFailsWithoutItsValue) {
  use([](wire::ToolSpec&) {}, "line1\r\nX-Evil: 1");
  const auto r = go({leaf("seg", "a")});
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, base::Errc::kUnavailable);
  EXPECT_EQ(r.error().message.find("line1"), std::string::npos);
}

TEST_F(RenderTest, ASecretThatIsNotThereFails) {
  const auto r = render(view_, *view_.tool("weather"), {leaf("seg", "a")},
                        [](std::uint32_t) { return nullptr; });
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, base::Errc::kUnavailable);
}

TEST_F(RenderTest, PiecesThatMeetInOneSegmentAreLookedAtTogether) {
  use([](wire::ToolSpec& t) {
    t.arguments.push_back(spec("two", true));
    t.path = {literal("/a/"), argument("seg", Escape::kPathSegment),
              argument("two", Escape::kPathSegment), literal("/b")};
  });
  EXPECT_TRUE(go({leaf("seg", "x"), leaf("two", "y")}).ok());
  EXPECT_FALSE(go({leaf("seg", "%"), leaf("two", "2f")}).ok());
  EXPECT_FALSE(go({leaf("seg", "%2"), leaf("two", "Fx")}).ok());
  use([](wire::ToolSpec& t) {
    t.path = {literal("/a/."), argument("seg", Escape::kPathSegment), literal("/b")};
  });
  EXPECT_TRUE(go({leaf("seg", "env")}).ok());
  EXPECT_FALSE(go({leaf("seg", "%2e")}).ok());
}

TEST_F(RenderTest, AnEscapeThatTheOperatorWroteStands) {
  use([](wire::ToolSpec& t) {
    t.path = {literal("/projects/group%2F"), argument("seg", Escape::kPathSegment)};
  });
  const auto r = go({leaf("seg", "a")});
  ASSERT_TRUE(r.ok());
  EXPECT_TRUE(r->target.starts_with("/projects/group%2Fa"));
}

// ---- JSON ---------------------------------------------------------------------------------------

wire::Template json_body() {
  using K = PieceKind;
  return {mark(K::kOpenObject),
          mark(K::kKey, "s"),
          argument("s", Escape::kJsonScalar),
          mark(K::kKey, "n"),
          argument("n", Escape::kJsonScalar),
          mark(K::kKey, "list"),
          argument("list", Escape::kJsonArray),
          mark(K::kKey, "mix"),
          mark(K::kOpenArray),
          literal("1"),
          argument("s", Escape::kJsonScalar),
          mark(K::kOpenObject),
          mark(K::kCloseObject),
          literal("true"),
          mark(K::kCloseArray),
          mark(K::kKey, "text"),
          mark(K::kOpenString),
          literal("by "),
          argument("s", Escape::kJsonString),
          mark(K::kCloseString),
          mark(K::kKey, "key"),
          secret_piece("weather_key"),
          mark(K::kCloseObject)};
}

void json_tool(wire::ToolSpec& t) {
  t.body_kind = wire::BodyKind::kJson;
  t.body = json_body();
  t.arguments = {spec("seg", true), spec("s", false), spec("n", false, wire::ArgumentType::kNumber),
                 spec("list", false, wire::ArgumentType::kArray)};
  t.query.clear();
  t.headers.clear();
}

TEST_F(RenderTest, AJsonBodyHasItsCommasAndDropsWhatIsAbsent) {
  use(json_tool, "k\"1");
  const auto all = go({leaf("seg", "a"), leaf("s", "x\"y"), leaf("n", "-1.5e3", LeafKind::kNumber),
                       leaf("list/0", "a"), leaf("list/1", "b")});
  ASSERT_TRUE(all.ok()) << all.error().message;
  EXPECT_EQ(all->body, R"({"s":"x\"y","n":-1.5e3,"list":["a","b"],"mix":[1,"x\"y",{},true],)"
                       R"("text":"by x\"y","key":"k\"1"})");
  EXPECT_EQ(all->headers[0].value, "application/json");
  const auto none = go({leaf("seg", "a")});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->body, R"({"mix":[1,{},true],"key":"k\"1"})");
}

TEST_F(RenderTest, ANumberThatIsNoneIsNotWrittenUnquoted) {
  use(json_tool);
  for (const char* text : {"1,\"admin\":true", "1}", "", "NaN", "--1"})
    EXPECT_FALSE(go({leaf("seg", "a"), leaf("n", text, LeafKind::kNumber)}).ok()) << text;
  EXPECT_FALSE(go({leaf("seg", "a"), leaf("n", "1", LeafKind::kNull)}).ok());
}

TEST_F(RenderTest, APromptIsTheBodyAsItIs) {
  use([](wire::ToolSpec& t) {
    t.model = true;
    t.arguments = {spec("body", true)};
    t.path = {literal("/api/chat")};
    t.query.clear();
    t.headers.clear();
    t.body_kind = wire::BodyKind::kRaw;
    t.body = {argument("body", Escape::kRawBody)};
  });
  const auto r = go({leaf("body", R"({"model":"m","x":"\r\n"})")});
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->body, R"({"model":"m","x":"\r\n"})");
}

// ---- the structure is the template's, whatever the arguments are --------------------------------

// An independent reading of a rendered request.
struct Shape {
  std::size_t segments = 0;
  std::vector<std::string> query;
  std::vector<std::string> headers;
  std::vector<std::string> form;
  friend bool operator==(const Shape&, const Shape&) = default;
};

std::vector<std::string> names_of(const std::string& pairs) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (begin <= pairs.size() && !pairs.empty()) {
    const std::size_t end = std::min(pairs.find('&', begin), pairs.size());
    const std::string pair = pairs.substr(begin, end - begin);
    EXPECT_EQ(std::count(pair.begin(), pair.end(), '='), 1) << pair;
    out.push_back(pair.substr(0, pair.find('=')));
    begin = end + 1;
  }
  return out;
}

Shape shape_of(const wire::Request& r) {
  Shape out;
  EXPECT_EQ(std::count(r.target.begin(), r.target.end(), '?'), 1);
  EXPECT_EQ(r.target.find_first_of(std::string_view("# \t\r\n\0\\", 7)), std::string::npos);
  const std::string path = r.target.substr(0, r.target.find('?'));
  out.segments = static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
  out.query = names_of(r.target.substr(path.size() + 1));
  for (const wire::Header& h : r.headers) {
    out.headers.push_back(h.name);
    EXPECT_EQ(h.value.find_first_of(std::string_view("\r\n\0", 3)), std::string::npos);
  }
  out.form = names_of(r.body);
  return out;
}

std::string percent_decode(const std::string& s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto bytes =
        i + 2 < s.size() && s[i] == '%' ? base::unhex(s.substr(i + 1, 2)) : std::nullopt;
    if (bytes) {
      out += *bytes;
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

// The path has as many segments as the template, and no dot segment, however often it is decoded.
void expect_inside_template(const std::string& target, std::size_t segments) {
  std::string path = target.substr(0, target.find('?'));
  for (int decodings = 0; decodings <= 3; ++decodings) {
    EXPECT_EQ(static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')), segments)
        << target;
    EXPECT_EQ(path.find('\\'), std::string::npos) << target;
    EXPECT_EQ(path.find('\0'), std::string::npos) << target;
    EXPECT_EQ((path + "/").find("/../"), std::string::npos) << target;
    EXPECT_EQ((path + "/").find("/./"), std::string::npos) << target;
    path = percent_decode(path);
  }
}

TEST_F(RenderTest, NoArgumentChangesTheStructure) {
  const auto plain = go({leaf("seg", "a"), leaf("q", "b"), leaf("h", "c"), leaf("f", "d")});
  ASSERT_TRUE(plain.ok());
  const Shape wanted = shape_of(*plain);
  std::mt19937 random(20251120);
  const std::string alphabet = "ab&=?#;/\\%+ \r\n\t\"'.:@,{}[]<>\xc3\xa9\x01~025fFeE";
  const auto word = [&] {
    std::string out;
    for (std::size_t n = random() % 12; n > 0; --n) out += alphabet[random() % alphabet.size()];
    return out;
  };
  int rendered = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string seg = word();
    std::string header = word();
    const auto r = go({leaf("seg", seg), leaf("q", word()), leaf("h", header), leaf("f", word())});
    if (!r.ok()) continue;
    ++rendered;
    EXPECT_EQ(shape_of(*r), wanted) << seg;
    expect_inside_template(r->target, wanted.segments);
  }
  EXPECT_GT(rendered, 500);
}

std::vector<std::string> payload_lines() {
  std::vector<std::string> out;
  for (const char* name : {"command-execution-unix", "command_exec", "deep_traversal",
                           "directory_traversal", "traversals-8-deep-exotic-encoding"}) {
    std::ifstream in(std::string(YETT_SHARED_DIR) + "/vectors/payloads/" + name + ".txt");
    for (std::string line; std::getline(in, line);) out.push_back(line);
  }
  return out;
}

TEST_F(RenderTest, EveryPayloadStaysInsideTheTemplate) {
  const auto lines = payload_lines();
  if (lines.empty()) GTEST_SKIP() << "vectors/payloads is absent";
  const Shape wanted =
      shape_of(*go({leaf("seg", "a"), leaf("q", "b"), leaf("h", "c"), leaf("f", "d")}));
  std::size_t reached = 0;
  for (const std::string& line : lines) {
    for (const std::string& text :
         {line, base::printable(line), "x" + line, line + "/etc/passwd"}) {
      const auto in_path = go({leaf("seg", text), leaf("q", "b"), leaf("h", "c"), leaf("f", "d")});
      if (in_path.ok()) {
        ++reached;
        EXPECT_EQ(shape_of(*in_path), wanted) << text;
        expect_inside_template(in_path->target, wanted.segments);
      }
      const auto elsewhere =
          go({leaf("seg", "a"), leaf("q", text), leaf("h", "c"), leaf("f", text)});
      ASSERT_TRUE(elsewhere.ok()) << text;
      EXPECT_EQ(shape_of(*elsewhere), wanted) << text;
      const auto in_header =
          go({leaf("seg", "a"), leaf("q", "b"), leaf("h", text), leaf("f", "d")});
      if (in_header.ok()) {
        EXPECT_EQ(shape_of(*in_header), wanted) << text;
      }
    }
  }
  EXPECT_LT(reached, lines.size()) << "most payloads hold a separator";
}

}  // namespace
}  // namespace broker
