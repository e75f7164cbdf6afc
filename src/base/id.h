// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Strong identifiers: a CallId cannot be passed where a SessionId is meant.
// Trust zone: all programs.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace base {

// A 64-bit identifier of the kind `Tag`. 0 means "none" and is never handed out.
template <class Tag> struct Id {
  std::uint64_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
  explicit operator bool() const { return value != 0; }
};

using CallId = Id<struct CallTag>;        // one proposed call, unique over the life of a log
using SessionId = Id<struct SessionTag>;  // one session; random, bound to its door and principal
using RequestId = Id<struct RequestTag>;  // one request on one channel, chosen by its sender

}  // namespace base

template <class Tag> struct std::hash<base::Id<Tag>> {
  std::size_t operator()(const base::Id<Tag>& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
