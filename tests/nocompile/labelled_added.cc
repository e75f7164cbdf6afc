// SPDX-License-Identifier: Apache-2.0
// Arithmetic on labelled values needs the join of their labels.
// EXPECT: no match for 'operator+'
#include "label/labelled.h"

label::LabelId add(label::Table& table, const label::Labelled<int>& a,
                   const label::Labelled<int>& b);
label::LabelId add(label::Table& table, const label::Labelled<int>& a,
                   const label::Labelled<int>& b) {
#ifdef MUST_COMPILE
  return a
      .combine(
          table, [](int x, int y) { return x + y; }, b)
      .label();
#else
  (void)table;
  return (a + b).label();
#endif
}
