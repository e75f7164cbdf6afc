// SPDX-License-Identifier: Apache-2.0
// Only the class that a PassKey names can make one.
// EXPECT: is private within this context
#include "base/pass_key.h"
#include "label/labelled.h"

namespace label {
class Declassifier {
 public:
  static int open(const Labelled<int>& value) {
    return value.reveal(base::PassKey<Declassifier>());
  }
};
}  // namespace label

int open(const label::Labelled<int>& value);
int open(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return label::Declassifier::open(value);
#else
  return value.reveal(base::PassKey<label::Declassifier>());
#endif
}
