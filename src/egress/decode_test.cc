// SPDX-License-Identifier: Apache-2.0
#include "egress/decode.h"

#include <gtest/gtest.h>

namespace egress {

void PrintTo(const Delta& d, std::ostream* out) {
  *out << "{" << static_cast<int>(d.kind) << "," << d.index << "," << d.text << "}";
}

namespace {

using base::Reason;
using wire::Decode;
using Media = ResponseReader::Media;
using enum wire::DeltaKind;
using Deltas = std::vector<Delta>;

struct Decoded {
  Reason reason = Reason::kNone;
  std::string content;
  Deltas deltas;
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

struct How {
  Decode decode = Decode::kJson;
  bool stream = false;
  Media media = Media::kOther;
  std::vector<wire::KeptField> keep;
  bool select = false;
};

Decoded decode(const How& how, const std::vector<std::string_view>& pieces) {
  const auto decoder = make_decoder(how.decode, how.keep, how.stream, how.media, how.select);
  Decoded out;
  for (const std::string_view piece : pieces)
    if (auto ending = decoder->feed(piece, out.deltas)) {
      out.reason = ending->reason;
      out.content = ending->content;
      return out;
    }
  const Ending ending = decoder->finish(out.deltas);
  out.reason = ending.reason;
  out.content = ending.content;
  return out;
}

Decoded decode(const How& how, std::string_view bytes) { return decode(how, std::vector{bytes}); }

void expect_at_every_cut(const How& how, std::string_view bytes, const Decoded& expected) {
  for (std::size_t n = 0; n <= bytes.size(); ++n)
    EXPECT_EQ(decode(how, {bytes.substr(0, n), bytes.substr(n)}), expected) << "cut at " << n;
  std::vector<std::string_view> single;
  for (std::size_t n = 0; n < bytes.size(); ++n) single.push_back(bytes.substr(n, 1));
  EXPECT_EQ(decode(how, single), expected);
}

// ---- JSON and text ------------------------------------------------------------------------------

struct JsonCase {
  const char* text;
  std::vector<wire::KeptField> keep;
  Reason reason;
  const char* content;
};

TEST(Json, KeepsExactlyTheFieldsThatAreNamed) {
  const char* const doc =
      R"({"status":"ok","items":[{"id":7,"x":1.50},{"id":8}],"a/b":null,"":{"~":true}})";
  const JsonCase table[] = {
      {doc, {{"s", "/status"}}, Reason::kOk, R"({"s":"ok"})"},
      {doc,
       {{"b", "/items/1/id"}, {"a", "/items/0"}},
       Reason::kOk,
       R"({"b":8,"a":{"id":7,"x":1.50}})"},
      {doc, {{"n", "/a~1b"}, {"t", "//~0"}}, Reason::kOk, R"({"n":null,"t":true})"},
      {doc, {{"gone", "/nothing"}, {"s", "/status"}}, Reason::kOk, R"({"s":"ok"})"},
      {doc,
       {{"gone", "/nothing"}, {"past", "/items/2"}, {"dash", "/items/-"}},
       Reason::kBadResponse,
       ""},
      {doc, {{"bad", "status"}}, Reason::kBadResponse, ""},
      {doc, {{"q\"", "/status"}}, Reason::kOk, R"({"q\"":"ok"})"},
      {"[1,2]", {{"first", "/0"}}, Reason::kOk, R"({"first":1})"},
      {R"("text")", {{"all", ""}}, Reason::kOk, R"({"all":"text"})"},
      {" { \"a\" : [ 1 , 2.0 ] } ", {}, Reason::kOk, R"({"a":[1,2.0]})"},
      {R"({"a":"\u0041\/"})", {}, Reason::kOk, R"({"a":"A/"})"},
      {"null", {}, Reason::kOk, "null"},
  };
  for (const JsonCase& c : table) {
    const Decoded d = decode({Decode::kJson, false, Media::kJson, c.keep}, c.text);
    EXPECT_EQ(d.reason, c.reason) << c.text;
    EXPECT_EQ(d.content, c.content);
    EXPECT_TRUE(d.deltas.empty());
  }
}

TEST(Json, ASelectionOfNothingIsNothingAndNotAll) {
  How how;
  how.select = true;
  EXPECT_EQ(decode(how, R"({"a":1})").content, "{}");
  EXPECT_EQ(decode(how, "{").reason, Reason::kBadResponse);
}

TEST(Json, WhatTwoReadersCouldReadDifferentlyIsRefused) {
  for (const std::string& text :
       {std::string(R"({"a":1,"a":2})"), std::string(R"({"x":{"a":1,"b":2,"a":1}})"),
        std::string(R"([{"k":1,"\u006b":2}])"), std::string("{\"a\":1}x"), std::string("{\"a\":1"),
        std::string(""), std::string("{'a':1}"), std::string("{\"a\":\"\xff\"}"),
        std::string("\xef\xbb\xbf{}"), std::string(R"({"a":"\ud800"})"),
        std::string("{\"a\":1e999}"), std::string("{\"a\":NaN}"), std::string(100, '['),
        std::string("{\"a\":1}\0", 8)})
    EXPECT_EQ(decode({Decode::kJson, false, Media::kJson, {}}, text).reason, Reason::kBadResponse)
        << text;
}

TEST(Json, CaseVariantsAreData) {
  EXPECT_EQ(decode({}, R"({"a":1,"A":2})").content, R"({"a":1,"A":2})");
}

TEST(Json, AFieldThatIsKeptManyTimesIsStillBounded) {
  const std::string big = "\"" + std::string(1'000'000, 'x') + "\"";
  How how;
  for (int i = 0; i < 40; ++i) how.keep.push_back({"f" + std::to_string(i), ""});
  EXPECT_EQ(decode(how, big).reason, Reason::kTooLarge);
}

TEST(Text, MustBeUtf8) {
  EXPECT_EQ(decode({Decode::kText, false, Media::kOther, {}}, "gr\xc3\xbc\xc3\x9f"),
            (Decoded{Reason::kOk, "gr\xc3\xbc\xc3\x9f", {}}));
  for (const char* text : {"\xff", "\xc3", "\xed\xa0\x80", "a\xc0\xaf"})
    EXPECT_EQ(decode({Decode::kText, false, Media::kOther, {}}, text).reason, Reason::kBadResponse);
}

TEST(ErrorText, IsCutBetweenCharactersAndMadeWellFormed) {
  EXPECT_EQ(error_text("plain"), "plain");
  EXPECT_EQ(error_text("a\xff"
                       "b"),
            "a\xef\xbf\xbd"
            "b");
  for (std::size_t lead = 0; lead < 4; ++lead) {
    std::string body(kErrorBodyBytes - lead, 'a');
    body +=
        "\xf0\x9f\x98\x80"
        "tail";
    const std::string text = error_text(body);
    EXPECT_EQ(text, std::string(kErrorBodyBytes - lead, 'a')) << lead;
  }
}

TEST(Merged, JoinsOnlyWhatIsConcatenatedAnyway) {
  EXPECT_EQ(merged({{kText, 0, "a"}, {kText, 0, "b"}, {kThinking, 0, "t"}, {kText, 0, "c"}}),
            (Deltas{{kText, 0, "ab"}, {kThinking, 0, "t"}, {kText, 0, "c"}}));
  EXPECT_EQ(merged({{kToolInput, 0, "{"}, {kToolInput, 0, "}"}, {kToolInput, 1, "{}"}}),
            (Deltas{{kToolInput, 0, "{}"}, {kToolInput, 1, "{}"}}));
  EXPECT_EQ(merged({{kToolName, 0, "a"}, {kToolName, 0, "b"}}).size(), 2u);
  EXPECT_EQ(merged({{kFinish, 0, "stop"}, {kUsage, 0, "1 2"}, {kUsage, 0, "1 3"}}).size(), 3u);
}

// ---- Ollama -------------------------------------------------------------------------------------

const How kOllama{Decode::kOllamaChat, true, Media::kLines, {}};
const How kOllamaWhole{Decode::kOllamaChat, false, Media::kJson, {}};

const std::string kOllamaStream =
    R"({"model":"m","created_at":"t","message":{"role":"assistant","content":"",)"
    R"("thinking":"hm "},"done":false})"
    "\n"
    R"({"model":"m","message":{"role":"assistant","content":"Gr\u00fc"},"done":false})"
    "\r\n"
    "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\xc3\x9f "
    "\xf0\x9f\x98\x80\"},\"done\":false}\n"
    "\n"
    R"({"message":{"role":"assistant","content":"","tool_calls":[{"function":{"index":0,)"
    R"("name":"weather","arguments":{"city":"K\u00f6ln","days":2.0}}},{"id":"c1",)"
    R"("function":{"name":"noop","arguments":{}}}]},"done":false})"
    "\n"
    R"({"message":{"content":"","tool_calls":[{"function":{"index":0,"name":"again"}}]},)"
    R"("done":false})"
    "\n"
    R"({"model":"m","message":{"role":"assistant","content":""},"done":true,)"
    R"("done_reason":"stop","total_duration":5,"prompt_eval_count":26,"eval_count":298})"
    "\n";

const Decoded kOllamaExpected{Reason::kOk,
                              "",
                              {{kThinking, 0, "hm "},
                               {kText, 0, "Gr\xc3\xbc"},
                               {kText, 0, "\xc3\x9f \xf0\x9f\x98\x80"},
                               {kToolName, 0, "weather"},
                               {kToolInput, 0, "{\"city\":\"K\xc3\xb6ln\",\"days\":2.0}"},
                               {kToolName, 1, "noop"},
                               {kToolId, 1, "c1"},
                               {kToolInput, 1, "{}"},
                               {kToolName, 2, "again"},
                               {kToolInput, 2, "{}"},
                               {kFinish, 0, "stop"},
                               {kUsage, 0, "26 298"}}};

TEST(Ollama, AStreamGivesTheSameDeltasHoweverItIsCut) {
  expect_at_every_cut(kOllama, kOllamaStream, kOllamaExpected);
}

TEST(Ollama, TheLastLineNeedsNoEnd) {
  EXPECT_EQ(decode(kOllama, std::string_view(kOllamaStream).substr(0, kOllamaStream.size() - 1)),
            kOllamaExpected);
}

TEST(Ollama, OneObjectGivesTheSameKindOfDeltas) {
  const std::string whole = R"({
    "model": "m", "message": {"role": "assistant", "content": "hi",
      "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
    "done": true, "done_reason": "stop", "prompt_eval_count": 1, "eval_count": 2})";
  const Decoded expected{Reason::kOk,
                         "",
                         {{kText, 0, "hi"},
                          {kToolName, 0, "f"},
                          {kToolInput, 0, R"({"a":1})"},
                          {kFinish, 0, "stop"},
                          {kUsage, 0, "1 2"}}};
  EXPECT_EQ(decode(kOllamaWhole, whole), expected);
}

TEST(Ollama, AnErrorInMidStreamEndsIt) {
  const Decoded d = decode(
      kOllama, "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"error\":\"out of memory\"}\n");
  EXPECT_EQ(d, (Decoded{Reason::kUpstreamStatus, "out of memory", {{kText, 0, "a"}}}));
}

TEST(Ollama, WhatIsCutOrOddIsRefused) {
  for (std::size_t n = 0; n < kOllamaStream.size() - 2; ++n)
    EXPECT_EQ(decode(kOllama, std::string_view(kOllamaStream).substr(0, n)).reason,
              Reason::kBadResponse)
        << n;
  for (const char* line :
       {"[]", "1", "{}", "null", R"({"message":"x","done":true})",
        R"({"message":{"content":1},"done":true})",
        R"({"message":{"content":"a","tool_calls":{}},"done":true})",
        R"({"message":{"tool_calls":[{}]},"done":true})",
        R"({"message":{"tool_calls":[{"function":{}}]},"done":true})",
        R"({"message":{"tool_calls":[{"function":{"name":""}}]},"done":true})",
        R"({"message":{"tool_calls":[{"function":{"name":"f","arguments":[1]}}]},"done":true})",
        R"({"message":{},"done":"yes"})", R"({"done":true}{"done":true})",
        R"({"done":true,"done":true})", "{\"message\":{\"content\":\"\xff\"},\"done\":true}",
        "<html>", R"({"done":true} x)"})
    EXPECT_EQ(decode(kOllama, line).reason, Reason::kBadResponse) << line;
  EXPECT_EQ(decode(kOllama, "{\"done\":true}\n{\"message\":{\"content\":\"late\"}}\n").reason,
            Reason::kBadResponse);
}

TEST(Ollama, ToolCallsAreBounded) {
  std::string call = R"({"function":{"name":"f","arguments":{}}})";
  std::string calls = call;
  for (int i = 0; i < 128; ++i) calls += "," + call;
  EXPECT_EQ(decode(kOllama, "{\"message\":{\"tool_calls\":[" + calls + "]},\"done\":true}").reason,
            Reason::kBadResponse);
}

// ---- OpenAI -------------------------------------------------------------------------------------

const How kOpenAi{Decode::kOpenAiChat, true, Media::kEvents, {}};
const How kOpenAiWhole{Decode::kOpenAiChat, false, Media::kJson, {}};

const std::string kOpenAiStream =
    ": keep-alive\n\n"
    R"(data: {"object":"chat.completion.chunk","choices":[{"index":0,)"
    R"("delta":{"role":"assistant","content":""},"finish_reason":null}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]})"
    "\r\n\r\n"
    R"(data: {"choices":[{"index":0,"delta":{"content":"Gr\u00fc"}}],"usage":null})"
    "\n\n"
    "data: {\"choices\":[{\"index\":0,\n"
    "data:  \"delta\":{\"content\":\"\xc3\x9f \xf0\x9f\x98\x80\"}}]}\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1",)"
    R"("type":"function","function":{"name":"weather","arguments":""}}]}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,)"
    R"("function":{"arguments":"{\"ci"}}]}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2",)"
    R"("function":{"name":"noop","arguments":"{}"}}]}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,)"
    R"("function":{"arguments":"ty\":1}"}}]}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":1,"delta":{"content":"another choice"}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})"
    "\n\n"
    R"(data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}})"
    "\n\n"
    "data: [DONE]\n\n";

