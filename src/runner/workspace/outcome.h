// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How a file tool ends when it does not end well: one closed list of causes, each with a fixed word
// for machines, so that a caller need not read a sentence. Trust zone: runner.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/result.h"

namespace workspace {

enum class Cause : unsigned char {
  kBadPath,       // not a path that tools take: empty, NUL, controls, characters nobody can see
  kNameTooLong,   // the path or one name in it
  kOutside,       // above the root, or an absolute path that no root holds
  kUnknownRoot,   // no root of that name
  kCrossesRoots,  // from one root into another
  kSymlink,       // a symbolic link stands anywhere in the path
  kHardLink,      // the file has another name too
  kSpecial,       // a fifo, a device, a socket
  kOtherMount,    // another file system is mounted there
  kProtected,     // protected.h says so
  kNotFound,
  kNotDirectory,
  kIsDirectory,
  kExists,
  kNotEmpty,
  kTooLarge,
  kTooMany,
  kQuota,       // the root may not hold more
  kNoSpace,     // the disk does not
  kBinary,      // not text, and text was asked for
  kBadRange,    // lines or bytes that are not there
  kBadPattern,  // a glob or a regular expression that cannot be read
  kBadDiff,
  kNoMatch,    // the text to be replaced, or the context of a diff, is not there
  kNotUnique,  // ... or stands there more than once
  kConflict,   // the file is not what it was when it was last looked at
  kNothingToUndo,
  kBadArguments,  // of the tool: missing, unknown, of another type
  kUnsupported,   // the kernel or the file system cannot do it safely
  kDenied,        // the kernel refused
  kCorrupt,       // kept contents do not verify
  kIo,
};

// "outside", "hard_link", ...: fixed, also in the log.
std::string_view slug(Cause cause);

// True for what an honest caller does not ask by mistake alone: worth an alert (OAP-029).
bool is_violation(Cause cause);

// The cause of a failed system call on something under a root.
Cause cause_of(int errno_value);

// `message` is lower case, without a full stop, and never has bytes of a file or a path of the
// host.
struct Failure {
  Cause cause = Cause::kIo;
  std::string message;
};

// A T or a Failure: base::Result with a cause. TRY and TRY_AS pass a failure up.
template <class T> class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}            // NOLINT
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  T& operator*() & { return value(); }
  const T& operator*() const& { return const_cast<Outcome*>(this)->value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &const_cast<Outcome*>(this)->value(); }
  const Failure& error() const& {
    const Failure* failure = std::get_if<1>(&state_);
    CHECK(failure != nullptr);
    return *failure;
  }
  Failure&& error() && { return std::move(const_cast<Failure&>(error())); }

 private:
  T& value() {
    T* v = std::get_if<0>(&state_);
    CHECK(v != nullptr);
    return *v;
  }
  std::variant<T, Failure> state_;
};

using Done = Outcome<base::Unit>;
inline Done done() { return Done(base::Unit{}); }

Failure fail(Cause cause, std::string message);
// A system call that failed: `what` names the act ("open", "rename").
Failure failed_call(std::string_view what, int errno_value);

}  // namespace workspace
