// SPDX-License-Identifier: Apache-2.0
#include "audit/render.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "audit/sample.h"

namespace audit {
namespace {

class Render : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "CET-1", 1);
    ::tzset();
  }
};

std::string_view reason(std::uint16_t code) { return code == 7 ? "no_rule" : ""; }
std::string_view outcome(std::uint16_t code) { return code == 3 ? "timed_out" : ""; }
constexpr Wording kWording{reason, outcome};

Entry denial() {
  Entry e;
  e.kind = Kind::kIntent;
  e.sequence = 17;
  e.wall_us = 1'700'000'000'000'042;
  e.session.value = 0xa1;
  e.call.value = 0xb2;
  e.tool = "notes.\"search\"";
  e.effect = Effect::kDeny;
  e.reasons = {7, 8};
  e.origins = {"client", "tool:mail"};
  e.detail = Detail("too late").with("by", "gateway");
  return e;
}

TEST_F(Render, ALineForPeople) {
  EXPECT_EQ(line(denial(), kWording),
            "2023-11-14 23:13:20.000042 #17 intent deny notes.\"search\" session=00000000000000a1 "
            "call=00000000000000b2 detail=\"too late by=gateway\" reasons=no_rule,8 "
            "origins=client,tool:mail");
}

TEST_F(Render, AnObjectForMachines) {
  EXPECT_EQ(
      json(denial(), kWording),
      R"({"sequence":17,"time":"2023-11-14T22:13:20.000042Z","kind":"intent",)"
      R"("session":"00000000000000a1","call":"00000000000000b2","detail":"too late by=gateway",)"
      R"("tool":"notes.\"search\"","decision":"deny",)"
      R"("reasons":[{"code":7,"text":"no_rule"},{"code":8,"text":""}],)"
      R"("origins":["client","tool:mail"]})");
}

TEST_F(Render, NumbersStandWhereNobodyNamesThem) {
  Entry e;
  e.kind = Kind::kOutcome;
  e.call.value = 1;
  e.outcome = 3;
  e.http_status = 200;
  EXPECT_NE(line(e).find("outcome=3 http_status=200"), std::string::npos);
  EXPECT_NE(line(e, kWording).find("outcome=timed_out http_status=200"), std::string::npos);
}

// Even an entry that no decoder would let through cannot move a cursor or break a line.
TEST_F(Render, HostileTextsStayOnTheirLine) {
  Entry e = denial();
  e.tool = "a\n\x1b[2J\u202e\xff";
  e.principal = "x y\r\nz";
  for (const std::string& text : {line(e, kWording), json(e, kWording)}) {
    for (const char c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << text;
    EXPECT_EQ(text.find("\u202e"), std::string::npos);
  }
}

TEST_F(Render, EveryFieldOfEveryEntryShowsInBothForms) {
  sample::Chance c(9);
  for (int i = 0; i < 200; ++i) {
    const Entry e = sample::entry(c);
    const std::string people = line(e), machines = json(e);
    visit(e, [&]<class T>(const FieldInfo& info, const T& v) {
      if (v == T{}) return;
      EXPECT_NE(machines.find(fmt::format("\"{}\":", info.name)), std::string::npos) << machines;
      const bool leads = info.field == Field::kEffect || info.field == Field::kAlert ||
                         info.field == Field::kTool || info.field == Field::kProgram;
      if (!leads) {
        EXPECT_NE(people.find(fmt::format(" {}=", info.name)), std::string::npos) << people;
      }
    });
  }
}

}  // namespace
}  // namespace audit
