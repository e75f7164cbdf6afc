// SPDX-License-Identifier: Apache-2.0
#include "demo/model_wire.h"

#include <fmt/format.h>

#include "schema/write.h"

namespace demo {
namespace {

constexpr std::string_view kTime = "2026-01-01T00:00:00Z";
constexpr int kUnixTime = 1'767'225'600;  // the same
constexpr std::string_view kDetails =
    R"({"parent_model":"","format":"gguf","family":"scripted","families":["scripted"],)"
    R"("parameter_size":"0","quantization_level":"none"})";

std::string quoted(std::string_view text) {
  std::string out;
  schema::quote_to(out, text);
  return out;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const std::string& p : pieces) out += p;
  return out;
}

// Stands in for tokens: about four bytes each.
std::size_t tokens(std::string_view text) { return (text.size() + 3) / 4; }

std::string id_of(const ScriptedCall& call, const Asked& asked, std::size_t index) {
  return call.id.empty() ? fmt::format("call_{}_{}", asked.messages, index) : call.id;
}

// ---- Ollama -------------------------------------------------------------------------------------

// SECURITY: arguments stand as the script wrote them, so that hostile JSON reaches the reader.
std::string ollama_call(const ScriptedCall& call, const Asked& asked, std::size_t index) {
  return fmt::format(R"({{"id":{},"function":{{"index":{},"name":{},"arguments":{}}}}})",
                     quoted(id_of(call, asked, index)), index, quoted(call.tool), call.arguments);
}

std::string ollama_head(const Asked& asked) {
  return fmt::format(R"({{"model":{},"created_at":"{}")", quoted(asked.model), kTime);
}

std::string ollama_end(const Play& play, const Asked& asked) {
  return fmt::format(
      R"("done":true,"done_reason":"stop","total_duration":2000000,"load_duration":1000000,)"
      R"("prompt_eval_count":{},"prompt_eval_duration":1000000,"eval_count":{},)"
      R"("eval_duration":1000000}})",
      tokens(asked.user), tokens(joined(play.text)));
}

std::string ollama_line(const Asked& asked, std::string_view members) {
  return fmt::format("{},\"message\":{{\"role\":\"assistant\",{}}},\"done\":false}}\n",
                     ollama_head(asked), members);
}

void add_ollama_stream(const Play& play, const Asked& asked, std::vector<std::string>& out) {
  for (const std::string& p : play.thinking)
    out.push_back(ollama_line(asked, R"("content":"","thinking":)" + quoted(p)));
  for (const std::string& p : play.text)
    out.push_back(ollama_line(asked, R"("content":)" + quoted(p)));
  for (std::size_t i = 0; i < play.calls.size(); ++i) {
    const std::string call = ollama_call(play.calls[i], asked, i);
    out.push_back(ollama_line(asked, R"("content":"","tool_calls":[)" + call + "]"));
  }
  if (play.broken != Break::kNone) return;
  if (!play.error.empty()) {
    out.push_back(fmt::format("{{\"error\":{}}}\n", quoted(play.error)));
    return;
  }
  out.push_back(ollama_head(asked) + R"(,"message":{"role":"assistant","content":""},)" +
                ollama_end(play, asked) + "\n");
}

std::string ollama_whole(const Play& play, const Asked& asked) {
  std::string message = R"("role":"assistant","content":)" + quoted(joined(play.text));
  if (!play.thinking.empty()) message += R"(,"thinking":)" + quoted(joined(play.thinking));
  std::string calls;
  for (std::size_t i = 0; i < play.calls.size(); ++i)
    calls += (i == 0 ? "" : ",") + ollama_call(play.calls[i], asked, i);
  if (!calls.empty()) message += R"(,"tool_calls":[)" + calls + "]";
  return ollama_head(asked) + R"(,"message":{)" + message + "}," + ollama_end(play, asked);
}

// ---- OpenAI -------------------------------------------------------------------------------------

std::string openai_head(const Asked& asked, std::string_view object) {
  return fmt::format(R"({{"id":"chatcmpl-{}","object":"{}","created":{},"model":{})",
                     asked.messages, object, kUnixTime, quoted(asked.model));
}

std::string openai_usage(const Play& play, const Asked& asked) {
  const std::size_t prompt = tokens(asked.user);
  const std::size_t completion = tokens(joined(play.text));
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})", prompt,
                     completion, prompt + completion);
}

