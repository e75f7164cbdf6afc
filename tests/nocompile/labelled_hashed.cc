// SPDX-License-Identifier: Apache-2.0
// A hash of a labelled value would stand for it.
// EXPECT: use of deleted function
#include <functional>
#include "label/labelled.h"

std::size_t hashed(const label::Labelled<int>& value);
std::size_t hashed(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return std::hash<unsigned>{}(value.label().value);
#else
  return std::hash<label::Labelled<int> >{}(value);
#endif
}
