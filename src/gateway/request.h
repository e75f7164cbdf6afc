// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What one line of a client of the unix door asks for (docs/reference/door.md). Trust zone: gateway
// (reads hostile text, holds nothing).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "wire/value.h"

namespace gateway {

enum class Op : unsigned char { kOpen, kTurn, kCall, kCancel, kReset, kClose };

struct Request {
  Op op = Op::kOpen;
  std::uint64_t id = 0;  // 0: the line had none; only kReset and kClose may
  std::string session;   // kOpen: the name, or empty; else the handle
  std::string text;      // kTurn
  std::string model;     // kTurn: empty for the default
  bool stream = true;    // kTurn
  wire::TurnMode mode = wire::TurnMode::kDefault;  // kTurn
  bool trace = false;                              // kTurn
  std::string tool;                                // kCall
  std::string arguments =
      "{}";  // kCall: one JSON object, written by us (never the client's spelling)
  std::vector<wire::ResultRef> from;  // kCall: arguments that are earlier results
  std::uint64_t target = 0;           // kCancel: the request to give up
};

// Why a line is refused; `message` is for the client's author and shows names only.
struct Fault {
  std::uint64_t id = 0;  // of the line, as far as it had one
  std::string message;
  bool ends_connection = false;  // the line is not even JSON
};

// LIMIT: one line without its end; and what of it may travel in one frame beside names and numbers.
inline constexpr std::size_t kLineBytes = base::limits::kBodyBytes;
inline constexpr std::size_t kPayloadBytes = base::limits::kBodyBytes - 64 * 1024;

// Reads one line. Strict: keys of this operation only, each of its type, none twice or in another
// case; `id` and `target` are whole numbers from 1 to 2^63 - 1.
std::variant<Request, Fault> parse_request(std::string_view line);

}  // namespace gateway
