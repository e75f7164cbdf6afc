// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Where Yett's files are, and opening them by descriptor with owner, mode and kind checked: no
// symbolic link at the end of a path, nobody else may write. Trust zone: supervisor.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "cli/compile.h"

namespace cli {

struct Paths {
  std::string config;  // yett.toml
  std::string config_dir;
  std::string state_dir;
  std::string log;     // in state_dir
  std::string values;  // in state_dir
  std::string door;    // in state_dir: while programs run, a link to the socket of their door
  std::string vault;
};

// From `--config` or, if empty, $XDG_CONFIG_HOME/yett/yett.toml ($HOME/.config). The state and
// vault follow the configuration's keys, else $XDG_STATE_HOME/yett and $XDG_DATA_HOME/yett/vault.
// Relative names are relative to the configuration's directory. kInvalid if HOME is needed and not
// set.
base::Result<std::string> locate_config(const std::string& asked);
base::Result<Paths> locate(const std::string& config_path, const Config& config);

enum class Access : unsigned char { kRead, kReadWrite };
enum class Privacy : unsigned char {
  kPublic,   // others may read it, none may write it
  kPrivate,  // neither
};

// Opens a regular file that belongs to the caller or root. kNotFound if it is absent; kDenied with
// what is wrong and the command that mends it; kIo otherwise.
base::Result<base::Fd> open_file(const std::string& path, Access access, Privacy privacy);

// The same, made with mode 0600 if it is absent; its directory (0700) as well.
base::Result<base::Fd> open_or_make(const std::string& path);

// The whole of an opened file. kExhausted above `most` bytes.
base::Result<std::string> read_all(const base::Fd& fd, std::size_t most);

// Files beside the configuration, for compile().
class ConfigFiles final : public Files {
 public:
  explicit ConfigFiles(std::string directory) : directory_(std::move(directory)) {}
  base::Result<std::string> read(const std::string& name) const override;

 private:
  std::string directory_;
};

// `name` if it is absolute, else in `directory`.
std::string beside(const std::string& directory, const std::string& name);

}  // namespace cli
