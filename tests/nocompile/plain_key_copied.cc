// SPDX-License-Identifier: Apache-2.0
// A new key is shown once: it is moved and never copied.
// EXPECT: use of deleted function
#include "identity/api_key.h"

std::size_t shown(identity::PlainKey key);
std::size_t shown(identity::PlainKey key) { return key.reveal().size(); }

std::size_t twice(identity::PlainKey key);
std::size_t twice(identity::PlainKey key) {
#ifdef MUST_COMPILE
  return shown(std::move(key));
#else
  return shown(key);
#endif
}
