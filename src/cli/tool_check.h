// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the broker would refuse of a compiled tool, found while the operator still looks at the
// file. The broker's own check stays the wall; fuzz/config_fuzz.cc holds this one to it.
// Trust zone: supervisor.
#pragma once

#include "base/result.h"
#include "wire/manifest.h"

namespace cli {

// kInvalid with what is wrong and what to do: a path with an empty or dot segment, a broken %XX or
// an argument where its first slash must be; a header name that RFC 9110 does not know or that Yett
// writes itself; a parameter without name; more of them, or of arguments, than limits allow; a JSON
// body of more than 64 levels.
base::Status check_tool(const wire::ToolSpec& tool);

}  // namespace cli
