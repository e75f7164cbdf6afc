// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// System calls that hostile code makes, chosen by words. Trust zone: tests.
#pragma once

#include <span>
#include <string>

namespace attack {

// Does what the words say and returns as a raw system call, -errno or a value:
//   connect PORT | connect_unix PATH | connect_abstract NAME | connect_channel
//   open PATH | read PATH | write PATH
//   kill PID | ptrace PID | vm_read PID
//   memfd_exec | exec PATH ARGUMENT | allocate BYTES | abort | look PID TEXT
//   table NAME PID: one of sandbox/testcases/hostile.h
// `look` searches the memory of PID for TEXT: 1 found, 0 not.
long make_call(std::span<const std::string> words);

// "ok" or the name of the errno.
std::string word_of(long result);

}  // namespace attack
