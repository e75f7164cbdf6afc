// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What `yett init` writes: the texts, made of what was found on this machine, and files that are
// never written over. Trust zone: command line.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace cli {

// What was found on this machine.
struct Found {
  bool ollama = false;              // it answers on its usual port
  std::vector<std::string> models;  // that it has
  std::string op;                   // absolute path of the 1Password CLI; empty: none
  bool key_file = false;            // asked for: vault.key
};

// The model to begin with: llama3.1:8b (STR-030) where it is or nothing is, else one that is there.
std::string first_model(const Found& found);

// yett.toml and policy.sqrt. Names that came from outside are written as TOML escapes them.
std::string config_text(const Found& found);
std::string policy_text(const Found& found);
// 64 hexadecimal digits and a line end.
std::string key_text(base::Random& random);

// A program that may be trusted with a token: the file itself, no link, executable, owned by root
// or the caller, writable by nobody else.
bool safe_program(const std::string& path);

// The 1Password CLI in one of the absolute directories of `path` (the variable's text), links
// followed; only a safe_program(). Empty: none.
std::string find_op(std::string_view path);

enum class Existing : unsigned char { kRefuse, kReplace };

// Makes the file with exactly `mode`, new and whole or not at all. kDenied if there is one and
// `existing` refuses; kIo. A replaced file is exchanged by rename(2).
base::Status write_new(const std::string& path, std::string_view text, mode_t mode,
                       Existing existing);

// Makes the directory and those above it (0700). kIo.
base::Status make_directory(const std::string& path);

}  // namespace cli
