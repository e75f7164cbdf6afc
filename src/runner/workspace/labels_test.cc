// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/labels.h"

#include <gtest/gtest.h>

#include <random>

#include "runner/workspace/rig.h"

namespace workspace {
namespace {

wire::LabelText label(std::vector<std::string> origins, std::vector<std::string> tags = {}) {
  wire::LabelText out;
  out.origins = std::move(origins);
  out.tags = std::move(tags);
  return out;
}
wire::LabelText for_reader(std::string_view reader) {
  wire::LabelText out;
  out.everyone = false;
  out.consumers = {std::string(reader)};
  return out;
}
base::Digest digest(std::string_view text) { return base::sha256({text}); }
bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const wire::LabelText kWeb = label({"tool:web"}, {"untrusted"});
const wire::LabelText kUser = label({"user"});

TEST(FileLabels, WhatUntrustedDataWroteIsUntrustedWhenItIsReadAgain) {
  MemoryFileLabels labels;
  labels.wrote("main", path("notes"), digest("page"), kWeb);
  EXPECT_EQ(labels.label_of("main", path("notes"), digest("page")), kWeb);
  EXPECT_TRUE(has(labels.label_of_name("main", path("notes")).tags, "untrusted"));
}

TEST(FileLabels, AChangedDigestLosesNothing) {
  MemoryFileLabels labels;
  labels.wrote("main", path("notes"), digest("page"), kWeb);
  const auto changed = labels.label_of("main", path("notes"), digest("page, changed"));
  EXPECT_TRUE(has(changed.tags, "untrusted"));
  EXPECT_TRUE(has(changed.origins, "tool:web"));
  EXPECT_TRUE(has(changed.origins, kUnknownWriter));
}

TEST(FileLabels, NobodyTrustsAFileThatNobodyRecorded) {
  const MemoryFileLabels labels;
  EXPECT_EQ(labels.label_of("main", path("a"), digest("x")), unknown_label());
  EXPECT_EQ(labels.label_of_name("main", path("a")), unknown_label());
}

TEST(FileLabels, CopiedContentsKeepTheirLabel) {
  MemoryFileLabels labels;
  labels.wrote("main", path("a"), digest("page"), kWeb);
  const auto copy = labels.label_of("other", path("b"), digest("page"));
  EXPECT_TRUE(has(copy.tags, "untrusted") && has(copy.origins, kUnknownWriter));
  // But a clean write of the same words is clean where it was made.
  labels.wrote("main", path("b"), digest("page"), kUser);
  EXPECT_EQ(labels.label_of("main", path("b"), digest("page")), kUser);
  EXPECT_EQ(labels.label_of("main", path("a"), digest("page")), kWeb);
}

TEST(FileLabels, AMoveTakesThemAlongAndLeavesThem) {
  MemoryFileLabels labels;
  labels.wrote("main", path("d/a"), digest("page"), kWeb);
  labels.wrote("main", path("e/a"), digest("mine"), for_reader("ann"));
  labels.moved("main", path("d"), path("e"));
  EXPECT_EQ(labels.label_of("main", path("e/a"), digest("page")), kWeb);
  EXPECT_EQ(labels.label_of("main", path("d/a"), digest("page")), kWeb);
  // What stood at the new path before counts when neither is found.
  const auto unknown = labels.label_of("main", path("e/a"), digest("other"));
  EXPECT_TRUE(has(unknown.tags, "untrusted"));
  EXPECT_EQ(unknown.consumers, std::vector<std::string>{"ann"});
  EXPECT_EQ(labels.label_of("main", path("dd/a"), digest("x")), unknown_label());
}

TEST(FileLabels, ADirectoryIsNamedByAllThatIsInIt) {
  MemoryFileLabels labels;
  labels.wrote("main", path("d/a"), digest("1"), kWeb);
  labels.wrote("main", path("d/b"), digest("2"), kUser);
  const auto name = labels.label_of_name("main", path("d"));
  EXPECT_TRUE(has(name.origins, "user") && has(name.origins, "tool:web"));
  EXPECT_FALSE(has(labels.label_of_name("main", path("d/b")).origins, "tool:web"));
}

TEST(FileLabels, AFullTableIsNeverLessStrict) {
  MemoryFileLabels labels(10);
  for (int i = 0; i < 50; ++i) {
    const std::string name = "f" + std::to_string(i);
    labels.wrote("main", path(name), digest(name), for_reader("ann"));
  }
  EXPECT_LE(labels.size(), 10u);
  const auto known = labels.label_of("main", path("f0"), digest("f0"));
  EXPECT_EQ(known, for_reader("ann"));
  const auto lost = labels.label_of("main", path("f49"), digest("f49"));
  EXPECT_FALSE(lost.everyone);
  EXPECT_TRUE(lost.consumers.empty());
  EXPECT_TRUE(has(lost.origins, kUnknownWriter) && has(lost.tags, "full"));
}

TEST(FileLabels, OfAResultAreTheJoinOverAllThatHadAPart) {
  MemoryFileLabels labels;
  labels.adopt("main", path("mine"), digest("mine"), kUser);
  labels.wrote("main", path("web"), digest("page"), kWeb);
  Touched touched;
  touched.read.emplace_back(path("mine"), digest("mine"));
  EXPECT_EQ(label_of(labels, "main", touched), kUser);
  touched.read.emplace_back(path("web"), digest("page"));
  EXPECT_TRUE(has(label_of(labels, "main", touched).tags, "untrusted"));
  touched.unnamed = true;
  EXPECT_TRUE(has(label_of(labels, "main", touched).origins, kUnknownWriter));
}

wire::LabelText random_label(std::mt19937& random) {
  wire::LabelText out;
  for (const char* name : {"a", "b", "c", "d"}) {
    if (random() % 2) out.tags.emplace_back(name);
    if (random() % 2) out.producers.emplace_back(name);
    if (random() % 2) out.origins.emplace_back(name);
  }
  out.everyone = random() % 2;
  if (!out.everyone)
    for (const char* name : {"a", "b", "c"})
      if (random() % 2) out.consumers.emplace_back(name);
  return out;
}

TEST(Join, IsCommutativeAssociativeAndIdempotent) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    const auto a = random_label(random);
    const auto b = random_label(random);
    const auto c = random_label(random);
    EXPECT_EQ(join(a, b), join(b, a));
    EXPECT_EQ(join(join(a, b), c), join(a, join(b, c)));
    EXPECT_EQ(join(a, a), a);
    EXPECT_EQ(join(a, wire::LabelText{}), a);
  }
}

