// SPDX-License-Identifier: Apache-2.0
#include "audit/state.h"

#include <gtest/gtest.h>

#include "audit/salted.h"
#include "audit/sample.h"

namespace audit {
namespace {

constexpr base::CallId kCall{5};
const base::Digest kKey = idempotency_digest("acme", "ann", "k-1");

Entry intent(Effect effect, base::CallId call = kCall, const base::Digest& key = kKey) {
  Entry e;
  e.kind = Kind::kIntent;
  e.wall_us = 100;
  e.session.value = 9;
  e.call = call;
  e.tool = "notes.search";
  e.effect = effect;
  e.idempotency_key = key;
  return e;
}

Entry about(Kind kind, base::CallId call = kCall) {
  Entry e;
  e.kind = kind;
  e.call = call;
  if (kind == Kind::kOutcome) e.outcome = 3;
  return e;
}

struct Row {
  const char* name;
  std::vector<Entry> entries;
  bool unknown, parked, keyed;
};

TEST(State, AnAllowedCallWithoutOutcomeIsUnknownUnlessItSurelyNeverStarted) {
  const Entry allow = intent(Effect::kAllow), ask = intent(Effect::kAsk),
              deny = intent(Effect::kDeny);
  const Entry started = about(Kind::kStarted), outcome = about(Kind::kOutcome),
              not_started = about(Kind::kNotStarted), expired = about(Kind::kApprovalExpired);
  const std::vector<Row> rows = {
      {"nothing", {}, false, false, false},
      {"intent only", {allow}, true, false, true},
      {"started", {allow, started}, true, false, true},
      {"not started", {allow, not_started}, false, false, false},
      {"outcome", {allow, started, outcome}, false, false, true},
      {"outcome without started", {allow, outcome}, false, false, true},
      {"denied", {deny}, false, false, false},
      {"parked", {ask}, false, true, true},
      {"parked, then allowed", {ask, allow}, true, false, true},
      {"parked, then done", {ask, allow, started, outcome}, false, false, true},
      {"parked, then denied", {ask, deny}, false, false, false},
      {"parked, then expired", {ask, expired}, false, false, false},
      {"an expiry closes nothing that was allowed", {ask, allow, expired}, true, false, true},
      {"a denial closes nothing that was allowed", {allow, deny}, true, false, true},
      {"not started, then again", {allow, not_started, allow}, true, false, true},
      {"started without intent", {started}, true, false, false},
      {"started after its outcome", {allow, outcome, started}, false, false, true},
  };
  for (const Row& row : rows) {
    State s;
    for (const Entry& e : row.entries) s.apply(e);
    EXPECT_EQ(!s.unknown().empty(), row.unknown) << row.name;
    EXPECT_EQ(!s.parked().empty(), row.parked) << row.name;
    EXPECT_EQ(s.holder(kKey) == kCall, row.keyed) << row.name;
  }
}

TEST(State, AFinishedCallIsKnownByItsKeyWithItsOutcome) {
  State s;
  s.apply(intent(Effect::kAllow));
  s.apply(about(Kind::kOutcome));
  ASSERT_NE(s.find(s.holder(kKey)), nullptr);
  EXPECT_EQ(s.find(kCall)->phase, Phase::kDone);
  EXPECT_EQ(s.find(kCall)->outcome, 3);
  EXPECT_EQ(s.find(kCall)->tool, "notes.search");
}

TEST(State, AFinishedCallWithoutKeyIsForgotten) {
  State s;
  for (std::uint64_t n = 1; n <= 1000; ++n) {
    s.apply(intent(Effect::kAllow, {n}, {}));
    s.apply(about(Kind::kOutcome, {n}));
  }
  EXPECT_EQ(s.size(), 0u);
  EXPECT_EQ(s.largest_call(), base::CallId{1000});
}

TEST(State, ForgettingKeepsWhatIsUnfinished) {
  State s;
  const auto other = idempotency_digest("acme", "ann", "k-2");
  s.apply(intent(Effect::kAllow));
  s.apply(intent(Effect::kAllow, {6}, other));
  s.apply(about(Kind::kOutcome, {6}));
  s.forget_before(100);
  EXPECT_EQ(s.size(), 2u) << "not older than that";
  s.forget_before(101);
  EXPECT_EQ(s.holder(other), base::CallId{});
  EXPECT_EQ(s.unknown(), std::vector{kCall});
  EXPECT_EQ(s.holder(kKey), kCall);
}

TEST(Salted, KeysOfDifferentCallersNeverMeet) {
  EXPECT_NE(idempotency_digest("ab", "c", "d"), idempotency_digest("a", "bc", "d"));
  EXPECT_NE(idempotency_digest("a", "b", "cd"), idempotency_digest("a", "bc", "d"));
  EXPECT_NE(salted_digest("salt 1", "{}"), salted_digest("salt 2", "{}"));
  EXPECT_EQ(salted_digest("salt", "{}"), salted_digest("salt", "{}"));
}

TEST(Recover, RebuildsTheStateThatTheLogTells) {
  FaultFile file;
  {
    auto log = sample::open_log(file);
    std::vector<Entry> entries = {intent(Effect::kAllow, {1}),   intent(Effect::kAllow, {2}, {}),
                                  about(Kind::kStarted, {2}),    intent(Effect::kAllow, {3}, {}),
                                  about(Kind::kNotStarted, {3}), intent(Effect::kAllow, {4}, {}),
                                  about(Kind::kOutcome, {4})};
    for (Entry& e : entries) ASSERT_TRUE(log->writer.append(e).ok());
    ASSERT_TRUE(log->writer.commit().ok());
  }
  auto again = sample::open_log(file);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->state.unknown(), (std::vector<base::CallId>{{1}, {2}}));
  EXPECT_EQ(again->state.find({1})->phase, Phase::kOpen);
  EXPECT_EQ(again->state.find({2})->phase, Phase::kStarted);
  EXPECT_EQ(again->state.holder(kKey), base::CallId{1});
  EXPECT_EQ(again->writer.entries(), 9u) << "opened, seven, recovered";
}

TEST(Recover, ALogThatFollowsAnotherRecordsItsHead) {
  FaultFile file;
  const sample::Clock clock;
  sample::Random random;
  const Anchor old{42, base::sha256({"old head"})};
  ASSERT_TRUE(open(file, clock, random, {.origin = "new", .continues = old}).ok());
  auto reader = Reader::open(file);
  ASSERT_TRUE(*reader->next());
  EXPECT_EQ(reader->entry().prior_head, old.head);
  EXPECT_EQ(reader->entry().prior_entries, 42u);
  EXPECT_EQ(open(file, clock, random, {.origin = "new", .continues = old}).error().code,
            base::Errc::kInvalid);
}

TEST(Recover, ALogOfAnotherOriginIsRefused) {
  FaultFile file;
  sample::fill_log(file, {1});
  const sample::Clock clock;
  sample::Random random;
  const auto log = open(file, clock, random, {.origin = "other"});
  ASSERT_FALSE(log.ok());
  EXPECT_NE(log.error().message.find("test.example/log"), std::string::npos);
}

TEST(Recover, AFileThatWasWipedIsNotTakenForANewLog) {
  FaultFile wiped(std::string(4096, '\0'));
  EXPECT_EQ(sample::open_log(wiped).error().code, base::Errc::kCorrupt);
  FaultFile begun(std::string(kHeaderBytes, '\0'));
  EXPECT_TRUE(sample::open_log(begun).ok()) << "the power failed before the first sync";
}

}  // namespace
}  // namespace audit
