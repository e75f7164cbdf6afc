// SPDX-License-Identifier: Apache-2.0
#include "gateway/door.h"

#include <gtest/gtest.h>

#include <random>

#include "gateway/reply.h"
#include "schema/parse.h"

namespace gateway {
namespace {

// A door with one client, 1, and its session 5.
class Opened {
 public:
  Opened() {
    door.connected(1, 1000);
    const Effects asked = say(R"({"op":"open","id":1,"session":""})");
    door_frame(wire::SessionOpened{
        std::get<wire::OpenSession>(asked.frames.at(0)).request, {5}, base::Reason::kNone});
  }
  Effects say(std::string_view line, ClientId client = 1) {
    Effects out;
    door.line(client, line, out);
    return out;
  }
  Effects door_frame(const FromMonitor& frame) {
    Effects out;
    door.frame(frame, out);
    return out;
  }
  Effects call(std::uint64_t id) {
    return say(R"({"op":"call","id":)" + std::to_string(id) +
               R"(,"session":"s0000000000000005","tool":"t","arguments":{}})");
  }
  Door door;
};

base::RequestId number_of(const Effects& effects) {
  return std::get<wire::DirectCall>(effects.frames.at(0)).request;
}

TEST(Door, AnOpenRequestsNumberIsNotTakenTwice) {
  Opened o;
  const auto number = number_of(o.call(2));
  const Effects again = o.call(2);
  EXPECT_TRUE(again.frames.empty());
  EXPECT_EQ(again.lines.at(0).line,
            "{\"id\":2,\"event\":\"error\",\"message\":\"request 2 is still open\"}\n");
  wire::CallEnded ended;
  ended.request = number;
  EXPECT_EQ(o.door_frame(ended).lines.size(), 1u);
  EXPECT_TRUE(o.door_frame(ended).lines.empty());  // once
  EXPECT_EQ(o.call(2).frames.size(), 1u);          // free again
}

TEST(Door, ARefusedOpenSaysWhy) {
  Opened o;
  const Effects asked = o.say(R"({"op":"open","id":8,"session":"x"})");
  const auto number = std::get<wire::OpenSession>(asked.frames.at(0)).request;
  const Effects told =
      o.door_frame(wire::SessionOpened{number, {}, base::Reason::kTooManySessions});
  EXPECT_EQ(told.lines.at(0).line,
            "{\"id\":8,\"event\":\"refused\",\"reason\":\"too_many_sessions\"}\n");
}

TEST(Door, CancelGoesToTheRequestOfThisClientOnly) {
  Opened o;
  o.door.connected(2, 1000);
  const auto number = number_of(o.call(2));
  EXPECT_TRUE(o.say(R"({"op":"cancel","target":2})", 2).frames.empty());
  EXPECT_TRUE(o.say(R"({"op":"cancel","target":3})").frames.empty());
  const Effects cancel = o.say(R"({"op":"cancel","id":4,"target":2})");
  EXPECT_TRUE(cancel.lines.empty());
  EXPECT_EQ(std::get<wire::Cancel>(cancel.frames.at(0)).request, number);
}

TEST(Door, AClosedHandleIsForgotten) {
  Opened o;
  EXPECT_TRUE(std::holds_alternative<wire::ResetSession>(
      o.say(R"({"op":"reset","session":"s0000000000000005"})").frames.at(0)));
  EXPECT_TRUE(std::holds_alternative<wire::CloseSession>(
      o.say(R"({"op":"close","session":"s0000000000000005"})").frames.at(0)));
  EXPECT_EQ(o.call(2).lines.at(0).line,
            "{\"id\":2,\"event\":\"refused\",\"reason\":\"session_unknown\"}\n");
  Effects out;
  o.door.gone(1, out);
  EXPECT_TRUE(out.frames.empty());  // closed already
}

TEST(Door, HandlesAreExact) {
  Opened o;
  for (const char* handle :
       {"s5", "S0000000000000005", "0000000000000005", "s00000000000000005", "s0000000000000006"}) {
    const Effects out =
        o.say(R"({"op":"turn","id":2,"session":")" + std::string(handle) + R"(","text":"x"})");
    EXPECT_TRUE(out.frames.empty()) << handle;
  }
}

TEST(Door, RequestsOfOneClientAreBounded) {
  Opened o;
  for (std::uint64_t id = 2; id < 2 + Door::kRequests; ++id)
    EXPECT_EQ(o.call(id).frames.size(), 1u);
  EXPECT_EQ(o.call(9999).lines.at(0).line,
            "{\"id\":9999,\"event\":\"refused\",\"reason\":\"too_many_calls\"}\n");
}

TEST(Door, AFrameOfAnotherKindThanTheRequestIsDropped) {
  Opened o;
  const auto number = number_of(o.call(2));
  EXPECT_TRUE(
      o.door_frame(wire::TurnEnded{{5}, number, base::Reason::kOk, "", "", 0}).lines.empty());
  EXPECT_TRUE(o.door_frame(wire::SessionOpened{number, {5}, base::Reason::kNone}).lines.empty());
  EXPECT_TRUE(o.door_frame(wire::Say{{5}, number, wire::DeltaKind::kText, "x"}).lines.empty());
  EXPECT_EQ(o.door.pending_count(), 1u);
}

TEST(Reply, EveryLineIsOneJsonObject) {
  const std::string hostile("\"\n\r\x1b[2J\xff\xe2\x80\xa8\0}", 14);
  wire::CallEnded call;
  call.content = hostile;
  wire::TurnEnded turn;
  turn.text = turn.detail = hostile;
  wire::CallNotice notice;
  notice.tool = hostile;
  for (const std::string& line :
       {reply::say(1, {{1}, {1}, wire::DeltaKind::kText, hostile}), reply::call_ended(2, call),
        reply::turn_ended(3, turn), reply::notice(4, notice), reply::error(5, hostile),
        reply::refused(6, base::Reason::kNoRule), reply::opened(7, {1})}) {
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_TRUE(schema::parse(line).ok()) << line;
  }
  EXPECT_NE(reply::call_ended(2, call).find("\"call\":\"\""),
            std::string::npos);  // it was never a call
}

// Random lines and frames of several clients: whatever goes to the monitor comes back once.
TEST(Door, EveryRequestIsClosedOnceOrItsClientIsGone) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    Door door;
    std::vector<std::pair<base::RequestId, bool>> open;  // number, is a call (else: an open)
    std::map<std::pair<ClientId, std::uint64_t>, int> balance;
    std::uint64_t next = 1;
    const auto note = [&](const Effects& effects) {
      for (const ToMonitor& frame : effects.frames) {
        if (const auto* f = std::get_if<wire::OpenSession>(&frame))
          open.emplace_back(f->request, false);
        if (const auto* f = std::get_if<wire::DirectCall>(&frame))
          open.emplace_back(f->request, true);
      }
      for (const ToClient& line : effects.lines) {
        const auto id = schema::parse(line.line)->find("id")->as_i64();
        balance[{line.client, static_cast<std::uint64_t>(*id)}] -= 1;
      }
    };
    for (int i = 0; i < 300; ++i) {
      const ClientId client = 1 + below(4);
      Effects out;
      const std::string id = std::to_string(++next);
      switch (below(6)) {
        case 0: door.connected(client, 0); break;
        case 1:
          balance[{client, next}] += 1;
          door.line(client, R"({"op":"open","id":)" + id + R"(,"session":""})", out);
          break;
        case 2:
          balance[{client, next}] += 1;
          door.line(client,
                    R"({"op":"call","id":)" + id + R"(,"session":"s0000000000000007","tool":"t"})",
                    out);
          break;
        case 3:
          if (below(8) == 0) door.gone(client, out);
          break;
        default: {
          if (open.empty()) break;
          const auto at = open.begin() + below(static_cast<std::uint32_t>(open.size()));
          const auto [number, is_call] = *at;
          open.erase(at);
          wire::CallEnded ended;
          ended.request = number;
          if (is_call) door.frame(ended, out);
          else door.frame(wire::SessionOpened{number, {7}, base::Reason::kNone}, out);
        }
      }
      note(out);
    }
    for (const auto& [number, is_call] : open) {
      Effects out;
      wire::CallEnded ended;
      ended.request = number;
      if (is_call) door.frame(ended, out);
      else door.frame(wire::SessionOpened{number, {}, base::Reason::kNoRule}, out);
      note(out);
    }
    EXPECT_EQ(door.pending_count(), 0u) << seed;
    for (const auto& [key, value] : balance)
      EXPECT_TRUE(value == 0 || value == 1) << seed;  // 1: gone
  }
}

}  // namespace
}  // namespace gateway
