// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The places where the evaluator joins what a label decided, by name, so that a build of the tests
// can leave one out and has to notice (DESIGN §10.20). In every other build joined() is `true`.
// Trust zone: session.
#pragma once

#include <cstdint>

namespace lang {

enum class JoinPoint : std::uint8_t {
  kBranchControl,    // what a branch does is under its test
  kBranchChanges,    // what it may change is, taken or not
  kBranchChosen,     // and what else a chosen reference in it may mean
  kSkippedNames,     // the names that it would have bound
  kSkippedOutput,    // what it would have printed
  kLoopExit,         // the rest of a loop that may have been left
  kFunctionExit,     // the rest of a function that may have returned
  kRaiseExit,        // the rest after a raise that may have been
  kTryExit,          // the rest of a `try` that may have been left
  kSurvived,         // what ran although it could have raised
  kTouch,            // a container that is changed
  kTouchChosen,      // those that could have been it
  kReadShape,        // an element, under its container's shape
  kWalk,             // a question about a whole container
  kCallBack,         // what a function of ours calls
  kNativeArguments,  // its result, under its arguments
  kNativeShape,      // a container that it made
  kUnpacked,         // what a call with unpacked arguments binds
  kCallee,           // what a function does that a label chose
  kReturned,         // what it gives back after a return that may have been
  kLoopTest,         // a loop under all its tests
  kClauseTest,       // a comprehension's container, under its filters
  kChoice,           // the rest of `and`, `or`, comparisons in a row
  kCaught,           // a handler, under why it runs
  kHandlerType,      // and under what decided its type
  kAssert,           // what follows an assert
  kLast,
};

// Of the objects that the test of mutations builds anew, so it must not be shared with others.
#ifdef YETT_JOIN_POINTS
bool is_joined(JoinPoint point);  // tests/plan/points.cc
[[maybe_unused]] static bool joined(JoinPoint point) { return is_joined(point); }
#else
[[maybe_unused]] static constexpr bool joined(JoinPoint) { return true; }
#endif

}  // namespace lang
