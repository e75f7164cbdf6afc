// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every sentence that a session says to a model or to a person. No secret can be in one: a session
// holds none. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/frames.h"
#include "wire/start.h"

namespace session::words {

// ---- to the model ----

std::string unknown_tool(std::string_view name);
std::string tool_not_allowed(std::string_view name);
std::string bad_json(std::string_view tool, std::string_view why);
// The sentence for a call that the monitor denied; `offered`: whether the tool is one of ours.
std::string denied(std::string_view tool, base::Reason reason, bool offered);
// What a call came to: its content between the marks of untrusted data, or what went wrong.
std::string tool_answer(std::string_view tool, const wire::CallResult& result);
// A call of a turn that was given up; `sent`: it was allowed, so it may have taken effect.
std::string given_up(bool sent);
// The runaway guard's sentence; `most` is the limit that was reached.
std::string limit_exceeded(std::uint32_t most);

// `content` between fixed marks that say it is data. SECURITY: the word that the marks are made of
// cannot occur inside, in any case of letters: it is spelled with hyphens there.
std::string untrusted(std::string_view tool, std::string_view content);

// ---- to people ----

// Why a model could not answer, and what to do. `seconds`: how long it was waited for.
std::string model_failed(const wire::OfferedModel& model, const wire::CallResult& result,
                         std::int64_t seconds);
std::string no_such_model(std::string_view name);
std::string too_many_replies(std::uint32_t replies);

}  // namespace session::words
