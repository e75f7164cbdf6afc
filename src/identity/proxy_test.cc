// SPDX-License-Identifier: Apache-2.0
#include "identity/proxy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace identity {
namespace {

ProxyRule rule_of() {
  ProxyRule rule;
  rule.name = "edge";
  rule.uid = 33;
  rule.tenants = {"acme"};
  rule.scopes = {"mail.*", "repo.read"};
  return rule;
}

std::string shown(const Checked<Principal>& p) {
  if (!p) return std::string(slug(p.refusal()));
  return fmt::format("{} {}@{} [{}]", p->authority(), p->subject(), p->tenant(),
                     fmt::join(p->scopes(), " "));
}

using Headers = std::vector<Header>;

TEST(Proxy, HeadersOfTheNamedProxyNameTheCaller) {
  const std::pair<Headers, std::string_view> kCases[] = {
      {{{"X-Yett-Actor", "alice"}}, "proxy.edge alice@acme []"},
      {{{"x-yett-actor", "alice"}, {"X-YETT-SCOPES", "repo.read, mail.send,\tmail.*"}},
       "proxy.edge alice@acme [mail.* mail.send repo.read]"},
      {{{"x-yett-actor", "alice"}, {"host", "a"}, {"host", "b"}}, "proxy.edge alice@acme []"},
      {{}, "proxy_header"},
      {{{"x-yett-actor", ""}}, "proxy_header"},
      {{{"x-yett-actor", "alice"}, {"X-Yett-Actor", "alice"}}, "proxy_header"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", ""}}, "proxy_header"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", "a,,b"}}, "proxy_header"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", "mail.a"}, {"x-yett-scopes", "mail.b"}},
       "proxy_header"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", "*"}}, "scopes"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", "repo.write"}}, "scopes"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", "repo.*"}}, "scopes"},
      {{{"x-yett-actor", "alice"}, {"x-yett-scopes", "mail.* repo.read"}}, "scopes"},
      {{{"x-yett-actor", "a\tb"}}, "subject"},
      {{{"x-yett-actor", "alice "}}, "subject"},
      {{{"x-yett-actor", "a, b"}, {"x-yett-actor ", "c"}}, "proxy.edge a, b@acme []"},
  };
  for (const auto& [headers, want] : kCases)
    EXPECT_EQ(shown(principal_of(rule_of(), {.uid = 33, .key_id = ""}, headers)), want);
}

TEST(Proxy, NobodyElseIsBelieved) {
  const Headers headers = {{"x-yett-actor", "root"}};
  EXPECT_EQ(shown(principal_of(rule_of(), {.uid = 34, .key_id = ""}, headers)), "proxy_peer");
  EXPECT_EQ(shown(principal_of(rule_of(), {.uid = {}, .key_id = ""}, headers)), "proxy_peer");
  EXPECT_EQ(shown(principal_of(rule_of(), {.uid = 0, .key_id = "k"}, headers)), "proxy_peer");
  ProxyRule by_key = rule_of();
  by_key.uid.reset();
  by_key.key_id = "0123456789abcdef";
  EXPECT_TRUE(principal_of(by_key, {.uid = {}, .key_id = "0123456789abcdef"}, headers).ok());
  EXPECT_EQ(shown(principal_of(by_key, {.uid = 33, .key_id = ""}, headers)), "proxy_peer");
  ProxyRule nobody = rule_of();
  nobody.uid.reset();
  EXPECT_EQ(shown(principal_of(nobody, {.uid = {}, .key_id = ""}, headers)), "proxy_peer");
}

TEST(Proxy, ATenantIsOneThatItMaySpeakFor) {
  ProxyRule rule = rule_of();
  rule.tenants = {"acme", "umbrella"};
  rule.tenant_header = "x-yett-tenant";
  const Peer peer{.uid = 33, .key_id = ""};
  EXPECT_EQ(shown(principal_of(rule, peer, {{"x-yett-actor", "a"}, {"X-Yett-Tenant", "umbrella"}})),
            "proxy.edge a@umbrella []");
  EXPECT_EQ(shown(principal_of(rule, peer, {{"x-yett-actor", "a"}, {"x-yett-tenant", "other"}})),
            "tenant");
  EXPECT_EQ(shown(principal_of(rule, peer, {{"x-yett-actor", "a"}})), "proxy_header");
}

TEST(Proxy, ARuleThatCouldMisleadIsRefused) {
  EXPECT_TRUE(check(rule_of()).ok());
  const auto bad = [](auto change) {
    ProxyRule rule = rule_of();
    change(rule);
    return !check(rule).ok();
  };
  EXPECT_TRUE(bad([](ProxyRule& r) { r.name = ""; }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.uid.reset(); }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.key_id = "0123456789abcdef"; }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.tenants = {}; }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.tenants = {"a", "b"}; }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.actor_header = "X-Actor"; }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.actor_header = r.scopes_header; }));
  EXPECT_TRUE(bad([](ProxyRule& r) { r.scopes = {"a*"}; }));
}

}  // namespace
}  // namespace identity
