// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Which text is which keyword or sign. Trust zone: session.
#pragma once

#include <cstdint>
#include <string_view>

#include "lang/scan.h"

namespace lang {

// kName if `word` is no keyword.
Token keyword_or_name(std::string_view word);

struct Sign {
  Token token = Token::kEnd;
  std::uint32_t size = 0;  // bytes; 0: there is none
};
// The longest sign that `text` begins with.
Sign sign_at(std::string_view text);

}  // namespace lang
