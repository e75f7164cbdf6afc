// SPDX-License-Identifier: Apache-2.0
// A function over a labelled value that answers nothing has carried it elsewhere.
// EXPECT: answers with a value
#include "label/labelled.h"

label::LabelId leak(const label::Labelled<int>& value);
label::LabelId leak(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return value.map([](int x) { return x; }).label();
#else
  return value.map([](int) {}).label();
#endif
}
