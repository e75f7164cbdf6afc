// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Starting one of our programs: exactly the listed descriptors, an empty environment, standard
// input and output on /dev/null. Trust zone: supervisor.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace cli {

// A descriptor as the child will know it.
struct Handed {
  int target = 3;
  int source = -1;  // of ours; stays open here; -1: the target stays closed
};

struct ProgramStart {
  std::string path;                    // absolute
  std::vector<std::string> arguments;  // after argv[0]
  std::vector<Handed> descriptors;
  std::vector<std::string> environment;  // NAME=value; empty in the shipped command
};

// The process id. kIo if it cannot be made; a program that cannot be executed ends with status 127.
// The child dies with the thread that started it (PR_SET_PDEATHSIG).
base::Result<pid_t> spawn(const ProgramStart& start);

// "exit 3" or "signal 31 (SIGSYS)" for a status of waitpid(2).
std::string how_it_ended(int wait_status);

// The directory in which the programs of this installation stand: ../libexec/yett beside the
// running command if that exists, else the command's own directory.
base::Result<std::string> program_directory();

}  // namespace cli
