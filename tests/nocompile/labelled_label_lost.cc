// SPDX-License-Identifier: Apache-2.0
// A labelled value made inside map() would hide the outer label.
// EXPECT: a label would be lost
#include "label/labelled.h"

label::LabelId lose(label::Table& table, const label::Labelled<int>& a,
                    const label::Labelled<int>& b);
label::LabelId lose(label::Table& table, const label::Labelled<int>& a,
                    const label::Labelled<int>& b) {
#ifdef MUST_COMPILE
  return a
      .combine(
          table, [](int x, int y) { return x * y; }, b)
      .label();
#else
  (void)table;
  return a.map([&b](int) { return b; }).label();
#endif
}
