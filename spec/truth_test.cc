// SPDX-License-Identifier: Apache-2.0
// docs/reference/policy.md §3 and §4, sentence by sentence, worked out by hand.
#include "spec/testing.h"

namespace spec {
namespace {

using policy::LeafKind;
using policy::Question;

constexpr Truth T = Truth::kTrue;
constexpr Truth F = Truth::kFalse;
constexpr Truth E = Truth::kError;

struct Case {
  const char* predicate;
  Truth wanted;
};

void expect(const std::vector<Case>& cases, const Question& question, policy::Options options = {},
            const std::string& lets = "") {
  for (const Case& one : cases)
    EXPECT_EQ(truth(one.predicate, question, options, lets), one.wanted) << one.predicate;
}

label::Sets consumers(std::initializer_list<std::string_view> names) {
  label::Sets out;
  out.consumers = label::Consumers::only(label::Names(names));
  return out;
}

// to: two items; body; n: 3; x: 1.5; b: true; z: null; meta.owner
Question mail() {
  Question out = call({text("to/0", "a@x.org", tags({"p"})), text("to/1", "b@x.org", tags({"q"})),
                       text("body", "hello", tags({"pii", "q"})),
                       leaf("n", LeafKind::kInteger, "3"), leaf("x", LeafKind::kNumber, "1.5"),
                       leaf("b", LeafKind::kBoolean, "true"), leaf("z", LeafKind::kNull, "null"),
                       text("meta/owner", "ann"), text("d", "2024-01-01")});
  out.now = {1704067200'000'000};  // 2024-01-01T00:00:00Z, a Monday
  return out;
}

TEST(Logic, ReadsFromLeftToRightAndStopsAtTheAnswerOrTheFirstError) {
  const std::string lets = R"(let t = "a" == "a"; let f = "a" == "b"; let e = "a" < "b";)";
  expect({{"t and t", T},
          {"t and f", F},
          {"f and e", F},
          {"e and f", E},
          {"t and e", E},
          {"t or e", T},
          {"e or t", E},
          {"f or e", E},
          {"f or f", F},
          {"f or t", T},
          {"not t", F},
          {"not f", T},
          {"not e", E},
          {"t and t and f", F},
          {"f or f or t", T}},
         mail(), {}, lets);
}

TEST(In, ElementsNeverConvert) {
  expect({{R"(body.value in {"hello"})", T},
          {R"(body.value in {"Hello"})", F},
          {R"(n.value in {"3"})", F},
          {"n.value in {3}", T},
          {"n.value in {3.0}", T},
          {"x.value in {1.5}", T},
          {"n.value in {int 1..3}", T},
          {"x.value in {int 1..3}", F},
          {"x.value in {float 1..3}", T},
          {"n.value in {float 1.0..<3.0}", F},
          {"b.value in {bool true}", T},
          {"b.value in {bool false}", F},
          {R"(b.value in {"true"})", F},
          {"body.value in {int 1..3}", F},
          {R"(z.value in {"null", int 1.., bool true})", F},
          {R"(d.value in {datetime d"2024-01-01"})", T},
          {R"(d.value in {datetime "2024-01-01"})", T},
          {R"(d.value in {datetime d"2024-01-01T00:00:01Z"..})", F},
          {R"(body.value in {datetime d"2024-01-01"..})", F},
          {"n.value in {int 3<..}", F},
          {"n.value in {int ..<3}", F},
          {"n.value in {int 2<..<4}", T}},
         mail());
}

TEST(In, TrueBeatsAnErrorAndAnErrorBeatsFalse) {
  expect({{R"(body.value in {path "/a"})", E},
          {R"(body.value in {path "/a", "hello"})", T},
          {R"(body.value in {path "/a", "x"})", E},
          {R"(gone.value in {"a"})", E},
          {"gone.value in {}", E},
          {R"(to.value in {"a"})", E},
          {R"(n.value in {path "/a"})", F}},
         mail());
}

TEST(In, IntegersBeyond64BitsAndDecimalsFrom2To53OnAreErrors) {
  const auto in_any = [](LeafKind kind, const char* text) {
    return truth("n.value in {float -inf..inf}", call({leaf("n", kind, text)}));
  };
  EXPECT_EQ(in_any(LeafKind::kInteger, "9223372036854775807"), T);
  EXPECT_EQ(in_any(LeafKind::kInteger, "9223372036854775808"), E);
  EXPECT_EQ(in_any(LeafKind::kNumber, "9007199254740993"), T);
  EXPECT_EQ(in_any(LeafKind::kNumber, "9007199254740993.0"), E);
  EXPECT_EQ(in_any(LeafKind::kNumber, "9007199254740991.0"), T);
  EXPECT_EQ(in_any(LeafKind::kNumber, "1e400"), E);
  EXPECT_EQ(truth("n.value in {1}", call({leaf("n", LeafKind::kNumber, "1e0")})), T);
  EXPECT_EQ(truth("n.value in {9007199254740993}",
                  call({leaf("n", LeafKind::kInteger, "9007199254740992")})),
            F);
}

TEST(Matching, IsOfTheWholeTextAndCountsCodePoints) {
  const Question q = call({text("t", "a\xc3\xa9z"), text("l", "a\nb"), text("bad", "\xff")});
  expect({{R"(t.value in {r"a.z"})", T},
          {R"(t.value in {r"a."})", F},
          {R"(t.value in {r"a|z"})", F},
          {R"(t.value in {w"a?z"})", T},
          {R"(t.value in {w"a??z"})", F},
          {R"(t.value in {w"a*"})", T},
          {R"(t.value in {w"*"})", T},
          {R"(l.value in {w"a*b"})", T},
          {R"(l.value in {r"a.b"})", F},
          {R"(t.value in {str like w"*" length 3})", T},
          {R"(t.value in {str like w"*" length 4..})", F},
          {R"(t.value in {str "aéz" length ..3})", T},
          {R"(bad.value in {w"*"})", E},
          {R"(bad.value == bad.value)", E}},
         q);
  policy::Options search;
  search.search = true;
  expect({{R"(t.value in {r"z"})", T}, {R"(t.value in {r"^z"})", F}, {R"(t.value in {w"z"})", F}},
         q, search);
}

TEST(Path, JudgesTheCanonicalForm) {
  const auto of = [](const char* element, std::string value) {
    return truth("p.value in {path " + std::string(element) + "}",
                 call({text("p", std::move(value))}));
  };
  EXPECT_EQ(of(R"("/a")", "/a/"), T);
  EXPECT_EQ(of(R"("/a")", "//a/./b/.."), T);
  EXPECT_EQ(of(R"(under "/a")", "/a"), T);
  EXPECT_EQ(of(R"(under "/a")", "/a/b"), T);
  EXPECT_EQ(of(R"(under "/a")", "/ab"), F);
  EXPECT_EQ(of(R"(under "/a")", "/a/../b"), F);
  EXPECT_EQ(of(R"(under "/")", "/x"), T);
  EXPECT_EQ(of(R"(under "/")", "x"), E);
  EXPECT_EQ(of(R"(under "/")", "/.."), E);
  EXPECT_EQ(of(R"(under "/")", "/a/../.."), E);
  EXPECT_EQ(of(R"(under "/")", std::string("/a\0", 3)), E);
  EXPECT_EQ(of(R"(like w"/a/*.txt")", "/a/./b.txt"), T);
  EXPECT_EQ(of(R"("/A")", "/a"), F);
  EXPECT_EQ(of(R"("/a")", "/a" + std::string(4094, '/')), T);
  EXPECT_EQ(of(R"("/a")", "/a" + std::string(4095, '/')), E);
}

TEST(Host, JudgesTheCanonicalForm) {
  const auto of = [](const char* element, std::string value) {
    return truth("h.value in {host " + std::string(element) + "}",
                 call({text("h", std::move(value))}));
  };
  EXPECT_EQ(of(R"("x.org")", "X.ORG."), T);
  EXPECT_EQ(of(R"("x.org")", "x.org.."), E);
  EXPECT_EQ(of(R"(under "x.org")", "a.x.org"), T);
  EXPECT_EQ(of(R"(under "x.org")", "x.org"), T);
  EXPECT_EQ(of(R"(under "x.org")", "ax.org"), F);
  EXPECT_EQ(of(R"("127.0.0.1")", "127.0.0.1"), T);
  EXPECT_EQ(of(R"("127.0.0.1")", "127.0.0.1."), T);
  EXPECT_EQ(of(R"("::1")", "::1."), E);
  EXPECT_EQ(of(R"("127.0.0.1")", "127.1"), E);
  EXPECT_EQ(of(R"("127.0.0.1")", "0x7f.0x1"), E);
  EXPECT_EQ(of(R"("127.0.0.1")", "0127.0.0.1"), E);
  EXPECT_EQ(of(R"("127.0.0.1")", "::ffff:127.0.0.1"), T);
  EXPECT_EQ(of(R"("2001:db8::1")", "2001:0DB8:0::1"), T);
  EXPECT_EQ(of(R"("::1")", "[::1]"), E);
  EXPECT_EQ(of(R"("x.org")", "x_y.org"), E);
  EXPECT_EQ(of(R"("x.org")", ""), E);
  EXPECT_EQ(of(R"(under "org")", std::string(63, 'a') + ".org"), T);
  EXPECT_EQ(of(R"(under "org")", std::string(64, 'a') + ".org"), E);
  EXPECT_EQ(of(R"(like w"*.org")", "A.ORG"), T);
}

TEST(Email, JudgesTheCanonicalForm) {
  const auto of = [](const char* element, std::string value) {
    return truth("e.value in {email " + std::string(element) + "}",
                 call({text("e", std::move(value))}));
  };
  EXPECT_EQ(of(R"("a@x.org")", "a@X.ORG"), T);
  EXPECT_EQ(of(R"("a@x.org")", "A@x.org"), F);
  EXPECT_EQ(of(R"(domain "x.org")", "any.one+b@x.org"), T);
  EXPECT_EQ(of(R"(domain "x.org")", "a@b.x.org"), F);
  for (const char* bad : {"a@x.org@x.org", "@x.org", "x.org", ".a@x.org", "a.@x.org", "a..b@x.org",
                          "a b@x.org", "a@127.0.0.1", "a@", "\"a\"@x.org"})
    EXPECT_EQ(of(R"(domain "x.org")", bad), E) << bad;
  EXPECT_EQ(of(R"(domain "x.org")", std::string(64, 'a') + "@x.org"), T);
  EXPECT_EQ(of(R"(domain "x.org")", std::string(65, 'a') + "@x.org"), E);
}

TEST(Cidr, IsOfTheAddress) {
  const auto of = [](const char* network, std::string value) {
    return truth("i.value in {cidr \"" + std::string(network) + "\"}",
                 call({text("i", std::move(value))}));
  };
  EXPECT_EQ(of("10.0.0.0/8", "10.255.0.1"), T);
  EXPECT_EQ(of("10.0.0.0/8", "11.0.0.1"), F);
  EXPECT_EQ(of("10.0.0.0/31", "10.0.0.1"), T);
  EXPECT_EQ(of("10.0.0.0/31", "10.0.0.2"), F);
  EXPECT_EQ(of("10.0.0.0/8", "::ffff:10.0.0.1"), T);
  EXPECT_EQ(of("::/0", "10.0.0.1"), F);
  EXPECT_EQ(of("::/0", "2001:DB8::1"), T);
  EXPECT_EQ(of("2001:db8::/32", "2001:db9::1"), F);
  for (const char* bad :
       {"010.0.0.1", "10.1", "fe80::1%eth0", "x.org", "", "10.0.0.1 ", "167772161"})
    EXPECT_EQ(of("0.0.0.0/0", bad), E) << bad;
}

TEST(Url, EveryNamedPartMustAccept) {
  const auto of = [](const char* element, std::string value) {
    return truth("u.value in {url " + std::string(element) + "}",
                 call({text("u", std::move(value))}));
  };
  EXPECT_EQ(of(R"(scheme "https" host "x.org")", "HTTPS://X.org/"), T);
  EXPECT_EQ(of(R"(scheme "https" host "x.org")", "http://x.org/"), F);
  EXPECT_EQ(of("port 443", "https://x.org/"), T);
  EXPECT_EQ(of("port 80", "http://x.org:80/"), T);
  EXPECT_EQ(of("port 443", "ftp://x.org/"), F);
  EXPECT_EQ(of(R"(host under "x.org")", "https://a.x.org/b?c=/../d"), T);
  EXPECT_EQ(of(R"(path under "/a")", "https://x.org/%61/b"), T);
  EXPECT_EQ(of(R"(path under "/a")", "https://x.org/a/../b"), F);
  EXPECT_EQ(of(R"(path under "/a%2B")", "https://x.org/a%2b"), T);
  EXPECT_EQ(of(R"(host "::1")", "https://[::1]:8/"), T);
  for (const char* bad : {"https://x.org",
                          "https://u@x.org/",
                          "https://x.org/%2e%2e/",
                          "https://x.org/a%2fb",
                          "https://x.org/%5c",
                          "https://x.org/%00",
                          "https://x.org/..",
                          "https://x.org/#f",
                          "https://x.org/a b",
                          "https://x.org\\@y/",
                          "https://x.org:/",
                          "https://x.org:0/",
                          "https://x.org:065/",
                          "https://x.org:65536/",
                          "https://::1/",
                          "https://[10.0.0.1]/",
                          "x.org/a",
                          "//x.org/",
                          "https:/x.org/",
                          "https://x.org/%zz",
                          "https://x.org/\xc3\xa9",
                          ""})
    EXPECT_EQ(of(R"(scheme "https")", bad), E) << bad;
}

TEST(Compare, IsOfKindAndValue) {
  expect({{R"(body.value == "hello")", T},
          {R"(body.value != "hello")", F},
          {"n.value == 3.0", T},
          {R"(n.value == "3")", F},
          {R"(n.value != "3")", T},
          {"b.value == true", T},
          {"z.value == z.value", T},
          {"z.value == b.value", F},
          {R"(d.value == d"2024-01-01T00:00:00Z")", T},
          {R"(d.value == "2024-01-01T00:00:00Z")", F},
          {R"(body.value == d"2024-01-01")", F},
          {R"(body.value != d"2024-01-01")", T},
          {"x.value < n.value", T},
          {"n.value < 3", F},
          {"n.value <= 3", T},
          {"n.value > 2.5", T},
          {"n.value >= 4", F},
          {R"(body.value < "z")", E},
          {"body.value < 3", E},
          {"b.value < true", E},
          {"d.value < d.value", E},
          {R"(d.value < d"2024-01-02")", T},
          {"d.value <= @time.now", T},
          {"body.value < @time.now", E},
          {"@time.hour == 0", T},
          {"@time.weekday == 1", T},
          {R"(@tool.effect == "send")", T},
          {R"(@tool.name == "send")", T},
          {"@counter.c == 0", T},
          {"n.value < inf", T}},
         mail());
  EXPECT_EQ(truth(R"(@tool.effect == "send")", call({}, "fetch")), T);
  EXPECT_EQ(truth(R"(@tool.effect == "send")", call({}, "ghost")), E);
}

TEST(Absent, IsAnErrorButWhereForgiven) {
  policy::Options forgiving;
  forgiving.missing_argument_is_false = true;
  const std::vector<Case> strict{{R"(gone.value == "a")", E},
                                 {R"(gone.value != "a")", E},
                                 {"gone.tags is empty", E},
                                 {R"("a" in gone.tags)", E},
                                 {"gone is present", F},
                                 {"gone is absent", T},
                                 {"gone is named", F},
                                 {"to is present", T},
                                 {"meta.owner is absent", F},
                                 {R"(any gone[*].value == "a")", F},
                                 {R"(all gone[*].value == "a")", T},
                                 {R"(@session.value == "a")", E},
                                 {R"(meta.gone.value == "a")", E}};
  expect(strict, mail());
  expect({{R"(gone.value == "a")", F},
          {R"(gone.value != "a")", F},
          {R"(not gone.value == "a")", T},
          {"gone.tags is empty", F},
          {R"("a" in gone.tags)", F},
          {R"(to.value == "a")", E},
          {R"(@session.value == "a")", F},
          {R"("a" < gone.value)", F},
          {R"(gone.value in {"*"} - {"a"})", F},
          {R"("a" in {"*"} - {"a"} | gone.tags)", F}},
         mail(), forgiving);
}

TEST(Quantified, IsTheOrAndTheAndOfTheSteps) {
  expect({{R"(any to[*].value == "a@x.org")", T},
          {R"(all to[*].value == "a@x.org")", F},
          {R"(all to[*].value in {email domain "x.org"})", T},
          {R"(any to[*].tags overlaps {"q"})", T},
          {R"(all to[*].tags overlaps {"q"})", F},
          {R"(any body[*].value == "a")", E},
          {R"(all to[*].gone.value == "a")", E},
          {R"(any meta[*].value == "ann")", T},
          {R"(to[1].value == "b@x.org")", T},
          {R"(to[2].value == "b@x.org")", E},
          {"any to[*] is named", F}},
         mail());
}

TEST(Named, NeedsEveryLeaf) {
  const Question q =
      call({leaf("to/0", LeafKind::kString, "a", {}, true), leaf("to/1", LeafKind::kString, "b"),
            leaf("s", LeafKind::kString, "c", {}, true)});
  expect({{"to is named", F},
          {"to[0] is named", T},
          {"s is named", T},
          {"all to[*] is named", F},
          {"any to[*] is named", T}},
         q);
}

TEST(Sets, CompareAsSets) {
  expect({{R"(body.tags overlaps {"pii"})", T},
          {R"(body.tags overlaps {"a"})", F},
          {R"(body.tags subset of {"pii", "q", "r"})", T},
          {R"(body.tags subset of body.tags)", T},
          {R"(body.tags superset of {"pii"})", T},
          {R"(body.tags superset of {})", T},
          {R"(body.tags == {"q", "pii"})", T},
          {R"(body.tags == {"q"})", F},
          {"body.tags is empty", F},
          {"n.tags is empty", T},
          {"body.consumers is universal", T},
          {"body.tags is universal", F},
          {R"(body.consumers overlaps {"a"})", T},
          {"body.consumers overlaps {}", F},
          {R"(body.consumers superset of {"a"})", T},
          {R"(body.consumers superset of {"*"})", T},
          {R"(body.tags superset of {"*"})", F},
          {R"(body.consumers subset of {"a"})", F},
          {R"(body.consumers subset of {"*"})", T},
          {R"(body.consumers subset of {w"*"})", F},
          {R"(body.consumers overlaps {w"a*"})", T},
          {"body.consumers overlaps {5}", F},
          {R"(n.tags overlaps {"*"})", F},
          {R"(body.tags overlaps {"*"})", T},
          {R"(body.tags overlaps {r"p.*"})", T},
          {R"(body.tags subset of {r"p.*"})", F},
          {R"(body.tags subset of {r"p.*", "q"})", T},
          {"body.tags overlaps {5, int 1..}", F},
          {R"(to.tags == {"p", "q"})", T},
          {R"(@args.tags == {"p", "q", "pii"})", T},
          {"@args.tags.intersect is empty", T},
          {"@args.consumers is universal", T},
          {R"(union of tags from args superset of {"pii"})", T},
          {R"("pii" in body.tags)", T},
          {R"("x" in body.consumers)", T},
          {"n.value in body.consumers", F}},
         mail());
}

TEST(Sets, ArgumentsJoinFirstAndMeetThen) {
  const Question q =
      call({text("a/0", "", consumers({"x", "y"})), text("a/1", "", consumers({"y", "z"})),
            text("b", "", consumers({"z"}))});
  expect({{R"(a.consumers == {"y"})", T},
          {R"(@args.consumers == {"y", "z"})", T},
          {"@args.consumers.intersect is empty", T}},
         q);
  expect({{"@args.consumers is universal", T},
          {"@args.consumers.intersect is universal", T},
          {"@args.tags is empty", T}},
         call({}));
}

TEST(Sets, GrantByNameOrPrefix) {
  const auto of = [](std::initializer_list<std::string_view> scopes, const char* wanted) {
    Question q = call({});
    q.asker.scopes = label::Names(scopes);
    return truth("@principal.scopes grants \"" + std::string(wanted) + "\"", q);
  };
  EXPECT_EQ(of({"a.b"}, "a.b"), T);
  EXPECT_EQ(of({"*"}, "a.b"), T);
  EXPECT_EQ(of({"a.*"}, "a.b"), T);
  EXPECT_EQ(of({"a.*"}, "a"), T);
  EXPECT_EQ(of({"a.*"}, "ab"), F);
  EXPECT_EQ(of({"a"}, "a.b"), F);
  EXPECT_EQ(of({"a.b.*"}, "a.b.c.d"), T);
}

// `"w" in S` shows what S holds.
TEST(Algebra, HasItsPrecedencesAndItsUniversalSet) {
  const std::string lets =
      R"(let ab = {"a", "b"}; let all = {"*"}; let m = {r"a.*"};
      let d = str like w"b*"; let none = {};)";
  expect({{R"("a" in {"a"} - {"b"} | {"c"})", T},
          {R"("c" in {"a"} - {"b"} | {"c"})", F},
          {R"("a" in {"a"} | {"b"} & {"b"})", F},
          {R"("a" in ab ^ {"b"})", T},
          {R"("b" in ab ^ {"b"})", F},
          {R"("c" in ab with "c")", T},
          {R"("b" in ab without "b")", F},
          {R"("z" in all)", T},
          {R"("z" in all - {"a"})", E},
          {R"("z" in all ^ {"a"})", E},
          {R"("z" in {"a"} ^ all)", E},
          {R"("z" in all - all)", F},
          {R"("z" in all ^ all)", F},
          {R"("z" in all - none)", T},
          {R"("a" in ab - all)", F},
          {R"("a" in ab & all)", T},
          {R"("z" in ab & all)", F},
          {R"("z" in all | ab)", T},
          {R"("z" in all without "a")", E},
          {R"("z" in all - m)", E},
          {R"("z" in all & m)", E},
          {R"("z" in all without r"a")", E},
          {R"("a" in ab - m)", F},
          {R"("b" in ab - m)", T},
          {R"("a" in ab & m)", T},
          {R"("b" in ab & m)", F},
          {R"("abc" in m | ab)", T},
          {R"("c" in m | ab)", F},
          {R"("bz" in d)", T},
          {R"("bz" in m with w"b*")", T},
          {R"("a" in ab without r"a")", F}},
         mail(), {}, lets);
}

}  // namespace
}  // namespace spec
