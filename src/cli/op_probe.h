// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Runs of the 1Password CLI for `yett check` and `yett secret test`, through the same launcher and
// so in the same environment as the runner's. SECURITY: what `op read` prints goes to /dev/null;
// only whether it worked is learnt. Trust zone: command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

struct OpRun {
  bool ok = false;
  std::string out;    // kKeep only
  std::string error;  // of a failure: the last "[ERROR]" line, or what else went wrong; printable
  std::string fix;    // what to do about it
};

class OpProbe {
 public:
  enum class Output : unsigned char { kDiscard, kKeep };

  // `op` is the fixed path of the configuration. The token comes from OP_SERVICE_ACCOUNT_TOKEN,
  // which stays set. kInvalid: the path is not a program that only its owner or root can change;
  // kNotFound: there is none.
  static base::Result<OpProbe> create(const std::string& op);
  OpProbe(OpProbe&&) = default;
  ~OpProbe();

  bool has_token() const { return !token_.empty(); }
  // One run, at most limits::kSecretTimeoutMs. A run that fails is a value. kIo: it cannot be
  // begun.
  base::Result<OpRun> run(const std::vector<std::string>& arguments, Output output) const;

 private:
  OpProbe() = default;
  std::string op_, launcher_, token_;
};

// What to do about the text of a failed run; pure.
std::string op_advice(std::string_view error);
// The last line of `text` that holds "[ERROR]", from behind the mark on; else the last line.
std::string last_error_line(std::string_view text);

}  // namespace cli
