// SPDX-License-Identifier: Apache-2.0
// What an author reads: where an error is, what it says, what it advises. And the shape of trees,
// and of texts that are printed and formatted.
#include <gtest/gtest.h>

#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"

namespace policy {
namespace {

struct Wrong {
  const char* text;
  std::uint32_t column;
  const char* says;    // part of the message
  const char* advice;  // part of the hint
};

Diagnostic error_of(const std::string& text) {
  const auto outcome = parse({"text", text});
  const auto* error = std::get_if<Diagnostic>(&outcome);
  return error != nullptr ? *error : Diagnostic{};
}

TEST(Message, SaysWhereWhatAndWhatToDo) {
  const Wrong cases[] = {
      {"tol \"t\" {}", 1, "found `tol`, expected `let` or `tool`", "did you mean tool?"},
      {"tool \"t\" { must Deny always; }", 17, "expected `allow` or `deny`", "lower case: deny"},
      {"TOOL \"t\" {}", 1, "found `TOOL`", "lower case: tool"},
      {"let x = {\"a\",};", 14, "found `}`", "no comma after the last"},
      {"let x = {'a'};", 10, "found `'`", "double quotes"},
      {"let x = {true};", 10, "found `true`", "bool true"},
      {"let x = a.value matching r\"b\";", 17, "found `matching`", "{str matching r\"...\"}"},
      {"let x = a.value = 1;", 17, "found `=`", "equality is =="},
      {"let x = a.value != 1;", 17, "needs `language yett 1;`", "begin the file"},
      {"let x = a.value < 1;", 17, "needs `language yett 1;`", "begin the file"},
      {"let x = a.b.value == 1;", 11, "needs `language yett 1;`", "begin the file"},
      {"let x = a[0].value == 1;", 10, "needs `language yett 1;`", "begin the file"},
      {"let x = host under \"a\";", 14, "needs `language yett 1;`", "begin the file"},
      {"let x = {host under \"a\"};", 10, "needs `language yett 1;`", "begin the file"},
      {"let x = any a.value == 1;", 13, "needs `language yett 1;`", "begin the file"},
      {"let x = a is present;", 11, "needs `language yett 1;`", "begin the file"},
      {"let x = a.origins is empty;", 11, "needs `language yett 1;`", "begin the file"},
      {"let x = @principal.id == \"a\";", 10, "needs `language yett 1;`", "begin the file"},
      {"tools {}", 1, "needs `language yett 1;`", "begin the file"},
      {"use \"core\";", 1, "needs `language yett 1;`", "begin the file"},
      {"tool \"t\" { deny always; }", 12, "needs `language yett 1;`", "begin the file"},
      {"tool \"t\" { must deny always because \"a\"; }", 29, "found `because`", ""},
      {"tool \"t\" { must deny always }", 29, "expected `;`", "ends with ;"},
      {"tool \"t\" { must deny always; };", 31, "found `;`", "no semicolon stands after a block"},
      {"/// only", 9, "found the end of the text", "before what it describes"},
      {"let x = /// no\n{};", 9, "found a doc comment", "else write //"},
      {"let x = a.tags is not empty;", 19, "found `not`", "write not (x is ...)"},
      {"let x = S overlaps a.tags;", 11, "found `overlaps`", "to its left stands"},
      {"let x = a. value == 1;", 12, "found `value`", "one word"},
      {"let x = a.value == 10and b;", 22, "directly after a number", "a space"},
      {"let x = {\"\\q\"};", 11, "unknown escape", "\\uXXXX"},
      {"let x = {\"\\ud800\"};", 11, "half of a surrogate pair", ""},
      {"let x = datetime d\"2023-02-29\";", 18, "found an instant that is none", "2024-01-31"},
      {"# comment\n", 1, "found `#`", "begins with //"},
      {"language yett 2;", 15, "found `2`, expected `1`", ""},
      {"let x = {}; language yett 1;", 13, "found `language`", "before everything else"},
      {"let x = a.value && b;", 17, "found `&`", ""},
      {"tool \"t\" -> @origins |= {};", 14, "which no policy sets", ""},
  };
  for (const Wrong& wrong : cases) {
    const Diagnostic error = error_of(wrong.text);
    EXPECT_EQ(error.span.column, wrong.column) << wrong.text << "\n" << error.message;
    EXPECT_NE(error.message.find(wrong.says), std::string::npos) << wrong.text << "\n"
                                                                 << error.message;
    EXPECT_NE(error.hint.find(wrong.advice), std::string::npos) << wrong.text << "\n" << error.hint;
  }
}

TEST(Message, IsShownWithItsLineAndACaret) {
  const Source source{"mail.sqrt", "let a = {};\n\ttool \"é\" { warn deny always; }\n"};
  const auto error = std::get<Diagnostic>(parse(source));
  EXPECT_EQ(render(error, {source}).substr(0, 40), "mail.sqrt:2:13: error: found `warn`, exp");
  EXPECT_NE(
      render(error, {source}).find("   tool \"é\" { warn deny always; }\n              ^^^^\n"),
      std::string::npos)
      << render(error, {source});
}

TEST(Message, ALongLineIsCutAroundTheCaret) {
  const std::string filler(5'000, ' ');
  const Source source{"a", "let x = {" + filler + "?" + filler + "};"};
  const std::string shown = render(std::get<Diagnostic>(parse(source)), {source});
  EXPECT_LT(shown.size(), 400u);
  EXPECT_NE(shown.find("..."), std::string::npos);
}

TEST(Message, NothingInvisibleIsShown) {
  const Source source{"a", "let \x1b[31m\xe2\x80\xae = 1;"};
  const std::string shown = render(std::get<Diagnostic>(parse(source)), {source});
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_NE(shown.find("U+001B"), std::string::npos);
}

TEST(Message, OnlyAnErrorIsAnError) {
  Diagnostic warning;
  warning.severity = Diagnostic::Severity::kWarning;
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({warning}));
  EXPECT_TRUE(has_errors({warning, Diagnostic{}}));
}

// A text and its canonical form.
TEST(Form, ParenthesesStandOnlyWhereTheyChangeTheTree) {
  const std::pair<const char*, const char*> cases[] = {
      {"let x = {\"a\"} - ({\"b\"} | {\"c\"});", "let x = {\"a\"} - {\"b\"} | {\"c\"};"},
      {"let x = ({\"a\"} - {\"b\"}) | {\"c\"};", "let x = ({\"a\"} - {\"b\"}) | {\"c\"};"},
      {"let x = a minus (b minus c);", "let x = a - (b - c);"},
      {"let x = (a minus b) minus c;", "let x = a - b - c;"},
      {"let x = a xor b intersect c;", "let x = a ^ b & c;"},
      {"let x = (a | b) with \"c\";", "let x = (a | b) with \"c\";"},
      {"let x = a | (b without \"c\");", "let x = a | b without \"c\";"},
      {"let x = (a and b) or c;", "let x = a and b or c;"},
      {"let x = a and (b or c);", "let x = a and (b or c);"},
      {"let x = (a or b) or c;", "let x = (a or b) or c;"},
      {"let x = not ((a.tags is empty));", "let x = not a.tags is empty;"},
      {"let x = not (a and b);", "let x = not (a and b);"},
      {"let x = union of tags from args overlaps {};", "let x = @args.tags overlaps {};"},
      {"let x = @args.tags.union is empty;", "let x = @args.tags is empty;"},
      {"let x = @ tags | {};", "let x = @tags | {};"},
      {"let x = int 5..5;", "let x = int 5;"},
      {"let x = datetime 0;", "let x = datetime d\"1970-01-01\";"},
      {"let x = {str \"a\", str matching r\"b\"};", "let x = {\"a\", r\"b\"};"},
      {"let x = {\"\\u00e9\\ud83d\\udeaa\\u0007\"};", "let x = {\"é🚪\\u0007\"};"},
      {"let x = {r\"a\\\"b\\\\\\.\"};", "let x = {r\"a\\\"b\\\\\\.\"};"},
      {"tool \"t\" -> result @tags = a;", "tool \"t\" -> @tags = a;"},
      {"tool \"t\" [-3] -> session @tags = a;", "tool \"t\" [-3] -> session after @tags = a;"},
  };
  for (const auto& [text, form] : cases) {
    const auto tree = parse({"text", text});
    ASSERT_TRUE(std::holds_alternative<Tree>(tree)) << text << std::get<Diagnostic>(tree).message;
    EXPECT_EQ(print(std::get<Tree>(tree)), std::string(form) + "\n");
  }
}

TEST(Form, SpansCoverWhatTheySpeakOf) {
  const std::string text = "tool \"t\" {\n  must deny when\n    a.tags overlaps {\"é\"};\n}\n";
  const auto tree = std::get<Tree>(parse({"text", text}, 7));
  const auto& policy = std::get<ToolPolicy>(tree.declarations[0]);
  const auto& rule = std::get<Rule>(policy.members[0]);
  EXPECT_EQ(policy.span.end_line, 4u);
  EXPECT_EQ(rule.span.file, 7u);
  EXPECT_EQ(rule.span.line, 2u);
  EXPECT_EQ(rule.span.column, 3u);
  EXPECT_EQ(rule.span.end_line, 3u);
  EXPECT_EQ(rule.span.end_column, 27u);
  EXPECT_EQ(rule.when->set.span.column, 21u);
  EXPECT_EQ(rule.when->operand.span.end_column, 11u);
}

TEST(Form, FormatKeepsEveryCommentInItsPlace) {
  const std::string text =
      "// first\n\n\n\nlet   x={\"a\",// one\n\"b\" /* two */};// end\n"
      "/// Doc.   \ntool \"t\" { // open\n\n  // alone\n  must deny when a .tags overlaps x\n"
      "  // why\n  and b; /* after */\n\n\n  result{} // none\n  // last\n}\n/* eof */";
  const std::string form =
      "// first\n\nlet x = {\"a\", // one\n    \"b\" /* two */}; // end\n"
      "/// Doc.\ntool \"t\" { // open\n  // alone\n  must deny when a.tags overlaps x\n"
      "      // why\n      and b; /* after */\n\n  result {} // none\n  // last\n}\n/* eof */\n";
  EXPECT_EQ(std::get<std::string>(format({"text", text})), form);
  EXPECT_EQ(std::get<std::string>(format({"text", form})), form);
}

TEST(Form, ALongLineBreaksBetweenElementsAndConditions) {
  std::string text = "let x = {\"0\"";
  for (int i = 0; i < 60; ++i) text += ",\"" + std::to_string(i) + "\"";
  const std::string once = std::get<std::string>(format({"text", text + "};"}));
  std::size_t longest = 0;
  for (std::size_t at = 0; at < once.size();) {
    const std::size_t end = once.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LE(longest, 100u);
  EXPECT_GT(longest, 90u);
}

TEST(Form, FormatOfAnErrorIsTheError) {
  EXPECT_EQ(std::get<Diagnostic>(format({"text", "let"})), error_of("let"));
}

}  // namespace
}  // namespace policy
