// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the files of the module math share. Trust zone: session.
#pragma once

#include "lang/native.h"

namespace lang {

// A float or an integer that fits into one; TypeError or OverflowError otherwise.
bool number_argument(Run& run, const Value& v, double& out);

}  // namespace lang
