// SPDX-License-Identifier: Apache-2.0
// sandbox-attacker ATTACK PID PORT FILE WRITABLE SOCKET DATAGRAMS SHM QUEUE HOST: static; makes one
// attempt and says what became of it: "ok", or the name of the errno.
//   sandbox-attacker wait          waits until it is ended
//   sandbox-attacker call NUMBER   one system call with arguments that none accepts
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>

#include "sandbox_attack.h"

namespace attack {

const char kMark[] = "a mark of this program";

namespace {

// A decimal number; 0 if it is none.
long number_of(const char* word) {
  long number = 0;
  (void)std::from_chars(word, word + ::strlen(word), number);
  return number;
}

constexpr SandboxAttack kAttacks[] = {
    {"ptrace_child", ptrace_child},
    {"ptrace_other", ptrace_other},
    {"signal_other", signal_other},
    {"signal_by_pidfd", signal_by_pidfd},
    {"signal_by_owner", signal_by_owner},
    {"environ_other", environ_other},
    {"memory_other", memory_other},
    {"io_uring", io_uring},
    {"vsock", vsock},
    {"netlink", netlink},
    {"alg", alg},
    {"inet_socket", inet_socket},
    {"tcp_host", tcp_host},
    {"dns", dns},
    {"abstract_socket", abstract_socket},
    {"datagram_pair", datagram_pair},
    {"keyctl", keyctl},
    {"tiocsti", tiocsti},
    {"fork_bomb", fork_bomb},
    {"memory_bomb", memory_bomb},
    {"shared_memory_bomb", shared_memory_bomb},
    {"fill_disk", fill_disk},
    {"fill_inodes", fill_inodes},
    {"large_file", large_file},
    {"read_host_file", read_host_file},
    {"proc_root", proc_root},
    {"proc_settings", proc_settings},
    {"first_process", first_process},
    {"chroot_out", chroot_out},
    {"write_program", write_program},
    {"run_written", run_written},
    {"run_memfd", run_memfd},
    {"user_namespace", user_namespace},
    {"clone_namespace", clone_namespace},
    {"clone3_namespace", clone3_namespace},
    {"mount_tmpfs", mount_tmpfs},
    {"become_root", become_root},
    {"set_host_name", set_host_name},
    {"read_host_name", read_host_name},
    {"read_cgroup_names", read_cgroup_names},
    {"shared_memory", shared_memory},
    {"message_queue", message_queue},
    {"stray_descriptor", stray_descriptor},
    {"x32_call", x32_call},
    {"i386_call", i386_call},
    {"no_randomness", no_randomness},
    {"core_file", core_file},
    {"limit_of_other", limit_of_other},
    {"new_privileges", new_privileges},
};

int say(long result) {
  const char* const name = result >= 0 ? "ok" : ::strerrorname_np(static_cast<int>(-result));
  ::printf("%s", name == nullptr ? "?" : name);
  return ::fflush(stdout) == 0 ? 0 : 1;
}

Target target_of(char** words) {
  Target t;
  t.other = static_cast<pid_t>(number_of(words[2]));
  t.port = static_cast<std::uint16_t>(number_of(words[3]));
  t.file = words[4];
  t.writable = words[5];
  t.socket = words[6];
  t.datagrams = words[7];
  t.shm_key = static_cast<int>(number_of(words[8]));
  t.queue = words[9];
  t.host = words[10];
  return t;
}

}  // namespace

const SandboxAttack* sandbox_attacks(std::size_t& count) {
  count = sizeof kAttacks / sizeof kAttacks[0];
  return kAttacks;
}

long run_again(const char* path) {
  const pid_t child = ::fork();
  if (child == 0) {
    char name[] = "run_again";
    char* argv[] = {name, nullptr};
    char* none[] = {nullptr};
    ::execve(path, argv, none);
    ::_exit(errno == 0 ? 255 : errno);
  }
  int status = 0;
  (void)::waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return -ECHILD;
  return WEXITSTATUS(status) == 0 ? 1 : -WEXITSTATUS(status);
}

}  // namespace attack

int main(int argc, char** argv) {
  if (argc == 1) return 0;  // run_again
  if (::strcmp(argv[1], "wait") == 0) {
    (void)!::write(1, "x", 1);
    for (;;) ::pause();
  }
  if (::strcmp(argv[1], "call") == 0 && argc == 3)
    return attack::say(attack::call(attack::number_of(argv[2]), -1L, -1L, -1L, -1L, -1L, -1L));
  if (argc != 11) return 2;
  std::size_t count = 0;
  const attack::SandboxAttack* const all = attack::sandbox_attacks(count);
  for (std::size_t i = 0; i < count; ++i)
    if (::strcmp(all[i].name, argv[1]) == 0)
      return attack::say(all[i].run(attack::target_of(argv)));
  return 2;
}
