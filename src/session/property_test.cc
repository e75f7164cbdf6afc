// SPDX-License-Identifier: Apache-2.0
//
// Random models, random verdicts, random order, random stops: what always holds.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "schema/parse.h"
#include "session/play.h"

namespace session {
namespace {

using base::Reason;
using wire::DeltaKind;

constexpr std::uint32_t kPerTurn = 4;
constexpr std::uint32_t kInAll = 9;

// Plays a monitor that keeps to the protocol, and a model that keeps to nothing.
class Storm {
 public:
  explicit Storm(std::uint32_t seed) : random_(seed), play_(start()) {}

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) one();
    while (!open_.empty() && !::testing::Test::HasFailure()) settle(open_.begin()->first);
  }
  // Everything that was asked has been closed exactly once.
  void check_closed() {
    for (const auto& [id, closed] : asked_) EXPECT_EQ(closed, 1) << "request " << id;
    EXPECT_TRUE(play_.machine.idle());
  }

 private:
  struct Open {
    bool allowed = false;
    bool model = false;
  };

  static wire::StartSession start() {
    auto s = example_start();
    s.max_calls_per_turn = kPerTurn;
    s.max_calls_per_conversation = kInAll;
    return s;
  }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  void one() {
    const auto what = below(20);
    if (what == 0)
      return take(play_.turn(fresh(), "hello", below(2) == 0, below(9) == 0 ? "nope" : ""));
    if (what == 1) return take(play_.call(fresh(), name(), arguments()));
    if (what == 2) return take(play_.step(wire::Stop{base::RequestId{below(next_ + 1)}}));
    if (what == 3 && below(5) == 0) {
      take(play_.step(wire::Reset{}));
      return;
    }
    if (open_.empty()) return;
    auto at = open_.begin();
    std::advance(at, below(static_cast<std::uint32_t>(open_.size())));
    const std::uint32_t proposal = at->first;
    if (!at->second.allowed || !at->second.model || below(6) == 0) return settle(proposal);
    take(play_.delta(proposal, static_cast<DeltaKind>(below(7)),
                     below(2) == 0 ? name() : arguments(), below(5)));
  }

  // One step towards the end of a proposal.
  void settle(std::uint32_t proposal) {
    Open& open = open_.at(proposal);
    if (!open.allowed && below(4) != 0) {
      open.allowed = true;
      return take(play_.allow(proposal));
    }
    const bool allowed = open.allowed;
    open_.erase(proposal);
    if (!allowed)
      return take(play_.deny(proposal, below(2) == 0 ? Reason::kNoRule : Reason::kUnknownTool));
    take(play_.result(proposal, "answer", below(3) == 0 ? Reason::kTimeout : Reason::kOk));
  }

  std::uint64_t fresh() {
    asked_[++next_] = 0;
    return next_;
  }
  std::string name() {
    static const char* const names[] = {"add_note", "get_current_weather", "evil", "", "a b",
                                        "\xff\x01"};
    return names[below(6)];
  }
  std::string arguments() {
    static const char* const texts[] = {R"({"text":"a"})",
                                        "{",
                                        "",
                                        R"({"location":"x","format":"celsius"})",
                                        R"({"text":"a","text":"b"})",
                                        "[1,2]",
                                        R"(,"tags":["x"]})"};
    return texts[below(7)];
  }

  void take(const Actions& actions) {
    for (const Action& action : actions) {
      if (const auto* call = std::get_if<wire::LabelledCall>(&action)) proposed(*call);
      if (const auto* done = std::get_if<wire::TurnDone>(&action)) closed(done->turn, done->calls);
      if (const auto* done = std::get_if<wire::CallDone>(&action)) closed(done->turn, 0);
      const auto* spoken = std::get_if<wire::Spoken>(&action);
      EXPECT_TRUE(spoken == nullptr || asked_.at(spoken->turn.value) == 0)
          << "spoken after its end";
    }
    const auto& conversation = play_.machine.conversation();
    EXPECT_LE(conversation.calls(), kInAll);
    EXPECT_LE(conversation.messages().size(), base::limits::kHistoryMessages);
  }
  void proposed(const wire::LabelledCall& call) {
    EXPECT_EQ(asked_.at(call.turn.value), 0) << "proposed after its end";
    const bool model = call.tool.rfind("model:", 0) == 0;
    open_[call.proposal] = {false, model};
    if (!model) return;
    EXPECT_LE(++prompts_[call.turn.value], base::limits::kModelTurnsPerUserTurn);
    check_whole(call.arguments.at(0).text);
  }
  // In every prompt, each call has exactly one answer behind it and no answer is without a call.
  static void check_whole(const std::string& body) {
    const auto parsed = schema::parse(body);
    ASSERT_TRUE(parsed.ok());
    std::set<std::string> open;
    std::set<std::string> ever;
    for (const schema::Value& m : *parsed->find("messages")->as_array()) {
      const auto role = *m.find_string("role");
      if (role == "tool") {
        EXPECT_EQ(open.erase(std::string(*m.find_string("tool_call_id"))), 1u);
        continue;
      }
      EXPECT_TRUE(open.empty());
      const schema::Value* calls = m.find("tool_calls");
      if (calls == nullptr) continue;
      for (const schema::Value& call : *calls->as_array()) {
        open.emplace(*call.find_string("id"));
        EXPECT_TRUE(ever.emplace(*call.find_string("id")).second);
      }
    }
    EXPECT_TRUE(open.empty());
  }
  void closed(base::RequestId id, std::uint32_t calls) {
    EXPECT_EQ(++asked_.at(id.value), 1);
    EXPECT_LE(calls, kPerTurn);
  }

  std::minstd_rand random_;
  Play play_;
  std::map<std::uint32_t, Open> open_;
  std::map<std::uint64_t, int> asked_;  // request → closing replies
  std::map<std::uint64_t, std::uint32_t> prompts_;
  std::uint32_t next_ = 0;
};

TEST(Property, EveryRequestIsClosedOnceAndNoLimitIsPassed) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Storm storm(seed);
    storm.run(400);
    storm.check_closed();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace session
