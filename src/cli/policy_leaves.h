// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Arguments of a call that somebody wrote down, for tests and `policy explain`, as the leaves that
// a policy is asked about. Trust zone: command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/question.h"
#include "policy/tools.h"
#include "schema/value.h"

namespace cli {

// The tool of that name, or null.
const policy::ToolShape* find_tool(const policy::Tools& tools, std::string_view name);

// The leaves of the arguments, in their order: items under NAME/0, members under NAME/KEY. A whole
// number for an argument of type number is a number; without a shape (null) the value's own kind
// rules. Empty arrays and objects have no leaf. kInvalid: not an object; a name that the tool does
// not have, with the nearest; a kind that the argument never has. No message shows a value.
base::Result<std::vector<policy::LeafValue>> leaves_of(const policy::ToolShape* shape,
                                                       const schema::Value& arguments);

// `name=value` words as such an object: the shape's type decides how a value is read (a text stays
// a text); without a shape what is JSON is taken as JSON. A name given again, or of an array, is an
// item. `name[0].key` is spelled as JSON instead. kInvalid as above.
base::Result<schema::Value> object_of(const policy::ToolShape* shape,
                                      const std::vector<std::string>& words);

// True if `path` is `argument` or under it.
bool is_under(std::string_view path, std::string_view argument);

}  // namespace cli
