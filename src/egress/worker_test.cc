// SPDX-License-Identifier: Apache-2.0
#include "egress/worker.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include <gtest/gtest.h>

#include "egress/hostile_server.h"
#include "egress/rig.h"

namespace egress {
namespace {

using base::Reason;

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

TEST(Worker, CarriesARequestAndItsKeptFieldsBack) {
  std::string seen;
  HostileServer server([&](Peer& peer) {
    seen = peer.request();
    peer.send(ok(R"({"status":"ok","secret":"s3cret"})"));
  });
  Rig rig(local(server.port()));
  wire::Request request = rig.request("/v1/status?x=1");
  request.method = wire::Method::kPost;
  request.headers = {{"Authorization", "Bearer token-1"}};
  request.body = "{}";
  request.keep = {{"state", "/status"}};
  const Outcome out = rig.call(request);
  EXPECT_EQ(out.order, "sa");
  EXPECT_EQ(out.answer.reason, Reason::kOk);
  EXPECT_TRUE(out.answer.sent);
  EXPECT_EQ(out.answer.http_status, 200);
  EXPECT_EQ(out.answer.content, R"({"state":"ok"})");
  EXPECT_EQ(out.answer.answer_bytes, 33u);
  EXPECT_TRUE(seen.starts_with("POST /v1/status?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
  EXPECT_NE(seen.find("\r\nAccept-Encoding: identity\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nAuthorization: Bearer token-1\r\n"), std::string::npos);
}

// ---- connections --------------------------------------------------------------------------------

TEST(Reuse, OneConnectionCarriesManyRequests) {
  HostileServer server(always(ok("{}")));
  Rig rig(local(server.port()));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Reuse, AConnectionThatClosedMeanwhileIsReplacedBeforeAnythingIsSent) {
  HostileServer server(once(ok("{}")));
  Rig rig(local(server.port()));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
    ::usleep(20'000);
  }
  EXPECT_EQ(server.connections(), 5);
}

TEST(Reuse, CloseAndTheEndOfKeepAliveAreHonoured) {
  for (const char* fields :
       {"Connection: close\r\n", "Keep-Alive: timeout=1\r\n", "Keep-Alive: timeout=0\r\n"}) {
    HostileServer server([&](Peer& peer) {
      peer.request();
      peer.send(ok("{}", fields));
      peer.wait_closed();
    });
    Rig rig(local(server.port()));
    EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
    EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
    EXPECT_EQ(server.connections(), 2) << fields;
  }
}

TEST(Reuse, ARequestIsNeverSentTwice) {
  std::atomic<int> requests = 0;
  HostileServer server([&](Peer& peer) {
    if (peer.request().empty()) return;
    ++requests;
    peer.send(ok("{}"));
    if (!peer.request().empty()) ++requests;  // and closes without an answer
  });
  Rig rig(local(server.port()));
  EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
  const Outcome second = rig.call(rig.request());
  EXPECT_EQ(second.answer.reason, Reason::kBadResponse);
  EXPECT_TRUE(second.answer.sent);
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Reuse, AnAnswerThatNobodyAskedForIsNotTakenForTheNext) {
  HostileServer together([](Peer& peer) {
    peer.request();
    peer.send(ok("{\"n\":1}") + ok("{\"n\":666}"));
    peer.wait_closed();
  });
  Rig rig(local(together.port()));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.call(rig.request()).answer.content, "{\"n\":1}");
  HostileServer later([](Peer& peer) {
    peer.request();
    peer.send(ok("{\"n\":1}"));
    ::usleep(30'000);
    peer.send(ok("{\"n\":666}"));
    peer.wait_closed();
  });
  Rig second(local(later.port()));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(second.call(second.request()).answer.content, "{\"n\":1}");
    ::usleep(60'000);
  }
}

TEST(Connect, APortWhereNobodyListensFailsUnsent) {
  std::uint16_t port = 0;
  { port = HostileServer(once("")).port(); }
  Rig rig(local(port));
  const Outcome out = rig.call(rig.request());
  EXPECT_EQ(out.order, "a");
  EXPECT_EQ(out.answer.reason, Reason::kConnectFailed);
  EXPECT_FALSE(out.answer.sent);
}

// A listener whose queue is full: the kernel drops further SYNs, so a connect hangs.
class BlackHole {
 public:
  BlackHole() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    CHECK(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address_), size) == 0);
    CHECK(::listen(listening_.get(), 0) == 0);
    CHECK(::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address_), &size) == 0);
    for (int i = 0; i < 8; ++i) {
      fill_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      (void)::connect(fill_.back().get(), reinterpret_cast<sockaddr*>(&address_), size);
    }
  }
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  base::Fd listening_;
  sockaddr_in address_{};
  std::vector<base::Fd> fill_;
};

