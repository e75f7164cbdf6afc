// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Finds literals as they stand in a text, with Hyperscan as the prefilter. Trust zone: broker.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "broker/scrub_index.h"
#include "broker/scrub_set.h"

struct hs_database;
struct hs_scratch;

namespace broker {

// Searches by a window of at most 8 bytes of each pattern, which is what Hyperscan's literal
// matcher takes in one piece, and compares the rest where a window is seen.
class LiteralScan {
 public:
  // Views `patterns`, which must outlive the object and stay in place.
  // Error: kInvalid where Hyperscan refuses.
  static base::Result<LiteralScan> compile(const std::vector<Pattern>& patterns);

  LiteralScan(LiteralScan&& other) noexcept;
  LiteralScan& operator=(LiteralScan&&) = delete;
  LiteralScan(const LiteralScan&) = delete;
  LiteralScan& operator=(const LiteralScan&) = delete;
  ~LiteralScan();

  // Appends every occurrence of every pattern. text.size() < 4 GiB.
  void scan(std::string_view text, std::vector<Match>& out) const;

 private:
  struct Use {
    std::uint32_t pattern;
    std::uint32_t window_end;  // offset in the pattern just after the window
  };
  explicit LiteralScan(const std::vector<Pattern>& patterns) : patterns_(&patterns) {}
  static int on_window(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                       void* context);

  const std::vector<Pattern>* patterns_;
  std::vector<std::vector<Use>> uses_;  // by window
  hs_database* database_ = nullptr;
  hs_scratch* scratch_ = nullptr;
};

}  // namespace broker
