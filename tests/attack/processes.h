// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Looking at running processes and at files that may vanish meanwhile: what is gone reads as empty.
// Trust zone: tests.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace attack {

std::string whole_file(const std::string& path);
std::vector<std::string> names_in(const std::string& directory);

std::string process_name(pid_t pid);
// -1 if there is no such process, or it has ended and nobody has asked how.
pid_t parent_of(pid_t pid);
std::vector<pid_t> children_of(pid_t parent);
// `root` and all its descendants.
std::vector<pid_t> family_of(pid_t root);
// What the descriptors of the process are: "socket:[123]", "/memfd:NAME (deleted)"; with their
// paths.
struct OpenFile {
  std::string path;  // in /proc
  std::string target;
};
std::vector<OpenFile> open_files_of(pid_t pid);
// The remote ports to which the process has TCP connections.
std::vector<int> remote_ports(pid_t pid);

}  // namespace attack
