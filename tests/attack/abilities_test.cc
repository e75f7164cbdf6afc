// SPDX-License-Identifier: Apache-2.0
//
// What a taken-over program CAN still do, exactly as THREAT_MODEL.md says: each statement there has
// its test here, and beside it where it ends.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schema/write.h"
#include "victim.h"

namespace attack {
namespace {

using e2e::text_of;

class TakenSession : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(victim_.start(), ""); }
  std::string content(const std::string& script, bool in_turn = false) {
    const auto answer = victim_.attack_session(script, in_turn);
    return text_of(answer, in_turn ? "text" : "content");
  }
  Victim victim_{"drill-session-bin"};
};

TEST_F(TakenSession, CanMakeAnyOfferedCallWithArgumentsOfItsChoiceButGetsThePolicysAnswer) {
  EXPECT_EQ(content("propose project=chosen"), R"(1 x allowed ok {"state":"green"}; )");
  EXPECT_EQ(victim_.damage({"GET /status/chosen"}), "");
}

TEST_F(TakenSession, CannotMakeACallThatNoRuleAllowsOrThatDoesNotExistOrIsStale) {
  EXPECT_EQ(content("propose tool=unruled"), "1 x denied no_rule; ");
  EXPECT_EQ(content("propose tool=run_shell command=id"), "1 x denied unknown_tool; ");
  EXPECT_EQ(content("propose definition=stale project=x"), "1 x denied stale_definition; ");
  EXPECT_EQ(victim_.ask_again(), "");
  EXPECT_EQ(victim_.damage(), "");
  EXPECT_EQ(victim_.logged(audit::Kind::kIntent, R"("decision":"deny")"), 3u);
}

// The broker checks again what the session should have checked.
TEST_F(TakenSession, CannotBreakOutOfAnArgumentsPlace) {
  for (const char* bad :
       {"project=../admin", "project=a%0d%0aX-Evil:%201", "project=%00", "project=", "other=x",
        "project=a more=b", "project=.", "project=..", "project/0=a"}) {
    const std::string got = content("propose " + std::string(bad));
    const bool kept = got.find("warrant_refused") != std::string::npos ||
                      got.find("allowed ok") != std::string::npos;
    EXPECT_TRUE(kept) << bad << ": " << got;
  }
  EXPECT_EQ(victim_.ask_again(), "");
  // What was sent stands escaped inside its one path segment.
  EXPECT_EQ(victim_.damage({"GET /status/a%0D%0AX-Evil%3A%201", "GET /status/%00"}), "");
}

TEST_F(TakenSession, CanLieAboutLabelsWhichAreLoggedAsItClaimsThem) {
  EXPECT_EQ(content("propose origin=user project=x"), R"(1 x allowed ok {"state":"green"}; )");
  EXPECT_EQ(content("propose origin=name-of-its-choice project=x"),
            R"(1 x allowed ok {"state":"green"}; )");
  EXPECT_EQ(victim_.damage({"GET /status/x"}), "");
  EXPECT_EQ(victim_.logged(audit::Kind::kIntent, "name-of-its-choice"), 1u);
}

TEST_F(TakenSession, CanTellItsOwnClientAnything) {
  EXPECT_EQ(content("say all-is-well"), "all-is-well");
  EXPECT_EQ(content("say all-is-well", true), "all-is-well");
  EXPECT_EQ(victim_.ask_again(), "") << "but nobody else's";
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenSession, CanBurnTheLimitsOfItsTurnAndNoMore) {
  EXPECT_EQ(content("propose times=14 project=x"),
            R"(10 x allowed ok {"state":"green"}; 4 x denied turn_limit; )");
  EXPECT_EQ(victim_.ask_again(), "") << "another session's limits are its own";
  EXPECT_EQ(victim_.damage({"GET /status/x"}), "");
}

TEST_F(TakenSession, IsEndedWhenItNeverTiresOfProposing) {
  EXPECT_EQ(text_of(victim_.attack_session("propose times=100000 tool=unruled"), "reason"),
            "peer_lost");
  EXPECT_EQ(victim_.ask_again(), "");
  EXPECT_EQ(victim_.damage(), "");
  EXPECT_LT(victim_.logged(audit::Kind::kIntent, R"("decision":"deny")"), 300u);
}

