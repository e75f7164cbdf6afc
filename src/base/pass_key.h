// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The pass-key idiom: a function that takes a PassKey<T> can be called by T alone, and every such
// call is found by one search. Trust zone: all programs.
#pragma once

namespace base {

// Only T can make one. The constructor is user-declared, so `{}` does not make one either (C++20:
// a class with a user-declared constructor is no aggregate).
template <class T> class PassKey {
  friend T;
  PassKey() = default;
};

}  // namespace base
