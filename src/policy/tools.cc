// SPDX-License-Identifier: Apache-2.0
#include "policy/tools.h"

namespace policy {

bool plays(const ArgumentShape& argument, Role role) {
  return argument.role ? argument.role == role : role == Role::kOther;
}

ToolEffect effective(const ToolShape& tool) {
  if (tool.effect != ToolEffect::kRead && tool.effect != ToolEffect::kWrite) return tool.effect;
  for (const ArgumentShape& argument : tool.arguments)
    if (argument.role == Role::kUrl || argument.role == Role::kHost) return ToolEffect::kSend;
  return tool.effect;
}

}  // namespace policy
