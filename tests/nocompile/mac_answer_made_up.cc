// SPDX-License-Identifier: Apache-2.0
// Who has no oracle cannot say that a MAC is right.
// EXPECT: is private within this context
#include "identity/mac.h"

identity::MacAnswer yes(identity::MacOracle& oracle, const identity::MacQuestion& question);
identity::MacAnswer yes(identity::MacOracle& oracle, const identity::MacQuestion& question) {
#ifdef MUST_COMPILE
  return oracle.ask(question);
#else
  static_cast<void>(oracle);
  return {base::PassKey<identity::MacOracle>(), question.digest(),
          identity::MacAnswer::Verdict::kMatch};
#endif
}
