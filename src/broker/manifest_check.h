// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one-time verification of a manifest: every index exists, every template is well formed for
// its place, every secret is bound to the origin that gets it. Trust zone: broker.
#pragma once

#include "base/result.h"
#include "wire/manifest.h"

namespace broker {

// kInvalid with the name of the tool or secret and what is wrong with it.
base::Status check_manifest(const wire::Manifest& manifest);

// kInvalid unless the pieces form exactly one JSON value: brackets balanced, a key before each
// member of an object and nowhere else, arguments and secrets only where a value or a string is.
base::Status check_json_template(const wire::Template& body);

}  // namespace broker
