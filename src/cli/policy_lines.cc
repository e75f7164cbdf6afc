// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_lines.h"

#include <algorithm>
#include <cstdint>

namespace cli {
namespace {

constexpr std::size_t kTableMax = 4'000'000;

using Lines = std::vector<std::string>;

// Lengths of the longest common subsequences of all suffixes.
std::vector<std::uint32_t> lengths(const Lines& a, const Lines& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::uint32_t> out((a.size() + 1) * width);
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      out[i * width + j] = a[i] == b[j]
                               ? out[(i + 1) * width + j + 1] + 1
                               : std::max(out[(i + 1) * width + j], out[i * width + j + 1]);
  return out;
}

void diff_middle(const Lines& a, const Lines& b, std::vector<DiffLine>& out) {
  const bool large = (a.size() + 1) * (b.size() + 1) > kTableMax;
  const std::vector<std::uint32_t> table = large ? std::vector<std::uint32_t>() : lengths(a, b);
  const std::size_t width = b.size() + 1;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (!large && i < a.size() && j < b.size() && a[i] == b[j]) {
      out.push_back({' ', a[i++]});
      ++j;
    } else if (j == b.size() || (i < a.size() && (large || table[(i + 1) * width + j] >=
                                                               table[i * width + j + 1]))) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
}

}  // namespace

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

std::vector<DiffLine> diff_lines(const Lines& before, const Lines& after) {
  std::size_t head = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < before.size() - head && tail < after.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  const auto at = [](const Lines& lines, std::size_t i) {
    return lines.begin() + static_cast<std::ptrdiff_t>(i);
  };
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({' ', before[i]});
  diff_middle(Lines(at(before, head), at(before, before.size() - tail)),
              Lines(at(after, head), at(after, after.size() - tail)), out);
  for (std::size_t i = before.size() - tail; i < before.size(); ++i)
    out.push_back({' ', before[i]});
  return out;
}

}  // namespace cli