const Decoded kOpenAiExpected{Reason::kOk,
                              "",
                              {{kThinking, 0, "hm"},
                               {kText, 0, "Gr\xc3\xbc"},
                               {kText, 0, "\xc3\x9f \xf0\x9f\x98\x80"},
                               {kToolName, 0, "weather"},
                               {kToolId, 0, "call_1"},
                               {kToolInput, 0, "{\"ci"},
                               {kToolName, 1, "noop"},
                               {kToolId, 1, "call_2"},
                               {kToolInput, 1, "{}"},
                               {kToolInput, 0, "ty\":1}"},
                               {kFinish, 0, "tool_calls"},
                               {kUsage, 0, "9 12"}}};

TEST(OpenAi, AStreamGivesTheSameDeltasHoweverItIsCut) {
  expect_at_every_cut(kOpenAi, kOpenAiStream, kOpenAiExpected);
}

TEST(OpenAi, NothingAfterDoneIsRead) {
  EXPECT_EQ(decode(kOpenAi, kOpenAiStream + "data: garbage\n\n"), kOpenAiExpected);
}

TEST(OpenAi, AFinishReasonEndsAStreamThatNeverSaysDone) {
  const Decoded d = decode(
      kOpenAi,
      "data: "
      "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n");
  EXPECT_EQ(d, (Decoded{Reason::kOk, "", {{kText, 0, "a"}, {kFinish, 0, "stop"}}}));
}

