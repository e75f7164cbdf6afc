// SPDX-License-Identifier: Apache-2.0
#include "monitor/asked.h"

#include <gtest/gtest.h>

namespace monitor {
namespace {

policy::Question full_question() {
  label::Sets inbox;
  inbox.tags = {"pii", "seen"};
  inbox.origins = {"tool:inbox"};
  inbox.producers = {"alice"};
  inbox.consumers = label::Consumers::only({"bob"});
  policy::Question q;
  q.tool = "send_email";
  q.leaves = {{"to/0", policy::LeafKind::kString, "eve@evil.test", {}, true},
              {"body", policy::LeafKind::kString, "hi", inbox, false},
              {"count", policy::LeafKind::kInteger, "3", inbox, false},
              {"none", policy::LeafKind::kNull, "", {}, false}};
  q.control = inbox;
  q.asker = {"alice", "acme", "http", "test", {"owner", "staff"}, {"mail.send"}};
  q.now = *policy::instant_of("2026-01-01T10:00:00Z");
  q.session.label.tags = {"seen"};
  q.session.value = "slot";
  q.counters["refunds"] = {true, 2, 0};
  q.counters["spent"] = {false, 0, 12.5};
  return q;
}

void expect_same(const policy::Question& a, const policy::Question& b) {
  EXPECT_EQ(a.tool, b.tool);
  EXPECT_EQ(a.leaves, b.leaves);
  EXPECT_EQ(a.control, b.control);
  EXPECT_EQ(a.asker, b.asker);
  EXPECT_EQ(a.now, b.now);
  EXPECT_EQ(a.session, b.session);
  EXPECT_EQ(a.counters, b.counters);
}

TEST(Asked, AQuestionComesBackWhole) {
  const auto again = decode_question(encode(full_question()));
  ASSERT_TRUE(again.ok()) << again.error().message;
  expect_same(*again, full_question());
  const auto empty = decode_question(encode(policy::Question{}));
  ASSERT_TRUE(empty.ok());
  expect_same(*empty, policy::Question{});
}

TEST(Asked, EqualLabelsAreKeptOnce) {
  policy::Question q = full_question();
  const std::size_t before = encode(q).size();
  q.leaves.push_back(q.leaves[2]);
  EXPECT_LT(encode(q).size() - before, 32u);
}

TEST(Asked, AnythingShorterOrLongerIsRefused) {
  const std::string bytes = encode(full_question());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_question(std::string_view(bytes).substr(0, n)).ok()) << n;
  EXPECT_FALSE(decode_question(bytes + '\0').ok());
}

TEST(Asked, ALabelThatIsNotThereIsRefused) {
  policy::Question q;
  q.leaves = {{"a", policy::LeafKind::kString, "x", {}, false}};
  std::string bytes = encode(q);
  // version, tool, count of leaves, path, kind, text: then the index.
  const std::size_t index = 1 + 4 + 4 + (4 + 1) + 1 + (4 + 1);
  ASSERT_EQ(bytes[index], 0);
  bytes[index] = 1;
  EXPECT_FALSE(decode_question(bytes).ok());
}

}  // namespace
}  // namespace monitor
