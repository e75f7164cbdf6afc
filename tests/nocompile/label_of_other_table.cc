// SPDX-License-Identifier: Apache-2.0
// The id of one table says nothing in another.
// EXPECT: cannot convert
#include "label/table.h"

label::LabelId both(label::Table& table, label::LabelId a, label::IdOf<struct MonitorOwned> b);
label::LabelId both(label::Table& table, label::LabelId a, label::IdOf<struct MonitorOwned> b) {
#ifdef MUST_COMPILE
  (void)b;
  return table.join(a, a);
#else
  return table.join(a, b);
#endif
}
