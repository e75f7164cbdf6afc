// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Names that file tools do not touch, there or not: what runs code outside of the sandbox when
// somebody opens the folder (V29, V30), what instructs agents and editors, what holds keys. One
// table, each line with its reason. Trust zone: runner; pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/workspace/path.h"

namespace workspace {

enum class Access : unsigned char { kRead, kWrite };

// A pattern is one or more names, `*` in them; it protects every path in which these names stand
// one after another, at any depth, and all below. Names are compared by skeleton.
struct Protection {
  std::string_view pattern;
  bool reading;  // else only against writing
  std::string_view reason;
};
std::span<const Protection> protections();

// Temporary names of our own (".yett-*.tmp"): no tool sees or names them.
bool is_reserved(std::string_view name);

// Patterns of the table that a site lifts for one root, spelled as there: its own decision, said in
// its configuration.
using Lifted = std::vector<std::string>;
// kBadArguments: not a pattern of the table.
Done check_lifted(const Lifted& lifted);

// Why `path` may not be accessed so; nothing if it may. Who moves a directory asks for everything
// in it, at the old place and at the new one.
std::optional<Protection> protection_of(const Path& path, Access access, const Lifted& lifted = {});

// `protection_of` as an outcome: kProtected with the reason in words.
Done check_protection(const Path& path, Access access, const Lifted& lifted = {});

}  // namespace workspace
