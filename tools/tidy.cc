// SPDX-License-Identifier: Apache-2.0
// tidy ROOT: style and layers of the whole repository. Prints one line a finding,
// `file:line: rule: what was found; what to do`, and exits 1 if any is more than a warning.
#include "tidy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

namespace fs = std::filesystem;

// Folders that nobody writes by hand, and the version control's own.
bool skipped(const std::string& name) {
  return name == "build" || name == ".git" || name == "node_modules" || name == ".cache" ||
         name == "corpus" || name == "dist";
}

// Text that this program reads; anything else (pictures, recorded bytes) is not its business.
bool readable(const fs::path& path) {
  constexpr std::array kEndings{".cc", ".h",  ".c",    ".cmake", ".txt",  ".md",
                                ".sh", ".ts", ".json", ".toml",  ".sqrt", ".exceptions"};
  const std::string ending = path.extension();
  if (ending.empty()) return path.filename() != "LICENSE";
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::vector<tidy::File> read_tree(const fs::path& root) {
  std::vector<tidy::File> files;
  fs::recursive_directory_iterator walk(root), end;
  for (; walk != end; ++walk) {
    const bool skip = skipped(walk->path().filename());
    if (skip && walk->is_directory()) walk.disable_recursion_pending();
    if (skip || !walk->is_regular_file() || !readable(walk->path())) continue;
    std::ifstream in(walk->path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    files.push_back(tidy::make_file(walk->path().lexically_relative(root), std::move(text)));
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<tidy::File> files = read_tree(argc > 1 ? argv[1] : ".");
  std::size_t errors = 0;
  for (const tidy::Finding& f : tidy::check_all(files)) {
    errors += f.warning ? 0 : 1;
    fmt::print("{}:{}: {}{}: {}\n", f.path, f.line, f.warning ? "warning: " : "", f.rule, f.what);
  }
  fmt::print("tidy: {} files, {} findings\n", files.size(), errors);
  return errors == 0 ? 0 : 1;
}
