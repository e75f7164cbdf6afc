// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Numbers, instants and durations as a policy spells them. Trust zone: supervisor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/words.h"

namespace policy {

// `[-]digits` within 64 bits, `[-]digits.digits`, `inf`, `-inf`, `+inf`. Nothing else is one.
std::optional<Number> literal_number(std::string_view text);
// The shortest spelling that literal_number reads back as the same number.
std::string number_text(const Number& number);

// Seconds since 1970 as an instant of the years 0001..9999, to the microsecond.
std::optional<Instant> instant_of_epoch(const Number& seconds);

// Digits and a unit of s, m, h, d: seconds, at least 1 and at most kDurationMaxS.
std::optional<std::int64_t> literal_duration(std::string_view digits, std::string_view unit);
std::string duration_text(std::int64_t seconds);  // in the largest unit that is exact

}  // namespace policy
