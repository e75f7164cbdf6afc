// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The command line of the 1Password CLI as far as its double knows it. Trust zone: tests only.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace doubles {

struct Words {
  std::vector<std::string> words;  // verbs and what they are about, without options
  bool version = false;
  bool json = false;        // --format json, before or after the verb
  bool no_newline = false;  // read: -n, --no-newline
  bool include_archive = false;
  std::optional<std::string> vault;
  std::optional<std::string> account;
  std::optional<std::string> fields;
};

// Nothing: an option that the double does not know.
std::optional<Words> parse_words(int argc, char** argv);

}  // namespace doubles
