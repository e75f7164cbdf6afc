// SPDX-License-Identifier: Apache-2.0
#include "raw_calls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "sandbox/testcases/hostile.h"

namespace attack {
namespace {

using Words = std::span<const std::string>;

template <class... A> long call(long number, A... arguments) {
  const long value = ::syscall(number, arguments...);
  return value >= 0 ? value : -errno;
}

pid_t pid_in(Words words) { return static_cast<pid_t>(std::stol(words[1])); }

long connect_inet(Words words) {
  const long fd = call(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(words[1])));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return call(SYS_connect, fd, &to, sizeof to);
}

long connect_unix(Words words) {
  const bool abstract = words[0] == "connect_abstract";
  const long fd = call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  words[1].copy(to.sun_path + (abstract ? 1 : 0), sizeof to.sun_path - 2);
  return call(SYS_connect, fd, &to, sizeof to);
}

// Without a socket of its own: the one that it was given.
long connect_channel(Words) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  return call(SYS_connect, 3, &to, sizeof to);
}

long open_with(Words words, int flags) {
  return call(SYS_openat, AT_FDCWD, words[1].c_str(), flags, 0600);
}

long read_file(Words words) {
  const long fd = open_with(words, O_RDONLY);
  char byte = 0;
  return fd < 0 ? fd : call(SYS_read, fd, &byte, 1);
}

long read_memory(Words words) {
  char here[8];
  iovec local{here, sizeof here};
  iovec remote{here, sizeof here};
  return call(SYS_process_vm_readv, pid_in(words), &local, 1, &remote, 1, 0);
}

long execute(Words words) {
  char* const argv[] = {const_cast<char*>(words[1].c_str()), const_cast<char*>(words[2].c_str()),
                        nullptr};
  char* const environment[] = {nullptr};
  return call(SYS_execve, words[1].c_str(), argv, environment);
}

long execute_memory(Words) {
  const long fd = call(SYS_memfd_create, "x", 0x10 /* MFD_EXEC */);
  if (fd < 0) return fd;
  char* const none[] = {nullptr};
  return call(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH);
}

long allocate(Words words) {
  const std::size_t bytes = std::stoul(words[1]);
  const long at =
      call(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at < 0 && at > -4096 ? at : 1;
}

long look_at_memory(Words words) {
  const std::string process = "/proc/" + words[1];
  std::ifstream maps(process + "/maps");
  const long memory = call(SYS_openat, AT_FDCWD, (process + "/mem").c_str(), O_RDONLY);
  if (memory < 0) return memory;
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0;
    unsigned long to = 0;
    char dash = 0;
    std::istringstream fields(line);
    if (!(fields >> std::hex >> from >> dash >> to) || to - from > (1ul << 30)) continue;
    std::string bytes(to - from, '\0');
    const long n = call(SYS_pread64, memory, bytes.data(), bytes.size(), from);
    if (n > 0 && bytes.find(words[2]) != std::string::npos) return 1;
  }
  return 0;
}

long of_table(Words words) {
  sandbox::testcases::Scene scene;
  scene.sibling = static_cast<pid_t>(std::stol(words[2]));
  for (const auto& attack : sandbox::testcases::attacks())
    if (attack.name == words[1]) return attack.run(scene);
  return -ENOENT;
}

using Act = long (*)(Words);
const std::map<std::string, Act, std::less<>>& acts() {
  static const std::map<std::string, Act, std::less<>> all = {
      {"connect", connect_inet},
      {"connect_unix", connect_unix},
      {"connect_abstract", connect_unix},
      {"connect_channel", connect_channel},
      {"open", [](Words w) { return open_with(w, O_RDONLY); }},
      {"read", read_file},
      {"write", [](Words w) { return open_with(w, O_WRONLY | O_APPEND); }},
      {"kill", [](Words w) { return call(SYS_kill, pid_in(w), SIGKILL); }},
      {"ptrace", [](Words w) { return call(SYS_ptrace, PTRACE_SEIZE, pid_in(w), 0, 0); }},
      {"vm_read", read_memory},
      {"memfd_exec", execute_memory},
      {"exec", execute},
      {"allocate", allocate},
      {"abort", [](Words) -> long { std::abort(); }},
      {"look", look_at_memory},
      {"table", of_table},
  };
  return all;
}

}  // namespace

long make_call(Words words) {
  const auto act = words.empty() ? acts().end() : acts().find(words[0]);
  return act == acts().end() ? -EBADRQC : act->second(words);
}

std::string word_of(long result) {
  if (result >= 0) return "ok";
  const char* text = ::strerrorname_np(static_cast<int>(-result));
  return text == nullptr ? "errno?" : text;
}

}  // namespace attack
