// SPDX-License-Identifier: Apache-2.0
#include "peers.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bench {
namespace {

constexpr std::size_t kFigures = 4;

std::optional<PeerFigures> figures_in(std::string_view line) {
  std::array<double, kFigures> numbers{};
  for (double& number : numbers) {
    while (line.starts_with(' ')) line.remove_prefix(1);
    const auto read = std::from_chars(line.data(), line.data() + line.size(), number);
    if (read.ec != std::errc()) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(read.ptr - line.data()));
  }
  return PeerFigures{static_cast<unsigned>(numbers[0]), numbers[1], numbers[2], numbers[3]};
}

}  // namespace

std::optional<std::string> output_of(const std::string& folder, std::vector<std::string> argv) {
  std::vector<char*> words;
  for (std::string& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  std::array<int, 2> ends{};
  CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const pid_t pid = ::fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (::dup2(ends[1], 1) == 1 && ::dup2(nothing, 2) == 2 && ::chdir(folder.c_str()) == 0)
      ::execvp(words[0], words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string out;
  std::array<char, 4096> part{};
  for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;)
    out.append(part.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  CHECK(::waitpid(pid, &status, 0) == pid);
  if (status != 0) return std::nullopt;
  return out;
}

std::optional<std::string> install_peers(const std::string& folder) {
  if (!output_of("/", {"node", "--version"})) return "node is not installed";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  std::filesystem::copy(
      YETT_SOURCE_DIR "/bench/peers", folder,
      std::filesystem::copy_options::overwrite_existing | std::filesystem::copy_options::recursive,
      failed);
  if (failed) return "cannot write " + folder;
  if (std::filesystem::exists(folder + "/node_modules/casbin/package.json") &&
      std::filesystem::exists(folder + "/node_modules/@pydantic/monty/package.json"))
    return std::nullopt;
  // `npm ci` wants every platform's binary of Monty in the lock; versions are exact either way.
  const auto done = output_of(folder, {"timeout", "120", "npm", "install", "--no-save",
                                       "--ignore-scripts", "--no-audit", "--no-fund"});
  if (!done) return "the npm registry cannot be reached";
  return std::nullopt;
}

std::optional<PeerFigures> run_peer(const std::string& folder, const std::string& script,
                                    unsigned tools, unsigned seconds) {
  const auto out = output_of(
      folder, {"timeout", "60", "node", script, std::to_string(tools), std::to_string(seconds)});
  if (!out) return std::nullopt;
  return figures_in(*out);
}

}  // namespace bench
