// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The door of the test build that leaves one join out (lang/join_point.h). Trust zone: tests.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "lang/join_point.h"

namespace plan_test {

std::span<const std::string_view> point_names();  // by JoinPoint
void leave_out(std::optional<lang::JoinPoint> point);

}  // namespace plan_test
