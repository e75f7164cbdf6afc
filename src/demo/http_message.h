// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One HTTP/1.1 request as the demo's servers read it, one reply as they write it, and the pure
// functions between bytes and these. A reply can also be wrong on purpose: cut, too long, never
// ending. Trust zone: demo and tests only; never part of the gate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace demo {

// LIMIT: of one request. The head of a client of ours is under 8 KiB; a prompt may be long.
inline constexpr std::size_t kHeadBytes = 64 * 1024;
inline constexpr std::size_t kBodyBytes = 32u * 1024 * 1024;

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // as it was sent
  std::string path;    // percent-decoded, without the query
  Pairs query;         // decoded, in order
  Pairs headers;       // names as they were sent, in order
  std::string body;
  bool keep_alive = true;

  // The first header with that name in any case; empty if there is none.
  std::string_view header(std::string_view name) const;
  // The first query parameter with exactly that name; empty if there is none.
  std::string_view parameter(std::string_view name) const;
};

// What was found at the start of `bytes`.
struct Parsed {
  std::size_t used = 0;              // bytes of the request; 0: more are needed
  std::optional<Request> request{};  // set if used > 0
};

// Reads one request with a Content-Length body. kInvalid: not HTTP/1.x, a bad length, a
// Transfer-Encoding. kExhausted: above the two bounds.
base::Result<Parsed> parse_request(std::string_view bytes);

// "%2F" becomes "/", and "+" a space where `form` is set. Malformed escapes stay as they are.
std::string percent_decoded(std::string_view text, bool form);

// A part of a body: sent `times` times, the first after `wait_ms`.
struct Step {
  std::string bytes{};
  std::uint32_t wait_ms = 0;
  std::uint32_t times = 1;
};

enum class Framing : unsigned char {
  kLength,   // Content-Length of all steps
  kChunked,  // each step is a chunk
  kBare,     // neither: the headers say what they say, and the connection ends with the body
};

struct Reply {
  int status = 200;
  Pairs headers{};  // besides framing and Connection
  std::vector<Step> steps{};
  Framing framing = Framing::kLength;
  bool cut = false;      // after the last step the connection is reset, nothing is closed properly
  bool no_head = false;  // with `cut`: not even a status line is sent
};

// A whole reply with one body.
Reply reply_of(int status, std::string content_type, std::string body);

// Status line and headers with the empty line.
std::string head_of(const Reply& reply, bool keep_alive);
// `bytes` as the reply's framing sends them.
std::string framed(const Reply& reply, std::string_view bytes);

}  // namespace demo
