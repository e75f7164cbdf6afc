// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "base/limits.h"

namespace gateway {
namespace {

constexpr uid_t kNobody = 65534;

class SetClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return now_us; }
  std::int64_t steady_us() const override { return now_us; }
  std::int64_t now_us = 1;
};

// A door on a real unix socket with a monitor that the test plays; rounds are run by hand.
class House {
 public:
  explicit House(std::uint32_t owner = ::getuid()) {
    char pattern[] = "/tmp/yett-door-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    path_ = folder_ + "/door";
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_of(path_);
    CHECK(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
    CHECK(::listen(listener_.get(), 64) == 0);
    auto pair = wire::socket_pair();
    CHECK(pair.ok());
    channel_.emplace(std::move(pair->first), wire::kMonitorToGateway, "monitor");
    channel_->enter(wire::Phase::kRunning);
    monitor.emplace(std::move(pair->second), wire::kGatewayToMonitor, "gateway");
    monitor->enter(wire::Phase::kRunning);
    auto created = Server::create(*channel_, listener_.get(), owner, clock);
    CHECK(created.ok());
    server = std::move(*created);
  }
  ~House() {
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }

  void let_everybody_connect() {
    CHECK(::chmod(folder_.c_str(), 0755) == 0 && ::chmod(path_.c_str(), 0777) == 0);
  }
  base::Fd connect() {
    base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_of(path_);
    CHECK(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    spin();
    return fd;
  }
  bool spin(int rounds = 3) {
    bool there = true;
    for (int i = 0; i < rounds; ++i) {
      const auto round = server->round(0);
      EXPECT_TRUE(round.ok());
      there = round.ok() && *round;
    }
    return there;
  }
  // Sends the line and lets the door work.
  void say(const base::Fd& client, std::string line) {
    line += '\n';
    std::string_view rest = line;
    for (int i = 0; i < 10'000 && !rest.empty(); ++i) {
      const ssize_t n = ::send(client.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
      spin(1);
    }
    EXPECT_TRUE(rest.empty());
    spin();
  }
  template <class F> F frame() {
    auto got = monitor->receive();
    EXPECT_TRUE(got.ok() && got->has_value());
    if (!got.ok() || !got->has_value()) return F{};
    auto frame = (*got)->template as<F>();
    EXPECT_TRUE(frame.ok());
    return frame.ok() ? *frame : F{};
  }
  bool silent() { return !monitor->receive()->has_value(); }
  template <class F> void tell(const F& frame) {
    ASSERT_TRUE(monitor->send(frame).ok());
    spin();
  }
  // Opens the session `name` for the client; its handle.
  std::string open(const base::Fd& client, const std::string& name, std::uint64_t session) {
    say(client, R"({"op":"open","id":1,"session":")" + name + "\"}");
    const auto asked = frame<wire::OpenSession>();
    EXPECT_EQ(asked.name, name);
    EXPECT_EQ(asked.client_uid, ::getuid());
    tell(wire::SessionOpened{asked.request, base::SessionId{session}, base::Reason::kNone});
    const std::string line = read(client);
    const std::size_t at = line.rfind(":\"s");
    EXPECT_NE(at, std::string::npos) << line;
    return line.substr(at + 2, 17);
  }
  // What the client can read now.
  static std::string read(const base::Fd& client) {
    std::string out(1 << 20, '\0');
    const ssize_t n = ::recv(client.get(), out.data(), out.size(), 0);
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }
  static bool ended(const base::Fd& client) {
    char byte = 0;
    ssize_t n = 0;
    while ((n = ::recv(client.get(), &byte, 1, 0)) > 0) {}
    return n == 0 || errno == ECONNRESET;
  }

  SetClock clock;
  std::optional<wire::Channel> monitor;
  std::unique_ptr<Server> server;

 private:
  static sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }
  std::string folder_;
  std::string path_;
  base::Fd listener_;
  std::optional<wire::Channel> channel_;
};

std::string call_line(std::uint64_t id, const std::string& handle, const std::string& arguments) {
  return R"({"op":"call","id":)" + std::to_string(id) + R"(,"session":")" + handle +
         R"(","tool":"echo","arguments":)" + arguments + "}";
}

TEST(Server, ADirectCallGoesThere) {
  House house;
  const base::Fd client = house.connect();
  const std::string handle = house.open(client, "", 0xabc);
  EXPECT_EQ(handle, "s0000000000000abc");
  house.say(client, call_line(3, handle, R"({ "a" : "\u0041\/", "n": 1.50 })"));
  const auto call = house.frame<wire::DirectCall>();
  EXPECT_EQ(call.session.value, 0xabcu);
  EXPECT_EQ(call.tool, "echo");
  EXPECT_EQ(call.arguments, R"({"a":"A/","n":1.50})");  // our spelling, not the client's
  wire::CallEnded ended;
  ended.session = call.session;
  ended.request = call.request;
  ended.call = base::CallId{12};
  ended.http_status = 200;
  ended.content = "x\"y\n";
  ended.scrubbed = 2;
  house.tell(ended);
  EXPECT_EQ(house.read(client), R"({"id":3,"event":"result","call":"c12","reason":"ok",)"
                                R"("status":200,"content":"x\"y\n","scrubbed":2})"
                                "\n");
}

