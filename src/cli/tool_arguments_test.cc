// SPDX-License-Identifier: Apache-2.0
#include "cli/tool_arguments.h"

#include <gtest/gtest.h>

#include "schema/write.h"

namespace cli {
namespace {

using wire::ArgumentType;

wire::OfferedTool tool() {
  wire::OfferedTool made;
  made.name = "mix";
  const auto add = [&](const char* name, ArgumentType type,
                       ArgumentType item = ArgumentType::kString) {
    wire::Parameter p;
    p.spec.name = name;
    p.spec.type = type;
    p.spec.item = item;
    made.parameters.push_back(p);
  };
  add("text", ArgumentType::kString);
  add("count", ArgumentType::kInteger);
  add("ratio", ArgumentType::kNumber);
  add("on", ArgumentType::kBoolean);
  add("tags", ArgumentType::kArray);
  add("sizes", ArgumentType::kArray, ArgumentType::kInteger);
  return made;
}

std::string typed(const std::vector<std::string>& given) {
  const auto made = typed_arguments(tool(), given);
  return made.ok() ? schema::write(*made) : made.error().message;
}

TEST(ToolReferences, NameACallAndPerhapsAField) {
  const auto made = typed_references(tool(), {"text=12", "tags=c7/words", "count=c1/a/b"});
  ASSERT_TRUE(made.ok()) << made.error().message;
  ASSERT_EQ(made->size(), 3u);
  EXPECT_EQ((*made)[0].argument, "text");
  EXPECT_EQ((*made)[0].call.value, 12u);
  EXPECT_EQ((*made)[0].field, "");
  EXPECT_EQ((*made)[1].call.value, 7u);
  EXPECT_EQ((*made)[1].field, "words");
  EXPECT_EQ((*made)[2].field, "a/b");
}

TEST(ToolReferences, OthersAreRefusedWithTheForm) {
  for (const char* wrong : {"", "text", "text=", "=12", "text=c", "text=0", "text=c0", "text=x",
                            "text=12x", "text=-1", "text=/a", "text=99999999999999999999"})
    EXPECT_FALSE(typed_references(tool(), {wrong}).ok()) << wrong;
  EXPECT_EQ(typed_references(tool(), {"txt=1"}).error().message,
            "`mix` has no argument `txt`; did you mean `text`?");
}

TEST(ToolArguments, TakeTheTypeThatTheToolDeclares) {
  EXPECT_EQ(typed({}), "{}");
  EXPECT_EQ(typed({"text=5"}), R"({"text":"5"})");
  EXPECT_EQ(typed({"text="}), R"({"text":""})");
  EXPECT_EQ(typed({"text=a=b \"c\""}), R"({"text":"a=b \"c\""})");
  EXPECT_EQ(typed({"count=-5"}), R"({"count":-5})");
  EXPECT_EQ(typed({"ratio=2.50"}), R"({"ratio":2.50})");
  EXPECT_EQ(typed({"on=false"}), R"({"on":false})");
}

TEST(ToolArguments, AnArrayIsGivenItemByItemOrAsJson) {
  EXPECT_EQ(typed({"tags=a", "tags=b,c"}), R"({"tags":["a","b,c"]})");
  EXPECT_EQ(typed({R"(tags=["a","b"])"}), R"({"tags":["a","b"]})");
  EXPECT_EQ(typed({"sizes=1", "sizes=2"}), R"({"sizes":[1,2]})");
  EXPECT_EQ(typed({"tags=[x"}), R"({"tags":["[x"]})");
}

TEST(ToolArguments, SayWhatIsWrongAndNeverShowAValue) {
  EXPECT_EQ(typed({"text"}), "an argument is written `--arg name=value`");
  EXPECT_EQ(typed({"=x"}), "an argument is written `--arg name=value`");
  EXPECT_EQ(typed({"tetx=canary"}), "`mix` has no argument `tetx`; did you mean `text`?");
  EXPECT_EQ(typed({"other=canary"}),
            "`mix` has no argument `other`; it takes text, count, ratio, on, tags, sizes");
  EXPECT_EQ(typed({"text=canary", "text=b"}), "`text` is given twice, but is no array");
  EXPECT_EQ(typed({"count=canary"}), "the value of `count` is not a whole number, such as `3`");
  EXPECT_EQ(typed({"count=2.5"}), "the value of `count` is not a whole number, such as `3`");
  EXPECT_EQ(typed({"ratio=0x10"}), "the value of `ratio` is not a number, such as `3` or `2.5`");
  EXPECT_EQ(typed({"ratio=1e999"}), "the value of `ratio` is not a number, such as `3` or `2.5`");
  EXPECT_EQ(typed({"on=yes"}), "the value of `on` is not `true` or `false`");
  EXPECT_EQ(typed({"sizes=canary"}), "the value of `sizes` is not a whole number, such as `3`");
  EXPECT_EQ(typed({"text=\xff"}), "the value of `text` is not well-formed UTF-8");
}

}  // namespace
}  // namespace cli
