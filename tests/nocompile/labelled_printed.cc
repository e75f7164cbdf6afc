// SPDX-License-Identifier: Apache-2.0
// Printing a labelled value would tell it to whoever reads.
// EXPECT: use of deleted function
#include <iostream>
#include "label/labelled.h"

void show(const label::Labelled<int>& value);
void show(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  std::cout << value.label().value;
#else
  std::cout << value;
#endif
}
