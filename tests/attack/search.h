// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Looking for a canary: in texts, files, and everything of a process that root can read.
// Trust zone: tests.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace attack {

// The forms under which a secret is looked for. Memory that was freed loses its first bytes to the
// allocator, so only the last 20 bytes of the canary are taken, which every whole canary holds too.
class Needles {
 public:
  explicit Needles(std::string_view canary);
  // The name of the first form that stands in `bytes`, "" if none does.
  std::string_view in(std::string_view bytes) const;

 private:
  struct Form {
    std::string_view name;
    std::string bytes;
  };
  std::vector<Form> forms_;
};

// A canary as a service might echo it: one text a form ("plain", "base64", "base64url", "hex",
// "HEX", "percent", "json", "reversed", "utf16").
std::string echo_of(std::string_view canary, std::string_view form);

// Where in /proc/PID the canary stands: "environ", "cmdline", "memory 7f.. [heap] (plain)"; ""
// nowhere. "unreadable" if the memory cannot be read, which is no answer.
std::string where_in_process(pid_t pid, const Needles& needles);

// The names of the memory files that the process has open and in which the canary stands.
std::vector<std::string> where_in_memory_files(pid_t pid, const Needles& needles);

// The paths below `directory` whose content holds it. Files last changed before `since` (seconds)
// are left out.
std::vector<std::string> where_in_files(const std::string& directory, const Needles& needles,
                                        long since);

}  // namespace attack
