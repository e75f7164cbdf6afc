// SPDX-License-Identifier: Apache-2.0
//
// A taken-over gateway and a taken-over session send what they may not: frames of other channels,
// broken ones, replayed ones, ones about others. Each ends the peer, process and all, and is
// logged; the others go on, and nothing that was not granted reaches a tool.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schema/write.h"
#include "victim.h"

namespace attack {
namespace {

// Every type of wire/frames.h, and five that are none.
const std::vector<int> kTypes = {1,  10,  11,  12,  13,  14,  15,  16, 17, 18, 19,  30,   31, 32,
                                 33, 34,  35,  40,  41,  42,  43,  44, 50, 51, 52,  53,   54, 55,
                                 56, 60,  61,  62,  63,  70,  71,  80, 81, 82, 83,  84,   85, 90,
                                 91, 100, 101, 102, 110, 111, 120, 0,  5,  64, 999, 65535};

const std::vector<std::string> kBroken = {
    "empty",           "short",           "undecodable",      "trailing",
    "lying_length",    "oversized",       "unsealed",         "no_body",
    "flag_of_two",     "long_datagram",   "extra_descriptor", "five_descriptors",
    "random 100000 1", "random 100000 2",
};

// What that program may send at any time is left out: it is in abilities_test.cc.
std::vector<std::string> raw_scripts(int first_own, int last_own) {
  std::vector<std::string> all;
  for (const int type : kTypes)
    if (type < first_own || type > last_own) all.push_back(fmt::format("raw frame {}", type));
  for (const auto& broken : kBroken) all.push_back("raw " + broken);
  return all;
}

// Of a session, about turns that are not its own: 1 is the victim's first, 999999 nobody's.
const std::vector<std::string> kForeign = {
    "foreign spoken 1",
    "foreign turn_done 1",
    "foreign call_done 1",
    "foreign propose 1",
    "foreign spoken 999999",
    "foreign turn_done 999999",
    "foreign call_done 999999",
    "foreign propose 999999",
    // Names and labels that no session could have made; a tool that is no name.
    "propose tool=a%20b",
    "propose origin=a%0ab",
    "propose origin=%1b[2J",
    "propose project=x tool=",
};

// Nothing is left of a session that was cut off: the victim's and one in the pool remain.
bool only_two_sessions(const Victim& victim) {
  for (int i = 0; i < 250; ++i) {
    if (victim.sessions().size() == 2) return true;
    ::usleep(20'000);
  }
  return false;
}

TEST(CompromisedSession, IsEndedAndLoggedForEveryFrameThatItMayNotSend) {
  Victim victim("drill-session-bin");
  ASSERT_EQ(victim.start(), "");
  std::vector<std::string> all = raw_scripts(60, 63);
  all.insert(all.end(), kForeign.begin(), kForeign.end());
  for (const std::string& script : all) {
    const auto answer = victim.attack_session(script);
    EXPECT_EQ(e2e::text_of(answer, "reason"), "peer_lost")
        << script << ": " << schema::write(answer);
    EXPECT_TRUE(only_two_sessions(victim)) << script << ": a process outlives its channel";
    EXPECT_EQ(victim.ask_again(), "") << script;
  }
  EXPECT_EQ(victim.damage(), "");
  EXPECT_EQ(victim.logged(audit::Kind::kAlert, R"("program":"session")"), all.size());
}

TEST(CompromisedSession, IsEndedForAReplayedProposalWhichRunsOnce) {
  Victim victim("drill-session-bin");
  ASSERT_EQ(victim.start(), "");
  EXPECT_EQ(e2e::text_of(victim.attack_session("replay"), "reason"), "peer_lost");
  EXPECT_TRUE(only_two_sessions(victim));
  EXPECT_EQ(victim.ask_again(), "");
  EXPECT_EQ(victim.damage({"GET /status/replayed"}), "");
  EXPECT_EQ(victim.logged(audit::Kind::kAlert, R"("program":"session")"), 1u);
}

TEST(CompromisedSession, CannotSpeakOrEndOrCallInATurnOfAnotherThatIsUnderWay) {
  for (const char* kind : {"spoken", "turn_done", "call_done", "propose"}) {
    Victim victim("drill-session-bin");
    ASSERT_EQ(victim.start(), "");
    const std::string other = victim.yett().open();
    const std::string attacker = victim.yett().open();
    victim.ask(101, other, "slow");  // turn 2: the victim's first call was turn 1
    victim.ask(102, attacker, fmt::format("<<session foreign {} 2>>", kind));
    EXPECT_EQ(e2e::text_of(victim.yett().closing(102), "reason"), "peer_lost") << kind;
    EXPECT_EQ(e2e::text_of(victim.yett().closing(101), "content"), R"({"state":"green"})") << kind;
    EXPECT_EQ(victim.damage({"GET /status/slow"}), "");
    EXPECT_EQ(victim.logged(audit::Kind::kAlert, R"("program":"session")"), 1u);
  }
}

class CompromisedGateway : public testing::TestWithParam<std::string> {};

TEST_P(CompromisedGateway, IsEndedAndLoggedAndTheDoorOpensAgain) {
  Victim victim("drill-gateway-bin");
  ASSERT_EQ(victim.start(), "");
  const pid_t taken = victim.programs().at("gateway");
  (void)victim.attack_gateway(GetParam());
  EXPECT_TRUE(Victim::ends(taken)) << "the process outlives its channel";
  victim.reconnect();
  EXPECT_EQ(victim.ask_again(), "");
  EXPECT_EQ(victim.damage(), "");
  EXPECT_EQ(victim.logged(audit::Kind::kAlert, R"("program":"gateway")"), 1u);
}

INSTANTIATE_TEST_SUITE_P(Frames, CompromisedGateway, testing::ValuesIn(raw_scripts(30, 35)),
                         [](const auto& it) {
                           std::string name = it.param.substr(4);
                           std::ranges::replace(name, ' ', '_');
                           return name;
                         });

// A handle is 64 random bits that the monitor chose: one that was never given out opens nothing.
TEST(CompromisedGatewayHandles, ThatWereNeverGivenOpenNothingAndAreLogged) {
  Victim victim("drill-gateway-bin");
  ASSERT_EQ(victim.start(), "");
  const auto answer = victim.attack_gateway("handle 10");
  EXPECT_EQ(e2e::text_of(answer, "content").find("session_unknown"), 0u) << schema::write(answer);
  EXPECT_EQ(victim.damage(), "");
  EXPECT_EQ(victim.logged(audit::Kind::kAlert, "handle of no session"), 10u);
}

TEST(CompromisedGatewayHandles, GuessedWithoutEndEndTheGateway) {
  Victim victim("drill-gateway-bin");
  ASSERT_EQ(victim.start(), "");
  const pid_t taken = victim.programs().at("gateway");
  (void)victim.attack_gateway("handle 100");
  EXPECT_TRUE(Victim::ends(taken));
  victim.reconnect();
  EXPECT_EQ(victim.ask_again(), "");
  EXPECT_EQ(victim.damage(), "");
  EXPECT_EQ(victim.logged(audit::Kind::kAlert, "handle of no session"), 16u);
  EXPECT_EQ(victim.logged(audit::Kind::kAlert, R"("program":"gateway")"), 1u);
}

}  // namespace
}  // namespace attack
