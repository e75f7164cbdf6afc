// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Loading a configuration from its file. Trust zone: supervisor.
#pragma once

#include "cli/compile.h"
#include "cli/open_files.h"

namespace cli {

struct Loaded {
  Paths paths;
  Config config;
  Compiled compiled;
};

// Reads, checks and compiles. kNotFound: no configuration (run `yett init`); kInvalid: every
// problem, one a line, with its place.
base::Result<Loaded> load(const std::string& asked_path);

}  // namespace cli