TEST(Join, BeyondItsBoundIsForNobody) {
  wire::LabelText a;
  wire::LabelText b;
  for (int i = 0; i < 200; ++i) {
    a.tags.push_back("a" + std::to_string(1000 + i));
    b.tags.push_back("b" + std::to_string(1000 + i));
  }
  const auto joined = join(a, b);
  EXPECT_TRUE(joined.valid());
  EXPECT_FALSE(joined.everyone);
  EXPECT_TRUE(joined.consumers.empty());
  EXPECT_TRUE(has(joined.origins, kUnknownWriter));
}

// The whole round: a tool writes what a page said, another program changes it, it is read again.
TEST(FileLabels, HoldOverRealFiles) {
  Rig rig;
  MemoryFileLabels labels;
  const auto written = rig.tools().write(path("a"), {.content = "page"});
  ASSERT_TRUE(written.ok());
  labels.wrote("main", path("a"), *written->after, kWeb);
  const auto again = rig.tools().read(path("a"), {});
  EXPECT_EQ(label_of(labels, "main", again->touched), kWeb);
  const auto edited = rig.tools().edit(path("a"), {.old_text = "page", .new_text = "mine"});
  ASSERT_TRUE(edited.ok());
  const auto joined = join(label_of(labels, "main", edited->touched), kUser);
  EXPECT_TRUE(has(joined.tags, "untrusted"));  // what is left of the old text
  labels.wrote("main", path("a"), *edited->after, joined);
  rig.put("a", "something else");
  const auto changed = label_of(labels, "main", rig.tools().read(path("a"), {})->touched);
  EXPECT_TRUE(has(changed.tags, "untrusted") && has(changed.origins, kUnknownWriter));
  const auto searched = rig.tools().search(Path(), {.query = "nowhere to be found"});
  EXPECT_TRUE(has(label_of(labels, "main", searched->touched).tags, "untrusted"));
}

}  // namespace
}  // namespace workspace
