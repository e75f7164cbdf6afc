// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What docs/reference/scrub.md says is not found. Trust zone: tests only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace conformance {

class KnownLimits {
 public:
  // kIo: the page cannot be read; kInvalid: it has no section "What is not found" with a table.
  static base::Result<KnownLimits> load(const std::filesystem::path& page);
  static base::Result<KnownLimits> parse(std::string_view page);

  // The row of that section that names the transformation `form` ("sha256 of the secret"): the one
  // that holds most of its telling words, at least half of them. Empty if none does.
  std::string_view row_for(std::string_view form) const;

 private:
  std::vector<std::string> rows_;
};

}  // namespace conformance
