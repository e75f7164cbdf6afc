// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Format specs, as format(), f-strings, str.format and `%` read them. Trust zone: session.
#pragma once

#include <string>
#include <string_view>

#include "lang/run.h"

namespace lang {

struct Spec {
  std::string fill = " ";
  char align = 0, sign = 0, type = 0, comma = 0;
  bool alternate = false, zero = false, positive_zero = false;
  std::size_t width = 0;
  int precision = -1;
  int least_digits = 0;  // of an integer, as `%.3d` asks for
};

// Pads `prefix` and `body` to the width; `otherwise` is the alignment where the spec has none.
bool padded(Run& run, const Spec& spec, std::string_view prefix, std::string_view body,
            char otherwise, std::string& out);
bool format_integer(Run& run, const Value& v, const Spec& spec, std::string& out);
bool format_float(Run& run, double number, const Spec& spec, std::string& out);
bool format_string(Run& run, const std::string& text, const Spec& spec, std::string& out);

// repr with every character beyond ASCII escaped.
std::string ascii_of(const std::string& shown);

// `format % v`; false: something is pending.
bool percent_text(Run& run, const Value& format, const Value& v, std::string& out);

}  // namespace lang