TEST(Server, ATurnStreamsAndCloses) {
  House house;
  const base::Fd client = house.connect();
  const std::string handle = house.open(client, "home", 5);
  house.say(client, R"({"op":"turn","id":2,"session":")" + handle +
                        R"(","text":"hi","model":"m","stream":true})");
  const auto turn = house.frame<wire::UserTurn>();
  EXPECT_EQ(turn.text, "hi");
  EXPECT_EQ(turn.model, "m");
  EXPECT_TRUE(turn.stream);
  house.tell(wire::Say{turn.session, turn.request, wire::DeltaKind::kText, "Hel"});
  house.tell(wire::Say{turn.session, turn.request, wire::DeltaKind::kThinking, "hm"});
  wire::CallNotice notice;
  notice.session = turn.session;
  notice.request = turn.request;
  notice.call = base::CallId{4};
  notice.tool = "echo";
  notice.state = wire::CallState::kDenied;
  notice.reason = base::Reason::kNoRule;
  notice.answer_bytes = 7;
  house.tell(notice);
  house.tell(wire::TurnEnded{turn.session, turn.request, base::Reason::kOk, "Hello", "", 1});
  EXPECT_EQ(house.read(client),
            R"({"id":2,"event":"text","text":"Hel"})"
            "\n"
            R"({"id":2,"event":"thinking","text":"hm"})"
            "\n"
            R"({"id":2,"event":"call","call":"c4","tool":"echo","state":"denied",)"
            R"("reason":"no_rule","bytes":7,"scrubbed":0})"
            "\n"
            R"({"id":2,"event":"done","reason":"ok","text":"Hello","detail":"","calls":1})"
            "\n");
}

TEST(Server, ALineMayComeInAnyPieces) {
  House house;
  const base::Fd client = house.connect();
  const std::string lines = R"({"op":"open","id":1,"session":"a"})"
                            "\n"
                            R"({"op":"open","id":2,"session":"b"})"
                            "\n";
  for (const char c : lines) {
    ASSERT_EQ(::send(client.get(), &c, 1, 0), 1);
    house.spin(1);
  }
  EXPECT_EQ(house.frame<wire::OpenSession>().name, "a");
  EXPECT_EQ(house.frame<wire::OpenSession>().name, "b");
}

TEST(Server, ALineThatIsNotJsonEndsTheConnection) {
  House house;
  const base::Fd client = house.connect();
  house.say(client, "GET / HTTP/1.1");
  const std::string line = house.read(client);
  EXPECT_EQ(line.find(R"({"id":0,"event":"error","message":"not JSON)"), 0u) << line;
  EXPECT_TRUE(house.ended(client));
  EXPECT_EQ(house.server->client_count(), 0u);
}

TEST(Server, AForeignHandleIsRefused) {
  House house;
  const base::Fd first = house.connect();
  const base::Fd second = house.connect();
  const std::string handle = house.open(first, "", 5);
  house.say(second, call_line(9, handle, "{}"));
  EXPECT_EQ(house.read(second),
            "{\"id\":9,\"event\":\"refused\",\"reason\":\"session_unknown\"}\n");
  house.say(second, R"({"op":"close","session":")" + handle + "\"}");
  house.say(second, R"({"op":"reset","session":")" + handle + "\"}");
  EXPECT_TRUE(house.silent());
}

TEST(Server, TwoClientsWithTheSameNumbersAreToldApart) {
  House house;
  const base::Fd first = house.connect();
  const base::Fd second = house.connect();
  const std::string a = house.open(first, "", 5);
  const std::string b = house.open(second, "", 6);
  house.say(first, call_line(3, a, "{}"));
  house.say(second, call_line(3, b, "{}"));
  const auto one = house.frame<wire::DirectCall>();
  const auto two = house.frame<wire::DirectCall>();
  EXPECT_NE(one.request, two.request);
  wire::CallEnded ended;
  ended.request = two.request;
  ended.content = "two";
  house.tell(ended);
  EXPECT_EQ(house.read(first), "");
  EXPECT_NE(house.read(second).find("\"two\""), std::string::npos);
}

