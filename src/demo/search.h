// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Where the demo looks for the canary after the run, and what it found. Trust zone: demo.
#pragma once

#include <string>
#include <vector>

namespace demo {

struct Place {
  std::string name;
  bool found = false;
  bool expected = false;  // the control: it must be found here, else the search proves nothing
};

// The whole of a file, "" if it cannot be read.
std::string file_text(const std::string& path);

// Every file below `directory`, one after the other.
std::string directory_text(const std::string& directory);

// Environment and command line of the process and of all its descendants.
std::string process_text(int pid);

}  // namespace demo
