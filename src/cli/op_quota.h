// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Reads what `op service-account ratelimit` prints: the quotas of the token and of the account,
// which all its users share. Source: the 1Password developer documentation, "Service account rate
// limits". Pure. Trust zone: command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cli {

struct OpQuota {
  std::string type;    // "token", "account"
  std::string action;  // "read", "write", "read_write"
  std::uint64_t limit = 0;
  std::uint64_t used = 0;
  std::string reset;  // "59 minutes from now"; "N/A": the window has not begun
};

// One entry a row below the row of titles. kInvalid: no such table, or a row that is none.
base::Result<std::vector<OpQuota>> op_quotas(std::string_view text);

// "quota used: token read 3 of 10000, account read_write 3 of 50000". Rows of nothing used are left
// out unless all are.
std::string text_of(const std::vector<OpQuota>& quotas);

// The row of which less than a fifth is left, the fullest first; nothing if there is none.
std::optional<OpQuota> nearly_used(const std::vector<OpQuota>& quotas);

}  // namespace cli
