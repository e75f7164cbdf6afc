// SPDX-License-Identifier: Apache-2.0
// A reference out of map() would outlive the label.
// EXPECT: hands out no reference
#include "label/labelled.h"

label::LabelId leak(const label::Labelled<int>& value);
label::LabelId leak(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return value.map([](const int& x) { return x; }).label();
#else
  return value.map([](const int& x) { return &x; }).label();
#endif
}
