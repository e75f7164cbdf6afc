// SPDX-License-Identifier: Apache-2.0
#include "policy/tree.h"

namespace policy {

std::int32_t ToolPolicy::priority() const {
  std::int32_t value = 0;
  for (const Member& member : members)
    if (const auto* line = std::get_if<Priority>(&member)) value = line->value;
  return value;
}

}  // namespace policy
