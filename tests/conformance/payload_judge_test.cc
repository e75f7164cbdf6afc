// SPDX-License-Identifier: Apache-2.0
// The judge must find what a careless renderer lets through.
#include <gtest/gtest.h>

#include "conformance/payload_judge.h"

namespace conformance {
namespace {

// As a renderer would that pastes the argument in.
wire::Request pasted(Place place, const std::string& a) {
  wire::Request out;
  switch (place) {
    case Place::kSegment: out.target = "/files/" + a + "/meta"; break;
    case Place::kQuery: out.target = "/list?fixed=1&a=" + a; break;
    case Place::kHeader:
      out.target = "/note";
      out.headers = {{"X-Note", a}};
      break;
    case Place::kJson:
      out.target = "/run";
      out.headers = {{"Content-Type", "application/json"}};
      out.body = R"({"fixed":"1","a":")" + a + "\"}";
      break;
    case Place::kForm:
      out.target = "/run";
      out.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
      out.body = "fixed=1&a=" + a;
      break;
  }
  return out;
}

TEST(PayloadJudge, FindsEveryWayOutOfASegment) {
  for (const char* a : {"../../etc/passwd",
                        "..",
                        ".",
                        "",
                        "%2e%2e",
                        "..%2f..",
                        "%252e%252e%252f",
                        "..%5c..",
                        "%c0%ae%c0%ae",
                        "%c0%af",
                        "%c1%9c",
                        "%c0%2f",
                        "%e0%80%af",
                        "%f0%80%80%af",
                        "%u002f",
                        "%u2215",
                        "%%32%66",
                        "a%00b",
                        "a%0d%0ab",
                        "a?b",
                        "a#b",
                        "%ef%bc%8f",
                        "%25c0%25af",
                        "%fc%80%80%80%80%af"})
    EXPECT_NE(outside(pasted(Place::kSegment, a), Place::kSegment, a), "") << a;
}

TEST(PayloadJudge, LetsHarmlessArgumentsBe) {
  for (const Place place : kPlaces)
    EXPECT_EQ(outside(pasted(place, "report-1.txt"), place, "report-1.txt"), "") << name_of(place);
  EXPECT_EQ(outside(pasted(Place::kSegment, "100%25"), Place::kSegment, "100%"), "");
}

TEST(PayloadJudge, FindsAddedPairsHeadersAndMembers) {
  const auto found = [](Place place, const std::string& a) {
    return !outside(pasted(place, a), place, a).empty();
  };
  EXPECT_TRUE(found(Place::kQuery, "x&admin=1"));
  EXPECT_TRUE(found(Place::kQuery, "x y"));
  EXPECT_TRUE(found(Place::kQuery, "x%20y"));  // not the argument's own bytes
  EXPECT_TRUE(found(Place::kHeader, "x\r\nX-Admin: 1"));
  EXPECT_TRUE(found(Place::kJson, R"(x","admin":"1)"));
  EXPECT_TRUE(found(Place::kJson, R"(x","fixed":"2)"));
  EXPECT_TRUE(found(Place::kJson, "x\n"));
  EXPECT_TRUE(found(Place::kForm, "x&fixed=2"));
  wire::Request request = pasted(Place::kHeader, "x");
  request.headers.push_back({"X-More", "1"});
  EXPECT_EQ(outside(request, Place::kHeader, "x"), "a header is added");
  request = pasted(Place::kQuery, "x");
  request.body = "x";
  EXPECT_NE(outside(request, Place::kQuery, "x"), "");
}

}  // namespace
}  // namespace conformance
