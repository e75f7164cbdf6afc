// SPDX-License-Identifier: Apache-2.0
#include "demo/ungated.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include "demo/server_child.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace demo {
namespace {

using schema::Value;

Value message(std::string_view role, std::string_view content) {
  Value out = Value::object();
  out.set("role", Value::string(std::string(role)));
  out.set("content", Value::string(std::string(content)));
  return out;
}

// Runs a shell command, as naive agents do, and waits.
std::string shell(const std::string& command) {
  const char* argv[] = {"/bin/sh", "-c", command.c_str(), nullptr};
  char* const environment[] = {nullptr};
  pid_t pid = -1;
  if (::posix_spawn(&pid, argv[0], nullptr, nullptr, const_cast<char* const*>(argv), environment) !=
      0)
    return "failed";
  int status = 0;
  ::waitpid(pid, &status, 0);
  return fmt::format("exit {}", status >> 8);
}

std::string_view text_of(const Value& object, std::string_view key) {
  return object.find_string(key).value_or("");
}

// Port and path of "http://127.0.0.1:PORT/path" in a Location header; 0 if there is none.
std::uint16_t location(const std::string& head, std::string& path) {
  const auto at = head.find("Location: http://127.0.0.1:");
  if (at == std::string::npos) return 0;
  const std::string rest = head.substr(at + 27, head.find("\r\n", at) - at - 27);
  path = rest.substr(rest.find('/'));
  return static_cast<std::uint16_t>(std::stoi(rest));
}

}  // namespace

// The target goes onto the wire as the text that it is: this is the bug, not an oversight here.
std::string UngatedAgent::request(const std::string& method, const std::string& target,
                                  const std::string& body) {
  const std::string bytes = fmt::format(
      "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {}\r\nContent-Length: {}\r\n\r\n{}", method,
      target, credential, body.size(), body);
  auto answers = converse(upstream_port, bytes);
  if (answers.empty()) return "no answer";
  std::string path;
  if (const std::uint16_t port = location(answers[0].head, path); port != 0) {
    answers =
        converse(port, fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {}\r\n\r\n",
                                   path, credential));
    if (answers.empty()) return "no answer";
  }
  return answers[0].body;
}

std::string UngatedAgent::perform(const std::string& tool, const std::string& arguments_json) {
  auto parsed = schema::parse(arguments_json);
  const Value arguments = parsed.ok() ? std::move(*parsed) : Value::object();
  if (tool == "status")
    return request("GET", fmt::format("/status/{}", text_of(arguments, "project")), "");
  if (tool == "echo") return request("GET", "/echo", "");
  if (tool == "page") return request("GET", "/page", "");
  if (tool == "get_notes") return request("GET", "/notes", "");
  if (tool == "report") return request("GET", "/redirect", "");
  if (tool == "send_mail") return request("POST", "/mail", arguments_json);
  if (tool == "close_ticket") return request("POST", "/code?status=200", "{}");
  if (tool == "run_shell" && text_of(arguments, "command").starts_with(shell_prefix))
    return shell(std::string(text_of(arguments, "command")));
  return "unknown tool";
}

std::string UngatedAgent::turn(const std::string& user) {
  Value messages = Value::array();
  messages.push(message("user", user));
  for (int i = 0; i < 8; ++i) {
    Value body = Value::object();
    body.set("model", Value::string("scripted"))
        .set("stream", Value::boolean(false))
        .set("messages", messages);
    const Answered answered = ask(model_port, "POST", "/api/chat", schema::write(body),
                                  "Content-Type: application/json\r\n");
    const auto reply = schema::parse(answered.body);
    const Value* said = reply.ok() ? reply->find("message") : nullptr;
    if (said == nullptr) return "";
    const Value* calls = said->find("tool_calls");
    if (calls == nullptr || calls->at(0) == nullptr) return std::string(text_of(*said, "content"));
    messages.push(*said);
    for (std::size_t k = 0; calls->at(k) != nullptr; ++k) {
      const Value* function = calls->at(k)->find("function");
      const Value* arguments = function == nullptr ? nullptr : function->find("arguments");
      const std::string tool(function == nullptr ? "" : text_of(*function, "name"));
      Value result =
          message("tool", perform(tool, arguments == nullptr ? "{}" : schema::write(*arguments)));
      result.set("tool_name", Value::string(tool));
      messages.push(std::move(result));
    }
  }
  return "";
}

}  // namespace demo
