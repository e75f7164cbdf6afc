// SPDX-License-Identifier: Apache-2.0
// There is no labelled value without a label.
// EXPECT: no matching function for call
#include "label/labelled.h"

label::LabelId label_of_seven();
label::LabelId label_of_seven() {
#ifdef MUST_COMPILE
  return label::Labelled<int>(7, label::kClean).label();
#else
  return label::Labelled<int>(7).label();
#endif
}
