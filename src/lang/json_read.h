// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// json.loads: as CPython reads it (NaN, duplicate keys: the last one). Trust zone: session.
#pragma once

#include <string>

#include "lang/native.h"

namespace lang {

// JSONDecodeError with CPython's words, or a limit; the values are clean.
bool read_json(Run& run, const std::string& text, Value& out);

}  // namespace lang
