// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the demo's two programs have in their mains: options, the printed port, the record of what
// came in, and the end with standard input or SIGTERM. Trust zone: demo and tests only.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "demo/http_server.h"

namespace demo {

struct Options {
  std::map<std::string, std::string, std::less<>> values;  // "--record FILE" as record → FILE
  std::vector<std::string> flags;
  std::vector<std::string> rest;

  bool has(std::string_view flag) const;
  std::string value(std::string_view name, std::string_view otherwise = "") const;
};

// kInvalid: an option that is in neither list, or one without its value.
base::Result<Options> read_options(int argc, char** argv,
                                   std::initializer_list<std::string_view> with_value,
                                   std::initializer_list<std::string_view> flags);

// The bytes of a file, without the line end at its end. kIo: it cannot be read.
base::Result<std::string> read_file(const std::string& path);

// The value of `--NAME`, or what the file of `--NAME-file` holds: nobody reads that in /proc.
base::Result<std::string> secret_option(const Options& options, std::string_view name);

// Appends lines to a file, each with one write. Without a file it drops them.
class Record {
 public:
  // kIo: the file cannot be opened. Empty path: no file.
  static base::Result<Record> open(const std::string& path);
  void add(std::string_view line);

 private:
  base::Fd fd_;
};

// Prints `port` as one line where `--print-port` is given, and serves until standard input ends
// (unless `--no-stdin`), or SIGTERM or SIGINT comes.
base::Status serve(HttpServer& server, std::uint16_t port, const Options& options);

// Runs a main: what failed goes to standard error, and gives 1.
int run_main(const char* name, const std::function<base::Status()>& body);

}  // namespace demo
