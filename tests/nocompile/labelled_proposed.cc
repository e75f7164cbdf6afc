// SPDX-License-Identifier: Apache-2.0
// Only the proposal takes the bare value of an argument.
// EXPECT: is private within this context
#include "label/labelled.h"

label::LabelId propose(const label::Labelled<int>& value);
label::LabelId propose(const label::Labelled<int>& value) {
#ifdef MUST_COMPILE
  return value.label();
#else
  return {static_cast<std::uint32_t>(value.propose(base::PassKey<label::Proposer>()))};
#endif
}
