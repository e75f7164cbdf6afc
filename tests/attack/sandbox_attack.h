// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a program in a sandbox would try: one function each, one file each. All are linked into one
// static program, sandbox-attacker. Trust zone: tests.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace attack {

// What the drill has put outside for the attacks to reach.
struct Target {
  pid_t other = -1;            // a process of the same user: this program, waiting
  std::uint16_t port = 0;      // where somebody listens, 127.0.0.1
  const char* file = "";       // a file of the host that everybody may read
  const char* writable = "";   // a file of the host that the user may write; bound read-only
  const char* socket = "";     // name of an abstract stream socket that listens
  const char* datagrams = "";  // name of an abstract datagram socket
  int shm_key = 0;             // of System V memory
  const char* queue = "";      // name of a message queue
  const char* host = "";       // what the host is called
};

// -errno or a value, as of a raw system call.
template <class... A> long call(long number, A... arguments) {
  const long value = ::syscall(number, arguments...);
  return value >= 0 ? value : -errno;
}

// Runs the program at `path` with an attack that succeeds: 1, or -errno if it did not run.
long run_again(const char* path);

extern const char kMark[];  // bytes that every copy of the program has at the same place

long ptrace_child(const Target& target);
long ptrace_other(const Target& target);
long signal_other(const Target& target);
long signal_by_pidfd(const Target& target);
long signal_by_owner(const Target& target);
long environ_other(const Target& target);
long memory_other(const Target& target);
long io_uring(const Target& target);
long vsock(const Target& target);
long netlink(const Target& target);
long alg(const Target& target);
long inet_socket(const Target& target);
long tcp_host(const Target& target);
long dns(const Target& target);
long abstract_socket(const Target& target);
long datagram_pair(const Target& target);
long keyctl(const Target& target);
long tiocsti(const Target& target);
long fork_bomb(const Target& target);
long memory_bomb(const Target& target);
long shared_memory_bomb(const Target& target);
long fill_disk(const Target& target);
long fill_inodes(const Target& target);
long large_file(const Target& target);
long read_host_file(const Target& target);
long proc_root(const Target& target);
long proc_settings(const Target& target);
long first_process(const Target& target);
long chroot_out(const Target& target);
long write_program(const Target& target);
long run_written(const Target& target);
long run_memfd(const Target& target);
long user_namespace(const Target& target);
long clone_namespace(const Target& target);
long clone3_namespace(const Target& target);
long mount_tmpfs(const Target& target);
long become_root(const Target& target);
long set_host_name(const Target& target);
long read_host_name(const Target& target);
long read_cgroup_names(const Target& target);
long shared_memory(const Target& target);
long message_queue(const Target& target);
long stray_descriptor(const Target& target);
long x32_call(const Target& target);
long i386_call(const Target& target);
long no_randomness(const Target& target);
long core_file(const Target& target);
long limit_of_other(const Target& target);
long new_privileges(const Target& target);

struct SandboxAttack {
  const char* name;
  long (*run)(const Target& target);
};
// All of the above, by name; `count` of them.
const SandboxAttack* sandbox_attacks(std::size_t& count);

}  // namespace attack
