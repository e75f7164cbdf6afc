// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Style and layers as a test. Each check reads files that are already in memory and adds findings;
// only tidy_main.cc touches the disk. Trust zone: developers' machines, never shipped.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// One file of the repository. `code` is `text` with comments, literals and the text of preprocessor
// lines blanked by spaces, so that both have the same lines and columns.
struct File {
  std::string path;  // relative to the root, with '/'
  std::string text;
  std::string code;
  std::string bare;                // `text` with comments alone blanked
  std::vector<std::string> lines;  // of `text`, without line ends

  bool is(std::string_view suffix) const { return path.ends_with(suffix); }
  bool under(std::string_view folder) const { return path.starts_with(folder); }
  bool cpp() const { return is(".cc") || is(".h"); }
  bool test() const { return is("_test.cc") || under("tests/"); }
};
File make_file(std::string path, std::string text);

struct Finding {
  std::string path;
  std::size_t line = 0;  // from 1; 0 where the whole file is meant
  std::string rule;
  std::string what;  // what was found; what to do
  bool warning = false;
};
using Findings = std::vector<Finding>;

// A word of C++: an identifier, a number or a piece of punctuation ("::" and "->" are one).
struct Token {
  std::string_view text;
  std::size_t line = 0;
};
std::vector<Token> tokens_of(std::string_view code);

struct Include {
  std::size_t line = 0;
  std::string header;  // between the quotes; only quoted includes
};
std::vector<Include> includes_of(const File& file);

// A function body as the braces tell it; `lines` counts from its signature to its last brace.
struct Function {
  std::string name;
  std::size_t line = 0;
  std::size_t lines = 0;
};
std::vector<Function> functions_of(const File& file);

// What layers.txt says; see the head of that file for the words.
struct Layers {
  std::map<std::string, std::set<std::string>> may;
  std::set<std::string> programs;
  std::map<std::string, std::set<std::string>> doors;
  std::set<std::string> throws;
};
Layers parse_layers(const File& file, Findings& out);

// Known excesses, `RULE KEY LIMIT` a line: a ratchet, so an entry that is too generous or no longer
// needed is a finding itself.
class Exceptions {
 public:
  static Exceptions parse(const File& file, Findings& out);
  // True if `actual` is listed for rule and key, at exactly this value.
  bool covers(const std::string& rule, const std::string& key, std::size_t actual, Findings& out);
  void report_unused(Findings& out) const;

 private:
  struct Entry {
    std::size_t limit = 0;
    std::size_t line = 0;
    bool used = false;
  };
  std::string path_;
  std::map<std::string, Entry> entries_;
};

// The checks. One file at a time:
void check_text(const File& file, Findings& out);   // SPDX, spaces, line length, paths, open ends
void check_head(const File& file, Findings& out);   // header paragraph, #pragma once
void check_names(const File& file, Findings& out);  // banned words, each with its replacement
void check_calls(const File& file, const Layers& layers, Findings& out);  // banned calls
void check_sizes(const File& file, Exceptions& exceptions, Findings& out);
// and over the whole tree:
void check_layers(const std::vector<File>& files, const Layers& layers, Findings& out);
void check_dead(const std::vector<File>& files, Findings& out);

// Everything above over `files`, which hold layers.txt and may hold tools/tidy.exceptions.
Findings check_all(const std::vector<File>& files);

}  // namespace tidy
