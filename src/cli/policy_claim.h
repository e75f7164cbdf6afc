// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The sentence that `yett policy prove` is given, as a query. Trust zone: command line.
#pragma once

#include <string>

#include "base/result.h"
#include "policy/prove/prove.h"

namespace cli {

// "TOOL may be allowed [or asked] [when PREDICATE] [after N calls]". The tool's name may stand in
// quotes. kInvalid: what is not such a sentence, with the place in the predicate; an unknown tool
// or argument, with the nearest. The predicate speaks yett.
base::Result<policy::Query> query_of(const std::string& claim, const policy::Tools& tools,
                                     bool open);

}  // namespace cli
