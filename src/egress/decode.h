// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Makes an answer's body into what may go on: kept fields, text, or the deltas of a model's reply.
// Pure: bytes in, deltas and one ending out. Trust zone: egress (reads a hostile server's bytes).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "egress/response.h"
#include "wire/frames.h"

namespace egress {

struct Delta {
  wire::DeltaKind kind = wire::DeltaKind::kText;
  std::uint32_t index = 0;
  std::string text;  // well-formed UTF-8
  friend bool operator==(const Delta&, const Delta&) = default;
};

// How a body ended. kOk: `content` is the result (empty after a model's reply). kUpstreamStatus: a
// model that fails in mid-stream; `content` is its message. kBadResponse: not what was declared.
struct Ending {
  base::Reason reason = base::Reason::kOk;
  std::string content;
};

// One body. After an Ending from feed() or finish() nothing more is fed.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Takes the next bytes, however they were cut, and appends the deltas that they complete. An
  // Ending means: give up now.
  virtual std::optional<Ending> feed(std::string_view bytes, std::vector<Delta>& out) = 0;
  // The body is complete.
  virtual Ending finish(std::vector<Delta>& out) = 0;
};

// `stream`: the request asked the model to stream. `media`: what the answer says it is. `select`:
// without kept fields nothing is taken of a JSON answer, not all of it.
std::unique_ptr<Decoder> make_decoder(wire::Decode decode, std::vector<wire::KeptField> keep,
                                      bool stream, ResponseReader::Media media,
                                      bool select = false);

// The body of an answer of 400 or above, for people and the model: the first kErrorBodyBytes, never
// ending inside a character; malformed bytes become U+FFFD.
std::string error_text(std::string body);

// Joins neighbours of the same kind and index where only the concatenation matters (words,
// thinking, pieces of arguments), so that one network read makes few frames.
std::vector<Delta> merged(std::vector<Delta> deltas);

}  // namespace egress
