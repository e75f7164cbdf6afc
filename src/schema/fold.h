// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Comparing object keys without regard to case. Some receivers match keys so (encoding/json of Go
// does), hence two keys that differ only in case are one key to them and two to us: a way past a
// check. Trust zone: gateway, session, egress, cli (reads hostile text, holds nothing).
#pragma once

#include <string_view>

namespace schema {

// Orders two keys by their text with case folded away: <0, 0 or >0. Folded are the letters A-Z and
// the only two characters outside ASCII whose simple Unicode folding is an ASCII letter: U+017F
// (long s) is `s`, U+212A (Kelvin sign) is `k`. Everything else compares by its UTF-8 bytes.
int compare_folded(std::string_view a, std::string_view b);

// The same order, with ties broken by the bytes themselves: 0 only for identical keys.
int compare_keys(std::string_view a, std::string_view b);

}  // namespace schema
