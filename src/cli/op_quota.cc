// SPDX-License-Identifier: Apache-2.0
#include "cli/op_quota.h"

#include <fmt/format.h>

#include <charconv>

#include "base/bytes.h"

namespace cli {
namespace {

constexpr std::size_t kRows = 16;  // LIMIT: there are three

std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

bool read_number(std::string_view word, std::uint64_t& out) {
  const auto end = std::from_chars(word.data(), word.data() + word.size(), out);
  return !word.empty() && end.ec == std::errc() && end.ptr == word.data() + word.size();
}

// TYPE ACTION LIMIT USED REMAINING RESET...
std::optional<OpQuota> row_of(std::string_view line) {
  OpQuota row;
  std::uint64_t remaining = 0;
  row.type = base::printable(next_word(line));
  row.action = base::printable(next_word(line));
  if (!read_number(next_word(line), row.limit) || !read_number(next_word(line), row.used) ||
      !read_number(next_word(line), remaining))
    return std::nullopt;
  const std::size_t rest = std::min(line.find_first_not_of(" \t"), line.size());
  row.reset = base::printable(line.substr(rest, 64));
  while (row.reset.ends_with(' ')) row.reset.pop_back();
  return row;
}

// How full, in thousandths.
std::uint64_t fullness(const OpQuota& row) {
  if (row.limit == 0) return 1000;
  return std::min<std::uint64_t>(row.used, row.limit) * 1000 / row.limit;
}

}  // namespace

base::Result<std::vector<OpQuota>> op_quotas(std::string_view text) {
  std::vector<OpQuota> out;
  bool titles = false;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!titles) {
      if (next_word(line) != "TYPE" || next_word(line) != "ACTION")
        return base::invalid("it begins otherwise than with TYPE and ACTION");
      titles = true;
      continue;
    }
    auto row = row_of(line);
    if (!row || out.size() == kRows) return base::invalid("a row of it is no quota");
    out.push_back(std::move(*row));
  }
  if (out.empty()) return base::invalid("it has no rows");
  return out;
}

std::string text_of(const std::vector<OpQuota>& quotas) {
  std::string out;
  for (const OpQuota& row : quotas)
    if (row.used > 0)
      out += fmt::format("{}{} {} {} of {}", out.empty() ? "quota used: " : ", ", row.type,
                         row.action, row.used, row.limit);
  return out.empty() ? "nothing of its quota used" : out;
}

std::optional<OpQuota> nearly_used(const std::vector<OpQuota>& quotas) {
  std::optional<OpQuota> fullest;
  for (const OpQuota& row : quotas)
    if (fullness(row) > 800 && (!fullest || fullness(row) > fullness(*fullest))) fullest = row;
  return fullest;
}

}  // namespace cli
