// SPDX-License-Identifier: Apache-2.0
#include "identity/header.h"

#include <gtest/gtest.h>

namespace identity {
namespace {

using Headers = std::vector<Header>;

std::string shown(const Headers& headers) {
  const auto c = credential_of(headers);
  if (!c) return std::string(slug(c.refusal()));
  const char* kind = c->kind == CredentialKind::kKey     ? "key "
                     : c->kind == CredentialKind::kToken ? "token "
                                                         : "imported ";
  return kind + c->text + (c->key_hint.empty() ? "" : " #" + c->key_hint);
}

TEST(Credential, IsTheOneThatTheHeadersHold) {
  const std::pair<Headers, std::string_view> kCases[] = {
      {{{"Authorization", "Bearer yett_1"}}, "key yett_1"},
      {{{"AUTHORIZATION", "bEARER a.b.c"}}, "token a.b.c"},
      {{{"X-Yett-Key", "yett_1"}}, "key yett_1"},
      {{{"x-toolrampart-key", "trp_1"}, {"X-ToolRampart-Key-Id", "k1"}}, "imported trp_1 #k1"},
      {{{"authorization", "Bearer a.b"}}, "imported a.b"},
      {{{"authorization", "Bearer a.b.c.d"}}, "imported a.b.c.d"},
      // None, and that is nobody.
      {{}, "no_credential"},
      {{{"cookie", "a.b.c"}, {"x-yett-key-id", "k"}, {"x-api-key", "yett_1"}}, "no_credential"},
      // Two, even the same two.
      {{{"authorization", "Bearer a"}, {"authorization", "Bearer a"}}, "several_credentials"},
      {{{"authorization", "Bearer a"}, {"x-yett-key", "a"}}, "several_credentials"},
      {{{"x-yett-key", "a"}, {"X-YETT-KEY", "b"}}, "several_credentials"},
      {{{"x-yett-key", "a"}, {"x-yett-key-id", "1"}, {"x-toolrampart-key-id", "1"}},
       "several_credentials"},
      // Not a credential.
      {{{"authorization", ""}}, "malformed"},
      {{{"authorization", "Bearer"}}, "malformed"},
      {{{"authorization", "Bearer "}}, "malformed"},
      {{{"authorization", "Basic YTpi"}}, "malformed"},
      {{{"authorization", "Bearer  a"}}, "malformed"},
      {{{"authorization", "Bearer a b"}}, "malformed"},
      {{{"authorization", "Bearer a\r\nx"}}, "malformed"},
      {{{"x-yett-key", ""}}, "malformed"},
      {{{"x-yett-key", "k\xc3\xa9"}}, "malformed"},
      {{{"x-yett-key", std::string("a\0b", 3)}}, "malformed"},
      {{{"x-yett-key", "' OR '1'='1"}}, "malformed"},
      {{{"x-yett-key", std::string(1u << 20, 'a')}}, "too_long"},
      {{{"x-yett-key", "a"}, {"x-yett-key-id", std::string(129, 'a')}}, "too_long"},
  };
  for (const auto& [headers, want] : kCases) EXPECT_EQ(shown(headers), want);
}

}  // namespace
}  // namespace identity
