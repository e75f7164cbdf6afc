// SPDX-License-Identifier: Apache-2.0
#include "cli/door_client.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "cli/await.h"

namespace cli {
namespace {

// The other end of a DoorClient: what a gateway would be.
class FakeDoor {
 public:
  FakeDoor() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours_ = base::Fd(ends[0]);
    client_.emplace(base::Fd(ends[1]));
  }
  DoorClient& client() { return *client_; }
  void write(std::string_view bytes) {
    EXPECT_EQ(::write(ours_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  std::string read_line() {
    std::string line;
    for (char c = 0; ::read(ours_.get(), &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }
  void close() { ours_.reset(); }

 private:
  base::Fd ours_;
  std::optional<DoorClient> client_;
};

TEST(DoorClient, RequestsAreTheLinesOfTheReference) {
  FakeDoor door;
  schema::Value arguments = schema::Value::object();
  arguments.set("n", schema::Value::integer(3));
  EXPECT_EQ(*door.client().turn("s1", "hi \"you\"\n", "local", true), 1u);
  EXPECT_EQ(*door.client().call("s1", "status", arguments), 2u);
  EXPECT_TRUE(door.client().cancel(1).ok());
  EXPECT_TRUE(door.client().reset("s1").ok());
  EXPECT_EQ(door.read_line(),
            R"({"op":"turn","id":1,"session":"s1","text":"hi \"you\"\n","model":"local",)"
            R"("stream":true})");
  EXPECT_EQ(door.read_line(),
            R"({"op":"call","id":2,"session":"s1","tool":"status","arguments":{"n":3}})");
  EXPECT_EQ(door.read_line(), R"({"op":"cancel","id":3,"target":1})");
  EXPECT_EQ(door.read_line(), R"({"op":"reset","session":"s1"})");
}

TEST(DoorClient, ACallTakesEarlierResults) {
  FakeDoor door;
  ASSERT_TRUE(door.client()
                  .call("s01", "mail", schema::Value::object(),
                        {{"body", {12}, ""}, {"to", {7}, "address"}})
                  .ok());
  EXPECT_EQ(door.read_line(),
            R"({"op":"call","id":1,"session":"s01","tool":"mail","arguments":{},"from":)"
            R"({"body":{"call":"c12"},"to":{"call":"c7","field":"address"}}})");
}

TEST(DoorClient, EveryEventIsRead) {
  const auto call = parse_event(
      R"({"id":2,"event":"call","call":"c12","tool":"mail","state":"denied","reason":"no_rule",)"
      R"("bytes":0,"scrubbed":2})");
  ASSERT_TRUE(call.ok());
  EXPECT_EQ(call->kind, DoorEvent::Kind::kCall);
  EXPECT_EQ(call->state, DoorEvent::State::kDenied);
  EXPECT_EQ(call->reason, base::Reason::kNoRule);
  EXPECT_EQ(call->scrubbed, 2u);
  const auto done =
      parse_event(R"({"id":2,"event":"done","reason":"ok","text":"yes","detail":"d","calls":1})");
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->text, "yes");
  EXPECT_EQ(done->calls, 1u);
  const auto result = parse_event(
      R"({"id":3,"event":"result","call":"c1","reason":"timeout","status":200,"content":"x",)"
      R"("scrubbed":1})");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text, "x");
  EXPECT_EQ(result->status, 200u);
  EXPECT_EQ(result->reason, base::Reason::kTimeout);
}

TEST(DoorClient, WhatIsNotALineOfTheDoorIsAViolation) {
  for (const char* line :
       {"", "no json", "[]", R"({"id":1})", R"({"event":"surprise"})", R"({"event":7})",
        R"({"event":"call","state":"maybe"})", R"({"event":"done","event":"done"})"}) {
    const auto event = parse_event(line);
    ASSERT_FALSE(event.ok()) << line;
    EXPECT_EQ(event.error().code, base::Errc::kViolation) << line;
  }
}

TEST(DoorClient, AnUnknownReasonIsNone) {
  EXPECT_EQ(reason_named("no_rule"), base::Reason::kNoRule);
  EXPECT_EQ(reason_named("name_not_resolved"), base::Reason::kNameNotResolved);
  EXPECT_EQ(reason_named("from_the_future"), base::Reason::kNone);
  EXPECT_EQ(reason_named(""), base::Reason::kNone);
}

TEST(DoorClient, LinesMayArriveInAnyPieces) {
  FakeDoor door;
  const std::string two =
      "{\"id\":1,\"event\":\"text\",\"text\":\"a\"}\n{\"id\":1,\"event\":\"text\",\"text\":\"b\"}"
      "\n";
  for (std::size_t cut = 0; cut <= two.size(); ++cut) {
    door.write(two.substr(0, cut));
    std::string seen;
    while (true) {
      const auto event = door.client().next(0);
      ASSERT_TRUE(event.ok());
      if (!*event) break;
      seen += (*event)->text;
    }
    if (cut < two.size()) door.write(two.substr(cut));
    while (seen.size() < 2) seen += (*door.client().next(-1))->text;
    EXPECT_EQ(seen, "ab") << cut;
  }
}

TEST(DoorClient, OpenWaitsForItsAnswerAndTellsARefusal) {
  FakeDoor door;
  door.write(
      "{\"id\":1,\"event\":\"opened\",\"session\":\"s00\"}\n{\"id\":2,\"event\":\"refused\","
      "\"reason\":\"too_many_sessions\"}\n");
  EXPECT_EQ(*door.client().open("mine"), "s00");
  EXPECT_EQ(door.read_line(), R"({"op":"open","id":1,"session":"mine"})");
  const auto refused = door.client().open("");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "Too many sessions are open; try again later.");
}

TEST(DoorClient, ADoorThatIsGoneIsUnavailable) {
  FakeDoor door;
  door.write("{\"id\":1,\"event\":\"text\",\"text\":\"last\"}\n");
  door.close();
  EXPECT_EQ((*door.client().next(-1))->text, "last");
  const auto gone = door.client().next(-1);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, base::Errc::kUnavailable);
  EXPECT_FALSE(door.client().reset("s").ok());
}

TEST(Await, TheFirstCtrlCCancelsTheSecondGivesUp) {
  FakeDoor door;
  const Interrupts interrupts;
  Await await(door.client(), interrupts, nullptr, -1);
  ASSERT_EQ(::kill(::getpid(), SIGINT), 0);
  std::thread other([&] {
    EXPECT_EQ(door.read_line(), R"({"op":"cancel","id":1,"target":7})");
    door.write(
        "{\"id\":8,\"event\":\"text\",\"text\":\"not "
        "ours\"}\n{\"id\":7,\"event\":\"text\",\"text\":\"late\"}\n");
  });
  const auto event = await.next(7);
  other.join();
  ASSERT_TRUE(event.ok() && event->has_value());
  EXPECT_EQ((*event)->text, "late");
  EXPECT_TRUE(await.cancelled());
  ASSERT_EQ(::kill(::getpid(), SIGINT), 0);
  const auto given_up = await.next(7);
  ASSERT_TRUE(given_up.ok());
  EXPECT_FALSE(given_up->has_value());
}

}  // namespace
}  // namespace cli
