// SPDX-License-Identifier: Apache-2.0
#include "monitor/label_store.h"

#include <gtest/gtest.h>

#include "monitor/policy_testing.h"

namespace monitor {
namespace {

wire::LabelText tagged(std::string tag) {
  wire::LabelText out;
  out.tags = {std::move(tag)};
  return out;
}

TEST(LabelStore, ALabelComesBackAsItWas) {
  const policy::PolicySet none;
  LabelStore store(none);
  const wire::LabelText text{{"a", "b"}, {"p"}, false, {"c"}, {"tool:x", "user"}};
  const label::LabelId id = store.intern(text);
  EXPECT_EQ(store.text(id), text);
  EXPECT_EQ(store.intern(text), id);
  EXPECT_EQ(&store.projected(id), &store.projected(id));
  EXPECT_EQ(store.projected(id).sets(), store.sets(id));
}

TEST(LabelStore, TooManyLabelsAreTheMostRestrictiveOne) {
  const policy::PolicySet none;
  LabelStore store(none);
  for (std::size_t i = 0; i < LabelStore::kBounds.labels; ++i)
    (void)store.intern(tagged(std::to_string(i)));
  EXPECT_EQ(store.intern(tagged("one more")), label::kMostRestrictive);
  EXPECT_EQ(store.intern(wire::LabelText{}), label::kClean);
}

TEST(LabelStore, TooManyNamesAreTheMostRestrictiveLabel) {
  const policy::PolicySet none;
  LabelStore store(none);
  std::size_t n = 0;
  for (label::LabelId id{0}; id != label::kMostRestrictive && n < LabelStore::kBounds.labels; ++n) {
    wire::LabelText text;
    for (int i = 0; i < 200; ++i)
      text.tags.push_back(std::string(100, 'x') + std::to_string(n * 1000 + i));
    id = store.intern(text);
  }
  EXPECT_LT(n, LabelStore::kBounds.labels / 10);
  EXPECT_EQ(store.intern(wire::LabelText{}), label::kClean);
  EXPECT_EQ(store.join(label::kClean, label::kClean), label::kClean);
}

TEST(LabelStore, WhatNoFrameCanSayIsTheMostRestrictiveLabel) {
  const policy::PolicySet none;
  LabelStore store(none);
  label::Sets many;
  std::vector<std::string> tags;
  for (int i = 0; i < 300; ++i) tags.push_back(std::to_string(i));
  many.tags = label::Names(tags);
  EXPECT_FALSE(store.text(store.intern(many)).everyone);
  label::Sets odd;
  odd.tags = label::Names({"line\nend"});
  EXPECT_FALSE(store.text(store.intern(odd)).everyone);
}

TEST(NamesLowered, CountsWhatIsLessRestrictive) {
  const label::Names ab{"a", "b"};
  label::Sets low;
  label::Sets high;
  high.tags = ab;
  high.producers = ab;
  EXPECT_EQ(names_lowered(low, high), 0u);
  EXPECT_EQ(names_lowered(high, low), 4u);
  high = {};
  high.consumers = label::Consumers::only(ab);
  EXPECT_EQ(names_lowered(high, low), 1u);
  low.consumers = label::Consumers::only({"a", "b", "c", "d"});
  EXPECT_EQ(names_lowered(high, low), 2u);
  EXPECT_EQ(names_lowered(low, high), 0u);
}

TEST(OriginOf, NamesToolsAndModels) {
  EXPECT_EQ(origin_of("mail"), "tool:mail");
  EXPECT_EQ(origin_of("model:m"), "model:m");
}

}  // namespace
}  // namespace monitor
