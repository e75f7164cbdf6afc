// SPDX-License-Identifier: Apache-2.0
#include "lang/parse.h"

#include <gtest/gtest.h>

#include <chrono>

#include "lang/dump.h"

namespace lang {
namespace {

using Kind = Problem::Kind;

std::string tree_of(std::string_view source) {
  const auto parsed = parse(source);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return render(*problem, source);
  return dump(std::get<Tree>(parsed));
}

Problem problem_of(std::string_view source) {
  const auto parsed = parse(source);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  return {Kind::kSyntax, {}, "accepted", ""};
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

struct Refused {
  std::string_view source;
  Kind kind;
  Place place;
  std::string_view message;
  std::string_view hint;
};

void expect_refused(const Refused& r) {
  const Problem p = problem_of(r.source);
  EXPECT_EQ(p.kind, r.kind) << r.source;
  EXPECT_EQ(p.place.line, r.place.line) << r.source;
  EXPECT_EQ(p.place.column, r.place.column) << r.source;
  EXPECT_EQ(p.message, r.message) << r.source;
  EXPECT_EQ(p.hint, r.hint) << r.source;
}

TEST(Parse, TreesHaveTheShapeOfCPythons) {
  EXPECT_EQ(tree_of(""), "(Module [ ])");
  EXPECT_EQ(tree_of("x = 0x1F, 'a\\n'"),
            "(Module [ (Assign@1:0 [ (Name@1:0 x) ] (Tuple@1:4 [ (Int@1:4 1f) (Str@1:10 "
            "\"a\\x0a\") ])) ])");
  EXPECT_EQ(tree_of("f(a, *b, c=1)"),
            "(Module [ (Expr@1:0 (Call@1:0 (Name@1:0 f) [ (Name@1:2 a) (Starred@1:5 (Name@1:6 b)) "
            "] [ (keyword@1:9 c (Int@1:11 1)) ])) ])");
  EXPECT_EQ(tree_of("if a:\n  b\nelif c: d"),
            "(Module [ (If@1:0 (Name@1:3 a) [ (Expr@2:2 (Name@2:2 b)) ] [ (If@3:0 (Name@3:5 c) [ "
            "(Expr@3:8 (Name@3:8 d)) ] [ ]) ]) ])");
  EXPECT_EQ(tree_of("f\"a{x!r:>{w}}{{}}\""),
            "(Module [ (Expr@1:0 (JoinedStr@1:0 [ (Str@ \"a\") (FormattedValue@ (Name@ x) r "
            "(JoinedStr@ [ (Str@ \">\") (FormattedValue@ (Name@ w) _ _) ])) (Str@ \"{}\") ])) ])");
  EXPECT_EQ(tree_of("f'{x=}'"),
            "(Module [ (Expr@1:0 (JoinedStr@1:0 [ (Str@ \"x=\") (FormattedValue@ (Name@ x) r _) "
            "])) ])");
}

TEST(Parse, OddButRightTextsAreAccepted) {
  for (const std::string_view source : {"x = 1\r\ny = 2\r\n",
                                        "x = 1\ry = 2",
                                        "if x:\n\ty\n\tz\n",
                                        "x = f\"{'}'}{'#'}{d['k']}\"",
                                        "f'{x:{y}.{z}}'",
                                        "f'{x:{y:>3}}'",
                                        "f'{(lambda: 1)()}'",
                                        "f'{x:=5}'",
                                        "f'{(x:=5)}'",
                                        "f'{a!=b}{a<=b}{a==b}'",
                                        "f'{x for x in y}'",
                                        "f'{x!r:^{w}}' 'b' f\"\"\"\n{x\n}\"\"\"",
                                        "match = case = 1; match[0]; match(x)",
                                        "x if\"a\"in y else z",
                                        "a[*b]",
                                        "a[x:=1]",
                                        "f(x for x in y)",
                                        "{**a, 'b': 1}",
                                        "# only words",
                                        "\f\nx",
                                        "x = Field(..., ge=1)",
                                        "lambda *a, b=1, **c: 0",
                                        "def f(a, /, b, *, c): pass",
                                        "for i, *j in x: pass",
                                        "x = 'a\\\nb'",
                                        "x = (1 +\n\n  2)",
                                        "'\xc3\xa9\xf0\x9f\x98\x80'",
                                        "class A: x: int",
                                        "try: a\nfinally: b",
                                        "x = 1;",
                                        "from a.b import (c as d, e,)",
                                        "1_000 .real",
                                        "print(*a, sep='')"})
    EXPECT_TRUE(std::holds_alternative<Tree>(parse(source))) << source << "\n" << tree_of(source);
}

const Refused kUnsupportedTexts[] = {
    {"x = b'a'",
     Kind::kUnsupported,
     {1, 4},
     "bytes literals are not part of plans",
     "write a string: leave out the `b`"},
    {"x = 1 + 2j",
     Kind::kUnsupported,
     {1, 8},
     "complex numbers are not part of plans",
     "compute with two numbers"},
    {"async def f(): pass",
     Kind::kUnsupported,
     {1, 0},
     "`async` is not part of the plan language",
     "calls of tools wait by themselves"},
    {"x = await f()",
     Kind::kUnsupported,
     {1, 4},
     "`await` is not part of the plan language",
     "call the tool without it"},
    {"[x async for x in y]",
     Kind::kUnsupported,
     {1, 3},
     "`async` is not part of the plan language",
     "write `for` alone"},
    {"with open('a') as f:\n  pass",
     Kind::kUnsupported,
     {1, 0},
     "`with` is not part of the plan language",
     "there are no files or locks: call the tool directly"},
    {"match x:\n  case 1: pass",
     Kind::kUnsupported,
     {1, 0},
     "`match` is not part of the plan language",
     "use `if` and `elif`"},
    {"match (x):\n  case 1: pass",
     Kind::kUnsupported,
     {1, 0},
     "`match` is not part of the plan language",
     "use `if` and `elif`"},
    {"def f():\n  yield 1",
     Kind::kUnsupported,
     {2, 2},
     "`yield` is not part of the plan language",
     "build a list and return it"},
    {"x = [(yield)]",
     Kind::kUnsupported,
     {1, 6},
     "`yield` is not part of the plan language",
     "build a list and return it"},
    {"@cache\ndef f(): pass",
     Kind::kUnsupported,
     {1, 0},
     "a decorator on anything but a class is not part of the plan language",
     "only `@dataclass` decorates"},
    {"x = a @ b",
     Kind::kUnsupported,
     {1, 6},
     "the operator `@` is not part of the plan language",
     "use `*` and `sum`"},
    {"x @= b",
     Kind::kUnsupported,
     {1, 2},
     "the operator `@` is not part of the plan language",
     "use `*` and `sum`"},
    {"def f(): ...",
     Kind::kUnsupported,
     {1, 9},
     "`...` is not part of the plan language",
     "write `pass` or `None`"},
    {"try: a\nexcept* b: c",
     Kind::kUnsupported,
     {2, 6},
     "`except*` is not part of the plan language",
     "use `except`"},
    {"from . import a",
     Kind::kUnsupported,
     {1, 5},
     "a relative import is not part of the plan language",
     "a plan is one file"},
    {"from a import *",
     Kind::kUnsupported,
     {1, 14},
     "`import *` is not part of the plan language",
     "name what you need"},
    {"del a.b",
     Kind::kUnsupported,
     {1, 4},
     "`del` takes names and items only",
     "write `del a, b[0]`"},
    {"x = '\\N{DASH}'",
     Kind::kUnsupported,
     {1, 5},
     "an escape by name or of half a surrogate pair is not part of the plan language",
     "write the character, `\\uXXXX` or `\\UXXXXXXXX`"},
    {"def f(*a: *b): pass",
     Kind::kUnsupported,
     {1, 10},
     "a starred annotation is not part of the plan language",
     "leave it out"},
    {"x = 1if y else 2",
     Kind::kUnsupported,
     {1, 5},
     "a name cannot follow a number directly",
     "put a space between them"},
    {"p\xd0\xb0y = 1",
     Kind::kUnsupported,
     {1, 1},
     "names are ASCII only",
     "write the name with the letters a to z"},
    {"\xd0\xb0 = 1",
     Kind::kUnsupported,
     {1, 0},
     "characters outside strings and comments are ASCII only",
     "write names with the letters a to z, and other text in quotes"},
    {"x = \xe2\x80\x9chi\xe2\x80\x9d",
     Kind::kUnsupported,
     {1, 4},
     "characters outside strings and comments are ASCII only",
     "write names with the letters a to z, and other text in quotes"},
};

TEST(Parse, WhatPlansDoNotHaveIsRefusedByNameWithAHint) {
  for (const Refused& r : kUnsupportedTexts) expect_refused(r);
}

const Refused kMistakes[] = {
    {"while x\n  y",
     Kind::kSyntax,
     {1, 7},
     "found the end of the line, expected `:` after `while`",
     ""},
    {"if x = 1: pass", Kind::kSyntax, {1, 5}, "`=` assigns and has no value here", "`==` compares"},
    {"x := 1", Kind::kSyntax, {1, 2}, "`:=` needs parentheses here", "write `=` to assign"},
    {"f() = 1", Kind::kSyntax, {1, 0}, "a call cannot be assigned to", ""},
    {"a == b = 1",
     Kind::kSyntax,
     {1, 0},
     "a comparison cannot be assigned to",
     "`==` compares, `=` assigns"},
    {"if x:\ny",
     Kind::kSyntax,
     {2, 0},
     "`if` needs an indented block",
     "write `pass` if there is nothing to do"},
    {"x\n  y", Kind::kSyntax, {2, 2}, "this line is indented for no block", ""},
    {"if x:\n    y\n  z",
     Kind::kSyntax,
     {3, 2},
     "this line is indented like no block around it",
     "indent with four spaces"},
    {"if x:\n\ty\n        z",
     Kind::kSyntax,
     {3, 8},
     "indentation mixes tabs and spaces",
     "indent with four spaces"},
    {"x = (1,\n  [2", Kind::kSyntax, {2, 2}, "`[` is never closed", ""},
    {"x = 1)", Kind::kSyntax, {1, 5}, "`)` closes nothing", ""},
    {"x = 'abc\ny = 1",
     Kind::kSyntax,
     {1, 4},
     "this string is not closed",
     "a string of several lines stands between three quotes"},
    {"x = '''abc\n\n", Kind::kSyntax, {1, 4}, "this string is not closed", ""},
    {"x = 1 \\\n", Kind::kSyntax, {1, 6}, "the plan ends after `\\`", ""},
    {"x = 007",
     Kind::kSyntax,
     {1, 4},
     "leading zeros are not allowed in numbers",
     "write 0o for octal"},
    {"x = 1__0",
     Kind::kSyntax,
     {1, 5},
     "a name cannot follow a number directly",
     "put a space between them"},
    {"x = '\\x4'", Kind::kSyntax, {1, 5}, "this escape names no character", ""},
    {"print 'a'",
     Kind::kSyntax,
     {1, 6},
     "found a string where the statement should have ended",
     "one statement a line; strings and names do not stand side by side"},
    {"f(a=1, b)",
     Kind::kSyntax,
     {1, 7},
     "a positional argument follows a keyword argument",
     "put the positional ones first"},
    {"f(x for x in y, z)", Kind::kSyntax, {1, 14}, "found `,`, expected `)` or `,`", ""},
    {"f(z, x for x in y)",
     Kind::kSyntax,
     {1, 7},
     "a generator among other arguments needs parentheses",
     ""},
    {"def f(a=1, b): pass",
     Kind::kSyntax,
     {1, 11},
     "a parameter without a default follows one with a default",
     ""},
    {"def f(*): pass", Kind::kSyntax, {1, 7}, "names must follow a bare `*`", ""},
    {"try: a\nexcept A, B: c",
     Kind::kSyntax,
     {2, 8},
     "several exception types need parentheses",
     "write `except (A, B):`"},
    {"x = f'a {b'",
     Kind::kSyntax,
     {1, 10},
     "`{` of the f-string is never closed",
     "assign the value to a name before"},
    {"x = f'{}'",
     Kind::kSyntax,
     {1, 6},
     "an empty expression in an f-string",
     "write `{{}}` for the characters"},
    {"x = f'a}'",
     Kind::kSyntax,
     {1, 7},
     "a single `}` in an f-string",
     "write `}}` for the character"},
    {"x = f'{a!x}'", Kind::kSyntax, {1, 8}, "after `!` stands s, r or a", ""},
    {"x = f'{\"\\n\".join(a)}'",
     Kind::kSyntax,
     {1, 8},
     "an expression of an f-string cannot hold a backslash",
     "assign the value to a name before"},
    {"x = f'''\n{a #}'''",
     Kind::kSyntax,
     {2, 3},
     "an expression of an f-string cannot hold `#`",
     "assign the value to a name before"},
    {"x = f'{lambda x: 1}'",
     Kind::kSyntax,
     {1, 15},
     "found the end of the text, expected `:` "
     "after the parameters of `lambda`",
     ""},
    {"x = f'{a b}'", Kind::kSyntax, {1, 9}, "found the name `b`, expected `}` of the f-string", ""},
    {"x = f'{a:{b:{c}}}'",
     Kind::kSyntax,
     {1, 12},
     "the fields of an f-string are nested too deeply",
     "assign the inner ones to names before"},
    {"a[::=1]", Kind::kSyntax, {1, 3}, "found `:=`, expected an expression", ""},
    {"x = *a", Kind::kSyntax, {1, 4}, "a starred value needs a tuple around it", ""},
    {std::string_view("x = '\0'", 8), Kind::kSyntax, {1, 5}, "the plan is not UTF-8 text", ""},
    {"x = 1\ny = '\xff'", Kind::kSyntax, {2, 5}, "the plan is not UTF-8 text", ""},
    {"x = '\xed\xa0\x80'", Kind::kSyntax, {1, 5}, "the plan is not UTF-8 text", ""},
};

TEST(Parse, MistakesOfSyntaxHaveTheirPlace) {
  for (const Refused& r : kMistakes) expect_refused(r);
}

TEST(Parse, NestingEndsAtSixtyFourLevels) {
  const std::pair<std::string_view, std::string_view> brackets[] = {
      {"(", ")"},   {"[", "]"}, {"{0:", "}"}, {"f(", ")"},      {"a[", "]"},
      {"not ", ""}, {"-", ""},  {"2**", ""},  {"lambda: ", ""}, {"0 if 0 else ", ""}};
  for (const auto& [open, close] : brackets) {
    const auto nested = [&](std::size_t n) { return repeated(open, n) + "1" + repeated(close, n); };
    EXPECT_TRUE(std::holds_alternative<Tree>(parse(nested(64)))) << open << tree_of(nested(64));
    const Problem p = problem_of(nested(65));
    EXPECT_EQ(p.kind, Kind::kLimit) << open;
    EXPECT_EQ(p.message, "more than 64 levels of nesting") << open;
    EXPECT_EQ(problem_of(nested(15'000)).kind, Kind::kLimit) << open;
  }
  std::string blocks;
  for (std::size_t i = 0; i < 65; ++i) blocks += std::string(i, ' ') + "if a:\n";
  EXPECT_EQ(problem_of(blocks + std::string(65, ' ') + "b").message,
            "more than 64 levels of nesting");
}

TEST(Parse, SizesEndAtTheirLimits) {
  const std::string comment(64 * 1024, '#');
  EXPECT_TRUE(std::holds_alternative<Tree>(parse(comment)));
  EXPECT_EQ(problem_of(comment + "#").kind, Kind::kLimit);
  EXPECT_TRUE(std::holds_alternative<Tree>(parse(repeated("a\n", 4'999))));
  const Problem p = problem_of(repeated("a\n", 5'000));
  EXPECT_EQ(p.kind, Kind::kLimit);
  EXPECT_EQ(p.message, "the plan has more than 10,000 parts");
  EXPECT_EQ(problem_of("x = " + std::string(4'301, '9')).kind, Kind::kLimit);
}

TEST(Parse, HostileTextsTakeNoTime) {
  const std::size_t size = 64 * 1024 - 64;
  for (const auto& [begin, piece, end] :
       {std::tuple<std::string_view, std::string_view, std::string_view>{"'", "\\n", "'"},
        {"f'", "{{", "'"},
        {"f'", "\\x41", "'"},
        {"f'", "{a}", "'"},
        {"f'{a:", "{b}", "}'"},
        {"f'", "{a:", "'"},
        {"", "f'{", ""},
        {"", "'a' ", ""},
        {"", "match ", ""},
        {"", "match:\n", ""},
        {"", "\\\n", ""},
        {"", "\r", ""},
        {"a", "+a", ""},
        {"a", ".a", ""},
        {"a", "()", ""},
        {"", "if a: b\nel", ""},
        {"", "\xff", ""},
        {"", "\xc3\xa9", "\xff"},
        {"x = ", "1_1", ""},
        {"f'''{", "\n", "'''"}}) {
    const std::string text =
        std::string(begin) + repeated(piece, size / piece.size()) + std::string(end);
    const auto start = std::chrono::steady_clock::now();
    (void)parse(text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500))
        << begin << piece << end;
  }
}

TEST(Parse, AProblemIsShownUnderItsLine) {
  const std::string_view source = "a = 1\nb = a @ c\n";
  EXPECT_EQ(render(problem_of(source), source),
            "line 2, column 7: the operator `@` is not part of the plan language\n"
            "    b = a @ c\n"
            "          ^\n"
            "  hint: use `*` and `sum`");
}

}  // namespace
}  // namespace lang