TEST(OpenAi, ATruncatedStreamIsRefused) {
  const std::size_t finish = kOpenAiStream.find("\"finish_reason\":\"tool_calls\"");
  for (std::size_t n = 0; n < finish; ++n)
    EXPECT_EQ(decode(kOpenAi, std::string_view(kOpenAiStream).substr(0, n)).reason,
              Reason::kBadResponse)
        << n;
}

TEST(OpenAi, OneObjectGivesTheSameKindOfDeltas) {
  const Decoded d = decode(
      kOpenAiWhole,
      R"({"id":"x","object":"chat.completion","choices":[{"index":0,
    "finish_reason":)"
      R"("tool_calls","logprobs":null,"message":{"role":"assistant","content":null,"refusal":null,
    "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
                  {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]}}],
    "usage":{"prompt_tokens":3,"completion_tokens":4}})");
  EXPECT_EQ(d, (Decoded{Reason::kOk,
                        "",
                        {{kToolName, 0, "f"},
                         {kToolId, 0, "c1"},
                         {kToolInput, 0, R"({"a":1})"},
                         {kToolName, 1, "f"},
                         {kToolId, 1, "c2"},
                         {kToolInput, 1, "{}"},
                         {kFinish, 0, "tool_calls"},
                         {kUsage, 0, "3 4"}}}));
}

