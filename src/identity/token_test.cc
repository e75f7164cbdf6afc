// SPDX-License-Identifier: Apache-2.0
#include "identity/token.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "identity/limits.h"

namespace identity {
namespace {

std::string b64(std::string_view bytes) { return base::base64(bytes, base::Base64::kUrl); }

std::string with_header(std::string_view header) {
  return b64(header) + "." + b64("{}") + "." + b64("signature");
}

std::string verdict(std::string_view text) {
  const auto token = UnverifiedToken::parse(text);
  return token ? "parsed" : std::string(slug(token.refusal()));
}

TEST(Token, AHeaderIsReadAsTheTableSays) {
  const std::pair<std::string, std::string_view> kCases[] = {
      {R"({"alg":"ES256"})", "parsed"},
      {R"({"alg":"ES256","kid":"a","typ":"JWT","cty":"x","x5t":"t","n":1,"b":true})", "parsed"},
      {" {\n\"alg\" : \"RS256\" } ", "parsed"},
      {R"({"alg":"Ed25519"})", "parsed"},
      // algorithms
      {R"({"alg":"none"})", "algorithm"},
      {R"({"alg":"None"})", "algorithm"},
      {R"({"alg":"rs256"})", "algorithm"},
      {R"({"alg":""})", "algorithm"},
      {R"({"alg":"HS256 "})", "algorithm"},
      {R"({"alg":"ES256K"})", "algorithm"},
      {R"({"alg":"RSA-OAEP"})", "algorithm"},
      {R"({"typ":"JWT"})", "algorithm"},
      {R"({})", "algorithm"},
      // what it must not bring along
      {R"({"alg":"ES256","crit":["exp"]})", "critical"},
      {R"({"alg":"ES256","crit":[]})", "critical"},
      {R"({"alg":"ES256","b64":false})", "critical"},
      {R"({"alg":"ES256","jwk":{"kty":"EC"}})", "embedded_key"},
      {R"({"alg":"ES256","jku":"https://a"})", "embedded_key"},
      {R"({"alg":"ES256","x5u":"https://a"})", "embedded_key"},
      {R"({"alg":"ES256","x5c":["a"]})", "embedded_key"},
      {R"({"alg":"ES256","jwk":null})", "embedded_key"},
      // its shape
      {R"({"alg":"ES256","alg":"none"})", "duplicate_member"},
      {R"({"alg":"ES256","ALG":"none"})", "duplicate_member"},
      {R"({"alg":"ES256","\u0061lg":"none"})", "duplicate_member"},
      {R"({"alg":["ES256"]})", "header"},
      {R"({"alg":5})", "header"},
      {R"({"alg":"ES256","kid":7})", "header"},
      {R"({"alg":"ES256","typ":null})", "header"},
      {R"({"alg":"ES256","enc":"A128GCM"})", "header"},
      {R"({"alg":"ES256","zip":"DEF"})", "header"},
      {R"({"alg":"ES256","other":{"a":1}})", "header"},
      {R"({"alg":"ES256","other":[1]})", "header"},
      {R"(["alg","ES256"])", "header"},
      {R"("ES256")", "header"},
      {R"({"alg":"ES256"}})", "header"},
      {"{\"alg\":\"ES256\",\"kid\":\"\xff\"}", "header"},
      {"\xef\xbb\xbf{\"alg\":\"ES256\"}", "header"},
      {R"({"alg":"ES256","kid":")" + std::string(limits::kKeyIdBytes + 1, 'k') + "\"}", "header"},
      {R"({"alg":"ES256","p":")" + std::string(limits::kHeaderBytes, 'p') + "\"}", "header"},
      {R"({"alg":"ES256","a":[[[[[[[[]]]]]]]]})", "header"},
  };
  for (const auto& [header, want] : kCases) EXPECT_EQ(verdict(with_header(header)), want) << header;
  std::string many = R"({"alg":"ES256")";
  for (int i = 0; i < 16; ++i) many += ",\"m" + std::to_string(i) + "\":1";
  EXPECT_EQ(verdict(with_header(many + "}")), "header");
}

TEST(Token, TheCompactFormIsStrict) {
  const std::string good = with_header(R"({"alg":"ES256"})");
  ASSERT_EQ(verdict(good), "parsed");
  const std::string head = good.substr(0, good.find('.'));
  const std::string kBad[] = {
      "",
      ".",
      "..",
      "...",
      head,
      head + ".e30",
      head + ".e30.AA.",
      head + ".e30.AA.AA",
      good + "=",
      good + "\n",
      " " + good,
      head + "=.e30.AA",
      head + ".e30.A",   // one letter left over
      head + ".e30.AB",  // stray bits
      head + ".e3 0.AA",
      head + ".e3+.AA",  // the other alphabet
      head + ".e3/.AA",
      std::string("\0", 1) + good,
      R"({"payload":"e30","protected":"e30","signature":"AA"})",
  };
  for (const std::string& text : kBad) EXPECT_NE(verdict(text), "parsed") << text;
  EXPECT_EQ(verdict(head + ".e30."), "parsed");  // no signature: refused by every key
  EXPECT_EQ(verdict(head + "..AA"), "parsed");   // an empty payload has no claims
}

TEST(Token, ATokenEndsAtEightKilobytes) {
  const std::string head = b64(R"({"alg":"ES256"})") + ".";
  for (const std::size_t over : {0u, 1u}) {
    std::string text =
        head + std::string(limits::kTokenBytes - head.size() - 4 + over, 'A') + ".AAA";
    // The payload must be a whole number of base64 groups to be looked at at all.
    if (over == 0 && (text.size() - head.size() - 4) % 4 == 1) text.erase(head.size(), 1);
    EXPECT_EQ(verdict(text) == "too_long", over == 1) << text.size();
  }
  EXPECT_EQ(verdict(std::string(1u << 20, '.')), "too_long");
}

}  // namespace
}  // namespace identity
