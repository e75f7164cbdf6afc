// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What one JSON object of a model's reply means, by dialect. The framing around it (lines, events,
// one whole object) is the decoder's matter. Private to decode.cc. Trust zone: egress.
#pragma once

#include <memory>
#include <vector>

#include "egress/decode.h"
#include "schema/value.h"

namespace egress {

// LIMIT: tool calls in one reply.
inline constexpr std::size_t kToolCallsPerReply = 128;

class Dialect {
 public:
  virtual ~Dialect() = default;
  // Appends the deltas of one object of the reply. False: it is not of this dialect.
  virtual bool take(const schema::Value& object, std::vector<Delta>& out) = 0;
  // The stream said that it is over, beside its objects ("[DONE]").
  virtual void over() {}
  // Appends what could only be known at the end. False: the reply was cut before its end.
  virtual bool end(std::vector<Delta>& out) = 0;
};

std::unique_ptr<Dialect> make_ollama();
std::unique_ptr<Dialect> make_openai();

// Appends {kind, index, text} unless the text is empty.
void put(std::vector<Delta>& out, wire::DeltaKind kind, std::uint32_t index, std::string_view text);

// "PROMPT COMPLETION" from two members of `counts`; an absent or odd one counts as 0.
std::string usage_text(const schema::Value& counts, std::string_view prompt,
                       std::string_view completion);

}  // namespace egress
