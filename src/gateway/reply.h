// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The lines that the unix door writes (docs/reference/door.md): one JSON object each, with its line
// feed. Trust zone: gateway (reads hostile text, holds nothing).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/frames.h"

namespace gateway::reply {

// How a session is named on the connection that opened it: "s" and 16 hexadecimal digits.
std::string handle_of(base::SessionId session);

// `id` is the client's number for the request.
std::string opened(std::uint64_t id, base::SessionId session);
std::string refused(std::uint64_t id, base::Reason reason);
std::string error(std::uint64_t id, std::string_view message);
std::string say(std::uint64_t id, const wire::Say& say);
std::string notice(std::uint64_t id, const wire::CallNotice& notice);
std::string plan(std::uint64_t id, const wire::PlanNotice& notice);
std::string turn_ended(std::uint64_t id, const wire::TurnEnded& ended);
std::string call_ended(std::uint64_t id, const wire::CallEnded& ended);

}  // namespace gateway::reply