TEST(Server, AClientThatGoesCancelsWhatItHadUnderWay) {
  House house;
  base::Fd client = house.connect();
  const std::string handle = house.open(client, "", 5);
  house.say(client, call_line(3, handle, "{}"));
  const auto call = house.frame<wire::DirectCall>();
  client.reset();
  house.spin();
  const auto cancel = house.frame<wire::Cancel>();
  EXPECT_EQ(cancel.request, call.request);
  EXPECT_EQ(cancel.session.value, 5u);
  EXPECT_EQ(house.frame<wire::CloseSession>().session.value, 5u);
  wire::CallEnded late;
  late.request = call.request;
  house.tell(late);  // nobody to tell; nothing breaks
  EXPECT_TRUE(house.silent());
}

TEST(Server, ANamedSessionOutlivesItsConnection) {
  House house;
  base::Fd client = house.connect();
  house.open(client, "home", 5);
  client.reset();
  house.spin();
  EXPECT_TRUE(house.silent());
}

TEST(Server, AnUnnamedSessionThatOpensTooLateIsClosed) {
  House house;
  base::Fd client = house.connect();
  house.say(client, R"({"op":"open","id":1,"session":""})");
  const auto asked = house.frame<wire::OpenSession>();
  client.reset();
  house.spin();
  house.tell(wire::SessionOpened{asked.request, base::SessionId{8}, base::Reason::kNone});
  EXPECT_EQ(house.frame<wire::CloseSession>().session.value, 8u);
}

TEST(Server, AnotherUserIsClosedAtOnce) {
  const bool root = ::getuid() == 0;  // root is always a client, so it has to become another user
  House house(::getuid() + 1);
  house.let_everybody_connect();
  if (root) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const base::Fd client = house.connect();
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_TRUE(house.ended(client));
  EXPECT_EQ(house.server->client_count(), 0u);
}

TEST(Server, TheOwnerIsAClientAlsoBesideRoot) {
  const bool root = ::getuid() == 0;
  House house(root ? kNobody : ::getuid());
  house.let_everybody_connect();
  if (root) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const base::Fd client = house.connect();
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_EQ(house.server->client_count(), 1u);
}

TEST(Server, ALineWithoutEndEndsTheConnection) {
  House house;
  const base::Fd client = house.connect();
  const std::string piece(1 << 16, ' ');
  std::size_t sent = 0;
  while (house.server->client_count() == 1 && sent < 2 * kLineBytes) {
    const ssize_t n = ::send(client.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<std::size_t>(n);
    house.spin(1);
  }
  EXPECT_EQ(house.server->client_count(), 0u);
  EXPECT_GE(sent, kLineBytes);
  EXPECT_LE(sent, kLineBytes + (2u << 20));
}

TEST(Server, ASlowLineEndsTheConnection) {
  House house;
  const base::Fd slow = house.connect();
  const base::Fd idle = house.connect();
  ASSERT_EQ(::send(slow.get(), "{", 1, 0), 1);
  house.spin();
  house.clock.now_us += Client::kLineUs;
  house.spin();
  EXPECT_EQ(house.server->client_count(), 2u);
  house.clock.now_us += 1;
  house.spin();
  EXPECT_EQ(house.server->client_count(), 1u);
  EXPECT_TRUE(house.ended(slow));
  EXPECT_FALSE(house.ended(idle));
}

TEST(Server, AClientThatDoesNotReadIsEndedAndItsRequestsCancelled) {
  House house;
  const base::Fd client = house.connect();
  const std::string handle = house.open(client, "home", 5);
  house.say(client, R"({"op":"turn","id":2,"session":")" + handle + R"(","text":"hi"})");
  const auto turn = house.frame<wire::UserTurn>();
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 40 && house.server->client_count() == 1; ++i) {
    house.tell(wire::Say{turn.session, turn.request, wire::DeltaKind::kText, megabyte});
  }
  EXPECT_EQ(house.server->client_count(), 0u);
  EXPECT_EQ(house.frame<wire::Cancel>().request, turn.request);
}

TEST(Server, ASlowMonitorHoldsBackTheClientsAndLosesNothing) {
  House house;
  const base::Fd client = house.connect();
  const std::string handle = house.open(client, "", 5);
  const std::string text(20'000, 'x');
  std::uint64_t sent = 1;
  for (; sent <= 100; ++sent) {
    const std::string line = call_line(sent + 10, handle, R"({"t":")" + text + "\"}") + "\n";
    if (::send(client.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size()))
      break;
    house.spin(1);
  }
  ASSERT_LT(sent, 100u);  // the kernel holds the client back: nobody reads
  std::uint64_t got = 0;
  for (int i = 0; i < 1000; ++i) {
    house.spin(1);
    auto frame = house.monitor->receive();
    ASSERT_TRUE(frame.ok());
    if (frame->has_value()) {
      EXPECT_EQ((*frame)->as<wire::DirectCall>()->request.value, ++got + 1);
    }
  }
  EXPECT_GE(got + 1, sent - 1);
}

TEST(Server, TheEndOfTheMonitorEndsTheDoor) {
  House house;
  house.monitor->close();
  EXPECT_FALSE(house.spin(1));
}

}  // namespace
}  // namespace gateway
