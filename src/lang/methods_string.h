// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the methods of str share. Trust zone: session.
#pragma once

#include <string>

#include "lang/native.h"

namespace lang {

inline const std::string& self(const Arguments& a) { return text_of(a.list[0]); }

Methods case_methods();    // case and classes of characters, strip
Methods search_methods();  // find, count, replace, split, join
Methods form_methods();    // format, justify, translate

}  // namespace lang
