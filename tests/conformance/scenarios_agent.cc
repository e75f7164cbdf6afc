// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_agent.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "schema/parse.h"
#include "schema/write.h"

namespace conformance {
namespace {

using schema::Value;

constexpr int kToolTimeoutMs = 1'000;
constexpr const char* kMissingVariable = "YETT_CONFORMANCE_NOT_SET";
constexpr std::string_view kToolPath = "POST /tool/";

// JSON strings, numbers and arrays of them are TOML as well.
std::string quoted(std::string_view text) {
  std::string out;
  schema::quote_to(out, text);
  return out;
}

// A parameter's schema: the bare name of a type stands for {"type": it}.
Value schema_of(const Value& property) {
  if (property.as_object() != nullptr) return property;
  Value out = Value::object();
  out.set("type", property);
  return out;
}

// Keywords that mean the same here, and what they are called.
constexpr std::pair<std::string_view, std::string_view> kKeywords[] = {
    {"type", "type"},
    {"enum", "enum"},
    {"description", "description"},
    {"pattern", "pattern"},
    {"minimum", "min"},
    {"maximum", "max"},
    {"minLength", "min_length"},
    {"maxLength", "max_length"},
    {"minItems", "min_items"},
    {"maxItems", "max_items"}};

bool is_required(const DeclaredTool& tool, std::string_view name) {
  const schema::Array* names = tool.required.as_array();
  return names != nullptr && std::ranges::any_of(*names, [&](const Value& n) {
           return n.as_string() != nullptr && *n.as_string() == name;
         });
}

std::string parameter_text(const DeclaredTool& tool, const schema::Member& property) {
  const Value spec = schema_of(property.value);
  std::string out = fmt::format("[tool.{}.args.{}]\nrequired = {}\n", quoted(tool.name),
                                quoted(property.key), is_required(tool, property.key));
  if (spec.find("type") == nullptr) out += "type = \"string\"\n";
  for (const auto& [keyword, ours] : kKeywords)
    if (const Value* value = spec.find(keyword))
      out += fmt::format("{} = {}\n", ours, schema::write(*value));
  if (const Value* items = spec.find("items"))
    out += fmt::format("items = {}\n", schema::write(*schema_of(*items).find("type")));
  return out;
}

std::string tool_text(const DeclaredTool& tool, const std::string& url, bool with_secret) {
  std::string out = fmt::format(
      "[tool.{}]\ndescription = \"A tool.\"\nmethod = \"POST\"\neffect = \"read\"\n"
      "timeout_ms = {}\nurl = \"{}/tool/call\"\n",
      quoted(tool.name), kToolTimeoutMs, url);
  std::string body;
  std::string parameters;
  if (const schema::Object* properties = tool.properties.as_object()) {
    for (const schema::Member& p : *properties) {
      body += fmt::format("{}{} = {}", body.empty() ? "" : ", ", quoted(p.key),
                          quoted("{" + p.key + "}"));
      parameters += parameter_text(tool, p);
    }
  }
  if (!body.empty()) out += fmt::format("json = {{ {} }}\n", body);
  if (with_secret) out += "secrets = [ { name = \"missing\", in = \"bearer\" } ]\n";
  return out + parameters;
}

std::string config_text(const AgentSetup& setup, const std::string& url) {
  std::string out = fmt::format(
      "[yett]\nstate = \"state\"\nmin_isolation = 0\nmax_calls_per_turn = {0}\n"
      "max_calls_per_conversation = {0}\n"
      "[model.scripted]\nkind = \"ollama\"\nurl = \"{1}\"\nmodel = \"scripted\"\n",
      setup.max_calls, url);
  if (setup.secret_missing)
    out += fmt::format("[secret.missing]\nfrom = \"env:{}\"\nhosts = [\"{}\"]\n", kMissingVariable,
                       url);
  for (const DeclaredTool& tool : setup.tools) out += tool_text(tool, url, setup.secret_missing);
  return out;
}

std::string policy_text(const AgentSetup& setup) {
  std::string out = "tool \"model:scripted\" { must allow always; }\n";
  for (const std::string& name : setup.allowed)
    out += fmt::format("tool {} {{ must allow always; }}\n", quoted(name));
  return out;
}

Value chat_reply(Value message) {
  Value out = Value::object();
  out.set("model", Value::string("scripted"));
  out.set("message", std::move(message));
  out.set("done", Value::boolean(true));
  return out;
}

Value message_of(std::string text, const std::vector<WrittenCall>& calls) {
  Value list = Value::array();
  for (const WrittenCall& call : calls) {
    Value function = Value::object();
    function.set("name", call.name);
    function.set("arguments", call.arguments);
    Value entry = Value::object();
    entry.set("function", std::move(function));
    list.push(std::move(entry));
  }
  Value out = Value::object();
  out.set("role", Value::string("assistant"));
  out.set("content", Value::string(std::move(text)));
  if (!calls.empty()) out.set("tool_calls", std::move(list));
  return out;
}

// The slug with which a call ended, of the lines that a door writes during a turn: the first that
// is not "ok"; empty where there is none.
std::string trouble_of(const std::vector<Value>& lines) {
  for (const Value& line : lines) {
    const std::string reason = e2e::text_of(line, "reason");
    if (e2e::text_of(line, "event") == "call" && e2e::text_of(line, "state") != "allowed" &&
        reason != "ok")
      return reason;
  }
  return "";
}

}  // namespace

Agent::Agent(const AgentSetup& setup)
    : tool_status_(setup.tool_status),
      server_([this](const e2e::Asked& asked) { return answer(asked); }),
      system_(config_text(setup, server_.url()), policy_text(setup)) {}

std::string Agent::start() {
  std::string error = system_.start();
  if (error.empty()) session_ = system_.open();
  return error;
}

std::string Agent::answer(const e2e::Asked& asked) {
  if (asked.head.starts_with(kToolPath)) {
    ++executed_;
    if (tool_status_ == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(2 * kToolTimeoutMs));
    return e2e::HttpDouble::reply(tool_status_, "application/json", R"({"answer":"done"})");
  }
  const std::lock_guard guard(lock_);
  auto prompt = schema::parse(asked.body);
  prompt_ = prompt.ok() ? std::move(*prompt) : Value();
  std::string text = replies_.empty() ? schema::write(chat_reply(message_of("Done.", {})))
                                      : std::move(replies_.front());
  if (!replies_.empty()) replies_.pop_front();
  return e2e::HttpDouble::reply(200, "application/x-ndjson", text + "\n");
}

TurnOutcome Agent::turn(const std::vector<WrittenCall>& calls) {
  {
    const std::lock_guard guard(lock_);
    replies_ = {};
    if (!calls.empty()) replies_.push_back(schema::write(chat_reply(message_of("", calls))));
  }
  const std::int64_t before = executed_;
  std::vector<Value> lines;
  const Value done = system_.turn(session_, "go on", &lines);
  TurnOutcome out{trouble_of(lines), e2e::text_of(done, "detail"), executed_ - before};
  const std::string ended = e2e::text_of(done, "reason");
  if (ended != "ok") {
    out.reason = ended;
    return out;
  }
  if (out.reason.empty()) out.reason = ended;
  const Value prompt = last_prompt();
  const Value* messages = prompt.find("messages");
  if (messages != nullptr && messages->as_array() != nullptr && !messages->as_array()->empty() &&
      messages->as_array()->back().find_string("role") == "tool")
    out.said = e2e::text_of(messages->as_array()->back(), "content");
  return out;
}

std::string Agent::direct(const WrittenCall& call) {
  if (call.name.as_string() == nullptr) return "";
  return e2e::text_of(system_.call(session_, *call.name.as_string(), schema::write(call.arguments)),
                      "reason");
}

void Agent::reset() { system_.send(fmt::format(R"({{"op":"reset","session":"{}"}})", session_)); }

schema::Value Agent::last_prompt() const {
  const std::lock_guard guard(lock_);
  return prompt_;
}

std::vector<std::string> Agent::offered() const {
  std::vector<std::string> out;
  const Value prompt = last_prompt();
  const Value* tools = prompt.find("tools");
  if (tools == nullptr || tools->as_array() == nullptr) return out;
  for (const Value& tool : *tools->as_array())
    if (const Value* function = tool.find("function"))
      out.push_back(e2e::text_of(*function, "name"));
  return out;
}

std::int64_t Agent::messages_before_last() const {
  const Value prompt = last_prompt();
  const Value* messages = prompt.find("messages");
  if (messages == nullptr || messages->as_array() == nullptr) return -1;
  const auto system = std::ranges::count_if(
      *messages->as_array(), [](const Value& m) { return m.find_string("role") == "system"; });
  return static_cast<std::int64_t>(messages->as_array()->size()) - system - 1;
}

std::string not_yet_declarable(const DeclaredTool& tool) {
  static constexpr std::string_view kTypes[] = {"string", "integer", "number", "boolean", "array"};
  const schema::Object* properties = tool.properties.as_object();
  if (properties == nullptr) return "";
  for (const schema::Member& p : *properties) {
    const Value spec = schema_of(p.value);
    for (const schema::Member& m : *spec.as_object()) {
      if (m.key == "items" && schema_of(m.value).find_string("type")) continue;
      if (std::ranges::find(kKeywords, m.key, [](const auto& k) { return k.first; }) ==
          std::end(kKeywords))
        return "keyword " + m.key;
    }
    const auto type = spec.find_string("type").value_or("string");
    if (std::ranges::find(kTypes, type) == std::end(kTypes)) return "type " + std::string(type);
  }
  return "";
}

}  // namespace conformance
