// SPDX-License-Identifier: Apache-2.0
// A labelled value does not turn into a bare one.
// EXPECT: cannot convert
#include <string>

#include "label/labelled.h"

std::size_t length(const label::Labelled<std::string>& value);
std::size_t length(const label::Labelled<std::string>& value) {
#ifdef MUST_COMPILE
  const label::Labelled<std::size_t> n = value.map([](const std::string& s) { return s.size(); });
  return n.label() == value.label() ? 1 : 0;
#else
  const std::size_t n = value.map([](const std::string& s) { return s.size(); });
  return n;
#endif
}
