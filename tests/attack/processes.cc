// SPDX-License-Identifier: Apache-2.0
#include "processes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "base/fd.h"

namespace attack {

namespace fs = std::filesystem;

// Not by a stream: a process may end between open and read, which is no exception here.
std::string whole_file(const std::string& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::string text;
  char chunk[65536];
  for (ssize_t n = 0; fd && (n = ::read(fd.get(), chunk, sizeof chunk)) > 0;)
    text.append(chunk, static_cast<std::size_t>(n));
  return text;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(directory, error); it != fs::directory_iterator();
       it.increment(error))
    names.push_back(it->path().filename());
  return names;
}

std::string process_name(pid_t pid) {
  std::string name = whole_file(fmt::format("/proc/{}/comm", pid));
  if (!name.empty()) name.pop_back();
  return name;
}

pid_t parent_of(pid_t pid) {
  const std::string text = whole_file(fmt::format("/proc/{}/stat", pid));
  const auto after_name = text.rfind(')');
  if (after_name == std::string::npos) return -1;
  std::istringstream rest(text.substr(after_name + 1));
  std::string state;
  pid_t parent = -1;
  rest >> state >> parent;
  return state == "Z" ? -1 : parent;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const std::string& name : names_in("/proc")) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto pid = static_cast<pid_t>(std::stol(name));
    if (parent_of(pid) == parent) found.push_back(pid);
  }
  return found;
}

std::vector<pid_t> family_of(pid_t root) {
  std::vector<pid_t> family = {root};
  for (std::size_t i = 0; i < family.size(); ++i)
    for (const pid_t child : children_of(family[i])) family.push_back(child);
  return family;
}

std::vector<OpenFile> open_files_of(pid_t pid) {
  std::vector<OpenFile> files;
  const std::string directory = fmt::format("/proc/{}/fd", pid);
  for (const std::string& name : names_in(directory)) {
    std::error_code error;
    const std::string path = directory + "/" + name;
    files.push_back({path, fs::read_symlink(path, error)});
  }
  return files;
}

std::vector<int> remote_ports(pid_t pid) {
  const auto files = open_files_of(pid);
  std::vector<int> ports;
  std::istringstream table(whole_file("/proc/net/tcp"));
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retries, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retries >> uid >> timeout >>
        inode;
    const auto colon = remote.find(':');
    const bool ours =
        std::ranges::find(files, "socket:[" + inode + "]", &OpenFile::target) != files.end();
    if (ours && colon != std::string::npos)
      ports.push_back(static_cast<int>(std::stol(remote.substr(colon + 1), nullptr, 16)));
  }
  return ports;
}

}  // namespace attack
