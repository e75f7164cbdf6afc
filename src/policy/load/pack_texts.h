// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the build makes of the folder policies/: see CMakeLists.txt. Trust zone: supervisor.
#pragma once

#include <span>
#include <string_view>

namespace policy {

struct PackText {
  std::string_view name;
  std::string_view policy;
  std::string_view tests;
  std::string_view readme;
};
std::span<const PackText> pack_texts();  // by name

}  // namespace policy