std::string_view finish_of(const Play& play) { return play.calls.empty() ? "stop" : "tool_calls"; }

std::string openai_chunk(const Asked& asked, std::string_view delta, std::string_view finish) {
  const std::string reason = finish.empty() ? "null" : quoted(finish);
  const std::string_view usage = asked.usage ? R"(,"usage":null)" : "";
  return fmt::format(
      "data: {},\"choices\":[{{\"index\":0,\"delta\":{{{}}},\"logprobs\":null,"
      "\"finish_reason\":{}}}]{}}}\n\n",
      openai_head(asked, "chat.completion.chunk"), delta, reason, usage);
}

void add_openai_call(const ScriptedCall& call, const Asked& asked, std::size_t index,
                     std::vector<std::string>& out) {
  const std::string first =
      fmt::format(R"("tool_calls":[{{"index":{},"id":{},"type":"function","function":{{"name":{},)"
                  R"("arguments":""}}}}])",
                  index, quoted(id_of(call, asked, index)), quoted(call.tool));
  out.push_back(openai_chunk(asked, first, ""));
  for (const std::string& piece : pieces_of(call.arguments, 8)) {
    const std::string next = fmt::format(
        R"("tool_calls":[{{"index":{},"function":{{"arguments":{}}}}}])", index, quoted(piece));
    out.push_back(openai_chunk(asked, next, ""));
  }
}

std::string openai_error(std::string_view message, int status) {
  const std::string_view type = status >= 500 ? "server_error" : "invalid_request_error";
  return fmt::format(R"({{"error":{{"message":{},"type":"{}","param":null,"code":null}}}})",
                     quoted(message), type);
}

void add_openai_stream(const Play& play, const Asked& asked, std::vector<std::string>& out) {
  out.push_back(openai_chunk(asked, R"("role":"assistant","content":"")", ""));
  for (const std::string& p : play.thinking)
    out.push_back(openai_chunk(asked, R"("reasoning_content":)" + quoted(p), ""));
  for (const std::string& p : play.text)
    out.push_back(openai_chunk(asked, R"("content":)" + quoted(p), ""));
  for (std::size_t i = 0; i < play.calls.size(); ++i) add_openai_call(play.calls[i], asked, i, out);
  if (play.broken != Break::kNone) return;
  if (!play.error.empty()) {
    out.push_back("data: " + openai_error(play.error, 500) + "\n\n");
    return;
  }
  out.push_back(openai_chunk(asked, "", finish_of(play)));
  if (asked.usage)
    out.push_back(fmt::format("data: {},\"choices\":[],\"usage\":{}}}\n\n",
                              openai_head(asked, "chat.completion.chunk"),
                              openai_usage(play, asked)));
  out.push_back("data: [DONE]\n\n");
}

std::string openai_whole(const Play& play, const Asked& asked) {
  const bool silent = play.text.empty() && !play.calls.empty();
  std::string message = R"("role":"assistant","content":)" +
                        (silent ? "null" : quoted(joined(play.text))) + R"(,"refusal":null)";
  std::string calls;
  for (std::size_t i = 0; i < play.calls.size(); ++i) {
    const ScriptedCall& c = play.calls[i];
    calls += fmt::format(
        R"({}{{"id":{},"type":"function","function":{{"name":{},"arguments":{}}}}})",
        i == 0 ? "" : ",", quoted(id_of(c, asked, i)), quoted(c.tool), quoted(c.arguments));
  }
  if (!calls.empty()) message += R"(,"tool_calls":[)" + calls + "]";
  return fmt::format(
      R"({},"choices":[{{"index":0,"message":{{{}}},"logprobs":null,"finish_reason":"{}"}}],)"
      R"("usage":{}}})",
      openai_head(asked, "chat.completion"), message, finish_of(play), openai_usage(play, asked));
}

