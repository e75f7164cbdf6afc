// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_replay.h"

#include "audit/fault_file.h"
#include "audit/recover.h"
#include "audit/writer.h"
#include "base/clock.h"
#include "cli/policy_claim.h"
#include "cli/policy_testing.h"
#include "monitor/asked.h"
#include "monitor/values.h"
#include "wire/codec.h"
#include "wire/value.h"

namespace cli {
namespace {

const std::string kKey(32, 'k');

// A log and a store as a monitor leaves them.
class ReplayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = audit::open(log_, clock_, random_, {.origin = "yett/test"});
    ASSERT_TRUE(opened.ok());
    opened_.emplace(std::move(*opened));
    ASSERT_TRUE(store_.begin(kKey).ok());
  }

  base::CallId decided(policy::Effect effect, base::Reason reason) {
    audit::Entry e;
    e.kind = audit::Kind::kIntent;
    e.wall_us = 1'000'000 * static_cast<std::int64_t>(++calls_);
    e.session = {1};
    e.call = {calls_};
    e.tool = "send_email";
    e.effect = effect == policy::Effect::kAllow ? audit::Effect::kAllow : audit::Effect::kDeny;
    e.reasons = {static_cast<std::uint16_t>(reason)};
    EXPECT_TRUE(opened_->writer.append(e).ok());
    EXPECT_TRUE(opened_->writer.commit().ok());
    return e.call;
  }

  void keep(base::CallId call, const std::string& body_tag,
            const std::string& tool = "send_email") {
    policy::Question q;
    q.tool = tool;
    q.leaves = {{"to/0", policy::LeafKind::kString, "a@x.org", {}, true},
                {"body", policy::LeafKind::kString, "hi", {}, false}};
    if (!body_tag.empty()) q.leaves[1].label.tags = label::Names(std::vector{body_tag});
    store_.put(call, monitor::ValueKind::kQuestion, monitor::encode(q));
    EXPECT_TRUE(store_.flush().ok());
  }

  Replayed again(const PolicyGround& ground, std::int64_t since_us = 0) {
    const auto asked = read_asked(values_, kKey);
    EXPECT_TRUE(asked.ok());
    auto out = replay(log_, *asked, ground, since_us);
    EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
    return out.ok() ? *out : Replayed{};
  }

  audit::FaultFile log_, values_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  monitor::ValueSeal seal_;
  monitor::ValueStore store_{values_, seal_, random_};
  std::optional<audit::Opened> opened_;
  std::uint64_t calls_ = 0;
};

constexpr const char* kStrict = R"(language yett 1;
  tool "send_email" { deny when body.tags overlaps {"pii"}; allow always; })";

TEST_F(ReplayTest, SaysWhichVerdictsFlipAndWhyOthersAreNotKnown) {
  using policy::Effect;
  keep(decided(Effect::kAllow, base::Reason::kAllowedByRule), "");
  keep(decided(Effect::kAllow, base::Reason::kAllowedByRule), "pii");
  keep(decided(Effect::kDeny, base::Reason::kNoRule), "");
  (void)decided(Effect::kAllow, base::Reason::kAllowedByRule);  // values erased
  keep(decided(Effect::kDeny, base::Reason::kTurnLimit), "");
  keep(decided(Effect::kDeny, base::Reason::kNoRule), "", "gone_tool");
  const base::CallId old = decided(Effect::kAllow, base::Reason::kAllowedByRule);
  store_.put(old, monitor::ValueKind::kArguments, wire::encode(std::vector<wire::Leaf>{}));
  EXPECT_TRUE(store_.flush().ok());

  const Replayed r = again(ground_for(kStrict));
  EXPECT_EQ(r.calls, 7u);
  EXPECT_EQ(r.same, 1u);
  ASSERT_EQ(r.flips.size(), 2u);
  EXPECT_EQ(r.flips[0].call.value, 2u);
  EXPECT_EQ(r.flips[0].after.effect, Effect::kDeny);
  EXPECT_EQ(r.flips[0].after.rule.line, 2u);
  EXPECT_EQ(r.flips[1].call.value, 3u);
  EXPECT_EQ(r.flips[1].before, Effect::kDeny);
  const std::map<NoReplay, std::uint64_t> expected{{NoReplay::kNotStored, 1},
                                                   {NoReplay::kUnlabelled, 1},
                                                   {NoReplay::kNotByPolicy, 1},
                                                   {NoReplay::kUnknownTool, 1}};
  EXPECT_EQ(r.without, expected);
}

TEST_F(ReplayTest, LooksOnlyAtWhatCameSince) {
  for (int i = 0; i < 3; ++i)
    keep(decided(policy::Effect::kAllow, base::Reason::kAllowedByRule), "");
  EXPECT_EQ(again(ground_for(kStrict), 2'000'000).calls, 2u);
}

TEST_F(ReplayTest, UnderAnotherKeyNothingIsKnown) {
  keep(decided(policy::Effect::kAllow, base::Reason::kAllowedByRule), "");
  const auto asked = read_asked(values_, std::string(32, 'x'));
  ASSERT_TRUE(asked.ok());
  EXPECT_TRUE(asked->questions.empty());
  EXPECT_GT(asked->unreadable, 0u);
}

TEST(Since, IsAnInstantOrATimeBack) {
  const policy::Instant now = *policy::instant_of("2026-01-08T00:00:00Z");
  EXPECT_EQ(*since_of("7d", now), *policy::instant_of("2026-01-01T00:00:00Z"));
  EXPECT_EQ(*since_of("24h", now), *policy::instant_of("2026-01-07T00:00:00Z"));
  EXPECT_EQ(*since_of("2026-01-02", now), *policy::instant_of("2026-01-02"));
  for (const char* wrong : {"", "7", "d", "-7d", "7w", "99999999999999999999d", "7 d"})
    EXPECT_FALSE(since_of(wrong, now).ok()) << wrong;
}

TEST(Claim, IsReadAsAQuery) {
  const policy::Tools tools = some_tools();
  const auto query =
      query_of("send_email may be allowed or asked when body.tags overlaps {\"pii\"} after 2 calls",
               tools, false);
  ASSERT_TRUE(query.ok()) << query.error().message;
  EXPECT_EQ(query->tool, "send_email");
  EXPECT_EQ(query->at_most, policy::Effect::kAsk);
  EXPECT_EQ(query->prior_calls, 2u);
  EXPECT_TRUE(query->such_that.has_value());
  EXPECT_TRUE(query_of("\"send_email\" may be allowed", tools, false).ok());
  EXPECT_FALSE(query_of("send_email may be allowed", tools, false)->prior_calls.has_value());
  for (const char* wrong :
       {"", "send_email", "send_email may allow", "nothing may be allowed",
        "send_email may be allowed when", "send_email may be allowed when body.tags",
        "send_email may be allowed after 9 calls", "send_email may be allowed if x",
        "send_email may be allowed when bdy.tags is empty",
        "send_email may be allowed when any @role.recipient.value == \"x\""})
    EXPECT_FALSE(query_of(wrong, tools, false).ok()) << wrong;
}

}  // namespace
}  // namespace cli