TEST(OpenAi, AnObjectAnswersAStreamRequestToo) {
  const How how{Decode::kOpenAiChat, true, Media::kJson, {}};
  EXPECT_EQ(decode(how, R"({"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]})"),
            (Decoded{Reason::kOk, "", {{kText, 0, "hi"}, {kFinish, 0, "stop"}}}));
}

TEST(OpenAi, ContentMayComeInParts) {
  EXPECT_EQ(
      decode(kOpenAiWhole,
             R"({"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"image"},
    {"type":"text","text":"b"}]},"finish_reason":"stop"}]})")
          .deltas,
      (Deltas{{kText, 0, "a"}, {kText, 0, "b"}, {kFinish, 0, "stop"}}));
}

TEST(OpenAi, AnErrorInMidStreamEndsIt) {
  EXPECT_EQ(decode(kOpenAi, "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"x\"}}\n\n"),
            (Decoded{Reason::kUpstreamStatus, "overloaded", {}}));
  EXPECT_EQ(decode(kOpenAiWhole, R"({"error":{"code":5}})").content, R"({"code":5})");
}

TEST(OpenAi, ACallKeepsItsNameAndItsId) {
  const auto event = [](const char* call) {
    return std::string("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[") + call +
           "]}}]}\n\n";
  };
  const std::string first =
      event(R"({"index":0,"id":"c1","function":{"name":"read","arguments":""}})");
  EXPECT_EQ(decode(kOpenAi, first + event(R"({"index":0,"function":{"name":"send"}})")).reason,
            Reason::kBadResponse);
  EXPECT_EQ(decode(kOpenAi, first + event(R"({"index":0,"id":"c2"})")).reason,
            Reason::kBadResponse);
  const std::string done = "data: [DONE]\n\n";
  EXPECT_EQ(
      decode(kOpenAi,
             first + event(R"({"index":0,"id":"c1","function":{"name":"read","arguments":"{}"}})") +
                 done),
      (Decoded{
          Reason::kOk, "", {{kToolName, 0, "read"}, {kToolId, 0, "c1"}, {kToolInput, 0, "{}"}}}));
  // Without indexes a new id begins a new call.
  EXPECT_EQ(
      decode(kOpenAi, event(R"({"id":"a","function":{"name":"f","arguments":"{}"}})") +
                          event(R"({"id":"b","function":{"name":"f","arguments":"{}"}})") + done)
          .deltas,
      (Deltas{{kToolName, 0, "f"},
              {kToolId, 0, "a"},
              {kToolInput, 0, "{}"},
              {kToolName, 1, "f"},
              {kToolId, 1, "b"},
              {kToolInput, 1, "{}"}}));
}

TEST(OpenAi, OddShapesAreRefused) {
  for (const char* data :
       {"[]", "1", "x", "{\"choices\":{}}", R"({"choices":[1]})", R"({"choices":[{"delta":1}]})",
        R"({"choices":[{"delta":{"content":1}}]})", R"({"choices":[{"delta":{"tool_calls":1}}]})",
        R"({"choices":[{"delta":{"tool_calls":[{"index":-1}]}}]})",
        R"({"choices":[{"delta":{"tool_calls":[{"index":128}]}}]})",
        R"({"choices":[{"delta":{"tool_calls":[{"index":"0"}]}}]})",
        R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f",)"
        R"("arguments":{}}}]}}]})",
        R"({"choices":[{"delta":{},"finish_reason":1}]})", R"({"choices":[],"choices":[]})"})
    EXPECT_EQ(decode(kOpenAi, std::string("data: ") + data + "\n\ndata: [DONE]\n\n").reason,
              Reason::kBadResponse)
        << data;
}

}  // namespace
}  // namespace egress
