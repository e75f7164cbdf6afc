// SPDX-License-Identifier: Apache-2.0
#include "egress/lines.h"

#include <algorithm>

namespace egress {

bool Lines::feed(std::string_view bytes, std::vector<std::string>& out) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (rest_.size() + piece.size() > kEventBytes) return false;
    rest_.append(piece);
    if (end == std::string_view::npos) return true;
    if (rest_.ends_with('\r')) rest_.pop_back();
    out.push_back(std::move(rest_));
    rest_.clear();
    bytes.remove_prefix(end + 1);
  }
}

bool Events::feed(std::string_view bytes, std::vector<std::string>& out) {
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view piece = bytes.substr(0, end);
    if (line_.size() + data_.size() + piece.size() > kEventBytes) return false;
    line_.append(piece);
    if (end == std::string_view::npos) return true;
    after_cr_ = bytes[end] == '\r';
    end_line(out);
    bytes.remove_prefix(end + 1);
  }
  return true;
}

// One whole line stands in line_: a field, a comment (begins with a colon), or the end of an event.
void Events::end_line(std::vector<std::string>& out) {
  std::string_view line = line_;
  if (first_line_ && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  first_line_ = false;
  if (line.empty()) {
    if (has_data_) out.push_back(std::move(data_));
    data_.clear();
    has_data_ = false;
  } else if (const std::string_view field = line.substr(0, line.find(':')); field == "data") {
    line.remove_prefix(std::min(line.size(), field.size() + 1));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    data_.append(line);
    has_data_ = true;
  }
  line_.clear();
}

}  // namespace egress
