// SPDX-License-Identifier: Apache-2.0
#include "gateway/request.h"

#include <gtest/gtest.h>

namespace gateway {
namespace {

Request good(std::string_view line) {
  auto parsed = parse_request(line);
  const Fault* fault = std::get_if<Fault>(&parsed);
  EXPECT_EQ(fault, nullptr) << line << "\n" << (fault == nullptr ? "" : fault->message);
  return fault == nullptr ? std::get<Request>(parsed) : Request{};
}

Fault bad(std::string_view line) {
  auto parsed = parse_request(line);
  const Fault* fault = std::get_if<Fault>(&parsed);
  EXPECT_NE(fault, nullptr) << line;
  return fault == nullptr ? Fault{} : *fault;
}

TEST(Request, EachOperationIsRead) {
  Request r = good(R"({"op":"open","id":1,"session":"home"})");
  EXPECT_EQ(r.op, Op::kOpen);
  EXPECT_EQ(r.session, "home");
  r = good(R"({"text":"hi","id":9223372036854775807,"op":"turn","session":"s1",)"
           R"("model":"","stream":false})");
  EXPECT_EQ(r.op, Op::kTurn);
  EXPECT_EQ(r.id, 9223372036854775807u);
  EXPECT_FALSE(r.stream);
  r = good(
      "{\"op\":\"call\",\"id\":3,\"session\":\"s\",\"tool\":\"t\",\"arguments\":{ "
      "\"b\":[1.0,\"\\u00e9\"] }}\r");
  EXPECT_EQ(r.arguments, "{\"b\":[1.0,\"\xc3\xa9\"]}");
  EXPECT_EQ(good(R"({"op":"call","id":3,"session":"s","tool":"t"})").arguments, "{}");
  r = good(R"({"op":"cancel","id":4,"target":2})");
  EXPECT_EQ(r.target, 2u);
  EXPECT_EQ(good(R"({"op":"reset","session":"s"})").op, Op::kReset);
  EXPECT_EQ(good(R"({"op":"close","session":"s"})").op, Op::kClose);
}

TEST(Request, ACallMayTakeEarlierResults) {
  const Request r = good(R"({"op":"call","id":3,"session":"s","tool":"t",)"
                         R"("from":{"body":{"call":"c12"},"to":{"field":"a/b","call":"c7"}}})");
  ASSERT_EQ(r.from.size(), 2u);
  EXPECT_EQ(r.from[0].argument, "body");
  EXPECT_EQ(r.from[0].call.value, 12u);
  EXPECT_EQ(r.from[0].field, "");
  EXPECT_EQ(r.from[1].argument, "to");
  EXPECT_EQ(r.from[1].call.value, 7u);
  EXPECT_EQ(r.from[1].field, "a/b");
  for (const std::string_view from :
       {R"([])", R"({"b":"c1"})", R"({"b":{}})", R"({"b":{"call":"12"}})", R"({"b":{"call":"c0"}})",
        R"({"b":{"call":"c1x"}})", R"({"b":{"call":"c-1"}})", R"({"b":{"call":12}})",
        R"({"b":{"call":"c99999999999999999999"}})", R"({"b":{"call":"c1","field":""}})",
        R"({"b":{"call":"c1","fields":"x"}})", R"({"b c":{"call":"c1"}})", "1"}) {
    const std::string line =
        R"({"op":"call","id":3,"session":"s","tool":"t","from":)" + std::string(from) + "}";
    EXPECT_EQ(bad(line).id, 3u) << line;
  }
  std::string many;
  for (int i = 0; i < 65; ++i)
    many += (i == 0 ? "\"a" : ",\"a") + std::to_string(i) + R"(":{"call":"c1"})";
  EXPECT_EQ(bad(R"({"op":"call","id":3,"session":"s","tool":"t","from":{)" + many + "}}").message,
            "'from' names too many arguments");
}

TEST(Request, WhatIsNotJsonEndsTheConnection) {
  for (const std::string_view line :
       {"", "{", "hello", "{\"op\":\"open\",\"op\":\"turn\"}", "{\"op\":\"open\",\"OP\":\"turn\"}",
        "{} {}", "{\"op\":\"\xff\"}", "{'op':1}", "{\"id\":01}", "\xef\xbb\xbf{}"}) {
    EXPECT_TRUE(bad(line).ends_connection) << line;
  }
  EXPECT_TRUE(bad(std::string(1000, '[')).ends_connection);
}

TEST(Request, OtherFaultsAreAnsweredWithTheNumber) {
  struct Row {
    std::string_view line;
    std::uint64_t id;
    std::string_view message;
  };
  const Row rows[] = {
      {"[1]", 0, "a line is one JSON object"},
      {"null", 0, "a line is one JSON object"},
      {"{}", 0, "key 'op' is missing or not a string"},
      {R"({"id":7,"op":5})", 7, "key 'op' is missing or not a string"},
      {R"({"id":7,"op":"opne"})", 7, "unknown op 'opne'"},
      {R"({"id":7,"op":"open"})", 7, "key 'session' is missing for 'open'"},
      {R"({"op":"open","session":""})", 0, "key 'id' is missing for 'open'"},
      {R"({"id":0,"op":"open","session":""})", 0, "'id' must be a whole number above 0"},
      {R"({"id":-1,"op":"open","session":""})", 0, "'id' must be a whole number above 0"},
      {R"({"id":1.5,"op":"open","session":""})", 0, "'id' must be a whole number above 0"},
      {R"({"id":"1","op":"open","session":""})", 0, "'id' must be a whole number above 0"},
      {R"({"id":9223372036854775808,"op":"open","session":""})", 0,
       "'id' must be a whole number above 0"},
      {R"({"id":1,"op":"open","session":"a b"})", 1,
       "'session' must be a name: 1 to 128 visible ASCII characters without spaces"},
      {R"({"id":1,"op":"turn","session":"s","txt":"x"})", 1,
       "unknown key 'txt' for 'turn' (did you mean 'text'?)"},
      {R"({"id":1,"op":"turn","session":"s","text":"x","":1})", 1, "unknown key '' for 'turn'"},
      {R"({"id":1,"op":"turn","session":"s","text":5})", 1, "'text' must be a string"},
      {R"({"id":1,"op":"turn","session":"s","text":"","stream":1})", 1,
       "'stream' must be true or false"},
      {R"({"id":1,"op":"turn","session":"s","text":"","tool":"x"})", 1,
       "unknown key 'tool' for 'turn'"},
      {R"({"id":1,"op":"turn","session":"","text":""})", 1,
       "'session' must be a name: 1 to 128 visible ASCII characters without spaces"},
      {R"({"id":1,"op":"call","session":"s","tool":"","arguments":{}})", 1,
       "'tool' must be a name: 1 to 128 visible ASCII characters without spaces"},
      {R"({"id":1,"op":"call","session":"s","tool":"t","arguments":"{}"})", 1,
       "'arguments' must be an object"},
      {R"({"id":1,"op":"call","session":"s","tool":"t","arguments":null})", 1,
       "'arguments' must be an object"},
      {R"({"id":4,"op":"cancel"})", 4, "key 'target' is missing for 'cancel'"},
  };
  for (const Row& row : rows) {
    const Fault fault = bad(row.line);
    EXPECT_EQ(fault.id, row.id) << row.line;
    EXPECT_EQ(fault.message, row.message) << row.line;
    EXPECT_FALSE(fault.ends_connection) << row.line;
  }
}

TEST(Request, NoFaultRepeatsATextOrControlCharacters) {
  const Fault fault = bad("{\"id\":1,\"op\":\"\\u001b[2J" + std::string(500, 'x') + "\"}");
  EXPECT_EQ(fault.message.find('\x1b'), std::string::npos);
  EXPECT_LT(fault.message.size(), 120u);
}

TEST(Request, WhatNoFrameHoldsIsRefused) {
  const std::string large(kPayloadBytes + 1, 'x');
  EXPECT_EQ(bad(R"({"id":1,"op":"turn","session":"s","text":")" + large + "\"}").message,
            "'text' is too large");
  EXPECT_EQ(
      bad(R"({"id":1,"op":"call","session":"s","tool":"t","arguments":{"a":")" + large + "\"}}")
          .message,
      "'arguments' is too large");
  std::string padded(kLineBytes, ' ');
  padded += "{}";
  EXPECT_TRUE(bad(padded).ends_connection);
}

TEST(Request, ATurnMayNameItsModeAndAskForATrace) {
  const auto mode = [](const std::string& rest) {
    const auto parsed =
        parse_request(R"({"op":"turn","id":1,"session":"s1","text":"a")" + rest + "}");
    const Request* request = std::get_if<Request>(&parsed);
    return request == nullptr
               ? std::string("refused: ") + std::get<Fault>(parsed).message
               : std::to_string(static_cast<int>(request->mode)) + (request->trace ? "+trace" : "");
  };
  EXPECT_EQ(mode(""), "0");
  EXPECT_EQ(mode(R"(,"mode":"plain")"), "1");
  EXPECT_EQ(mode(R"(,"mode":"dual")"), "2");
  EXPECT_EQ(mode(R"(,"mode":"plan","trace":true)"), "3+trace");
  for (const char* bad : {R"(,"mode":"")", R"(,"mode":"Dual")", R"(,"mode":2)", R"(,"mode":null)"})
    EXPECT_EQ(mode(bad), "refused: 'mode' must be one of plain, dual, plan");
}

}  // namespace
}  // namespace gateway
