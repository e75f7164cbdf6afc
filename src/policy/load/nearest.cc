// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "policy/load/findings.h"

namespace policy {
namespace {

constexpr std::size_t kLongestName = 64;   // longer ones get no proposal
constexpr std::size_t kMostNames = 20000;  // LIMIT: names that are looked at for one proposal

// Levenshtein distance, or `limit` + 1 as soon as it must be more.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::array<std::size_t, kLongestName + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    std::size_t least = row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > kLongestName) return {};
  std::size_t limit = std::clamp<std::size_t>(word.size() / 3, 1, 4);
  std::string_view best;
  for (std::size_t i = 0; i < std::min(known.size(), kMostNames); ++i) {
    const std::string_view name = known[i];
    const std::size_t apart =
        name.size() > word.size() ? name.size() - word.size() : word.size() - name.size();
    if (name.size() > kLongestName || apart > limit || name == word) continue;
    const std::size_t changes = distance(word, name, limit);
    if (changes > limit || (!best.empty() && changes == limit)) continue;
    best = name;
    limit = changes;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known,
                         std::string_view otherwise) {
  const std::string_view best = nearest_name(word, known);
  if (best.empty()) return std::string(otherwise);
  return "did you mean " + quoted(best) + "?";
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 64;
  std::size_t end = std::min(text.size(), kMost);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;  // not inside a code point
  std::string out = "`";
  for (char c : text.substr(0, end))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  if (end < text.size()) out += "...";
  return out + "`";
}

}  // namespace policy
