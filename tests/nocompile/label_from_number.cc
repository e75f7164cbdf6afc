// SPDX-License-Identifier: Apache-2.0
// A number is no label.
// EXPECT: could not convert
#include "label/table.h"

label::LabelId clean();
label::LabelId clean() {
#ifdef MUST_COMPILE
  return label::kClean;
#else
  return 0;
#endif
}
