// SPDX-License-Identifier: Apache-2.0
// The scripted model over real sockets.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "demo/server_child.h"
#include "schema/parse.h"

namespace demo {
namespace {

namespace fs = std::filesystem;
using schema::Value;

const std::string kProgram = std::string(YETT_BIN_DIR) + "/yett-script-model";

std::string file_with(std::string_view name, std::string_view text) {
  const fs::path folder = fs::path(YETT_BIN_DIR).parent_path() / "demo_test_files";
  fs::create_directories(folder);
  const fs::path path = folder / name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ServerChild model(std::string_view script, std::vector<std::string> more = {}) {
  more.insert(more.begin(), file_with("script", script));
  auto child = ServerChild::start(kProgram, std::move(more));
  EXPECT_TRUE(child.ok());
  return std::move(*child);
}

Value json(std::string_view text) {
  auto out = schema::parse(text);
  EXPECT_TRUE(out.ok()) << text;
  return out.ok() ? std::move(*out) : Value();
}

// The documents of an NDJSON body, or of the data lines of an SSE body without [DONE].
std::vector<Value> documents(std::string_view body, std::string_view mark) {
  std::vector<Value> out;
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (line.empty() || !line.starts_with(mark)) continue;
    line.remove_prefix(mark.size());
    if (line != "[DONE]") out.push_back(json(line));
  }
  return out;
}

std::string body_of(std::string_view user, std::string_view more = "") {
  return R"({"model":"m","messages":[{"role":"user","content":")" + std::string(user) + "\"}]" +
         std::string(more) + "}";
}

constexpr std::string_view kScript =
    "[[rule]]\nuser = 'two'\nresults = 0\ntext = 'Let me look.'\nthinking = 'Hm.'\n"
    "calls = [ { tool = 'a', arguments = '{\"city\":\"Paris\"}' },"
    " { tool = 'b', id = 'same' } ]\n"
    "[[rule]]\nuser = 'busy'\nstatus = 503\nerror = 'overloaded'\n"
    "[[rule]]\nuser = 'breaks'\ntext = 'So far'\nerror = 'lost it'\n"
    "[[rule]]\nuser = 'cut'\ntext = 'So far so'\ncut = 'after'\n"
    "[[rule]]\nuser = 'gone'\ncut = 'before'\n"
    "[[rule]]\nuser = 'late'\ntext = 'late'\nwait_ms = 150\n"
    "[[rule]]\nuser = 'raw'\nraw = '{\"message\": {'\n"
    "[[rule]]\ntext = 'fine today'\n";

TEST(OllamaWire, AStreamIsLinesWithTheLastOneDone) {
  const ServerChild m = model(kScript);
  const Answered a = ask(m.port(), "POST", "/api/chat", body_of("two"));
  EXPECT_EQ(a.status, 200);
  EXPECT_NE(a.head.find("application/x-ndjson"), std::string::npos);
  const auto lines = documents(a.body, "");
  ASSERT_EQ(lines.size(), 7u);  // thinking, three words, two calls, the end
  EXPECT_EQ(lines[0].find("message")->find_string("thinking"), "Hm.");
  EXPECT_EQ(lines[1].find("message")->find_string("content"), "Let ");
  EXPECT_EQ(lines[1].find_string("model"), "m");
  const Value& call = *lines[4].find("message")->find("tool_calls")->at(0);
  EXPECT_EQ(call.find("function")->find_string("name"), "a");
  EXPECT_EQ(call.find("function")->find("arguments")->find_string("city"), "Paris");
  EXPECT_EQ(lines[5].find("message")->find("tool_calls")->at(0)->find_string("id"), "same");
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(lines[i].find("done")->as_bool(), false);
  EXPECT_EQ(lines[6].find("done")->as_bool(), true);
  EXPECT_EQ(lines[6].find_string("done_reason"), "stop");
  for (const char* key : {"created_at", "total_duration", "load_duration", "prompt_eval_count",
                          "prompt_eval_duration", "eval_count", "eval_duration"})
    EXPECT_NE(lines[6].find(key), nullptr) << key;
}

TEST(OllamaWire, WithoutAStreamItIsOneObject) {
  const ServerChild m = model(kScript);
  const Value a =
      json(ask(m.port(), "POST", "/api/chat", body_of("two", R"(,"stream":false)")).body);
  EXPECT_EQ(a.find("message")->find_string("content"), "Let me look.");
  EXPECT_EQ(a.find("message")->find("tool_calls")->as_array()->size(), 2u);
  EXPECT_EQ(a.find("done")->as_bool(), true);
}

TEST(OllamaWire, ListsShowsAndSaysItsVersion) {
  const ServerChild m = model("models = ['one', 'two:7b']\n");
  EXPECT_EQ(ask(m.port(), "GET", "/").body, "Ollama is running");
  const Value tags = json(ask(m.port(), "GET", "/api/tags").body);
  ASSERT_EQ(tags.find("models")->as_array()->size(), 2u);
  EXPECT_EQ(tags.find("models")->at(1)->find_string("name"), "two:7b");
  EXPECT_NE(tags.find("models")->at(1)->find("details")->find("family"), nullptr);
  const Value show = json(ask(m.port(), "POST", "/api/show", R"({"model":"one"})").body);
  EXPECT_EQ(*show.find("capabilities")->at(1)->as_string(), "tools");
  EXPECT_NE(json(ask(m.port(), "GET", "/api/version").body).find_string("version"), std::nullopt);
  const Answered unknown = ask(m.port(), "POST", "/api/chat", body_of("x"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(json(unknown.body).find_string("error"), "model 'm' not found");
}

TEST(OpenAiWire, AStreamIsChunksByIndexWithUsageAndDone) {
  const ServerChild m = model(kScript);
  const Answered a =
      ask(m.port(), "POST", "/v1/chat/completions",
          body_of("two", R"(,"stream":true,"stream_options":{"include_usage":true})"));
  EXPECT_NE(a.head.find("text/event-stream"), std::string::npos);
  EXPECT_TRUE(a.body.ends_with("data: [DONE]\n\n"));
  std::string text, arguments[2], names[2];
  std::string finish;
  const auto chunks = documents(a.body, "data: ");
  for (const Value& c : chunks) {
    EXPECT_EQ(c.find_string("object"), "chat.completion.chunk");
    if (c.find("choices")->as_array()->empty()) continue;
    const Value& choice = *c.find("choices")->at(0);
    if (const auto reason = choice.find_string("finish_reason")) finish = *reason;
    text += choice.find("delta")->find_string("content").value_or("");
    const Value* calls = choice.find("delta")->find("tool_calls");
    if (calls == nullptr) continue;
    const auto index = static_cast<std::size_t>(*calls->at(0)->find("index")->as_i64());
    const Value& function = *calls->at(0)->find("function");
    arguments[index] += *function.find_string("arguments");
    names[index] += function.find_string("name").value_or("");
  }
  EXPECT_EQ(text, "Let me look.");
  EXPECT_EQ(names[0] + names[1], "ab");
  EXPECT_EQ(arguments[0], R"({"city":"Paris"})");
  EXPECT_EQ(arguments[1], "{}");
  EXPECT_EQ(finish, "tool_calls");
  EXPECT_TRUE(chunks.back().find("choices")->as_array()->empty());
  EXPECT_TRUE(chunks.back().find("usage")->find("total_tokens")->is_integer());
}

TEST(OpenAiWire, WithoutAStreamArgumentsAreText) {
  const ServerChild m = model(kScript);
  const Value a = json(ask(m.port(), "POST", "/v1/chat/completions", body_of("two")).body);
  const Value& choice = *a.find("choices")->at(0);
  EXPECT_EQ(a.find_string("object"), "chat.completion");
  EXPECT_EQ(choice.find_string("finish_reason"), "tool_calls");
  const Value& call = *choice.find("message")->find("tool_calls")->at(0);
  EXPECT_EQ(call.find_string("type"), "function");
  EXPECT_EQ(call.find("function")->find_string("arguments"), R"({"city":"Paris"})");
  EXPECT_NE(a.find("usage"), nullptr);
}

TEST(OpenAiWire, ErrorsHaveAllFourKeysAndModelsAreListed) {
  const ServerChild m = model(kScript);
  const Answered a = ask(m.port(), "POST", "/v1/chat/completions", body_of("busy"));
  EXPECT_EQ(a.status, 503);
  const Value error = *json(a.body).find("error");
  EXPECT_EQ(error.find_string("message"), "overloaded");
  for (const char* key : {"type", "param", "code"}) EXPECT_NE(error.find(key), nullptr) << key;
  const Value list = json(ask(m.port(), "GET", "/v1/models").body);
  EXPECT_EQ(list.find_string("object"), "list");
  EXPECT_EQ(list.find("data")->at(0)->find_string("id"), "scripted");
}

TEST(ScriptModel, ResultsSinceTheLastUserTextAreCounted) {
  const ServerChild m = model(kScript);
  const Answered a =
      ask(m.port(), "POST", "/api/chat",
          R"({"model":"m","stream":false,"messages":[{"role":"user","content":"two"},)"
          R"({"role":"assistant","content":""},{"role":"tool","content":"r"}]})");
  EXPECT_EQ(json(a.body).find("message")->find_string("content"), "fine today");
}

TEST(ScriptModel, FailsAsTheScriptSays) {
  const ServerChild m = model(kScript);
  const auto chat = [&](const char* user) {
    return ask(m.port(), "POST", "/api/chat", body_of(user));
  };
  EXPECT_EQ(chat("busy").status, 503);
  const auto broken = documents(chat("breaks").body, "");
  EXPECT_EQ(broken.back().find_string("error"), "lost it");
  const Answered cut = chat("cut");
  EXPECT_EQ(cut.status, 200);
  EXPECT_FALSE(cut.complete);
  EXPECT_EQ(documents(cut.body, "").size(), 3u);
  EXPECT_EQ(chat("gone").status, 0);
  EXPECT_EQ(chat("raw").body, "{\"message\": {");
  EXPECT_EQ(ask(m.port(), "POST", "/api/chat", "{").status, 400);
  EXPECT_EQ(ask(m.port(), "DELETE", "/api/chat").status, 405);
}

TEST(ScriptModel, ALateReplyHoldsUpNobodyElse) {
  const ServerChild m = model(kScript);
  const auto begin = std::chrono::steady_clock::now();
  const auto since = [&] { return std::chrono::steady_clock::now() - begin; };
  std::thread late([&] { ask(m.port(), "POST", "/api/chat", body_of("late")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  ask(m.port(), "GET", "/api/version");
  const auto other = since();
  late.join();
  EXPECT_LT(other, std::chrono::milliseconds(140));
  EXPECT_GE(since(), std::chrono::milliseconds(150));
}

TEST(ScriptModel, TheSameRequestGetsTheSameBytes) {
  const ServerChild m = model(kScript);
  const std::string body = body_of("two", R"(,"options":{"seed":7})");
  const std::string first = ask(m.port(), "POST", "/api/chat", body).body;
  EXPECT_EQ(ask(m.port(), "POST", "/api/chat", body).body, first);
}

TEST(ScriptModel, RecordsEveryBodyThatItReceives) {
  const std::string record = file_with("record", "");
  const ServerChild m = model(kScript, {"--record", record});
  const std::string one = body_of("busy"), two = "not json";
  ask(m.port(), "POST", "/api/chat", one);
  ask(m.port(), "POST", "/v1/chat/completions", two);
  EXPECT_EQ(text_of(record), one + "\n" + two + "\n");
}

TEST(ScriptModel, DemandsItsKeyWhereOneIsGiven) {
  const ServerChild m = model(kScript, {"--bearer-file", file_with("key", "sk-1234567890\n")});
  const std::string path = "/v1/chat/completions";
  EXPECT_EQ(ask(m.port(), "POST", path, body_of("x")).status, 401);
  const std::string header = "Authorization: Bearer sk-1234567890\r\n";
  EXPECT_EQ(ask(m.port(), "POST", path, body_of("x"), header).status, 200);
}

TEST(ScriptModel, EndsWithItsInputAndOnSigterm) {
  ServerChild one = model(kScript);
  EXPECT_EQ(one.end(), 0);
  ServerChild two = model(kScript);
  const int pid = two.pid();
  kill(pid, SIGTERM);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(info.si_code, CLD_EXITED);
  EXPECT_EQ(info.si_status, 0);
}

TEST(ScriptModel, RefusesAScriptWithAMistake) {
  EXPECT_FALSE(ServerChild::start(kProgram, {file_with("bad", "[[rule]]\nnope = 1\n")}).ok());
  EXPECT_FALSE(ServerChild::start(kProgram, {"--listen", "0.0.0.0:0"}).ok());
}

TEST(HttpServer, KeepsAConnectionForManyRequests) {
  const ServerChild m = model(kScript);
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /api/version HTTP/1.1\r\n\r\n";
  const auto all = converse(m.port(), requests, 50);
  ASSERT_EQ(all.size(), 50u);
  for (const Answered& a : all) EXPECT_EQ(a.status, 200);
}

TEST(HttpServer, WhatIsNoRequestIsRefused) {
  const ServerChild m = model(kScript);
  EXPECT_EQ(converse(m.port(), "GET / HTTP/1.1\r\n\r\n")[0].body, "Ollama is running");
  EXPECT_EQ(converse(m.port(), "nonsense\r\n\r\n")[0].status, 400);
  EXPECT_EQ(converse(m.port(), std::string(70'000, 'x'))[0].status, 413);
}

}  // namespace
}  // namespace demo
