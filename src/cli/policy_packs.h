// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The packs that come with Yett, as the commands know them. Trust zone: command line.
#pragma once

#include <string>
#include <vector>

#include "policy/load/load.h"

namespace cli {

policy::Packs packs();

struct PackTold {
  std::string name;
  std::string about;  // the first sentence of its README
};
std::vector<PackTold> list_packs();

}  // namespace cli