TEST_F(TakenSession, CanSendTheModelAnyPromptAtItsOriginAndPath) {
  const std::string small = content("prompt 1000", true);
  EXPECT_EQ(small.find("allowed"), 0u) << small;
  const auto asked = victim_.model_asked();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].head.find("POST /api/chat HTTP/1.1"), 0u);
  EXPECT_EQ(asked[0].body, std::string(1000, 'x'));
  // A prompt near the bound of a body goes or is refused; nothing breaks.
  const std::string huge = content("prompt 15000000", true);
  EXPECT_TRUE(huge.find("allowed") == 0u || huge.find("denied") == 0u) << huge;
  EXPECT_EQ(victim_.ask_again(), "");
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenSession, CanDrownItsOwnClientInTextButOthersAreAnswered) {
  const pid_t gateway = victim_.programs().at("gateway");
  for (const char* flood : {"100000 1000", "5000 60000"}) {
    const std::string session = victim_.yett().open();
    victim_.yett().send(fmt::format(
        R"({{"op":"turn","id":88,"session":"{}","text":"<<session flood {}>>"}})", session, flood));
    ::usleep(500'000);  // its client does not read: it is that client who is given up
    victim_.reconnect();
    EXPECT_EQ(victim_.ask_again(), "") << flood;
  }
  EXPECT_EQ(victim_.programs().at("gateway"), gateway);
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenSession, CanLeaveOrStayMuteAndItsClientGetsAnAnswerOrGivesUp) {
  EXPECT_EQ(text_of(victim_.attack_session("leave"), "reason"), "peer_lost");
  const std::string session = victim_.yett().open();
  victim_.ask(77, session, "<<session hang>>");
  EXPECT_EQ(victim_.ask_again(), "") << "others do not wait for it";
  victim_.yett().send(fmt::format(R"({{"op":"close","session":"{}"}})", session));
  EXPECT_EQ(text_of(victim_.yett().closing(77), "reason"), "cancelled");
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenSession, CanTakeMemoryUpToItsLimit) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build has no limit of memory";
  EXPECT_EQ(content("call allocate 400000000"), "ok");
  EXPECT_EQ(content("call allocate 600000000"), "ENOMEM");
  EXPECT_EQ(victim_.damage(), "");
}

class TakenGateway : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(victim_.start(), ""); }
  std::string content(const std::string& script) {
    return text_of(victim_.attack_gateway(script), "content");
  }
  Victim victim_{"drill-gateway-bin"};
};

TEST_F(TakenGateway, CanActForAnyClientOfItsDoorWithinThePolicy) {
  const std::string named = victim_.yett().open("somebody");
  ASSERT_NE(named, "");
  EXPECT_EQ(content("act somebody status chosen"), R"(ok {"state":"green"})");
  EXPECT_EQ(victim_.damage({"GET /status/chosen"}), "");
}

TEST_F(TakenGateway, CannotGetWhatThePolicyDoesNotAllow) {
  const std::string answer = content("act somebody unruled x");
  EXPECT_TRUE(answer.starts_with("no_rule ")) << answer;
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenGateway, CanReadWhatClientsSayAndTellThemAnything) {
  auto second = victim_.yett().running().connect();
  ASSERT_TRUE(second.ok());
  const std::string words = R"({"op":"open","id":1,"session":"what-others-say"})"
                            "\n";
  ASSERT_EQ(::write(second->get(), words.data(), words.size()), static_cast<ssize_t>(words.size()));
  char line[4096];
  ASSERT_GT(::read(second->get(), line, sizeof line), 0);
  EXPECT_NE(content("overheard").find("what-others-say"), std::string::npos);
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenGateway, CanTellEveryClientAnything) {
  auto second = victim_.yett().running().connect();
  ASSERT_TRUE(second.ok());
  const std::string words = R"({"op":"open","id":1,"session":""})"
                            "\n";
  ASSERT_EQ(::write(second->get(), words.data(), words.size()), static_cast<ssize_t>(words.size()));
  char line[4096];
  ASSERT_GT(::read(second->get(), line, sizeof line), 0);
  EXPECT_EQ(content("lie all-is-well"), "all-is-well");
  const ssize_t n = ::read(second->get(), line, sizeof line);
  ASSERT_GT(n, 0);
  EXPECT_NE(std::string_view(line, static_cast<std::size_t>(n)).find("all-is-well"),
            std::string_view::npos);
  EXPECT_EQ(victim_.damage(), "");
}

TEST_F(TakenGateway, CannotOpenASessionForAnotherUser) {
  EXPECT_EQ(content("uid 12345"), "not_authenticated");
  EXPECT_EQ(victim_.damage(), "");
  EXPECT_EQ(victim_.logged(audit::Kind::kSessionRefused, "\"code\":15"), 1u);
}

TEST_F(TakenGateway, CanOpenNoMoreSessionsThanTheLimit) {
  EXPECT_EQ(content("sessions 300"), std::to_string(base::limits::kSessions - 1));
  EXPECT_EQ(victim_.damage(), "");
}

}  // namespace
}  // namespace attack
