// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/points.h"

#include <iterator>

namespace plan_test {
namespace {

constexpr std::string_view kNames[] = {
    "kBranchControl",   "kBranchChanges", "kBranchChosen", "kSkippedNames", "kSkippedOutput",
    "kLoopExit",        "kFunctionExit",  "kRaiseExit",    "kTryExit",      "kSurvived",
    "kTouch",           "kTouchChosen",   "kReadShape",    "kWalk",         "kCallBack",
    "kNativeArguments", "kNativeShape",   "kUnpacked",     "kCallee",       "kReturned",
    "kLoopTest",        "kClauseTest",    "kChoice",       "kCaught",       "kHandlerType",
    "kAssert",
};
static_assert(std::size(kNames) == static_cast<std::size_t>(lang::JoinPoint::kLast));
thread_local std::optional<lang::JoinPoint> left_out;

}  // namespace

std::span<const std::string_view> point_names() { return kNames; }
void leave_out(std::optional<lang::JoinPoint> point) { left_out = point; }

}  // namespace plan_test

namespace lang {
bool is_joined(JoinPoint point) { return plan_test::left_out != point; }
}  // namespace lang
