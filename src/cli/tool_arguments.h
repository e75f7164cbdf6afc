// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Arguments of a call as a person types them, `name=value`, made into JSON by the types that the
// tool declares. The session checks the result like everybody's. Trust zone: command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "schema/value.h"
#include "wire/start.h"

namespace cli {

// The JSON object of `given`. A string is taken as it is; numbers and booleans must be spelled as
// JSON spells them; an array is one JSON array or its items, each given by itself under the name.
// kInvalid: no `=`, a name the tool does not have (with the nearest), a scalar given twice, or a
// text that is not of the type. No message shows a value.
base::Result<schema::Value> typed_arguments(const wire::OfferedTool& tool,
                                            const std::vector<std::string>& given);

// The references of `given`, each `name=CALL` or `name=CALL/FIELD` with CALL as `yett call` shows
// it (c12, or 12). kInvalid as above.
base::Result<std::vector<wire::ResultRef>> typed_references(const wire::OfferedTool& tool,
                                                            const std::vector<std::string>& given);

// "string", "integer", ..., for an array "array of strings".
std::string type_text(const wire::ArgumentSpec& spec);

}  // namespace cli
