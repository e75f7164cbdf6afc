// SPDX-License-Identifier: Apache-2.0
// Types as arguments of a tool and of its result.
#include <gtest/gtest.h>

#include "lang/plan_testing.h"

namespace lang {
namespace {

// ask(query, output_schema) answers with `reply` and keeps the schema it was handed.
class Asker : public Host {
 public:
  explicit Asker(std::string r) : reply(std::move(r)) {}
  Answer call(const Call& call) override {
    schema = schema::write(call.arguments[1].value);
    Answer out;
    out.kind = reply.empty() ? Answer::Kind::kNotEnough : Answer::Kind::kResult;
    out.text = "not enough information";
    if (!reply.empty()) out.value = *schema::parse(reply);
    return out;
  }
  std::string reply;
  std::string schema;
};

struct Row {
  const char* before;
  const char* type;
  const char* reply;
  const char* use;  // of `r`
  const char* schema;
  const char* value;
};

std::string run(const Row& row, std::string& schema) {
  Signature ask{"ask", {"query", "output_schema"}};
  ask.result_type = "output_schema";
  const std::string source =
      std::string("from typing import Any, Dict, List, Literal, Optional\n") +
      "from pydantic import BaseModel\nfrom enum import Enum\nfrom dataclasses import dataclass\n" +
      row.before + "\nr = ask('q', " + row.type + ")\n" + row.use;
  const auto plan = Plan::check(source, {ask});
  if (const auto* problem = std::get_if<Problem>(&plan)) return render(*problem, source);
  label::Table table;
  Asker asker(row.reply);
  Machine machine(std::get<Plan>(plan), table);
  const Outcome out = machine.run(asker);
  schema = asker.schema;
  return out.kind == Outcome::Kind::kDone ? schema::write(out.value) : "!" + out.error;
}

TEST(TypeForm, AResultIsMadeOfTheTypeThatWasAskedFor) {
  const Row rows[] = {
      {"", "str", R"("a")", "r", R"({"type":"string"})", R"("a")"},
      {"", "str", "7", "r", R"({"type":"string"})", "!ValidationError"},
      {"", "list[str]", R"(["a"])", "r", R"({"type":"array","items":{"type":"string"}})",
       R"(["a"])"},
      {"", "List[int]", R"(["1"])", "r", R"({"type":"array","items":{"type":"integer"}})", "[1]"},
      {"", "Literal['a', 'b']", R"("b")", "r", R"({"enum":["a","b"]})", R"("b")"},
      {"", "Literal['a', 'b']", R"("c")", "r", R"({"enum":["a","b"]})", "!ValidationError"},
      {"", "Optional[int]", "null", "r is None",
       R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", "true"},
      {"", "int | None", "3", "r", R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", "3"},
      {"", "dict[str, int]", R"({"a":"4"})", "r['a']",
       R"({"type":"object","additionalProperties":{"type":"integer"}})", "4"},
      {"class C(Enum):\n    X = 'x'", "C", R"("x")", "r is C.X", R"({"enum":["x"],"title":"C"})",
       "true"},
      {"class M(BaseModel):\n    to: str\n    n: int = 1", "M", R"({"to":"a"})", "[r.to, r.n]",
       R"({"properties":{"to":{"type":"string"},"n":{"type":"integer","default":1}},)"
       R"("required":["to"],"title":"M","type":"object"})",
       R"(["a",1])"},
      {"@dataclass\nclass D:\n    to: str", "list[D]", R"([{"to":"a"}])", "r[0].to",
       R"({"type":"array","items":{"properties":{"to":{"type":"string"}},"required":["to"],)"
       R"("title":"D","type":"object"}})",
       R"("a")"},
      {"class M(BaseModel):\n    to: str", "M", R"({"other":"a"})", "r",
       R"({"properties":{"to":{"type":"string"}},"required":["to"],"title":"M","type":"object"})",
       "!ValidationError"},
      {"", "str", "", "r", R"({"type":"string"})", "!NotEnoughInformationError"},
      {"", "{'type': 'string'}", R"("a")", "r", R"({"type":"string"})", R"("a")"},
  };
  for (const Row& row : rows) {
    std::string schema;
    EXPECT_EQ(run(row, schema), row.value) << row.type;
    EXPECT_EQ(schema, row.schema) << row.type;
  }
}

TEST(TypeForm, ATypeCarriesTheLabelOfWhatItWasMadeOf) {
  World world;
  const Outcome out = world.run(kGiven + "from typing import Literal\nsend(Literal['a', page])");
  ASSERT_EQ(out.kind, Outcome::Kind::kDone) << out.text;
  EXPECT_EQ(world.sent.at(0).arguments.at(0).label, world.secret);
}

}  // namespace
}  // namespace lang
