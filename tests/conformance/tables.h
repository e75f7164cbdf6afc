// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The two tables that lie beside the suites: where our design answers a case otherwise on purpose
// (differences.toml), and how each table of cases words our reason codes (reasons.toml).
// Trust zone: tests only.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace conformance {

// What is known of a case and of our answer to it, by name: {"kind": "write", "answer": "deny"}.
using Facts = std::map<std::string, std::string, std::less<>>;

// differences.toml:
//   [[difference]]
//   suite = "scenarios"
//   id = "X-001"                      # one case, or
//   facts = { table = "t", answer = ["deny", "ask"] }   # every case of which all of these hold
//   reason = "why"
class Differences {
 public:
  // kInvalid: not TOML, an unknown or missing key, an entry without a reason or that would match
  // every case of a suite. kIo: the file cannot be read.
  static base::Result<Differences> load(const std::filesystem::path& file);
  static base::Result<Differences> parse(std::string_view toml);

  // The reason of the first entry that fits; empty if none does. `id` and the table of a case are
  // facts as well ("id", "table").
  std::string_view reason_for(std::string_view suite, const Facts& facts) const;

 private:
  struct Entry {
    std::string suite;
    std::map<std::string, std::vector<std::string>, std::less<>> wanted;  // any of the values
    std::string reason;
  };
  std::vector<Entry> entries_;
};

// reasons.toml: our code = the wordings of a table that say it; {name} stands for a field.
//   [str_orchestrator_broker]
//   unknown_tool = ["Unknown tool requested: {tool}", "unknown tool"]
class Reasons {
 public:
  // Errors as Differences.
  static base::Result<Reasons> load(const std::filesystem::path& file);
  static base::Result<Reasons> parse(std::string_view toml);

  // Whether `wording` is what `table` calls our `code`, its {name}s replaced from `fields`.
  bool agree(std::string_view table, std::string_view code, const Facts& fields,
             std::string_view wording) const;

 private:
  using Wordings = std::map<std::string, std::vector<std::string>, std::less<>>;
  std::map<std::string, Wordings, std::less<>> tables_;
};

}  // namespace conformance
