// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "demo/http_message.h"

namespace demo {
namespace {

Request parsed(std::string_view bytes) {
  auto out = parse_request(bytes);
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out->used, bytes.size());
  return std::move(*out->request);
}

TEST(HttpMessage, ARequestIsReadWithPathQueryHeadersAndBody) {
  const Request r = parsed(
      "POST /a%2Fb/c?q=New+York&x=%26&flag HTTP/1.1\r\nHost: h\r\nContent-length:  4 \r\n\r\nbody");
  EXPECT_EQ(r.method, "POST");
  EXPECT_EQ(r.path, "/a/b/c");
  EXPECT_EQ(r.parameter("q"), "New York");
  EXPECT_EQ(r.parameter("x"), "&");
  EXPECT_EQ(r.header("CONTENT-LENGTH"), "4");
  EXPECT_EQ(r.body, "body");
  EXPECT_TRUE(r.keep_alive);
}

TEST(HttpMessage, EveryPrefixOfARequestAsksForMore) {
  const std::string whole = "PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto out = parse_request(std::string_view(whole).substr(0, n));
    ASSERT_TRUE(out.ok());
    EXPECT_EQ(out->used, 0u) << n;
  }
  EXPECT_EQ(parse_request(whole + "GET")->used, whole.size());
}

TEST(HttpMessage, WhatIsNotARequestIsRefused) {
  for (const char* bytes :
       {"\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"})
    EXPECT_FALSE(parse_request(bytes).ok()) << bytes;
}

TEST(HttpMessage, BothBoundsHold) {
  EXPECT_EQ(parse_request(std::string(kHeadBytes, 'x')).error().code, base::Errc::kExhausted);
  const auto body = parse_request("GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(body.error().code, base::Errc::kExhausted);
}

TEST(HttpMessage, KeepAliveFollowsVersionAndHeader) {
  EXPECT_FALSE(parsed("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parsed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(parsed("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n").keep_alive);
}

TEST(HttpMessage, MalformedEscapesStayAsTheyAre) {
  EXPECT_EQ(percent_decoded("%41%4g%", true), "A%4g%");
  EXPECT_EQ(percent_decoded("a+b", false), "a+b");
}

TEST(HttpMessage, TheHeadPromisesWhatTheStepsHold) {
  Reply reply = reply_of(200, "text/plain", "abc");
  reply.steps.push_back({"xy", 0, 3});
  EXPECT_NE(head_of(reply, true).find("Content-Length: 9\r\n"), std::string::npos);
  reply.framing = Framing::kChunked;
  EXPECT_EQ(head_of(reply, true).find("Content-Length"), std::string::npos);
  EXPECT_EQ(framed(reply, "0123456789abcdef"), "10\r\n0123456789abcdef\r\n");
}

}  // namespace
}  // namespace demo
