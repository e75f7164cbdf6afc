// SPDX-License-Identifier: Apache-2.0
// What the file tools cost as a library, beside the bare system calls for the same: a read of 4 KiB
// (to the JSON that a model gets), a write of 4 KiB over a file, a search of 1,000 files. Medians,
// in one run. The way from session to session comes on top once the tools are wired.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "measure.h"
#include "runner/workspace/tools.h"

namespace {

namespace fs = std::filesystem;
constexpr int kRuns = 5000;

base::Fd open_folder(const fs::path& path) {
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  CHECK(fd);
  return fd;
}

// Median us of `runs` calls of `act`.
template <class F> double median_of(int runs, F act) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = bench::Steady::now();
    act();
    times.push_back(bench::us_since(start));
  }
  return bench::median(times);
}

double bare_read(const base::Fd& root) {
  return median_of(kRuns, [&] {
    const base::Fd fd(::openat(root.get(), "dir/file.txt", O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    std::string bytes(4096, '\0');
    CHECK(::read(fd.get(), bytes.data(), bytes.size()) == 4096);
  });
}

double bare_write(const base::Fd& root, const std::string& content) {
  return median_of(kRuns, [&] {
    const base::Fd fd(::openat(root.get(), "dir/bare.tmp", O_WRONLY | O_CREAT | O_EXCL, 0644));
    CHECK(::write(fd.get(), content.data(), content.size()) == 4096);
    CHECK(::renameat(root.get(), "dir/bare.tmp", root.get(), "dir/bare.txt") == 0);
  });
}

}  // namespace

int main() {
  const bench::Folder folder("/tmp");
  const fs::path top = folder.path();
  fs::create_directories(top / "root/dir");
  fs::create_directories(top / "root/many");
  fs::create_directory(top / "state");
  std::string content;
  while (content.size() < 4096)
    content += "a line of sixty-four characters, end included, as code has ...\n";
  content.resize(4096);
  std::ofstream(top / "root/dir/file.txt") << content;
  std::ofstream(top / "root/dir/other.txt") << content;
  for (int i = 0; i < 1000; ++i)
    std::ofstream(top / fmt::format("root/many/f{}.txt", i)) << content;

  workspace::KernelDisk disk;
  const base::SystemClock clock;
  base::SystemRandom random;
  auto files = workspace::Workspace::open(disk, clock, random, open_folder(top / "root"),
                                          open_folder(top / "state"), {});
  CHECK(files.ok());
  workspace::Roots roots;
  CHECK(roots.add("main", "/work").ok());
  workspace::Tools tools(roots, {&*files});
  const auto call = [&](std::string_view tool, const std::vector<wire::Leaf>& arguments) {
    CHECK(tools.call(tool, arguments).succeeded);
  };
  using enum wire::LeafKind;
  const std::vector<wire::Leaf> read{{"filepath", kString, "dir/file.txt", 0}};
  std::vector<wire::Leaf> write{{"filepath", kString, "dir/other.txt", 0},
                                {"content", kString, content, 0}};
  const std::vector<wire::Leaf> search{{"query", kString, "nowhere", 0}};
  const base::Fd root = open_folder(top / "root");
  int turn = 0;
  const double read_us = median_of(kRuns, [&] { call("read_file", read); });
  const double write_us = median_of(kRuns, [&] {
    write[1].text[0] = static_cast<char>('a' + ++turn % 26);
    call("write_file", write);
  });
  const double search_us = median_of(20, [&] { call("grep_search", search); });
  fmt::print(
      "workspace, us: read 4 KiB {:.1f} (bare open, read {:.1f}); write 4 KiB {:.1f} (bare "
      "create, rename {:.1f}); search of 1,000 files of 4 KiB {:.0f}\n",
      read_us, bare_read(root), write_us, bare_write(root, content), search_us);
  return 0;
}
