// SPDX-License-Identifier: Apache-2.0
#include "broker/secret.h"

#include <cstring>

#include "base/bytes.h"

namespace broker {

Secret Secret::take(std::string& raw) {
  LockedBytes bytes(raw.size());
  if (!raw.empty()) std::memcpy(bytes.data(), raw.data(), raw.size());
  base::wipe(raw);
  return Secret(std::move(bytes));
}

}  // namespace broker
