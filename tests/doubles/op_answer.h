// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the double of the 1Password CLI answers. Texts and exit statuses are those of recorded real
// runs where there is one, and of public reports else. Pure. Trust zone: tests only.
#pragma once

#include <string>
#include <string_view>

#include "op_account.h"
#include "op_words.h"

namespace doubles {

// The double does not know this command: louder than any answer of the real one.
inline constexpr int kUnknown = 64;

struct Outcome {
  int status = 0;
  std::string out;
  std::string error;  // the text behind "[ERROR] DATE TIME "; empty: none
};

// `service`: a service account token was given. The caller has handled tokens that misbehave.
Outcome answer(const Account& account, const Words& words, bool service);

// Ends with `status` and says `error`.
Outcome failure(std::string error, int status = 1);
// A service account that was deleted.
inline constexpr std::string_view kRevoked =
    "error initializing client: Authentication: (failed to auth.LookupAuth), Network: (failed to "
    "request.DoUnencrypted), Server: (403) (Forbidden (Service Account Deleted))";
// Its quota is used up.
inline constexpr std::string_view kRateLimited =
    "(429) Too Many Requests: You've reached the maximum number of this type of requests this "
    "service account is allowed to make. Please retry in 58 minutes or try other requests.";

}  // namespace doubles
