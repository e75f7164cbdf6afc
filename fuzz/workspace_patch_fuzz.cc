// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a text and a unified diff, a NUL between them: no crash, no guess. What is applied
// has as many lines more or fewer as its hunks say. And the difference of both, applied to the one,
// gives the other.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runner/workspace/diff.h"
#include "runner/workspace/patch.h"
#include "runner/workspace/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view text = input.substr(0, input.find('\0'));
  const std::string_view diff = text.size() < size ? input.substr(text.size() + 1) : input;
  const auto patch = workspace::parse_patch(diff);
  if (patch.ok()) {
    std::size_t lines = workspace::lines_of(text).size();
    for (const workspace::Hunk& h : patch->hunks) lines += h.new_count - h.old_count;
    const auto applied = workspace::apply_patch(text, *patch);
    if (applied.ok()) CHECK(workspace::lines_of(*applied).size() == lines);
  }
  if (!workspace::is_text(text) || !workspace::is_text(diff) || text == diff) return 0;
  const std::string difference = workspace::unified_diff("f", text, diff);
  const auto back = workspace::parse_patch(difference);
  CHECK(back.ok());
  const auto applied = workspace::apply_patch(text, *back);
  CHECK(applied.ok() && *applied == diff);
  return 0;
}
