// SPDX-License-Identifier: Apache-2.0
// Servers that answer wrong, slowly, too much, or with a status; and models' streams.
#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "egress/hostile_server.h"
#include "egress/rig.h"

namespace egress {
namespace {

using base::Reason;
using wire::DeltaKind;

// Answers every request of a connection with `response`.
HostileServer::Script always(std::string response) {
  return [response](Peer& peer) {
    while (!peer.request().empty() && peer.send(response)) continue;
  };
}
// Answers one request with `response` and closes.
HostileServer::Script once(std::string response) {
  return [response](Peer& peer) {
    if (!peer.request().empty()) peer.send(response);
  };
}

Outcome call_once(const std::string& response,
                  const std::function<void(wire::Request&)>& change = {}) {
  HostileServer server(once(response));
  Rig rig(local(server.port()));
  wire::Request request = rig.request();
  if (change) change(request);
  return rig.call(request);
}

// Lets a server wait until the test says go.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// ---- hostile answers ----------------------------------------------------------------------------

TEST(Hostile, AnswersEndAsTheyShould) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  struct Case {
    const char* what;
    std::string response;
    Reason reason;
  };
  const Case table[] = {
      {"says it is huge", head + "Content-Length: 100001\r\n\r\n", Reason::kTooLarge},
      {"is huge", head + "\r\n" + std::string(200'000, ' '), Reason::kTooLarge},
      {"shorter than said", head + "Content-Length: 10\r\n\r\n{}", Reason::kBadResponse},
      {"closes in the header", "HTTP/1.1 200 OK\r\nContent-Le", Reason::kBadResponse},
      {"closes at once", "", Reason::kBadResponse},
      {"cut chunks", head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", Reason::kBadResponse},
      {"compressed", head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
       Reason::kBadResponse},
      {"CL and TE", head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
       Reason::kBadResponse},
      {"header flood", head + std::string(40'000, 'x'), Reason::kTooLarge},
      {"duplicate keys", ok(R"({"a":1,"a":2})"), Reason::kBadResponse},
      {"bad UTF-8", ok("\"\xff\""), Reason::kBadResponse},
      {"not JSON", ok("<html>"), Reason::kBadResponse},
      {"nothing", ok(""), Reason::kBadResponse},
      {"not HTTP", "hello\r\n\r\n", Reason::kBadResponse},
      {"chunked", head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", Reason::kOk},
      {"until close", head + "\r\n{}", Reason::kOk},
  };
  for (const Case& c : table) {
    const Outcome out = call_once(c.response);
    EXPECT_EQ(out.order, "sa") << c.what;
    EXPECT_EQ(out.answer.reason, c.reason) << c.what;
    EXPECT_TRUE(out.answer.sent) << c.what;
    EXPECT_EQ(out.answer.content, c.reason == Reason::kOk ? "{}" : "") << c.what;
  }
}

TEST(Hostile, ARedirectIsNeitherFollowedNorReported) {
  HostileServer target(always(ok("{}")));
  for (const char* status :
       {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"}) {
    const Outcome out = call_once(fmt::format(
        "HTTP/1.1 {}\r\nLocation: http://127.0.0.1:{}/steal\r\nContent-Length: 4\r\n\r\nbody",
        status, target.port()));
    EXPECT_EQ(out.answer.reason, Reason::kRedirectRefused);
    EXPECT_EQ(out.answer.content, "");
    EXPECT_GE(out.answer.http_status, 301);
  }
  EXPECT_EQ(target.connections(), 0);
}

TEST(Hostile, AnEndlessBodyIsCutAtTheBound) {
  std::atomic<std::size_t> sent = 0;
  HostileServer server([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(4096, ' ') + "\r\n";
    while (sent < 200'000'000 && peer.send(chunk)) sent += chunk.size();
  });
  Rig rig(local(server.port()));
  EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kTooLarge);
  EXPECT_LT(sent, 50'000'000u);
}

TEST(Hostile, SlowServersEndByTheClockInEveryPhase) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
  const HostileServer::Script scripts[] = {
      [](Peer& peer) { peer.request(), peer.wait_closed(); },
      [&](Peer& peer) { peer.request(), peer.drip(head + "0123456789", 30); },
      [&](Peer& peer) {
        peer.request(), peer.send(head), peer.drip("012345678", 100), peer.wait_closed();
      },
      [](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("1\r\n \r\n")) ::usleep(50'000);
      },
  };
  for (const auto& script : scripts) {
    HostileServer server(script);
    Rig rig(local(server.port()));
    wire::Request request = rig.request();
    request.timeout_ms = 300;
    const Outcome out = rig.call(request);
    EXPECT_EQ(out.answer.reason, Reason::kTimeout);
    EXPECT_TRUE(out.answer.sent);
    EXPECT_GE(out.took_us, 290'000);
    EXPECT_LT(out.took_us, 1'000'000);
  }
}

TEST(Hostile, AServerThatNeverReadsEndsByTheClock) {
  HostileServer server([](Peer& peer) {
    (void)peer;
    ::usleep(600'000);
  });
  Rig rig(local(server.port()));
  wire::Request request = rig.request();
  request.method = wire::Method::kPost;
  request.timeout_ms = 300;
  request.body = std::string(15'000'000, 'x');
  const Outcome out = rig.call(request);
  EXPECT_EQ(out.answer.reason, Reason::kTimeout);
  EXPECT_TRUE(out.answer.sent);
}

TEST(Hostile, AResetIsABadResponse) {
  HostileServer server([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01");
    peer.reset();
  });
  Rig rig(local(server.port()));
  EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kBadResponse);
}

// ---- statuses -----------------------------------------------------------------------------------

TEST(Status, AnErrorCarriesItsTextAsItIs) {
  const std::string body = R"({"message":"no such item","a":1,"a":2})";
  const Outcome out = call_once(
      fmt::format("HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{}", body.size(), body),
      [](wire::Request& r) {
        r.keep = {{"status", "/status"}};
      });
  EXPECT_EQ(out.answer.reason, Reason::kUpstreamStatus);
  EXPECT_EQ(out.answer.http_status, 404);
  EXPECT_EQ(out.answer.content, body);
}

TEST(Status, OfALongErrorTheFirstPartIsKept) {
  const Outcome out = call_once("HTTP/1.1 500 X\r\n\r\n" + std::string(300'000, 'e'));
  EXPECT_EQ(out.answer.reason, Reason::kUpstreamStatus);
  EXPECT_EQ(out.answer.content, std::string(kErrorBodyBytes, 'e'));
}

TEST(Status, AnErrorLeavesTheConnectionUsable) {
  HostileServer server(always("HTTP/1.1 429 Slow\r\nContent-Length: 2\r\n\r\nno"));
  Rig rig(local(server.port()));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.call(rig.request()).answer.http_status, 429);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Status, WithoutABodyThereIsNothingToDecode) {
  EXPECT_EQ(call_once("HTTP/1.1 204 No Content\r\n\r\n").answer.reason, Reason::kOk);
  const Outcome head = call_once("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n",
                                 [](wire::Request& r) { r.method = wire::Method::kHead; });
  EXPECT_EQ(head.answer.reason, Reason::kOk);
  EXPECT_EQ(head.answer.content, "");
}

// ---- models -------------------------------------------------------------------------------------

TEST(Models, DeltasArriveWhileTheServerStillWrites) {
  Gate gate;
  HostileServer server([&](Peer& peer) {
    peer.request();
    peer.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: "
        "chunked\r\n\r\n");
    const auto chunk = [](const std::string& s) {
      return fmt::format("{:x}\r\n{}\r\n", s.size(), s);
    };
    peer.send(chunk("{\"message\":{\"content\":\"Hel\"},\"done\":false}\n"));
    gate.wait();
    peer.send(chunk("{\"message\":{\"content\":\"lo\"},\"done\":false}\n{\"done\":true}\n") +
              "0\r\n\r\n");
  });
  Rig rig(local(server.port()));
  wire::Request request = rig.request();
  request.decode = wire::Decode::kOllamaChat;
  request.stream = true;
  rig.start(request);
  EXPECT_EQ(rig.next()->type, wire::FrameType::kSent);
  const auto first = rig.next()->as<wire::AnswerDelta>();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->text, "Hel");
  gate.open();
  const Outcome rest = rig.gather(request.request);
  EXPECT_EQ(rest.order, "dda");
  EXPECT_EQ(rest.deltas,
            (std::vector<Delta>{{DeltaKind::kText, 0, "lo"}, {DeltaKind::kFinish, 0, "stop"}}));
  EXPECT_EQ(rest.answer.reason, Reason::kOk);
  EXPECT_EQ(rest.answer.content, "");
}

TEST(Models, EventsAndAnErrorInMidStream) {
  const std::string events =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n"
      "data: {\"error\":{\"message\":\"gone\"}}\n\n";
  const Outcome out =
      call_once(ok(events, "Content-Type: text/event-stream\r\n"), [](wire::Request& r) {
        r.decode = wire::Decode::kOpenAiChat;
        r.stream = true;
      });
  EXPECT_EQ(out.order, "sda");
  EXPECT_EQ(out.answer.reason, Reason::kUpstreamStatus);
  EXPECT_EQ(out.answer.content, "gone");
}

TEST(Models, ABrokerThatDoesNotReadStopsTheReadingNotTheWorker) {
  std::string line =
      "{\"message\":{\"content\":\"" + std::string(5000, 'x') + "\"},\"done\":false}\n";
  HostileServer server([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 2000 && peer.send(line); ++i) continue;
    peer.send("{\"done\":true}\n");
  });
  Rig rig(local(server.port()));
  wire::Request request = rig.request();
  request.decode = wire::Decode::kOllamaChat;
  request.stream = true;
  request.max_answer_bytes = 16'000'000;
  request.timeout_ms = 8000;
  rig.start(request);
  ::usleep(300'000);
  const Outcome out = rig.gather(request.request);
  std::size_t total = 0;
  for (const Delta& d : out.deltas) total += d.kind == DeltaKind::kText ? d.text.size() : 0;
  EXPECT_EQ(out.answer.reason, Reason::kOk);
  EXPECT_EQ(total, 10'000'000u);
}

}  // namespace
}  // namespace egress
