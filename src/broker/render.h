// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From a tool of the manifest, checked arguments and secrets to one request. Pure. What a request
// looks like is the template's alone: no argument adds a parameter, a header, a path segment, a
// member or a line. Trust zone: broker; the arguments may be a model's.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "broker/manifest_view.h"
#include "broker/secret.h"
#include "wire/frames.h"

namespace broker {

// The value of a secret by its index in the manifest, or null if it is not there now.
using SecretLookup = std::function<const Secret*(std::uint32_t index)>;

// Renders `tool` with `leaves`. The caller sets `request`, `stream` and the time that is left.
// Errors, which name arguments and secrets but hold no values:
//   kInvalid      an argument cannot stand in its place (path segment, header), or a required one
//                 of a path is absent
//   kUnavailable  a secret is not there, or cannot stand in its place (a header needs visible
//   ASCII) kExhausted    the request would be larger than a frame
base::Result<wire::Request> render(const ManifestView& view, const wire::ToolSpec& tool,
                                   const std::vector<wire::Leaf>& leaves,
                                   const SecretLookup& secrets);

// Overwrites every text of a request: it held a credential.
void wipe(wire::Request& request);

}  // namespace broker
