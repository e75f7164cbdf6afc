// SPDX-License-Identifier: Apache-2.0
#include "egress/tls.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "egress/hostile_server.h"
#include "egress/rig.h"

namespace egress {
namespace {

using base::Reason;

HostileServer::Script always(std::string response) {
  return [response](Peer& peer) {
    while (!peer.request().empty() && peer.send(response)) continue;
  };
}

// The outcome of one call to a server that shows `shown`, by an origin that names `host` and trusts
// `trusted`.
Outcome call(const Identity& shown, const std::string& host, const std::string& trusted,
             int version = 0) {
  HostileServer server(always(ok("{\"a\":1}")), &shown, version);
  Rig rig({host, server.port(), true, true, trusted});
  return rig.call(rig.request());
}

TEST(Tls, ATrustedCertificateForTheHostIsAccepted) {
  const Identity self = make_identity({});
  const Outcome out = call(self, "localhost", self.certificate);
  EXPECT_EQ(out.order, "sa");
  EXPECT_EQ(out.answer.reason, Reason::kOk);
  EXPECT_EQ(out.answer.content, "{\"a\":1}");
  const Identity address = make_identity({.name = "127.0.0.1"});
  EXPECT_EQ(call(address, "127.0.0.1", address.certificate).answer.reason, Reason::kOk);
  const Identity authority = make_identity({.name = "authority.example"});
  const Identity leaf = make_identity({.issuer = &authority});
  EXPECT_EQ(call(leaf, "localhost", authority.certificate).answer.reason, Reason::kOk);
  EXPECT_EQ(call(leaf, "localhost", address.certificate + authority.certificate).answer.reason,
            Reason::kOk);
}

TEST(Tls, EverythingElseIsRefusedBeforeAByteOfTheRequestLeaves) {
  const Identity good = make_identity({});
  const Identity other_name = make_identity({.name = "other.example"});
  const Identity other_address = make_identity({.name = "127.0.0.2"});
  const Identity expired = make_identity({.from_days = -30, .to_days = -1});
  const Identity not_yet = make_identity({.from_days = 5, .to_days = 30});
  const Identity stranger = make_identity({});
  const Identity authority = make_identity({.name = "authority.example"});
  const Identity leaf = make_identity({.issuer = &authority});
  struct Case {
    const char* what;
    const Identity& shown;
    const char* host;
    const Identity& trusted;
  };
  const Case table[] = {
      {"wrong name", other_name, "localhost", other_name},
      {"name where an address is meant", good, "127.0.0.1", good},
      {"wrong address", other_address, "127.0.0.1", other_address},
      {"expired", expired, "localhost", expired},
      {"not yet valid", not_yet, "localhost", not_yet},
      {"self-signed by a stranger", stranger, "localhost", good},
      {"of an authority that is not trusted", leaf, "localhost", good},
  };
  for (const Case& c : table) {
    const Outcome out = call(c.shown, c.host, c.trusted.certificate);
    EXPECT_EQ(out.order, "a") << c.what;
    EXPECT_EQ(out.answer.reason, Reason::kTlsFailed) << c.what;
    EXPECT_FALSE(out.answer.sent) << c.what;
  }
}

TEST(Tls, OldVersionsAreRefused) {
  const Identity self = make_identity({});
  EXPECT_EQ(call(self, "localhost", self.certificate, TLS1_2_VERSION).answer.reason, Reason::kOk);
  EXPECT_EQ(call(self, "localhost", self.certificate, TLS1_3_VERSION).answer.reason, Reason::kOk);
  EXPECT_EQ(call(self, "localhost", self.certificate, TLS1_1_VERSION).answer.reason,
            Reason::kTlsFailed);
  EXPECT_EQ(call(self, "localhost", self.certificate, TLS1_VERSION).answer.reason,
            Reason::kTlsFailed);
}

TEST(Tls, APlainServerIsRefused) {
  const Identity self = make_identity({});
  HostileServer server(
      [](Peer& peer) { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); });
  Rig rig({"localhost", server.port(), true, true, self.certificate});
  const Outcome out = rig.call(rig.request());
  EXPECT_EQ(out.answer.reason, Reason::kTlsFailed);
  EXPECT_FALSE(out.answer.sent);
}

TEST(Tls, AServerThatNeverShakesHandsEndsByTheClockUnsent) {
  const Identity self = make_identity({});
  HostileServer server([](Peer& peer) { peer.wait_closed(); });
  Rig rig({"localhost", server.port(), true, true, self.certificate});
  wire::Request request = rig.request();
  request.timeout_ms = 300;
  const Outcome out = rig.call(request);
  EXPECT_EQ(out.answer.reason, Reason::kTimeout);
  EXPECT_FALSE(out.answer.sent);
}

TEST(Tls, TheConnectionIsReused) {
  const Identity self = make_identity({});
  HostileServer server(always(ok("{}")), &self);
  Rig rig({"localhost", server.port(), true, true, self.certificate});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kOk);
    ::usleep(2000);  // the session tickets of TLS 1.3 arrive while it is idle
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Tls, AnAnswerWithoutLengthNeedsAnOrderlyEnd) {
  const Identity self = make_identity({});
  HostileServer server(
      [](Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n\r\n{}");
        peer.shut_write();  // FIN without close_notify: anybody on the way could have cut here
        peer.wait_closed();
      },
      &self);
  Rig rig({"localhost", server.port(), true, true, self.certificate});
  EXPECT_EQ(rig.call(rig.request()).answer.reason, Reason::kBadResponse);
}

TEST(Tls, ALargeAnswerAndALargeRequestPass) {
  const Identity self = make_identity({});
  const std::string text(3'000'000, 'x');
  HostileServer server(always(ok("\"" + text + "\"")), &self);
  Rig rig({"localhost", server.port(), true, true, self.certificate});
  wire::Request request = rig.request();
  request.method = wire::Method::kPost;
  request.max_answer_bytes = 4'000'000;
  request.timeout_ms = 5000;
  request.body = text;
  const Outcome out = rig.call(request);
  EXPECT_EQ(out.answer.reason, Reason::kOk);
  EXPECT_EQ(out.answer.content.size(), text.size() + 2);
}

TEST(Anchors, MustBeCertificatesAndNothingElse) {
  const Identity self = make_identity({});
  const auto create = [](const std::string& pem) {
    return TlsClient::create({"localhost", 443, true, true, pem}).ok();
  };
  EXPECT_TRUE(create(self.certificate));
  EXPECT_TRUE(create(self.certificate + "\n" + self.certificate));
  EXPECT_FALSE(create("junk"));
  EXPECT_FALSE(create(self.key));
  EXPECT_FALSE(create(self.certificate.substr(0, self.certificate.size() / 2)));
  EXPECT_FALSE(create(self.certificate + self.certificate.substr(0, 200)));
}

}  // namespace
}  // namespace egress
