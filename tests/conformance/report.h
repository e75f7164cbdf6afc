// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Counts and prints what came of each case. Trust zone: tests only.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "conformance/tables.h"

namespace conformance {

// Why a case may be skipped. This list is closed: anything else is a failure.
enum class Skip : unsigned char {
  kDataAbsent,  // the suite needs data that is not there
  kLater,       // it hangs on a part of a later capability, which is named
  kProse,       // it is prose that no adapter maps
  kRefused,     // agentdojo: a task that takes more than one approval, with why
};

struct Case {
  std::string id;
  std::string table;       // the table or file that it stands in
  Facts facts{};           // for the rules of differences.toml; suites add our answer
  bool ambiguous = false;  // its source is not sure: it never fails
};

class Report {
 public:
  // Each line of output goes to `print`, without its end.
  Report(std::string suite, const Differences& differences,
         std::function<void(std::string_view)> print);

  // `mark`, if given, is printed: the case passes, but in a way worth knowing ("stricter").
  void passed(const Case& c, std::string_view mark = {});
  // Failed, unless differences.toml says that the answer is meant: then it differs and counts as
  // skipped. `why` says what was expected and what came.
  void failed(const Case& c, std::string_view why);
  // `what` names the data, the later part, or the prose.
  void skipped(const Case& c, Skip reason, std::string_view what);
  // A line of the suite's own: a table, a rate. Not a result.
  void note(std::string_view line);

  // Prints the counts, last and alone.
  void finish();
  // 0 if nothing failed and something passed; 77 if all that happened is that data was absent; 1
  // else.
  int exit_code() const;

 private:
  void print(std::string_view outcome, const Case& c, std::string_view what);

  std::string suite_;
  const Differences& differences_;
  std::function<void(std::string_view)> print_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
  std::size_t absent_ = 0;     // of the skipped
  std::size_t agrees_ = 0;     // of the skipped: ambiguous cases
  std::size_t disagrees_ = 0;  // of the skipped
};

}  // namespace conformance
