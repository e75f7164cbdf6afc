// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The log as the commands read it: opened read-only, numbers in words. Trust zone: command line;
// what it reads is believed only as far as audit::Reader has verified it.
#pragma once

#include <memory>
#include <string>

#include "audit/reader.h"
#include "audit/render.h"
#include "cli/config.h"
#include "cli/open_files.h"

namespace cli {

// What a reader of the log needs of the configuration; a policy that is wrong does not matter.
struct LogPlace {
  Paths paths;
  Config config;
};
// kNotFound, kInvalid: as load(), but only the configuration itself is read.
base::Result<LogPlace> find_log(const std::string& asked_config);

// The log file. kNotFound if nothing was ever logged; kDenied, kIo.
base::Result<std::unique_ptr<audit::File>> open_log(const Paths& paths);

// Slugs of base/reason.h for the numbers in an entry.
audit::Wording wording();

}  // namespace cli
