// SPDX-License-Identifier: Apache-2.0
#include "run_op.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "base/fd.h"

namespace op {
namespace {

namespace fs = std::filesystem;

constexpr int kPatienceMs = 2000;

struct Ends {
  base::Fd read;
  base::Fd write;
};

Ends make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  return {base::Fd(ends[0]), base::Fd(ends[1])};
}

// Reads both until they end; false if nothing comes for too long.
bool drain(std::array<Ends*, 2> pipes, std::array<std::string*, 2> texts) {
  std::array<pollfd, 2> polled{pollfd{pipes[0]->read.get(), POLLIN, 0},
                               pollfd{pipes[1]->read.get(), POLLIN, 0}};
  std::string buffer(1 << 20, 0);
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    if (poll(polled.data(), 2, kPatienceMs) <= 0) return false;
    for (std::size_t i = 0; i < 2; ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      const ssize_t n = read(polled[i].fd, buffer.data(), buffer.size());
      if (n > 0) texts[i]->append(buffer, 0, static_cast<std::size_t>(n));
      else polled[i].fd = -1;
    }
  }
  return true;
}

pid_t spawn(const std::string& program, std::vector<std::string>& words, std::string& variable,
            const Ends& out, const Ends& err) {
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  char* environment[] = {variable.empty() ? nullptr : variable.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
  pid_t pid = -1;
  posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

Double::Double(fs::path folder, std::string_view data) : folder_(std::move(folder)) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  fs::copy_file(YETT_OP_DOUBLE, folder_ / "op");
  if (!data.empty()) std::ofstream(folder_ / "op.data", std::ios::binary) << data;
  std::ofstream(folder_ / "op.log", std::ios::binary).flush();
}

Ran Double::run(std::vector<std::string> arguments, const std::string& token) const {
  Ran out;
  Ends output = make_pipe();
  Ends errors = make_pipe();
  std::string variable = token.empty() ? "" : "OP_SERVICE_ACCOUNT_TOKEN=" + token;
  arguments.insert(arguments.begin(), "op");
  const pid_t pid = spawn(folder_ / "op", arguments, variable, output, errors);
  output.write.reset();
  errors.write.reset();
  if (pid < 0) return out;
  out.in_time = drain({&output, &errors}, {&out.out, &out.err});
  if (!out.in_time) kill(pid, SIGKILL);
  int status = 0;
  waitpid(pid, &status, 0);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  return out;
}

std::string Double::log() const {
  std::ifstream in(folder_ / "op.log", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace op
