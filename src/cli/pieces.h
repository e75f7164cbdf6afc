// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Templates of the configuration, "text {argument} text", as pieces of the manifest. Trust zone:
// supervisor.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "cli/config.h"
#include "wire/manifest.h"

namespace cli {

// The parameter of that name, or null.
using FindArgument = std::function<const wire::ArgumentSpec*(std::string_view)>;

// The pieces of `text` for the place `escape`. "{{" and "}}" are braces. kInvalid: an unknown
// argument (with the nearest), an array outside a JSON value, an unclosed brace.
base::Result<wire::Template> pieces_of(std::string_view text, wire::Escape escape,
                                       const FindArgument& find);

// The pieces of a path: its literals must be path characters as they are.
base::Result<wire::Template> path_pieces(std::string_view path, const FindArgument& find);

// The operations of a JSON body. A text that is one "{argument}" becomes that argument's value with
// its own type; any other text stays a text.
base::Result<wire::Template> json_pieces(const Node& body, const FindArgument& find);

}  // namespace cli
