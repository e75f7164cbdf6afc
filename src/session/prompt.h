// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The request to a model, in the two dialects: Ollama /api/chat (ollama docs/api/chat.mdx) and
// OpenAI /v1/chat/completions (openai-openapi CreateChatCompletionRequest).
// Trust zone: session (reads hostile text, one channel).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "schema/value.h"
#include "session/conversation.h"
#include "wire/start.h"

namespace session {

// The rules about secrets and untrusted data, and behind them the operator's own text, if any.
std::string system_prompt(std::string_view operator_text);

// What the operator set for each request to one model: one JSON object. kInvalid: it is not one.
base::Result<schema::Value> parse_options(std::string_view text);

// What a request is made of. All is borrowed for the time of render().
struct Prompt {
  const wire::OfferedModel& model;
  const schema::Value& options;  // of parse_options
  std::string_view system;
  const schema::Value& tools;  // of Toolset::definitions
  const Conversation& conversation;
  bool stream = true;
  const schema::Value* answer = nullptr;  // JSON schema of the only answer that is taken
};

// The body of the request. Options never replace model, messages, tools or stream. For Ollama they
// are the member `options`, but for `think`, `format` and `keep_alive`, which stand beside it.
std::string render(const Prompt& prompt);

}  // namespace session
