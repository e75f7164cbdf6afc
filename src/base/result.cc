// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cstring>

namespace base {

Error io_error(const char* what, int errno_value) {
  return {Errc::kIo, std::string(what) + ": " + ::strerror(errno_value)};
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "bug: %s:%d: CHECK(%s) failed\n", file, line, condition);
  std::abort();
}

}  // namespace base
