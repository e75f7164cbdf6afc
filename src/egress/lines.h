// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The two framings of streamed replies, cut anywhere by the network: lines (NDJSON) and server-sent
// events (WHATWG HTML §9.2.6). Pure. Trust zone: egress.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace egress {

// LIMIT: one line or one event. A model's whole reply in one event is below it; a line without an
// end is not kept for ever.
inline constexpr std::size_t kEventBytes = 4u * 1024 * 1024;

// Lines that end with LF (a CR before it belongs to the end).
class Lines {
 public:
  // Appends the complete lines, without their ends. False if a line is above kEventBytes; then
  // nothing more may be fed.
  bool feed(std::string_view bytes, std::vector<std::string>& out);
  // What stands behind the last LF.
  std::string take_rest() { return std::move(rest_); }

 private:
  std::string rest_;
};

// Server-sent events. Only `data` counts; its lines are joined by LF. An event that is not closed
// by an empty line is dropped, as the standard says.
class Events {
 public:
  // Appends the data of each complete event. False if an event is above kEventBytes.
  bool feed(std::string_view bytes, std::vector<std::string>& out);

 private:
  void end_line(std::vector<std::string>& out);

  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;   // an LF now belongs to the line end before it
  bool first_line_ = true;  // a byte order mark may stand in front of it
};

}  // namespace egress
