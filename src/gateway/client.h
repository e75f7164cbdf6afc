// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One connection of the unix door: lines in, lines out, both bounded. Trust zone: gateway (reads
// hostile text, holds nothing).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace gateway {

class Client {
 public:
  // LIMIT: lines that a client does not read; above it the connection ends.
  static constexpr std::size_t kOutputBytes = 32u * 1024 * 1024;
  // LIMIT: from the first byte of a line to its end.
  static constexpr std::int64_t kLineUs = 30'000'000;

  // Takes the connected socket, which must be non-blocking.
  explicit Client(base::Fd socket) : socket_(std::move(socket)) {}

  // Takes what has come, a bounded amount at a time; call next_line() until it gives nothing.
  // kUnavailable: the other end is gone. kExhausted: a line without end.
  base::Status read(std::int64_t now_us);
  // The next whole line without its line feed. Valid until the next call of a member.
  std::optional<std::string_view> next_line();
  // Bytes of the line that has not ended yet, and whether it has been coming for too long.
  std::size_t waiting_bytes() const { return in_.size() - taken_; }
  bool too_slow(std::int64_t now_us) const;

  // Queues a line and sends what the kernel takes. kUnavailable: the other end is gone.
  // kExhausted: it does not read.
  base::Status write(std::string_view line);
  base::Status flush();
  bool wants_write() const { return sent_ < out_.size(); }

  int fd() const { return socket_.get(); }

 private:
  base::Fd socket_;
  std::string in_;
  std::size_t taken_ = 0;    // of in_: lines given out
  std::size_t scanned_ = 0;  // of in_: known to hold no line feed behind taken_
  std::int64_t line_since_us_ = 0;
  std::string out_;
  std::size_t sent_ = 0;
};

}  // namespace gateway
