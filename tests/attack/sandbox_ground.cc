// SPDX-License-Identifier: Apache-2.0
#include "sandbox_ground.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace attack {

using runner::CallOutcome;
using runner::Exec;
using runner::ToolLevel;
using runner::testing::As;
using runner::testing::Ran;

const char* const kShipped = YETT_BIN_DIR "/yett-spawner";
const char* const kOpen = YETT_OPEN_DIR "/yett-spawner";

namespace {

bool become(uid_t user) {
  return user == ::geteuid() ||
         (::setgroups(0, nullptr) == 0 && ::setresgid(user, user, user) == 0 &&
          ::setresuid(user, user, user) == 0);
}

// A container may map one id only; then the spawner stays who it is too.
bool can_become(uid_t user) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(become(user) ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

std::string make_directory(std::string pattern) {
  CHECK(::mkdtemp(pattern.data()) != nullptr);
  return pattern;
}

void bind_abstract(base::Fd& fd, int type, const std::string& name) {
  fd.reset(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  name.copy(at.sun_path + 1, sizeof at.sun_path - 1);
  CHECK(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at),
               static_cast<socklen_t>(sizeof at.sun_family + 1 + name.size())) == 0);
  if (type == SOCK_STREAM) CHECK(::listen(fd.get(), 100) == 0);
}

runner::ExecProfile profile(const Outside& outside) {
  constexpr std::uint64_t kMebi = 1024 * 1024;
  auto out = runner::standard_profile();
  out.least = ToolLevel::kL1;
  out.waiting = 1;
  out.limits.memory_bytes = 64 * kMebi;
  out.limits.tmp_bytes = 8 * kMebi;
  out.limits.tmp_inodes = 512;
  out.limits.processes = 32;
  out.binds.push_back({outside.dir(), outside.dir()});
  return out;
}

}  // namespace

uid_t user_of(As as) {
  const uid_t wanted = as == As::kOrdinary ? 65534 : 79369;
  return ::geteuid() == 0 && can_become(wanted) ? wanted : ::geteuid();
}

std::string run_bare(const std::vector<std::string>& words, uid_t user, pid_t* stay) {
  std::array<int, 2> ends{};
  CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!become(user)) ::_exit(126);
    (void)::dup2(out.get(), 1);
    (void)::syscall(SYS_close_range, 3, ~0u, 0);
    char* none[] = {nullptr};
    ::execve(argv[0], argv.data(), none);
    ::_exit(127);
  }
  out.reset();
  std::array<char, 64> text{};
  const ssize_t n = ::read(in.get(), text.data(), text.size());
  if (stay != nullptr) {
    *stay = child;
    return "";
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return std::string("SIG") + ::sigabbrev_np(WTERMSIG(status));
  return {text.data(), static_cast<std::size_t>(n > 0 ? n : 0)};
}

Outside::Outside(uid_t user)
    : user_(user),
      dir_(make_directory("/var/tmp/yett-drill-XXXXXX")),
      secret_dir_(make_directory("/var/tmp/yett-other-XXXXXX")),
      name_(dir_.substr(dir_.rfind('/') + 1)),
      shm_key_(0x5953 << 16 | (::getpid() & 0xffff)) {
  std::filesystem::copy_file(std::string(YETT_BIN_DIR) + "/sandbox-attacker", attacker());
  std::filesystem::permissions(dir_, std::filesystem::perms(0755));
  std::filesystem::permissions(attacker(), std::filesystem::perms(0755));
  std::filesystem::permissions(secret_dir_, std::filesystem::perms(0755));
  std::ofstream(dir_ + "/writable") << "x";
  std::ofstream(secret_dir_ + "/file") << "x";
  for (const auto& path : {dir_ + "/writable", secret_dir_ + "/file"})
    std::filesystem::permissions(path, std::filesystem::perms(0666));
  listen_tcp();
  bind_abstract(stream_, SOCK_STREAM, name_ + "s");
  bind_abstract(datagrams_, SOCK_DGRAM, name_ + "d");
  shm_ = ::shmget(shm_key_, 4096, IPC_CREAT | 0666);
  const mode_t mask = ::umask(0);
  const mqd_t queue = ::mq_open(("/" + name_).c_str(), O_CREAT | O_RDONLY, 0666, nullptr);
  if (queue >= 0) ::mq_close(queue);
  ::umask(mask);
  (void)run_bare({attacker(), "wait"}, user_, &other_);
}

Outside::~Outside() {
  ::kill(other_, SIGKILL);
  ::waitpid(other_, nullptr, 0);
  ::shmctl(shm_, IPC_RMID, nullptr);
  ::mq_unlink(("/" + name_).c_str());
  std::filesystem::remove_all(dir_);
  std::filesystem::remove_all(secret_dir_);
}

std::vector<std::string> Outside::words(const std::string& attack) const {
  utsname host{};
  ::uname(&host);
  return {attacker(),
          attack,
          std::to_string(other_),
          std::to_string(port_),
          secret_dir_ + "/file",
          dir_ + "/writable",
          name_ + "s",
          name_ + "d",
          std::to_string(shm_key_),
          name_,
          host.nodename};
}

void Outside::listen_tcp() {
  tcp_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  CHECK(::bind(tcp_.get(), address, size) == 0 && ::listen(tcp_.get(), 100) == 0);
  CHECK(::getsockname(tcp_.get(), address, &size) == 0);
  port_ = ntohs(at.sin_port);
}

std::string word_of(const Ran& ran) {
  if (ran.end.outcome == CallOutcome::kExited && ran.end.value == 0) return ran.out;
  if (ran.end.outcome == CallOutcome::kMemory) return "memory";
  return ran.how().substr(ran.how().rfind(' ') + 1);  // "ended by SIGSYS"
}

Ring::Ring(const std::string& program, As as, const std::string& without, const Outside& outside)
    : spawner(program, as, without), exec(Exec::open(spawner.channel(), profile(outside))) {
  if (exec.ok()) calls.emplace(*exec);
}

}  // namespace attack
