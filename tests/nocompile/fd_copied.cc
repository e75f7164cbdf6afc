// SPDX-License-Identifier: Apache-2.0
// A descriptor has one owner.
// EXPECT: use of deleted function
#include "base/fd.h"

int read_one(base::Fd fd);

int twice(base::Fd fd);
int twice(base::Fd fd) {
#ifdef MUST_COMPILE
  return read_one(std::move(fd));
#else
  return read_one(fd) + read_one(fd);
#endif
}
