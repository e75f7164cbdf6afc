// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Program templates of the laundering test: for each entry of each table of the language how it is
// called. Trust zone: tests.
#pragma once

#include <span>
#include <string_view>

namespace plan_test {

// `owners` and `names` with `|` or blanks between; in `form` `$` is the owner's receiver, `%` the
// name, and what stands between backquotes is JSON: a place for a labelled leaf of that value.
// A form gives `x`: an expression, or statements if it begins with "x = ".
struct Row {
  std::string_view owners;
  std::string_view names;
  std::string_view form;
};

struct Receiver {
  std::string_view owner;
  std::string_view form;
};

std::span<const Receiver> receivers();
std::span<const Row> function_rows();  // rows_function.cc: builtins, constructors, modules
std::span<const Row> method_rows();    // rows_method.cc
std::span<const Row> moment_rows();    // rows_moment.cc: dates and times

// What needs no row, each with its reason.
struct Exempt {
  std::string_view key;  // owner.name
  std::string_view why;
};
std::span<const Exempt> exempt();

}  // namespace plan_test