TEST(Connect, ABlackHoleEndsByTheClockUnsent) {
  const BlackHole hole;
  Rig rig(local(hole.port()));
  wire::Request request = rig.request();
  request.timeout_ms = 300;
  const Outcome out = rig.call(request);
  EXPECT_EQ(out.order, "a");
  EXPECT_EQ(out.answer.reason, Reason::kTimeout);
  EXPECT_FALSE(out.answer.sent);
  EXPECT_GE(out.took_us, 290'000);
  EXPECT_LT(out.took_us, 1'000'000);
}

TEST(Connect, LocalhostIsLoopbackOnly) {
  HostileServer server(always(ok("{}")));
  Rig rig({"localhost", server.port(), false, true, ""});
  EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
}

// ---- names --------------------------------------------------------------------------------------

class FixedResolver final : public Resolver {
 public:
  explicit FixedResolver(std::vector<const char*> addresses) {
    for (const char* text : addresses) addresses_.push_back(*parse_address(text));
  }
  std::vector<Address> resolve(const std::string&) override {
    ++lookups;
    return addresses_;
  }
  std::atomic<int> lookups = 0;

 private:
  std::vector<Address> addresses_;
};

TEST(Names, OneForbiddenAddressRefusesTheWholeName) {
  const Identity identity = make_identity({});
  for (const auto& addresses :
       std::vector<std::vector<const char*>>{{"127.0.0.1"},
                                             {"8.8.8.8", "127.0.0.1"},
                                             {"10.0.0.1", "8.8.8.8"},
                                             {"8.8.8.8", "8.8.4.4", "169.254.169.254"},
                                             {"::1"},
                                             {"2606:4700::1111", "fd00::1"},
                                             {"2002:7f00:1::1"},
                                             {"0.0.0.0"},
                                             {"64:ff9b::7f00:1"}}) {
    HostileServer server(always(ok("{}")));
    FixedResolver resolver(addresses);
    Rig rig({"rebind.example", server.port(), true, false, identity.certificate}, &resolver);
    const Outcome out = rig.call(rig.request());
    EXPECT_EQ(out.order, "a");
    EXPECT_EQ(out.answer.reason, Reason::kAddressRefused) << addresses.front();
    EXPECT_FALSE(out.answer.sent);
    EXPECT_EQ(resolver.lookups, 1);
    EXPECT_EQ(server.connections(), 0);
  }
}

TEST(Names, ANameWithoutAddressIsSaidSo) {
  const Identity identity = make_identity({});
  FixedResolver resolver({});
  Rig rig({"nowhere.example", 443, true, false, identity.certificate}, &resolver);
  const Outcome out = rig.call(rig.request());
  EXPECT_EQ(out.answer.reason, Reason::kNameNotResolved);
  EXPECT_FALSE(out.answer.sent);
}

TEST(Names, OriginsThatMayNotBeAreNeverLookedUp) {
  const Identity identity = make_identity({});
  for (const wire::Origin& origin :
       {wire::Origin{"api.example", 80, false, false, ""},
        wire::Origin{"api.example", 80, false, true, ""},
        wire::Origin{"2130706433", 80, false, true, ""}, wire::Origin{"127.1", 80, false, true, ""},
        wire::Origin{"localhost", 443, true, false, identity.certificate},
        wire::Origin{"127.0.0.1", 443, true, false, identity.certificate},
        wire::Origin{"10.1.2.3", 443, true, false, identity.certificate},
        wire::Origin{"169.254.169.254", 80, false, true, ""}}) {
    FixedResolver resolver({"8.8.8.8"});
    Rig rig(origin, &resolver);
    EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kAddressRefused) << origin.host;
    EXPECT_EQ(resolver.lookups, 0);
  }
}

