// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Looks at a request with one argument in one place, as a server might read it, and says whether it
// still is what its tool declares. Written apart from the renderer, so that the two can disagree.
// Trust zone: tests only.
#pragma once

#include <string>
#include <string_view>

#include "wire/frames.h"

namespace conformance {

// Where the argument `a` stands in the tool of that place.
enum class Place : unsigned char {
  kSegment,  // POST /files/{a}/meta
  kQuery,    // POST /list?fixed=1&a={a}
  kHeader,   // POST /note with the header X-Note: {a}
  kJson,     // POST /run with {"fixed":"1","a":"{a}"}
  kForm,     // POST /run with fixed=1&a={a}
};
inline constexpr Place kPlaces[] = {Place::kSegment, Place::kQuery, Place::kHeader, Place::kJson,
                                    Place::kForm};
std::string_view name_of(Place place);

// The tool of that place, named after it, in a manifest with one origin.
wire::ToolSpec tool_of(Place place);

// What is wrong with `request` as the rendering of `argument`; empty if it reaches nothing outside
// the template: the same path segments however often and however wrongly a server decodes, the same
// parameters, headers and members, and the argument's own bytes as the value.
std::string outside(const wire::Request& request, Place place, std::string_view argument);

}  // namespace conformance
