// SPDX-License-Identifier: Apache-2.0
#include "demo/search.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace demo {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string directory_text(const std::string& directory) {
  std::string all;
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, failed))
    if (entry.is_regular_file(failed)) all += file_text(entry.path().string());
  return all;
}

std::string process_text(int pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  std::string all = file_text(proc + "/environ") + file_text(proc + "/cmdline");
  std::istringstream children(file_text(proc + "/task/" + std::to_string(pid) + "/children"));
  for (int child = 0; children >> child;) all += process_text(child);
  return all;
}

}  // namespace demo
