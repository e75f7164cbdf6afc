// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A program in the plan language and in CPython 3.11. Trust zone: tests.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace lang {

// One long-lived python3 -I that runs programs (cpython.py).
class CPython {
 public:
  // Null where there is no python3 of version 3.11. YETT_PYTHON names another one.
  static std::unique_ptr<CPython> start(const std::string& preamble);
  ~CPython();
  CPython(const CPython&) = delete;
  CPython& operator=(const CPython&) = delete;
  // What it printed, then `final JSON` or `raised TYPE`; empty if the process ended.
  std::string run(const std::string& program);

 private:
  CPython(int in, int out, int child) : in_(in), out_(out), child_(child) {}
  bool send(const std::string& text) const;
  int in_, out_, child_;
};

// Whether both say the same; both may refuse the program's syntax.
bool agree(const std::string& ours, const std::string& theirs);
// The same of the plan language; nullopt: a limit ended it (there CPython has none).
std::optional<std::string> run_plan(const std::string& program);

std::string file_text(const std::string& path);

}  // namespace lang