// ---- requests -----------------------------------------------------------------------------------

TEST(Request, WhatTheBrokerMayNotSendNeverLeaves) {
  HostileServer server(always(ok("{}")));
  Rig rig(local(server.port()));
  const std::function<void(wire::Request&)> table[] = {
      [](wire::Request& r) { r.target = "http://evil/"; },
      [](wire::Request& r) { r.target = "/a b"; },
      [](wire::Request& r) { r.target = "/a\r\nHost: evil\r\n\r\n"; },
      [](wire::Request& r) { r.target = "/../x"; },
      [](wire::Request& r) { r.target = ""; },
      [](wire::Request& r) {
        r.headers = {{"Host", "evil"}};
      },
      [](wire::Request& r) {
        r.headers = {{"Transfer-Encoding", "chunked"}};
      },
      [](wire::Request& r) {
        r.headers = {{"X", "a\r\nY: b"}};
      },
      [](wire::Request& r) {
        r.headers = {{"X", std::string("a\0b", 3)}};
      },
      [](wire::Request& r) {
        r.headers = {{"X:", "a"}};
      },
      [](wire::Request& r) {
        r.headers = {{"", "a"}};
      },
  };
  for (const auto& change : table) {
    wire::Request request = rig.request();
    change(request);
    const Outcome out = rig.call(request);
    EXPECT_EQ(out.order, "a");
    EXPECT_EQ(out.answer.reason, Reason::kWarrantRefused);
    EXPECT_FALSE(out.answer.sent);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(Request, ALargeBodyArrivesWhole) {
  std::atomic<std::size_t> got = 0;
  HostileServer server([&](Peer& peer) {
    const std::string all = peer.request();
    got = all.size() - all.find("\r\n\r\n") - 4;
    peer.send(ok("{}"));
  });
  Rig rig(local(server.port()));
  wire::Request request = rig.request();
  request.method = wire::Method::kPost;
  request.body = std::string(6'000'000, 'x');
  EXPECT_EQ(rig.call(request).answer.reason, Reason::kOk);
  EXPECT_EQ(got, 6'000'000u);
}

TEST(Request, AnAnswerBeforeTheBodyWasTakenIsStillHeard) {
  HostileServer server([](Peer& peer) {
    peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    peer.shut_write();
    peer.wait_closed();
  });
  Rig rig(local(server.port()));
  wire::Request request = rig.request();
  request.method = wire::Method::kPost;
  request.body = std::string(12'000'000, 'x');
  const Outcome out = rig.call(request);
  EXPECT_EQ(out.answer.reason, Reason::kUpstreamStatus);
  EXPECT_EQ(out.answer.http_status, 413);
}

TEST(Request, TheEnvironmentNamesNoProxy) {
  HostileServer proxy(always(ok("{\"via\":\"proxy\"}")));
  HostileServer server(always(ok("{\"via\":\"origin\"}")));
  const std::string address = fmt::format("http://127.0.0.1:{}", proxy.port());
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"})
    ::setenv(name, address.c_str(), 1);
  Rig rig(local(server.port()));
  EXPECT_EQ(rig.call(rig.request()).answer.content, "{\"via\":\"origin\"}");
  EXPECT_EQ(proxy.connections(), 0);
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"})
    ::unsetenv(name);
}

// ---- cancelling, order, ends --------------------------------------------------------------------

TEST(Cancel, DropsTheConnectionInEveryPhase) {
  const BlackHole hole;
  Rig dark(local(hole.port()));
  wire::Request request = dark.request();
  dark.start(request);
  ::usleep(20'000);
  dark.cancel(request.request);
  Outcome out = dark.gather(request.request);
  EXPECT_EQ(out.answer.reason, Reason::kCancelled);
  EXPECT_FALSE(out.answer.sent);

  std::promise<bool> closed;
  HostileServer server([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01");
    closed.set_value(peer.wait_closed());
  });
  Rig rig(local(server.port()));
  request = rig.request();
  rig.start(request);
  EXPECT_EQ(rig.next()->type, wire::FrameType::kSent);
  ::usleep(20'000);
  rig.cancel(request.request);
  out = rig.gather(request.request);
  EXPECT_EQ(out.answer.reason, Reason::kCancelled);
  EXPECT_TRUE(out.answer.sent);
  EXPECT_TRUE(closed.get_future().get());
  rig.cancel(request.request);  // once more: its Answer has gone, so this means nothing
  rig.cancel(base::RequestId{999});
  EXPECT_FALSE(rig.next(100).has_value());
}

TEST(Queue, RequestsAreCarriedOneAfterAnother) {
  HostileServer server([](Peer& peer) {
    for (int n = 1; !peer.request().empty(); ++n) peer.send(ok(std::to_string(n)));
  });
  Rig rig(local(server.port()));
  std::vector<wire::Request> requests;
  for (int i = 0; i < 10; ++i) requests.push_back(rig.request());
  for (const auto& r : requests) rig.start(r);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(rig.gather(requests[static_cast<std::size_t>(i)].request).answer.content,
              std::to_string(i + 1));
}

TEST(Queue, AWaitingRequestIsCancelledExpiresOrIsRefusedUnsent) {
  HostileServer server([](Peer& peer) { peer.request(), peer.wait_closed(); });
  Rig rig(local(server.port()));
  wire::Request first = rig.request();
  rig.start(first);
  EXPECT_EQ(rig.next()->type, wire::FrameType::kSent);
  const wire::Request cancelled = rig.request();
  wire::Request late = rig.request();
  late.timeout_ms = 100;
  rig.start(cancelled);
  rig.start(late);
  rig.cancel(cancelled.request);
  EXPECT_EQ(rig.gather(cancelled.request).answer.reason, Reason::kCancelled);
  const Outcome expired = rig.gather(late.request);
  EXPECT_EQ(expired.answer.reason, Reason::kTimeout);
  EXPECT_FALSE(expired.answer.sent);
  for (std::size_t i = 0; i < kQueuedRequests; ++i) rig.start(rig.request());
  const wire::Request many = rig.request();
  const Outcome refused = rig.call(many);
  EXPECT_EQ(refused.answer.reason, Reason::kTooManyCalls);
  EXPECT_FALSE(refused.answer.sent);
}

TEST(End, AnIdleWorkerEndsItself) {
  Rig rig(local(1), nullptr, 150);
  EXPECT_EQ(rig.wait(), Worker::End::kIdle);
}

TEST(End, ABusyWorkerIsNotIdle) {
  HostileServer server([](Peer& peer) { peer.request(), ::usleep(400'000), peer.send(ok("{}")); });
  Rig rig(local(server.port()), nullptr, 100);
  EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
  EXPECT_EQ(rig.wait(), Worker::End::kIdle);
}

TEST(End, WithoutItsBrokerAWorkerEndsAtOnce) {
  HostileServer server([](Peer& peer) { peer.request(), peer.wait_closed(); });
  Rig rig(local(server.port()));
  rig.start(rig.request());
  EXPECT_EQ(rig.next()->type, wire::FrameType::kSent);
  rig.hang_up();
  EXPECT_EQ(rig.wait(), Worker::End::kPeerGone);
}

TEST(End, AViolationEndsIt) {
  const auto end_of = [](const std::function<void(Rig&)>& violate) {
    HostileServer server([](Peer& peer) { peer.request(), peer.wait_closed(); });
    Rig rig(local(server.port()));
    violate(rig);
    return rig.wait();
  };
  EXPECT_EQ(end_of([](Rig& rig) {
              const wire::Request r = rig.request();
              rig.start(r), rig.start(r);
            }),
            Worker::End::kViolation);
  EXPECT_EQ(end_of([](Rig& rig) {
              (void)rig.channel().send_bytes(wire::FrameType::kRequest, "junk", {}, false);
            }),
            Worker::End::kViolation);
  EXPECT_EQ(end_of([](Rig& rig) { (void)rig.channel().send(wire::Shutdown{true}); }),
            Worker::End::kViolation);
}

}  // namespace
}  // namespace egress
