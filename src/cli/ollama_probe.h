// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One look at an Ollama server on this machine: which models it has. For `yett init` and `yett
// check`; conversations never go this way. Trust zone: command line; the answer is hostile, so it
// is bounded in bytes and time, parsed strictly, and names are shown through base::printable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cli {

inline constexpr std::uint16_t kOllamaPort = 11434;  // Ollama's own default
inline constexpr int kProbeMs = 1000;                // a server on this machine answers in far less
inline constexpr std::size_t kProbeBytes = 1u << 20;  // a thousand models are below that
inline constexpr std::size_t kProbeNames = 256;

// GET /api/tags at 127.0.0.1 (or ::1 where `ipv6`): the names of the models, in the server's order.
// kUnavailable: nobody listens or answers in time; kInvalid: the answer is not Ollama's.
base::Result<std::vector<std::string>> ollama_models(std::uint16_t port, bool ipv6 = false);

// The same out of the bytes of an HTTP answer. kInvalid.
base::Result<std::vector<std::string>> parse_tags(std::string_view answer);

}  // namespace cli
