// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the load checks found, kept bounded and without repetition, and the nearest right name for a
// wrong one. Trust zone: supervisor.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "policy/syntax/diagnostic.h"

namespace policy {

inline constexpr std::size_t kMostErrors = 64;     // policy.md §8
inline constexpr std::size_t kMostWarnings = 256;  // more are counted, not shown

class Findings {
 public:
  void error(std::string_view name, const Span& span, std::string message, std::string hint = "");
  void warning(std::string_view name, const Span& span, std::string message, std::string hint = "");
  // An error, or with `only_warn` a warning of the same name (compat open_tools).
  void report(bool only_warn, std::string_view name, const Span& span, std::string message,
              std::string hint = "");

  bool failed() const { return errors_ > 0; }
  bool full() const { return errors_ >= kMostErrors; }  // no need to look further
  // In the order of files and positions.
  std::vector<Diagnostic> take();

 private:
  void add(Diagnostic::Severity severity, std::string_view name, const Span& span,
           std::string message, std::string hint);
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t, std::uint32_t, std::string>> seen_;
  std::vector<Diagnostic> found_;
};

// The word of `known` that is nearest to `word` by edit distance, if one is near enough to be meant
// (a third of its length, at most 4 changes); else nothing. Bounded: see nearest.cc.
std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& known);
// "did you mean `NAME`?", or `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known,
                         std::string_view otherwise = "");

// `text` for a message: in backticks, control characters as spaces, cut at 64 bytes.
std::string quoted(std::string_view text);

}  // namespace policy
