// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a taken-over program would try, one function each. Trust zone: tests.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <span>
#include <string_view>

namespace sandbox::testcases {

// What the attacks need, made before the lockdown.
struct Scene {
  pid_t sibling = -1;              // a process of the same user
  int tcp_socket = -1;             // an unconnected socket that was inherited
  std::uint16_t allowed_port = 0;  // both listen on 127.0.0.1
  std::uint16_t other_port = 0;
};

// `run` returns as a raw system call: -errno or a value.
struct Attack {
  std::string_view name;
  long (*run)(const Scene& scene);
};

std::span<const Attack> attacks();

}  // namespace sandbox::testcases
