// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walls.h"

namespace sandbox {

bool stands(Wall) { return true; }
Level binding(Level asked) { return asked; }

}  // namespace sandbox
