// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "runner/workspace/limits.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

using Lines = std::vector<std::string_view>;
constexpr std::size_t kContext = 3;

// One line of the script that leads from one text to the other.
struct Edit {
  char sign;  // ' ', '-', '+'
  std::string_view line;
};
using Script = std::vector<Edit>;

// The furthest x of each diagonal after d changes, for every d up to the last: how to walk back.
using Trace = std::vector<std::vector<std::size_t>>;

// Nothing if more than kDiffSteps cells would be kept.
std::optional<Trace> trace_of(const Lines& a, const Lines& b) {
  const std::size_t most = a.size() + b.size();
  Trace trace;
  std::size_t cells = 0;
  std::vector<std::size_t> v(2 * most + 3, 0);
  const std::size_t zero = most + 1;  // diagonal k is v[zero + k]
  for (std::size_t d = 0; d <= most; ++d) {
    cells += 2 * d + 3;
    if (cells > kDiffSteps) return std::nullopt;
    // Diagonals -d-1 .. d+1 are all that the next step reads.
    trace.emplace_back(v.begin() + static_cast<std::ptrdiff_t>(zero - d - 1),
                       v.begin() + static_cast<std::ptrdiff_t>(zero + d + 2));
    for (std::size_t i = 0; i <= d; ++i) {
      const std::size_t k = zero + 2 * i - d;
      const bool down = i == 0 || (i != d && v[k - 1] < v[k + 1]);
      std::size_t x = down ? v[k + 1] : v[k - 1] + 1;
      std::size_t y = x + zero - k;
      while (x < a.size() && y < b.size() && a[x] == b[y]) ++x, ++y;
      v[k] = x;
      if (x >= a.size() && y >= b.size()) return trace;
    }
  }
  return trace;
}

// Follows the trace from the end of both texts back to their beginnings.
Script script_of(const Lines& a, const Lines& b, const Trace& trace) {
  Script out;
  auto x = static_cast<std::ptrdiff_t>(a.size());
  auto y = static_cast<std::ptrdiff_t>(b.size());
  for (auto d = static_cast<std::ptrdiff_t>(trace.size()) - 1; d >= 0; --d) {
    const auto& v = trace[static_cast<std::size_t>(d)];
    const auto at = [&](std::ptrdiff_t k) {
      return static_cast<std::ptrdiff_t>(v[static_cast<std::size_t>(k + d + 1)]);
    };
    const std::ptrdiff_t k = x - y;
    const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
    const std::ptrdiff_t from = down ? k + 1 : k - 1;
    const std::ptrdiff_t from_x = d == 0 ? 0 : at(from);
    const std::ptrdiff_t from_y = d == 0 ? 0 : from_x - from;
    const std::ptrdiff_t start_x = d == 0 ? 0 : from_x + (down ? 0 : 1);
    while (x > start_x && y > (d == 0 ? 0 : from_y + (down ? 1 : 0))) {
      --x, --y;
      out.push_back({' ', a[static_cast<std::size_t>(x)]});
    }
    if (d == 0) break;
    if (down) out.push_back({'+', b[static_cast<std::size_t>(--y)]});
    else out.push_back({'-', a[static_cast<std::size_t>(--x)]});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Script replaced_whole(const Lines& a, const Lines& b) {
  Script out;
  for (const auto line : a) out.push_back({'-', line});
  for (const auto line : b) out.push_back({'+', line});
  return out;
}

// The script of both texts: what they begin and end with in common is left out of the search.
Script compare(Lines a, Lines b) {
  Script head;
  Script tail;
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) head.push_back({' ', a[same++]});
  a.erase(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(same));
  b.erase(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(same));
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    tail.push_back({' ', a.back()});
    a.pop_back();
    b.pop_back();
  }
  const auto trace = trace_of(a, b);
  const Script middle = trace ? script_of(a, b, *trace) : replaced_whole(a, b);
  head.insert(head.end(), middle.begin(), middle.end());
  head.insert(head.end(), tail.rbegin(), tail.rend());
  return head;
}

// "3,2": the first line from 1 and how many; an empty range names the line before it.
std::string range(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

void add_line(std::string& out, const Edit& edit) {
  out += edit.sign;
  out += edit.line;
  if (!edit.line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

// The hunk script[begin, end), which begins at these lines of both texts.
void add_hunk(std::string& out, const Script& script, std::size_t begin, std::size_t end,
              std::size_t line_a, std::size_t line_b) {
  const auto count = [&](char sign) {
    return static_cast<std::size_t>(
        std::count_if(script.begin() + static_cast<std::ptrdiff_t>(begin),
                      script.begin() + static_cast<std::ptrdiff_t>(end),
                      [sign](const Edit& e) { return e.sign == ' ' || e.sign == sign; }));
  };
  out += fmt::format("@@ -{} +{} @@\n", range(line_a, count('-')), range(line_b, count('+')));
  for (std::size_t i = begin; i < end; ++i) add_line(out, script[i]);
}

// Where the hunk that begins with the change at `at` ends: after changes that are near each other.
std::size_t hunk_end(const Script& script, std::size_t at) {
  std::size_t last = at;
  for (std::size_t i = at; i < script.size() && i <= last + 2 * kContext + 1; ++i)
    if (script[i].sign != ' ') last = i;
  return std::min(script.size(), last + 1 + kContext);
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  if (!is_text(before) || !is_text(after)) return fmt::format("Binary file {} differs\n", name);
  const auto too_long = [](std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= kDiffLines;
  };
  if (too_long(before) || too_long(after))
    return fmt::format("File {} differs in too many lines\n", name);
  const Script script = compare(lines_of(before), lines_of(after));
  std::string out = fmt::format("--- a/{}\n+++ b/{}\n", name, name);
  std::size_t line_a = 0;
  std::size_t line_b = 0;
  for (std::size_t i = 0; i < script.size();) {
    // The next change, and the context before it.
    std::size_t change = i;
    while (change < script.size() && script[change].sign == ' ') ++change;
    if (change == script.size()) break;
    const std::size_t begin = std::max(i, change - std::min(change, kContext));
    line_a += begin - i;
    line_b += begin - i;
    const std::size_t end = hunk_end(script, change);
    add_hunk(out, script, begin, end, line_a, line_b);
    for (std::size_t k = begin; k < end; ++k) {
      line_a += script[k].sign != '+' ? 1 : 0;
      line_b += script[k].sign != '-' ? 1 : 0;
    }
    i = end;
  }
  return out;
}

}  // namespace workspace
