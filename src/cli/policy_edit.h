// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Small changes to files that people wrote, with everything else left as it stands: a pack taken
// into a policy, a shadow into the configuration, a pinned digest. Pure but for replace_file().
// Trust zone: command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/loaded.h"

namespace cli {

// True if `text` begins (after comments) with `language yett 1;`.
bool speaks_yett(std::string_view text);

// The text of `policy` with `use "PACK";` after its last `use`, else after its `language` line,
// which is put in front if there is none. kInvalid: it is no policy, or uses the pack already.
base::Result<std::string> with_pack(const policy::Source& policy, std::string_view pack);

// The configuration with `shadow = { file, until }` in [yett], or without if `file` is empty.
// kInvalid: the file cannot be edited so; what to do by hand.
base::Result<std::string> with_shadow(std::string_view configuration, std::string_view file,
                                      std::string_view until);

// The digest pinned in `text`: its first line that is no comment. kInvalid: "no hash found", or
// "invalid hash" if it is not 64 hexadecimal digits.
base::Result<std::string> pinned_digest(std::string_view text);
std::string pin_text(std::string_view digest);

// Replaces the content of `path` as a whole, with the mode it had (a new one: 0644). kIo, kDenied.
base::Status replace_file(const std::string& path, std::string_view text);

}  // namespace cli
