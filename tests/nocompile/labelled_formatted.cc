// SPDX-License-Identifier: Apache-2.0
// Nor can it be formatted.
// EXPECT: formattable
#include <fmt/format.h>
#include "label/labelled.h"

std::string shown(const label::Labelled<int>& value);
std::string shown(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return fmt::format("{}", value.label().value);
#else
  return fmt::format("{}", value);
#endif
}
