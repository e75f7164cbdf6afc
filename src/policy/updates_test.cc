// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/syntax/parse.h"

namespace policy {
namespace {

PolicySet linked(const std::string& text, Options options = {}) {
  Loaded loaded;
  auto parsed = parse({"p", text}, 0);
  EXPECT_TRUE(std::holds_alternative<Tree>(parsed)) << text;
  loaded.trees.push_back(std::get<Tree>(parsed));
  loaded.options = options;
  auto set = PolicySet::link(*compile(loaded));
  return set.ok() ? std::move(*set) : PolicySet();
}

Question question() {
  Question q;
  q.tool = "t";
  q.leaves = {{"x", LeafKind::kString, "v", {}, false}};
  q.leaves[0].label.tags = label::Names{"pii"};
  q.leaves[0].label.origins = label::Names{"user"};
  return q;
}

label::Sets result_after(const std::string& statements, Options options = {},
                         Observed observed = {}) {
  return learn(linked("tool \"t\" { result { " + statements + " } }", options), question(),
               observed)
      .result;
}

TEST(Learn, AResultStartsAsTheJoinOfTheCall) {
  const label::Sets sets = result_after("");
  EXPECT_EQ(sets.tags, label::Names{"pii"});
  EXPECT_EQ(sets.origins, (label::Names{"user", "tool:t"}));
  EXPECT_TRUE(sets.consumers.is_everyone());
}

TEST(Learn, ALabelThatCameAlongNeverTakesOriginsAway) {
  Observed observed;
  observed.label = label::Sets{};
  observed.combine = Observed::Combine::kReplace;
  const label::Sets sets = result_after("", {}, observed);
  EXPECT_EQ(sets.tags, label::Names{});
  EXPECT_EQ(sets.origins, (label::Names{"user", "tool:t"}));
}

TEST(Learn, UpdatesRunOneAfterTheOther) {
  struct {
    const char* statements;
    label::Names tags;
  } const rows[] = {
      {"@tags |= {\"a\"};", {"a", "pii"}},
      {"@tags = {\"a\"}; @tags |= {\"b\"};", {"a", "b"}},
      {"@tags -= {\"pii\"};", {}},
      {"@tags &= {\"a\"};", {}},
      {"@tags ^= {\"a\", \"pii\"};", {"a"}},
      {"@tags &= {\"*\"};", {"pii"}},
      {"@tags -= {\"*\"};", {}},
      {"when @tags overlaps {\"pii\"} { @tags = {}; } when @tags is empty { @tags |= {\"z\"}; }",
       {"z"}},
      {"@tags |= {\"*\"};", {"__restricted", "pii"}},
      {"@tags |= {\"*\"} - {\"a\"};", {"__restricted", "pii"}},
      {"@tags = gone.tags; @tags |= {\"z\"};", {"__restricted", "pii", "z"}},
      {"when gone.value == \"a\" { @tags = {}; }", {"__restricted", "pii"}},
  };
  for (const auto& row : rows) {
    const label::Sets sets = result_after(row.statements);
    EXPECT_EQ(sets.tags, row.tags) << row.statements;
    EXPECT_EQ(sets.consumers.is_everyone(), !row.tags.contains("__restricted")) << row.statements;
  }
}

TEST(Learn, AUnionOfEverybodyNamesThemOnlyWhereTheOperatorSaysSo) {
  EXPECT_TRUE(result_after("@consumers |= {\"a\"};").consumers.is_everyone());
  Options replaces;
  replaces.consumers_union_replaces = true;
  EXPECT_EQ(result_after("@consumers |= {\"a\"};", replaces).consumers,
            label::Consumers::only(label::Names{"a"}));
}

TEST(Learn, NonExecutableMemoryIsAddedLast) {
  Options options;
  options.non_executable_memory = true;
  EXPECT_EQ(result_after("@tags = {};", options).tags, label::Names{"__non_executable"});
}

TEST(Before, StaysWhenTheCallIsDenied) {
  const PolicySet set = linked(
      "tool \"t\" { session before { when @tags overlaps {\"one\"} { @tags |= {\"two\"}; }"
      " @tags |= {\"one\"}; } session after { @tags |= @result.tags; }"
      " must deny when @session.tags overlaps {\"two\"}; must allow always; }");
  Question q = question();
  Answer a = answer(set, q);
  EXPECT_EQ(a.effect, Effect::kAllow);
  EXPECT_EQ(a.before.label.tags, label::Names{"one"});
  q.session = a.before;
  EXPECT_EQ(learn(set, q, {}).session.label.tags, (label::Names{"one", "pii"}));
  a = answer(set, q);
  EXPECT_EQ(a.effect, Effect::kDeny);
  EXPECT_EQ(a.before.label.tags, (label::Names{"one", "two"}));
}

}  // namespace
}  // namespace policy
