// SPDX-License-Identifier: Apache-2.0
#include "cli/line_editor.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

using Outcome = LineEditor::Outcome;

Outcome type(LineEditor& editor, std::string_view bytes) {
  Outcome last = Outcome::kMore;
  for (const char c : bytes) last = editor.feed(c);
  return last;
}

struct Row {
  const char* typed;
  const char* line;
  std::size_t cursor;
};

TEST(LineEditor, KeysDoWhatTheirTableSays) {
  const Row rows[] = {
      {"abc", "abc", 3},
      {"abc\x1b[D\x1b[DX", "aXbc", 2},        // left
      {"abc\x1b[D\x1b[C\x1b[CX", "abcX", 4},  // right stops at the end
      {"abc\x01X", "Xabc", 1},                // Ctrl-A
      {"abc\x01\x05X", "abcX", 4},            // Ctrl-E
      {"abc\x1b[HX\x1b[FY", "XabcY", 5},      // Home, End
      {"abc\x1bOHX\x1bOFY", "XabcY", 5},      // the other spelling
      {"abc\x1b[1~X\x1b[4~Y", "XabcY", 5},    // and the third
      {"abc\x7f\b", "a", 1},                  // Backspace, both bytes
      {"abc\x01\x1b[3~", "bc", 0},            // Delete
      {"abc\x01\x04", "bc", 0},               // Ctrl-D deletes in a line
      {"one two\x15", "", 0},                 // Ctrl-U
      {"one two  \x17X", "one X", 5},         // Ctrl-W
      {"abc\x1b[D\x0b", "ab", 2},             // Ctrl-K
      {"a\tb", "a b", 3},                     // a tab is a space
      {"\x7f\x1b[D\x17", "", 0},              // nothing to do at the beginning
      {"ä€𝄞\x7f", "ä€", 2},                   // characters, not bytes
      {"a\xff\xc3(b", "a(b", 3},              // malformed bytes are dropped
      {"a\xed\xa0\x80z", "az", 2},            // a surrogate as well
      {"a\x07\x1b[5~\x1b[200~b", "ab", 2},    // unknown keys
      {"a\xe2\x80\xaez", "az", 2},            // no right-to-left override
  };
  for (const Row& row : rows) {
    LineEditor editor;
    EXPECT_EQ(type(editor, row.typed), Outcome::kMore) << row.typed;
    EXPECT_EQ(editor.text(), row.line);
    EXPECT_EQ(editor.cursor(), row.cursor) << row.typed;
  }
}

TEST(LineEditor, EnterInterruptAndEndAreTold) {
  LineEditor editor;
  EXPECT_EQ(type(editor, "hi\r"), Outcome::kSubmit);
  EXPECT_EQ(editor.take(), "hi");
  EXPECT_EQ(editor.text(), "");
  EXPECT_EQ(type(editor, "x\x03"), Outcome::kInterrupt);
  editor.clear();
  EXPECT_EQ(type(editor, "\x04"), Outcome::kEnd);
}

TEST(LineEditor, HistoryGoesUpAndDownAndKeepsTheDraft) {
  LineEditor editor;
  for (const char* line : {"first\n", "second\n", "second\n", "  \n"}) {
    type(editor, line);
    (void)editor.take();
  }
  EXPECT_EQ(editor.history(), (std::vector<std::string>{"first", "second"}));
  type(editor, "draft\x1b[A");
  EXPECT_EQ(editor.text(), "second");
  type(editor, "\x1b[A\x1b[A");
  EXPECT_EQ(editor.text(), "first");
  type(editor, "\x1b[B\x1b[B");
  EXPECT_EQ(editor.text(), "draft");
  type(editor, "\x10!\n");  // Ctrl-P; a recalled line may be changed
  EXPECT_EQ(editor.take(), "second!");
  EXPECT_EQ(editor.history().size(), 3u);
}

TEST(LineEditor, HistoryIsBounded) {
  LineEditor editor;
  for (std::size_t i = 0; i < LineEditor::kHistoryLines + 5; ++i) {
    type(editor, std::to_string(i));
    (void)editor.take();
  }
  EXPECT_EQ(editor.history().size(), LineEditor::kHistoryLines);
  EXPECT_EQ(editor.history().front(), "5");
}

TEST(LineEditor, ALongLineShowsThePartAroundTheCursor) {
  LineEditor editor;
  type(editor, "0123456789abcdefghij");
  EXPECT_EQ(editor.render("> ", 13), "\r> abcdefghij\x1b[K");
  type(editor, "\x01");
  EXPECT_EQ(editor.render("> ", 13), "\r> 0123456789\x1b[K\x1b[10D");
}

TEST(LineEditor, WideCharactersTakeTwoColumns) {
  LineEditor editor;
  type(editor, "日本\x1b[D");
  EXPECT_EQ(editor.render("> ", 80), "\r> 日本\x1b[K\x1b[2D");
  EXPECT_EQ(columns_of(U'a'), 1u);
  EXPECT_EQ(columns_of(U'\u0301'), 0u);
}

}  // namespace
}  // namespace cli
