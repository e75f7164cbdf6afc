// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Runs the double of the 1Password CLI in a folder of its own. Trust zone: tests only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace op {

struct Ran {
  int status = -1;  // of exit; 1000 + the signal's number if one ended it
  std::string out;
  std::string err;
  bool in_time = true;  // false: it was killed after two seconds without an end
};

// One double with its own op.data, op.log.
class Double {
 public:
  // `folder` is emptied. `data` is op.data; empty: the built-in account.
  Double(std::filesystem::path folder, std::string_view data);

  // Runs it with nothing but OP_SERVICE_ACCOUNT_TOKEN in its environment (empty: not even that).
  Ran run(std::vector<std::string> arguments, const std::string& token) const;
  // The lines of op.log.
  std::string log() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace op
