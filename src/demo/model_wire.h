// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The two wire formats that the scripted model speaks, as Ollama and OpenAI-compatible servers
// write them (ollama/ollama api/types.go; openai/openai-openapi). Pure and deterministic: ids and
// times come from the request alone. Trust zone: demo and tests only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "demo/http_message.h"
#include "demo/script.h"

namespace demo {

enum class Dialect : unsigned char { kOllama, kOpenAi };

// What a chat request asks. kInvalid: not JSON, or without messages. `stream` is true by default
// for Ollama, false for OpenAI. Unknown members are passed over.
base::Result<Asked> asked_of(std::string_view body, Dialect dialect);

// The model's whole reply to `asked`.
Reply reply_of(const Play& play, const Asked& asked, Dialect dialect);

// An error as the dialect writes it.
Reply refusal_of(int status, std::string_view message, Dialect dialect);

// Ollama: /api/tags, /api/show, /api/version. OpenAI: /v1/models, /v1/models/NAME.
std::string ollama_tags(const std::vector<std::string>& models);
std::string ollama_show();
std::string ollama_version();
std::string openai_models(const std::vector<std::string>& models);
std::string openai_model(std::string_view name);

}  // namespace demo
