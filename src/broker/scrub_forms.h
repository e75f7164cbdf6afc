// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The literals under which one secret may come back: raw and encoded. Escapes (percent, JSON, HTML)
// are no literals: see scrub_escapes.h. Trust zone: broker.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/scrub.h"

namespace broker {

// One literal. `caseless` ones (hex) are lower case and match in any case.
struct Literal {
  std::string bytes;
  Form form = Form::kPlain;
  bool caseless = false;
};

// The part of a secret that is looked for: without white space at both ends, since a trailing
// newline of a key file is seldom sent along.
std::string_view trimmed(std::string_view secret);

// All literals of `secret` (trimmed already), raw first. A short one (below
// base::limits::kSecretMinBytes) has its raw form only; an empty one has none. The base64 literals
// leave out the characters at both ends that also depend on neighbouring bytes (RFC 4648 §4).
// The caller wipes them.
std::vector<Literal> literals_of(std::string_view secret);

}  // namespace broker
