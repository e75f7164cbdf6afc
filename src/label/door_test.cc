// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "label/declassify.h"
#include "label/endorse.h"

namespace label {
namespace {

constexpr base::SessionId kSession{7};
constexpr std::int64_t kNow = 1'000'000;

const Sets kFromInbox{Names{"pii"}, Names{"inbox"}, Names{"tool:inbox"},
                      Consumers::only(Names{"alice"})};

Grant grant() {
  return {"alice", "send_email", kSession, base::sha256({"bob@example.org"}), kNow + 1, "known"};
}

struct Desk {
  Table table;
  Labelled<std::string> value{"bob@example.org", table.intern(kFromInbox)};
  Endorser endorser{kSession, kNow};
  auto ask(Grant g, std::string_view sink = "send_email") {
    return endorser.endorse(table, std::move(g), sink, value);
  }
};

TEST(Endorse, RaisesTheTrustOfOneValueForItsSinkAlone) {
  Desk desk;
  const auto done = desk.ask(grant());
  ASSERT_TRUE(done.ok());
  const Sets after = desk.table.sets(done->at("send_email").label());
  EXPECT_EQ(after.origins, (Names{"endorsed:alice"}));
  EXPECT_EQ(after.tags, kFromInbox.tags);
  EXPECT_EQ(after.producers, kFromInbox.producers);
  EXPECT_EQ(after.consumers, kFromInbox.consumers);
  EXPECT_EQ(desk.table.sets(done->at("post_chat").label()), kFromInbox);
}

TEST(Endorse, LeavesARecordOfBothLabelsForTheLog) {
  Desk desk;
  const auto done = desk.ask(grant());
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->record().before, kFromInbox);
  EXPECT_EQ(done->record().after, endorsed(kFromInbox, "alice"));
  EXPECT_EQ(done->record().grant.reason, "known");
  EXPECT_EQ(done->record().at_us, kNow);
}

TEST(Endorse, AGrantOpensNothingButWhatItNames) {
  const std::vector<std::pair<const char*, void (*)(Grant&)>> rows = {
      {"names nobody", [](Grant& g) { g.who.clear(); }},
      {"names nobody", [](Grant& g) { g.who.assign(4096, 'a'); }},
      {"no reason", [](Grant& g) { g.reason.clear(); }},
      {"another session", [](Grant& g) { g.session = {8}; }},
      {"another session", [](Grant& g) { g.session = {}; }},
      {"another sink", [](Grant& g) { g.sink = "send_email2"; }},
      {"another sink", [](Grant& g) { g.sink.clear(); }},
      {"expired", [](Grant& g) { g.expires_us = kNow; }},
      {"another value", [](Grant& g) { g.value = base::sha256({"eve@evil.test"}); }},
  };
  for (const auto& [why, spoil] : rows) {
    Desk desk;
    Grant spoilt = grant();
    spoil(spoilt);
    const auto done = desk.ask(std::move(spoilt));
    ASSERT_FALSE(done.ok()) << why;
    EXPECT_EQ(done.error().code, base::Errc::kDenied);
    EXPECT_NE(done.error().message.find(why), std::string::npos) << done.error().message;
    EXPECT_EQ(done.error().message.find("bob@"), std::string::npos);
  }
}

TEST(Endorse, AFullTableRestrictsInsteadOfTrusting) {
  Table table({.labels = 3});
  const Labelled<std::string> value{"bob@example.org", table.intern(kFromInbox)};
  const auto done = Endorser(kSession, kNow).endorse(table, grant(), "send_email", value);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->at("send_email").label(), kMostRestrictive);
}

Declared redactor() {
  return {"redact", "yett.toml",         12,           Names{"pii"},
          Names{},  Names{"tool:inbox"}, Names{"bob"}, false};
}

TEST(Declassify, TakesAwayWhatIsDeclaredAndNoMore) {
  const Declassifier declassifier(redactor());
  Sets before = kFromInbox;
  before.tags = Names{"pii", "secret"};
  const auto done = declassifier.apply(before);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->after.tags, Names{"secret"});
  EXPECT_EQ(done->after.producers, before.producers);
  EXPECT_EQ(done->after.origins, Names{});
  EXPECT_EQ(done->after.consumers, Consumers::only(Names{"alice", "bob"}));
}

TEST(Declassify, TheRecordNamesTheDeclarationAndWhatIsGone) {
  const auto done = Declassifier(redactor()).apply(kFromInbox);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->record.name, "redact");
  EXPECT_EQ(done->record.file, "yett.toml");
  EXPECT_EQ(done->record.line, 12u);
  EXPECT_EQ(done->record.lowered, (Lowered{{"pii"}, {}, {"tool:inbox"}, {"bob"}, false}));
}

TEST(Declassify, MapsAValueUnderTheLoweredLabel) {
  Table table;
  const Labelled<std::string> value{"Bob Smith, 42", table.intern(kFromInbox)};
  const auto done =
      Declassifier(redactor()).apply(table, value, [](const std::string& s) { return s.size(); });
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(table.sets(done->first.label()).tags, Names{});
  EXPECT_TRUE(done->second.lowered.any());
}

TEST(Declassify, WhatIsRestrictedStaysRestricted) {
  const auto done = Declassifier(redactor()).apply(most_restrictive());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, base::Errc::kDenied);
}

TEST(Declassify, NoDeclarationTakesAwayAReservedTag) {
  Declared declared = redactor();
  declared.tags = Names{"__non_executable"};
  EXPECT_FALSE(Declassifier(declared).apply(kFromInbox).ok());
}

TEST(Declassify, MayOpenAValueToEverybody) {
  Declared declared = redactor();
  declared.opens = true;
  const auto done = Declassifier(declared).apply(kFromInbox);
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->after.consumers.is_everyone());
  EXPECT_TRUE(done->record.lowered.opened);
}

TEST(Declassify, APolicysOwnUpdateIsRecordedWithItsRule) {
  Sets after = kFromInbox;
  after.tags = Names{};
  after.consumers = Consumers::everyone();
  const Declassification record = declassified_by_policy("policy.sqrt", 4, kFromInbox, after);
  EXPECT_EQ(record.file, "policy.sqrt");
  EXPECT_EQ(record.line, 4u);
  EXPECT_EQ(record.lowered, (Lowered{{"pii"}, {}, {}, {}, true}));
}

}  // namespace
}  // namespace label
