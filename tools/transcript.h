// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Transcripts of a terminal as tests. A transcript is text:
//
//     # a comment
//     $ yett tools              a command line, run by sh in a fresh folder
//     github.list  read         what it must print, standard output and error as they come
//     [..] ms                   `[..]` inside a line: any text
//     ...                       a line alone: any number of lines
//     ? 2                       its exit status; 0 where nothing is said
//     -- policy.sqrt --         from here to the next such line: a file of that folder
//
// Of a Markdown file only the fenced blocks that begin with "```console transcript" count, and
// those of any kind with a name, "```toml file NAME": files of that folder.
// Trust zone: developers' machines, never shipped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace transcript {

struct Step {
  std::size_t line = 0;  // of the command, from 1
  std::string command;
  std::vector<std::string> expected;
  int status = 0;
};
struct Script {
  std::vector<Step> steps;
  std::vector<std::pair<std::string, std::string>> files;  // name, content
};

// Fails where output stands before the first command, a status is no number, a file name leaves
// the folder, or there is no command at all.
base::Result<Script> parse(std::string_view text);
base::Result<Script> parse_markdown(std::string_view text);

// True if the line or lines match; see above for `[..]` and `...`.
bool matches_line(std::string_view pattern, std::string_view line);
bool matches(const std::vector<std::string>& patterns, const std::vector<std::string>& lines);

}  // namespace transcript
