// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/tools.h"

#include <gtest/gtest.h>

#include "runner/workspace/json.h"
#include "runner/workspace/rig.h"

namespace workspace {
namespace {

wire::Leaf text(std::string name, std::string value) {
  return {std::move(name), wire::LeafKind::kString, std::move(value)};
}
wire::Leaf flag(std::string name) { return {std::move(name), wire::LeafKind::kBoolean, "true"}; }
wire::Leaf number(std::string name, std::string value) {
  return {std::move(name), wire::LeafKind::kInteger, std::move(value)};
}

class ToolsTest : public testing::Test {
 protected:
  ToolsTest() : tools_(roots(), {&rig_.tools(), &other_.tools()}) {}
  static Roots roots() {
    Roots out;
    CHECK(out.add("main", "/secure/workspace").ok() && out.add("other", "").ok());
    return out;
  }
  std::string call(std::string_view tool, std::vector<wire::Leaf> arguments) {
    last_ = tools_.call(tool, arguments);
    return last_.json;
  }
  bool has(std::string_view part) const { return last_.json.find(part) != std::string::npos; }
  Rig rig_;
  Rig other_;
  Tools tools_;
  ToolAnswer last_;
};

TEST_F(ToolsTest, AnswerInTheShapesThatModelsKnow) {
  call("create_new_file", {text("filepath", "d/a.txt"), text("contents", "one\ntwo\n")});
  EXPECT_TRUE(has(R"({"success":true,"message":"d/a.txt created")"));
  ASSERT_EQ(last_.written.size(), 1u);
  call("builtin_read_file", {text("filepath", "/secure/workspace/d/a.txt")});
  EXPECT_TRUE(has(R"({"content":"one\ntwo\n")") && has(R"("lines":2)"));
  EXPECT_EQ(last_.touched.read.size(), 1u);
  call("read_file", {text("filepath", "d/a.txt"), number("first_line", "2")});
  EXPECT_TRUE(has(R"({"content":"two\n")"));
  call("grep_search", {text("query", "tw.")});
  EXPECT_TRUE(has(R"({"results":[{"file":"d/a.txt","line":2,"column":1,"content":"two"}])"));
  call("search_files", {text("directory", "d"), text("query", "tw.")});
  EXPECT_TRUE(has(R"({"results":[])"));
  call("file_glob_search", {text("pattern", "**/*.txt")});
  EXPECT_TRUE(has(R"({"files":["d/a.txt"])"));
  for (const char* top : {"/", ".", ""}) {
    call("ls", {text("dirPath", top), {"recursive", wire::LeafKind::kBoolean, "false"}});
    EXPECT_TRUE(has(R"({"files":["d/"])")) << top;
  }
  call("ls", {text("dirPath", "."), flag("recursive")});
  EXPECT_TRUE(has(R"(["d/","d/a.txt"])"));
  call("edit_existing_file",
       {text("filepath", "d/a.txt"), text("changes", "@@ -1 +1 @@\n-one\n+1\n")});
  EXPECT_EQ(rig_.get("d/a.txt"), "1\ntwo\n");
  call("edit_existing_file", {text("filepath", "d/a.txt"), text("changes", "whole\n")});
  EXPECT_EQ(rig_.get("d/a.txt"), "whole\n");
  call("edit_file",
       {text("filepath", "d/a.txt"), text("old_text", "whole"), text("new_text", "w")});
  EXPECT_EQ(rig_.get("d/a.txt"), "w\n");
  call("view_diff", {});
  EXPECT_TRUE(has(R"({"diff":"--- a/d/a.txt\n+++ b/d/a.txt\n@@ -0,0 +1 @@\n+w\n")"));
  EXPECT_TRUE(has(R"("change":"created")"));
  call("stat_file", {text("filepath", "d/a.txt")});
  EXPECT_TRUE(has(R"("kind":"file","size":2,"mode":"0644")"));
  call("move_file", {text("from", "d/a.txt"), text("to", "b.txt")});
  EXPECT_EQ(last_.moved.size(), 1u);
  call("create_directory", {text("path", "x/y")});
  EXPECT_TRUE(last_.succeeded);
  call("delete_file", {text("filepath", "x")});
  EXPECT_TRUE(has(R"("message":"x deleted")"));
  call("list_files", {text("directory", ".")});
  EXPECT_TRUE(has(R"({"files":["b.txt","d/"])"));
}

TEST_F(ToolsTest, SayWhatIsNotThere) {
  EXPECT_EQ(call("read_file", {text("filepath", "none.txt")}),
            R"({"error":"File not found: none.txt","cause":"not_found"})");
  EXPECT_EQ(call("ls", {text("dirPath", "none"), flag("recursive")}),
            R"({"error":"Directory not found: none","cause":"not_found"})");
  EXPECT_EQ(call("explode", {}), R"({"error":"Unknown tool: explode","cause":"bad_arguments"})");
  EXPECT_FALSE(last_.violation);
  call("edit_existing_file", {text("filepath", "new"), text("changes", "x")});
  EXPECT_TRUE(has("File not found: new"));
}

TEST_F(ToolsTest, CheckTheirArguments) {
  const std::vector<std::vector<wire::Leaf>> bad = {
      {},
      {text("path", "a")},
      {text("filepath", "a"), text("extra", "b")},
      {text("filepath", "a"), text("filepath", "b")},
      {number("filepath", "1")},
      {text("filepath", "a"), text("first_line", "1")},
      {text("filepath", "a"), number("first_line", "-1")},
      {text("filepath", "a"), number("first_line", "1.5")},
      {text("filepath", "a"), number("first_line", "99999999999999999999")},
      {text("filepath", "a"), text("encoding", "utf-7")}};
  for (const auto& arguments : bad) {
    call("read_file", arguments);
    EXPECT_TRUE(has(R"("cause":"bad_arguments")")) << last_.json;
  }
}

TEST_F(ToolsTest, AViolationIsTold) {
  for (const char* at : {"../etc/passwd", "/etc/passwd", "/secure/workspace2/a", ".env", "a\\b"}) {
    call("read_file", {text("filepath", at)});
    EXPECT_TRUE(last_.violation) << at << last_.json;
    // Neither the path of the host nor what was asked for is repeated.
    EXPECT_EQ(last_.json.find(rig_.top().string()), std::string::npos);
  }
  call("read_file", {text("filepath", "none")});
  EXPECT_FALSE(last_.violation);
}

TEST_F(ToolsTest, NeverCrossRoots) {
  rig_.put("a", "main");
  other_.put("a", "other");
  call("read_file", {text("filepath", "a"), text("root", "other")});
  EXPECT_TRUE(has(R"("content":"other")"));
  call("read_file", {text("filepath", "/secure/workspace/a"), text("root", "other")});
  EXPECT_TRUE(has(R"("cause":"outside")"));
  call("move_file", {text("from", "a"), text("to", "b"), text("root", "none")});
  EXPECT_TRUE(has(R"("cause":"unknown_root")"));
  Roots two;
  ASSERT_TRUE(two.add("one", "/one").ok() && two.add("two", "/two").ok());
  Tools both(two, {&rig_.tools(), &other_.tools()});
  const std::vector<wire::Leaf> across{text("from", "/one/a"), text("to", "/two/b")};
  EXPECT_NE(both.call("move_file", across).json.find("crosses_roots"), std::string::npos);
  EXPECT_EQ(rig_.get("a"), "main");
}

TEST(ToolTable, IsSortedAndEachToolRuns) {
  const auto tools = tool_descriptions();
  EXPECT_TRUE(std::is_sorted(tools.begin(), tools.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  Rig rig;
  Roots roots;
  ASSERT_TRUE(roots.add("main", "").ok());
  Tools all(roots, {&rig.tools()});
  for (const ToolDescription& tool : tools) {
    std::vector<wire::Leaf> arguments;
    for (const Parameter& p : tool.parameters)
      if (p.required) arguments.push_back({std::string(p.name), p.kind, "x"});
    EXPECT_EQ(all.call(tool.name, arguments).json.find("no body"), std::string::npos) << tool.name;
  }
}

TEST(Json, EscapesWhatItMust) {
  std::string out;
  JsonText(out)
      .open('[')
      .text("a\"\\\n\t\x01\x7f\xff ü")
      .number(7)
      .boolean(false)
      .open('{')
      .close('}')
      .close(']');
  EXPECT_EQ(out, "[\"a\\\"\\\\\\n\\t\\u0001\\u007f\xef\xbf\xbd ü\",7,false,{}]");
}

}  // namespace
}  // namespace workspace
