// SPDX-License-Identifier: Apache-2.0
// A value is raised by labels of its own table alone.
// EXPECT: cannot convert
#include "label/labelled.h"

label::LabelId raise(label::Table& table, const label::Labelled<int>& value,
                     label::IdOf<struct MonitorOwned> more);
label::LabelId raise(label::Table& table, const label::Labelled<int>& value,
                     label::IdOf<struct MonitorOwned> more) {
#ifdef MUST_COMPILE
  (void)more;
  return value.raised(table, label::kMostRestrictive).label();
#else
  return value.raised(table, more).label();
#endif
}
