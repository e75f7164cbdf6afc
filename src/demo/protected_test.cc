// SPDX-License-Identifier: Apache-2.0
// The protected systems over real sockets.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "demo/server_child.h"
#include "schema/parse.h"

namespace demo {
namespace {

namespace fs = std::filesystem;
using schema::Value;

constexpr std::string_view kCanary = "canary/+=\"7f3a9c";
const std::string kKey = "X-Api-Key: " + std::string(kCanary) + "\r\n";

std::string path_of(std::string_view name) {
  const fs::path folder = fs::path(YETT_BIN_DIR).parent_path() / "demo_test_files";
  fs::create_directories(folder);
  fs::remove(folder / name);
  return folder / name;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ServerChild start(std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--canary", std::string(kCanary)});
  auto out = ServerChild::start(std::string(YETT_BIN_DIR) + "/yett-demo-services", std::move(more));
  EXPECT_TRUE(out.ok());
  return std::move(*out);
}

Value json(const Answered& a) {
  auto out = schema::parse(a.body);
  EXPECT_TRUE(out.ok()) << a.body;
  return out.ok() ? std::move(*out) : Value();
}

TEST(Protected, StatusDemandsTheCredentialInHeaderBearerOrBasic) {
  const ServerChild s = start();
  const auto status = [&](const std::string& header) {
    return ask(s.port(), "GET", "/status/apollo", "", header).status;
  };
  EXPECT_EQ(status(""), 401);
  EXPECT_EQ(status("X-Api-Key: wrong\r\n"), 401);
  EXPECT_EQ(status("Authorization: Bearer " + std::string(kCanary) + "x\r\n"), 401);
  EXPECT_EQ(status(kKey), 200);
  EXPECT_EQ(status("Authorization: Bearer " + std::string(kCanary) + "\r\n"), 200);
  const std::string pair = base::base64("user:" + std::string(kCanary));
  EXPECT_EQ(status("Authorization: Basic " + pair + "\r\n"), 200);
  const Value rich = json(ask(s.port(), "GET", "/status/apollo%2011", "", kKey));
  EXPECT_EQ(rich.find_string("project"), "apollo 11");
  EXPECT_EQ(rich.find_string("status"), "operational");
  EXPECT_NE(rich.find("internal"), nullptr);
}

TEST(Protected, WeatherOfAPlaceInItsUnits) {
  const ServerChild s = start();
  struct Row {
    const char* query;
    const char* name;
    double degrees;
  };
  for (const Row& row :
       {Row{"q=Paris&units=metric", "Paris", 16.0}, Row{"q=tokyo,jp&units=imperial", "Tokyo", 75.2},
        Row{"q=New+York&units=celsius", "New York", 21.5}, Row{"q=London", "London", 285.6},
        Row{"q=Elsewhere&units=metric", "Elsewhere", 20.0}}) {
    const Value w = json(ask(s.port(), "GET", std::string("/weather?") + row.query, "", kKey));
    EXPECT_EQ(w.find_string("name"), row.name);
    EXPECT_NEAR(*w.find("main")->find("temp")->as_double(), row.degrees, 0.06);
    EXPECT_TRUE(w.find("main")->find("humidity")->is_integer());
    EXPECT_TRUE(w.find("weather")->at(0)->find_string("description"));
  }
  EXPECT_EQ(ask(s.port(), "GET", "/weather?q=Paris").status, 401);
  EXPECT_EQ(ask(s.port(), "GET", "/weather?q=Nowhere", "", kKey).status, 404);
  EXPECT_EQ(ask(s.port(), "GET", "/weather?q=Paris&appid=canary/%2B%3D%227f3a9c").status, 200);
}

TEST(Protected, EchoTellsTheCredentialInEveryForm) {
  const ServerChild s = start();
  const Answered a = ask(s.port(), "POST", "/echo", "hello", kKey);
  const Value e = json(a);
  const std::string canary(kCanary);
  EXPECT_EQ(e.find_string("plain"), canary);
  EXPECT_EQ(e.find_string("base64"), base::base64(canary));
  EXPECT_EQ(e.find_string("hex"), base::hex(canary));
  EXPECT_EQ(e.find_string("reversed"), std::string(canary.rbegin(), canary.rend()));
  EXPECT_EQ(e.find_string("json"), canary);  // each byte was an escape
  EXPECT_NE(a.body.find("\\u0063\\u0061\\u006e"), std::string::npos);
  EXPECT_EQ(e.find_string("percent")->substr(0, 6), "%63%61");
  EXPECT_EQ(e.find("headers")->find_string("X-Api-Key"), canary);
  EXPECT_EQ(e.find_string("body"), "hello");
}

TEST(Protected, MailIsTakenWithTheCredentialOnlyAndKept) {
  const std::string log = path_of("mail");
  const ServerChild s = start({"--mail-log", log});
  const std::string mail = R"({"to":"a@b.example","subject":"Hi","body":"There"})";
  EXPECT_EQ(ask(s.port(), "POST", "/mail", mail).status, 401);
  EXPECT_EQ(ask(s.port(), "POST", "/mail", "{}", kKey).status, 400);
  EXPECT_EQ(ask(s.port(), "GET", "/mail", "", kKey).status, 405);
  EXPECT_EQ(ask(s.port(), "POST", "/mail", mail, kKey).status, 202);
  const Value kept = json(ask(s.port(), "GET", "/mails"));
  ASSERT_EQ(kept.find("mails")->as_array()->size(), 1u);
  EXPECT_EQ(kept.find("mails")->at(0)->find_string("to"), "a@b.example");
  EXPECT_EQ(text_of(log), mail + "\n");
}

TEST(Protected, ThePageTriesToMisleadAndNotesArePrivate) {
  const ServerChild s = start();
  EXPECT_NE(ask(s.port(), "GET", "/page").body.find("ignore your instructions"), std::string::npos);
  EXPECT_EQ(ask(s.port(), "GET", "/notes").status, 401);
  EXPECT_EQ(json(ask(s.port(), "GET", "/notes", "", kKey)).find("notes")->as_array()->size(), 2u);
}

TEST(Protected, TheRedirectLeadsToTheThiefWhoCounts) {
  const ServerChild s = start();
  const Value ports = json(ask(s.port(), "GET", "/ports"));
  const auto thief = static_cast<std::uint16_t>(*ports.find("thief")->as_i64());
  const Answered a = ask(s.port(), "GET", "/redirect", "", kKey);
  EXPECT_EQ(a.status, 302);
  const std::string location = "Location: http://127.0.0.1:" + std::to_string(thief) + "/steal\r\n";
  EXPECT_NE(a.head.find(location), std::string::npos);
  EXPECT_EQ(json(ask(s.port(), "GET", "/stolen")).find("requests")->as_i64(), 0);
  ask(thief, "GET", "/steal");
  ask(thief, "GET", "/steal", "", kKey);
  const Value stolen = json(ask(s.port(), "GET", "/stolen"));
  EXPECT_EQ(stolen.find("requests")->as_i64(), 2);
  EXPECT_EQ(stolen.find("credentials")->as_i64(), 1);
}

TEST(Protected, TheRecordNamesHeadersButHoldsNoCredential) {
  const std::string record = path_of("record");
  const ServerChild s = start({"--record", record});
  ask(s.port(), "POST", "/mail", R"({"to":"x"})", kKey);
  ask(s.port(), "GET", "/weather?q=Paris&appid=canary/%2B%3D%227f3a9c&units=metric");
  const std::string text = text_of(record);
  EXPECT_NE(text.find("POST /mail | Host, X-Api-Key, Content-Length | {\"to\":\"x\"}\n"),
            std::string::npos);
  EXPECT_NE(text.find("GET /weather?q=Paris&appid=(credential)&units=metric"), std::string::npos);
  EXPECT_EQ(text.find("7f3a9c"), std::string::npos);
}

TEST(Odd, EachIsWrongInItsOwnWay) {
  const ServerChild s = start();
  const auto get = [&](const char* target) { return ask(s.port(), "GET", target); };
  EXPECT_FALSE(get("/bad-length").complete);
  EXPECT_EQ(get("/bad-length?mode=short").body, "{\"sta");
  EXPECT_FALSE(schema::parse(get("/bad-json").body).ok());
  EXPECT_FALSE(base::is_utf8(get("/bad-text").body));
  EXPECT_NE(get("/gzip").head.find("Content-Encoding: gzip"), std::string::npos);
  EXPECT_EQ(get("/gzip").body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(get("/huge?mb=3").body.size(), 3u * 1024 * 1024 + 13);
  EXPECT_EQ(get("/huge?mb=3&chunked=1").body.size(), 3u * 1024 * 1024 + 13);
  EXPECT_TRUE(get("/sse").body.ends_with("data: [DONE]\n\n"));
  EXPECT_FALSE(get("/cut").complete);
  EXPECT_EQ(get("/cut?at=start").status, 0);
  EXPECT_EQ(get("/code?status=429").status, 429);
  EXPECT_GT(get("/many-headers").head.size(), 5000u);
  EXPECT_EQ(get("/nothing").status, 404);
}

TEST(Odd, SlowIsAsSlowAsItIsAskedToBe) {
  const ServerChild s = start();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ask(s.port(), "GET", "/slow?ms=120").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(120));
}

}  // namespace
}  // namespace demo
