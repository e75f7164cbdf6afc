// SPDX-License-Identifier: Apache-2.0
// What `Field(...)` admits, and what a class's schema says of it.
#include "lang/plan_testing.h"

namespace lang {
namespace {

constexpr const char* kHead = "from pydantic import BaseModel, Field\nclass M(BaseModel):\n  f: ";

struct Row {
  const char* field;
  const char* good;
  const char* bad;
  const char* word;
};
constexpr Row kRows[] = {
    {"int = Field(ge=1)", "1", "0", "ge"},
    {"int = Field(gt=1)", "2", "1", "gt"},
    {"float = Field(..., le=1.5)", "1.5", "2", "le"},
    {"float = Field(lt=1)", "0.5", "1", "lt"},
    {"float = Field(ge=0)", "0", "float('nan')", "ge"},
    {"int = Field(ge=0, le=10**30)", "10**30", "10**30 + 1", "le"},
    {"int = Field(multiple_of=3)", "-6", "4", "multiple_of"},
    {"str = Field(min_length=2)", "'\xc3\xa9\xc3\xa9'", "'\xc3\xa9'", "min_length"},
    {"str = Field(max_length=2)", "'\xc3\xa9\xc3\xa9'", "'abc'", "max_length"},
    {"list[int] = Field(min_length=1)", "[1]", "[]", "min_length"},
    {"dict = Field(max_length=1)", "{'a': 1}", "{'a': 1, 'b': 2}", "max_length"},
    {"str = Field(pattern='b+')", "'abc'", "'ac'", "pattern"},
    {"str = Field(pattern='^b+$')", "'bb'", "'bb\\n'", "pattern"},
    {"int | None = Field(ge=1)", "None", "0", "ge"},
    {"int = Field(ge=1)", "'5'", "'0'", "ge"},
};

TEST(FieldLimits, AModelIsHeldToThem) {
  for (const Row& row : kRows) {
    World world;
    const std::string source = std::string(kHead) + row.field + "\nfinal_return_value = M(f=";
    EXPECT_EQ(world.value(source + row.good + ") is None"), "false") << row.field;
    EXPECT_EQ(world.value(source + row.bad + ") is None"),
              std::string("!ValidationError: validation error: M.f breaks ") + row.word)
        << row.field;
    EXPECT_EQ(
        world.value(std::string(kHead) + row.field +
                    "\nfinal_return_value = M.model_validate({'f': " + row.bad + "}) is None"),
        std::string("!ValidationError: validation error: M.f breaks ") + row.word)
        << row.field;
  }
}

TEST(FieldLimits, ADefaultIsNotHeldToThem) {
  World world;
  EXPECT_EQ(world.value(std::string(kHead) + "int = Field(0, ge=1)\nfinal_return_value = M().f"),
            "0");
}

TEST(FieldLimits, AnEllipsisSaysThatThereIsNoDefault) {
  World world;
  const std::string source = std::string(kHead) + "int = Field(..., description='a')\n";
  EXPECT_EQ(world.value(source + "final_return_value = M(f=2).f"), "2");
  EXPECT_EQ(world.value(source + "M()"),
            "!ValidationError: 1 validation error for M: field required: f");
  EXPECT_EQ(world.value("from pydantic import Field\nx = Field(...)"),
            "!TypeError: Field() stands only in a class body");
}

TEST(FieldLimits, TheSchemaOfAClassSaysThem) {
  const std::pair<const char*, const char*> rows[] = {
      {"int = Field(ge=1, lt=9, multiple_of=2)",
       R"({"type":"integer","minimum":1,"exclusiveMaximum":9,"multipleOf":2})"},
      {"float = Field(gt=0, le=1)", R"({"type":"number","exclusiveMinimum":0,"maximum":1})"},
      {"str = Field(min_length=1, max_length=2, pattern='a')",
       R"({"type":"string","minLength":1,"maxLength":2,"pattern":"a"})"},
      {"list = Field(min_length=1)", R"({"type":"array","minItems":1})"},
      {"dict = Field(max_length=1)", R"({"type":"object","maxProperties":1})"}};
  for (const auto& [field, schema] : rows) {
    World world;
    EXPECT_EQ(world.value(std::string(kHead) + field +
                          "\nfinal_return_value = M.model_json_schema()['properties']['f']"),
              schema);
  }
}

TEST(FieldLimits, WhatTheyDecideCarriesTheLabelsOfValueAndBound) {
  for (const char* made : {"try:\n  M(f=secret)\n  x = 1\nexcept ValidationError:\n  x = 2",
                           "try:\n  N(f=5)\n  x = 1\nexcept ValidationError:\n  x = 2"}) {
    World world;
    const Outcome out =
        world.run(kGiven + "from pydantic import BaseModel, Field, ValidationError\nx = 0\n" +
                  "class M(BaseModel):\n  f: int = Field(ge=8)\nclass N(BaseModel):\n  f: int = " +
                  "Field(ge=secret)\n" + made + "\nfinal_return_value = x\n");
    EXPECT_EQ(out.kind, Outcome::Kind::kDone) << out.text;
    EXPECT_EQ(out.label, world.secret) << made;
  }
}

TEST(FieldLimits, WhatFieldDoesNotKnowIsRefusedBeforeItRuns) {
  World world;
  EXPECT_NE(world.value(std::string(kHead) + "int = Field(alias='g')")
                .find("line 3, column 18: `Field(alias=...)` is not part of the plan language"),
            std::string::npos);
  EXPECT_NE(world.value(std::string(kHead) + "str = Field(regex='a')").find("refused"),
            std::string::npos);
  EXPECT_NE(world
                .value("from typing import Annotated\n" + std::string(kHead) +
                       "Annotated[int, Field(ge=1)]")
                .find("in an annotation"),
            std::string::npos);
  EXPECT_EQ(world.value(std::string(kHead) + "int = Field(ge='a')"),
            "!TypeError: Field(ge=...) needs another type of value");
}

}  // namespace
}  // namespace lang
