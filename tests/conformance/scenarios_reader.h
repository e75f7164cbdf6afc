// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A reader who knows a secret and tries every decoding that docs/reference/scrub.md lists to find
// it in a text. Written apart from the scrubber, slow and simple. Trust zone: tests only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace conformance {

// Whether some listed decoding of `text` contains `secret`, white space at its ends not counted: as
// it stands, percent, JSON and HTML escapes up to two levels, base64 in both alphabets and all
// alignments, hex, UTF-16, reversed. False for an empty secret.
bool recoverable(std::string_view text, std::string_view secret);

// Empty if `returned` is `original` with nothing but spellings of `secrets` replaced by the marker;
// else what is wrong: text that was changed, or a replaced stretch that is no spelling of a secret
// or takes a neighbour along.
std::string damage(std::string_view original, std::string_view returned,
                   const std::vector<std::string>& secrets);

}  // namespace conformance
