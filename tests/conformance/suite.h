// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a conformance suite is: it reads cases from a folder, puts each through the shipped code and
// reports what came of it. An adapter maps fields; it never decides. Trust zone: tests only.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/report.h"
#include "conformance/tables.h"

namespace conformance {

// What one run of a suite is given.
struct Run {
  std::filesystem::path folder;                // where its cases are; exists
  std::vector<std::string> only;               // tables or ids; empty: all
  std::map<std::string, std::string> options;  // of the suite, by name without dashes
  const Reasons& reasons;

  // Whether the case is asked for. A suite asks before it does any work on the case.
  bool selects(std::string_view table, std::string_view id) const;
};

class Suite {
 public:
  virtual ~Suite() = default;
  virtual std::string_view name() const = 0;
  // Where its data is under the shared folder, e.g. "vectors/jcs".
  virtual std::string_view default_folder() const = 0;
  // Names of the options it takes, each with one value: {"schema"} for `--schema FILE`.
  virtual std::vector<std::string_view> options() const { return {}; }
  // Runs every selected case of `run.folder`, in a fixed order, one report each. A failure is
  // trouble with the run itself (a file that cannot be read): nothing has been shown then.
  virtual base::Status run(const Run& run, Report& report) = 0;
};

// The bytes of a file. kIo: it cannot be read.
base::Result<std::string> read_file(const std::filesystem::path& path);

// The regular files of `folder` whose name ends in `suffix`, sorted; empty if it does not exist.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder,
                                            std::string_view suffix);

}  // namespace conformance
