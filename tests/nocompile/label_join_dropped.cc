// SPDX-License-Identifier: Apache-2.0
// A join that nobody takes has restricted nothing.
// EXPECT: ignoring return value of
#include "label/table.h"

label::LabelId both(label::Table& table, label::LabelId a, label::LabelId b);
label::LabelId both(label::Table& table, label::LabelId a, label::LabelId b) {
#ifdef MUST_COMPILE
  return table.join(a, b);
#else
  table.join(a, b);
  return a;
#endif
}