// ---- both ---------------------------------------------------------------------------------------

std::string_view stream_type(Dialect dialect) {
  return dialect == Dialect::kOllama ? "application/x-ndjson" : "text/event-stream";
}

Reply streamed(const Play& play, const Asked& asked, Dialect dialect) {
  std::vector<std::string> pieces;
  dialect == Dialect::kOllama ? add_ollama_stream(play, asked, pieces)
                              : add_openai_stream(play, asked, pieces);
  Reply out{.framing = Framing::kChunked};
  out.headers.emplace_back("Content-Type", stream_type(dialect));
  for (std::string& p : pieces)
    out.steps.push_back({std::move(p), out.steps.empty() ? play.wait_ms : play.pause_ms});
  return out;
}

Reply whole(const Play& play, const Asked& asked, Dialect dialect) {
  if (!play.error.empty()) return refusal_of(500, play.error, dialect);
  Reply out =
      reply_of(200, "application/json",
               dialect == Dialect::kOllama ? ollama_whole(play, asked) : openai_whole(play, asked));
  if (play.broken != Break::kAfter) return out;
  out.framing = Framing::kChunked;
  out.steps[0].bytes.resize(out.steps[0].bytes.size() / 2);
  return out;
}

Reply raw(const Play& play, const Asked& asked, Dialect dialect) {
  return reply_of(play.status,
                  asked.stream ? std::string(stream_type(dialect)) : "application/json", *play.raw);
}

}  // namespace

Reply refusal_of(int status, std::string_view message, Dialect dialect) {
  return reply_of(status, "application/json",
                  dialect == Dialect::kOllama ? fmt::format(R"({{"error":{}}})", quoted(message))
                                              : openai_error(message, status));
}

Reply reply_of(const Play& play, const Asked& asked, Dialect dialect) {
  Reply out = play.raw             ? raw(play, asked, dialect)
              : play.status != 200 ? refusal_of(play.status, play.error, dialect)
              : asked.stream       ? streamed(play, asked, dialect)
                                   : whole(play, asked, dialect);
  out.cut = play.broken != Break::kNone;
  out.no_head = play.broken == Break::kBefore;
  if (out.no_head) out.steps.assign(1, Step{});
  if (!out.steps.empty()) out.steps[0].wait_ms = play.wait_ms;
  return out;
}

std::string ollama_tags(const std::vector<std::string>& models) {
  std::string list;
  for (const std::string& m : models) {
    list += fmt::format(
        R"({}{{"name":{},"model":{},"modified_at":"{}","size":0,"digest":"{}","details":{}}})",
        list.empty() ? "" : ",", quoted(m), quoted(m), kTime, std::string(64, '0'), kDetails);
  }
  return R"({"models":[)" + list + "]}";
}

std::string ollama_show() {
  return fmt::format(
      R"({{"modelfile":"","parameters":"","template":"{{{{ .Prompt }}}}","details":{},)"
      R"("model_info":{{"general.architecture":"scripted"}},"capabilities":["completion","tools"],)"
      R"("modified_at":"{}"}})",
      kDetails, kTime);
}

std::string ollama_version() { return R"({"version":"0.33.0"})"; }

std::string openai_model(std::string_view name) {
  return fmt::format(R"({{"id":{},"object":"model","created":{},"owned_by":"yett"}})", quoted(name),
                     kUnixTime);
}

std::string openai_models(const std::vector<std::string>& models) {
  std::string list;
  for (const std::string& m : models) list += (list.empty() ? "" : ",") + openai_model(m);
  return R"({"object":"list","data":[)" + list + "]}";
}

}  // namespace demo
