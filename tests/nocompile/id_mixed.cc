// SPDX-License-Identifier: Apache-2.0
// An id of one kind cannot stand for another.
// EXPECT: could not convert
#include "base/id.h"

void cancel(base::CallId call);

void stop(base::CallId call, base::SessionId session);
void stop([[maybe_unused]] base::CallId call, [[maybe_unused]] base::SessionId session) {
#ifdef MUST_COMPILE
  cancel(call);
#else
  cancel(session);
#endif
}
