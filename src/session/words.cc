// SPDX-License-Identifier: Apache-2.0
#include "session/words.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/limits.h"

namespace session::words {
namespace {

using base::Reason;

constexpr std::string_view kMark = "untrusted_tool_output";
constexpr std::string_view kMarkInside = "untrusted-tool-output";
constexpr std::size_t kShownNameBytes = 128;
constexpr std::size_t kShownBodyBytes = 200;   // of a model endpoint's error, for people (STR-014)
constexpr std::size_t kErrorBodyBytes = 2048;  // of a tool's error, for the model
// LIMIT: of one answer in the history; a whole context of 256 k tokens is about that.
constexpr std::size_t kAnswerBytes = 1u << 20;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool mark_at(std::string_view s, std::size_t at) {
  if (s.size() - at < kMark.size()) return false;
  for (std::size_t i = 0; i < kMark.size(); ++i)
    if (lower(s[at + i]) != kMark[i]) return false;
  return true;
}

std::string without_mark(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size();) {
    if (mark_at(s, i)) {
      out += kMarkInside;
      i += kMark.size();
    } else {
      out += s[i++];
    }
  }
  return out;
}

// The longest beginning of at most `most` bytes that does not cut a character of UTF-8.
std::string_view beginning(std::string_view s, std::size_t most) {
  if (s.size() <= most) return s;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(s[end]) & 0xc0u) == 0x80u) --end;
  return s.substr(0, end);
}

std::string shown_name(std::string_view name) {
  if (name.empty()) return "(no name)";
  return base::printable(beginning(name, kShownNameBytes));
}

std::string said(Reason reason) { return std::string(base::sentence(reason)); }

// An error may also come under 200, as a line of a stream.
std::string http_status(std::uint16_t status) {
  return status < 400 ? std::string("an error") : fmt::format("HTTP {}", status);
}

std::string status_detail(const wire::OfferedModel& model, const wire::CallResult& result) {
  std::string out =
      fmt::format("The model '{}' answered with {}", model.name, http_status(result.http_status));
  const auto body = base::printable(beginning(result.content, kShownBodyBytes));
  if (!body.empty()) out += ": " + body;
  if (result.http_status == 404 && model.dialect == wire::Decode::kOllamaChat) {
    out += fmt::format(" (is the model there? `ollama pull {}`)", model.model);
  }
  if (result.http_status == 401 || result.http_status == 403) {
    out += " (check the secret that the configuration names for this model)";
  }
  return out;
}

}  // namespace

std::string unknown_tool(std::string_view name) {
  return "Unknown tool requested: " + shown_name(name);
}
std::string tool_not_allowed(std::string_view name) {
  return "Tool not allowed: " + shown_name(name);
}

std::string bad_json(std::string_view tool, std::string_view why) {
  return fmt::format("Arguments for tool '{}' are not valid JSON: {}", tool, why);
}

std::string denied(std::string_view tool, Reason reason, bool offered) {
  if (reason == Reason::kUnknownTool) return unknown_tool(tool);
  const bool of_tool = reason == Reason::kNoRule || reason == Reason::kDeniedByRule ||
                       reason == Reason::kUnmetRequirement || reason == Reason::kStaleDefinition;
  if (reason == Reason::kToolNotAllowed || (!offered && of_tool)) return tool_not_allowed(tool);
  return said(reason);
}

std::string tool_answer(std::string_view tool, const wire::CallResult& result) {
  if (result.reason == Reason::kOk) return untrusted(tool, result.content);
  if (result.reason != Reason::kUpstreamStatus) {
    return "Error executing tool: " + said(result.reason);
  }
  std::string out =
      "Error executing tool: the tool answered with " + http_status(result.http_status);
  const auto body = beginning(result.content, kErrorBodyBytes);
  return body.empty() ? out : out + "\n" + untrusted(tool, body);
}

std::string given_up(bool sent) {
  return "Error executing tool: " + said(sent ? Reason::kOutcomeUnknown : Reason::kCancelled);
}

std::string limit_exceeded(std::uint32_t most) {
  return fmt::format("Tool call limit exceeded ({}). This may indicate a runaway agent.", most);
}

std::string untrusted(std::string_view tool, std::string_view content) {
  const std::string_view kept = beginning(content, kAnswerBytes);
  std::string out = fmt::format("<{} tool=\"{}\">\n{}\n", kMark, tool, without_mark(kept));
  if (kept.size() < content.size()) {
    out += fmt::format("[{} more bytes were left out]\n", content.size() - kept.size());
  }
  return out + fmt::format("</{}>", kMark);
}

std::string model_failed(const wire::OfferedModel& model, const wire::CallResult& result,
                         std::int64_t seconds) {
  const bool ollama = model.dialect == wire::Decode::kOllamaChat;
  switch (result.reason) {
    case Reason::kConnectFailed:
    case Reason::kNameNotResolved:
      return fmt::format(
          "Cannot connect to the model '{}'{}", model.name,
          ollama ? "; is `ollama serve` running?" : "; check its url and the network");
    case Reason::kTimeout:
      return fmt::format("The model '{}' timed out after {} s", model.name, seconds);
    case Reason::kUpstreamStatus: return status_detail(model, result);
    case Reason::kBadResponse:
    case Reason::kModelProtocol:
      return fmt::format("The model '{}' gave an invalid reply: not the {} protocol", model.name,
                         ollama ? "Ollama" : "OpenAI");
    case Reason::kTooLarge:
      return fmt::format("The reply of the model '{}' was too large", model.name);
    case Reason::kSecretUnavailable:
      return fmt::format("The secret of the model '{}' is unavailable; `yett secret test` says why",
                         model.name);
    default: return fmt::format("The model '{}': {}", model.name, said(result.reason));
  }
}

std::string no_such_model(std::string_view name) {
  if (name.empty()) return "No model is configured";
  return fmt::format("There is no model '{}' in the configuration", shown_name(name));
}

std::string too_many_replies(std::uint32_t replies) {
  return fmt::format("The model asked for tools in {} replies in a row without an answer", replies);
}

}  // namespace session::words
