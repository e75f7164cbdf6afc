// SPDX-License-Identifier: Apache-2.0
#include "sandbox/testcases/hostile.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

namespace sandbox::testcases {
namespace {

template <class... A> long call(long number, A... arguments) {
  const long value = syscall(number, arguments...);
  return value >= 0 ? value : -errno;
}

long open_socket(int family, int type, int protocol = 0) {
  return call(SYS_socket, family, type, protocol);
}

long connect_to(int fd, std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return call(SYS_connect, fd, &to, sizeof(to));
}

long open_of(const Scene& s, const char* what, int flags) {
  const std::string path = "/proc/" + std::to_string(s.sibling) + what;
  return call(SYS_openat, AT_FDCWD, path.c_str(), flags);
}

// Connects without connect(2).
long fast_open(int fd, std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return call(SYS_sendto, fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, &to, sizeof(to));
}

long read_of_sibling(const Scene& s) {
  char here[8];
  iovec local{here, sizeof(here)};
  iovec remote{const_cast<Scene*>(&s), sizeof(here)};  // a fork has it at the same place
  return call(SYS_process_vm_readv, s.sibling, &local, 1, &remote, 1, 0);
}

long signal_by_pidfd(const Scene& s) {
  const long fd = call(SYS_pidfd_open, s.sibling, 0);
  return fd < 0 ? fd : call(SYS_pidfd_send_signal, fd, SIGWINCH, nullptr, 0);
}

long bind_socket(const Scene& s) {
  sockaddr_in any{};
  any.sin_family = AF_INET;
  return call(SYS_bind, s.tcp_socket, &any, sizeof(any));
}

long map_executable(const Scene&) {
  return call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

long make_executable(const Scene&) {
  const long page =
      call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page < 0 ? page : call(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC);
}

long fork_once(const Scene&) {
  const long child = call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  if (child > 0) waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child;
}

long fork_into_namespace(const Scene&) {
  const long child = call(SYS_clone, SIGCHLD | CLONE_NEWUSER, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  return child;
}

long execute_nothing(const Scene&) {
  char path[] = "/nonexistent/program";
  char* argv[] = {path, nullptr};
  char* envp[] = {nullptr};
  return call(SYS_execve, path, argv, envp);
}

// A call of the 32-bit world from a 64-bit program: getpid is 20 there.
long call_of_i386(const Scene&) {
  long value = 20;
  asm volatile("int $0x80" : "+a"(value) : : "memory", "r8", "r9", "r10", "r11");
  return value;
}

long raise_core_limit(const Scene&) {
  const rlimit most{RLIM_INFINITY, RLIM_INFINITY};
  return call(SYS_prlimit64, 0, RLIMIT_CORE, &most, nullptr);
}

long load_bpf(const Scene&) {
  bpf_attr attr{};
  return call(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

long open_counter(const Scene&) {
  perf_event_attr attr{};
  attr.size = sizeof(attr);
  return call(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

long look_at_path(const Scene&) {
  struct stat status {};
  return call(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &status, 0);
}

constexpr int kMptcp = 262;
constexpr long kX32 = 0x40000000;

constexpr Attack kAttacks[] = {
    {"socket_inet_stream", [](const Scene&) { return open_socket(AF_INET, SOCK_STREAM); }},
    {"socket_inet_datagram",
     [](const Scene&) { return open_socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC); }},
    {"socket_unix", [](const Scene&) { return open_socket(AF_UNIX, SOCK_STREAM); }},
    {"socket_netlink", [](const Scene&) { return open_socket(AF_NETLINK, SOCK_RAW); }},
    {"socket_packet", [](const Scene&) { return open_socket(AF_PACKET, SOCK_RAW); }},
    {"socket_vsock", [](const Scene&) { return open_socket(AF_VSOCK, SOCK_STREAM); }},
    {"socket_alg", [](const Scene&) { return open_socket(AF_ALG, SOCK_SEQPACKET); }},
    {"socket_mptcp", [](const Scene&) { return open_socket(AF_INET, SOCK_STREAM, kMptcp); }},
    {"socket_raw", [](const Scene&) { return open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }},
    {"connect_inherited_socket",
     [](const Scene& s) { return connect_to(s.tcp_socket, s.other_port); }},
    {"connect_allowed_port",
     [](const Scene& s) { return connect_to(s.tcp_socket, s.allowed_port); }},
    {"fast_open_of_inherited_socket",
     [](const Scene& s) { return fast_open(s.tcp_socket, s.other_port); }},
    {"bind", bind_socket},
    {"listen", [](const Scene& s) { return call(SYS_listen, s.tcp_socket, 1); }},
    {"socketpair",
     [](const Scene&) {
       int ends[2];
       return call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends);
     }},
    {"io_uring_setup",
     [](const Scene&) {
       char parameters[120] = {};
       return call(SYS_io_uring_setup, 4, parameters);
     }},
    {"ptrace_attach",
     [](const Scene& s) { return call(SYS_ptrace, PTRACE_SEIZE, s.sibling, 0, 0); }},
    {"process_vm_readv", read_of_sibling},
    {"kill_sibling", [](const Scene& s) { return call(SYS_kill, s.sibling, SIGWINCH); }},
    {"tgkill_sibling",
     [](const Scene& s) { return call(SYS_tgkill, s.sibling, s.sibling, SIGWINCH); }},
    {"pidfd_signal_sibling", signal_by_pidfd},
    {"open_passwd",
     [](const Scene&) { return call(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }},
    {"open_sibling_mem", [](const Scene& s) { return open_of(s, "/mem", O_RDWR); }},
    {"open_sibling_memory_for_reading",
     [](const Scene& s) { return open_of(s, "/mem", O_RDONLY); }},
    {"open_sibling_environ", [](const Scene& s) { return open_of(s, "/environ", O_RDONLY); }},
    {"create_file",
     [](const Scene&) {
       return call(SYS_openat, AT_FDCWD, "/tmp/yett-lockdown-test", O_WRONLY | O_CREAT, 0600);
     }},
    {"stat_path", look_at_path},
    {"userfaultfd", [](const Scene&) { return call(SYS_userfaultfd, 1 /* user mode only */); }},
    {"bpf", load_bpf},
    {"keyctl", [](const Scene&) { return call(SYS_keyctl, 0, -3, 0); }},
    {"perf_event_open", open_counter},
    {"mount",
     [](const Scene&) { return call(SYS_mount, "none", "/nonexistent", "tmpfs", 0, nullptr); }},
    {"unshare_user", [](const Scene&) { return call(SYS_unshare, CLONE_NEWUSER); }},
    {"clone_user_namespace", fork_into_namespace},
    {"clone3", [](const Scene&) { return call(SYS_clone3, nullptr, 0); }},
    {"fork", fork_once},
    {"x32_getpid", [](const Scene&) { return call(kX32 | SYS_getpid); }},
    {"i386_getpid", call_of_i386},
    {"map_executable", map_executable},
    {"make_executable", make_executable},
    {"execve", execute_nothing},
    {"setuid_back", [](const Scene&) { return call(SYS_setresuid, 0, 0, 0); }},
    {"setgroups", [](const Scene&) { return call(SYS_setgroups, 0, nullptr); }},
    {"raise_core_limit", raise_core_limit},
    {"dumpable_again", [](const Scene&) { return call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }},
    {"type_into_terminal", [](const Scene&) { return call(SYS_ioctl, 0, TIOCSTI, "x"); }},
    {"signal_owner", [](const Scene& s) { return call(SYS_fcntl, 0, F_SETOWN, s.sibling); }},
    {"open_by_handle",
     [](const Scene&) { return call(SYS_open_by_handle_at, AT_FDCWD, nullptr, O_RDONLY); }},
    {"pivot_root", [](const Scene&) { return call(SYS_pivot_root, ".", "."); }},
    {"init_module", [](const Scene&) { return call(SYS_init_module, nullptr, 0, ""); }},
    {"swapon", [](const Scene&) { return call(SYS_swapon, "/nonexistent", 0); }},
    {"chroot", [](const Scene&) { return call(SYS_chroot, "/nonexistent"); }},
    {"personality", [](const Scene&) { return call(SYS_personality, 0x0400000); }},
    {"shared_memory_of_sysv", [](const Scene&) { return call(SYS_shmget, 0, 4096, 0600); }},
    {"memfd_secret", [](const Scene&) { return call(447, 0); }},
    {"a_call_of_the_future", [](const Scene&) { return call(1000); }},
};

}  // namespace

std::span<const Attack> attacks() { return kAttacks; }

}  // namespace sandbox::testcases
