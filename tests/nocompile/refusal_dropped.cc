// SPDX-License-Identifier: Apache-2.0
// Whether a credential is good cannot be ignored.
// EXPECT: ignoring returned value of type
#include "identity/api_key.h"

void look(std::string_view text);
void look(std::string_view text) {
#ifdef MUST_COMPILE
  static_cast<void>(identity::PresentedKey::parse(text));
#else
  identity::PresentedKey::parse(text);
#endif
}
