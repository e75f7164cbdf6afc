// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The argument checks that the lists in this folder name. Reviewed data, like the lists.
// Trust zone: all programs; pure data.
#pragma once

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <cerrno>
#include <csignal>

#include "sandbox/calls.h"

namespace sandbox::checks {

constexpr ArgumentTest is(std::uint8_t argument, std::uint32_t value) {
  return {argument, ~0u, value};
}
constexpr ArgumentTest none_of(std::uint8_t argument, std::uint32_t bits) {
  return {argument, bits, 0};
}
constexpr ArgumentTest own_pid(std::uint8_t argument) { return {argument, ~0u, 0, true}; }
constexpr Clause when(ArgumentTest a, Verdict verdict = kAllow) { return {{a}, verdict}; }
constexpr Clause when(ArgumentTest a, ArgumentTest b) { return {{a, b}, kAllow}; }
constexpr Clause when(ArgumentTest a, ArgumentTest b, ArgumentTest c) {
  return {{a, b, c}, kAllow};
}
constexpr Clause always(Verdict verdict) { return {{}, verdict}; }

// mmap and mprotect: no new executable memory once the program runs.
inline constexpr Clause kNoExec[] = {when(none_of(2, PROT_EXEC))};
// The same where a library may try to load a module (NSS) and copes with a refusal.
inline constexpr Clause kNoExecRefused[] = {when(none_of(2, PROT_EXEC)), always(refuse(EACCES))};

// tgkill: abort() of the process itself, nobody else.
inline constexpr Clause kOwnProcess[] = {when(own_pid(0))};

// fcntl: flags, seals and duplicates. SECURITY: no F_SETOWN/F_SETSIG (signals to others), no
// leases.
inline constexpr Clause kDescriptorFlags[] = {when(is(1, F_GETFL)),
                                              when(is(1, F_SETFL)),
                                              when(is(1, F_GETFD)),
                                              when(is(1, F_SETFD)),
                                              when(is(1, F_DUPFD_CLOEXEC)),
                                              when(is(1, 1033 /* F_ADD_SEALS */)),
                                              when(is(1, 1034 /* F_GET_SEALS */))};

// newfstatat: glibc's fstat(). LIMIT: the kernel cannot see that the path is empty, so metadata
// (not content) of a path that the program's uid may search stays visible.
inline constexpr Clause kByDescriptor[] = {when(is(3, AT_EMPTY_PATH))};

// memfd_create: MFD_CLOEXEC, MFD_ALLOW_SEALING, MFD_NOEXEC_SEAL; no huge pages, no executable file.
inline constexpr Clause kPlainMemfd[] = {when(none_of(1, ~(1u | 2u | 8u)))};

// ioctl of programs that need none: stdio asks whether a stream is a terminal.
inline constexpr Clause kTerminalProbe[] = {when(is(1, TCGETS), refuse(ENOTTY))};
// ioctl of programs with sockets of their own: Asio sets FIONBIO, the resolver reads FIONREAD.
inline constexpr Clause kSocketControl[] = {when(is(1, FIONBIO)), when(is(1, FIONREAD)),
                                            when(is(1, TCGETS), refuse(ENOTTY))};
// ioctl of the vault writer: echo off while a passphrase is typed.
inline constexpr Clause kTerminalEcho[] = {when(is(1, TCGETS)), when(is(1, TCSETS)),
                                           when(is(1, TCSETSW)), when(is(1, TCSETSF))};
// ioctl of programs that people wrote: anything but typing into the terminal (CVE-2017-5226).
inline constexpr Clause kNoInjection[] = {when(is(1, TIOCSTI), kKill),
                                          when(is(1, TIOCLINUX), kKill), always(kAllow)};

// prctl of the loop programs: newer libcs name their memory; a refusal is fine.
// (Whether privileges can still be gained is asked by the sanitizer's hook in lockdown.cc.)
inline constexpr Clause kMemoryNames[] = {when(is(0, PR_SET_VMA), refuse(EINVAL)),
                                          when(is(0, PR_GET_NO_NEW_PRIVS))};
// prctl of programs that start others or were started so.
inline constexpr Clause kProcessOptions[] = {
    when(is(0, PR_SET_NAME)),
    when(is(0, PR_GET_NAME)),
    when(is(0, PR_GET_DUMPABLE)),
    when(is(0, PR_SET_DUMPABLE), is(1, 0)),
    when(is(0, PR_SET_PDEATHSIG)),
    when(is(0, PR_GET_PDEATHSIG)),
    when(is(0, PR_SET_NO_NEW_PRIVS)),
    when(is(0, PR_GET_NO_NEW_PRIVS)),
    when(is(0, PR_CAPBSET_READ)),
    when(is(0, PR_CAPBSET_DROP)),
    when(is(0, PR_CAP_AMBIENT), is(1, PR_CAP_AMBIENT_CLEAR_ALL)),
    when(is(0, PR_SET_CHILD_SUBREAPER)),
    when(is(0, PR_SET_VMA)),
    always(refuse(EPERM))};

// socket: the internet, streams and datagrams. SECURITY: the protocol is checked because MPTCP and
// SCTP streams are not covered by Landlock's TCP rules. The resolver looks for nscd (AF_UNIX) and
// for the host's addresses (AF_NETLINK) and copes without either.
inline constexpr std::uint32_t kTypeMask =
    ~static_cast<std::uint32_t>(SOCK_CLOEXEC | SOCK_NONBLOCK);
constexpr ArgumentTest internet() { return {0, ~8u, AF_INET}; }
constexpr ArgumentTest type(std::uint32_t t) { return {1, kTypeMask, t}; }
static_assert((AF_INET & ~8) == AF_INET && (AF_INET6 & ~8) == AF_INET);
inline constexpr Clause kInternetSocket[] = {
    when(internet(), type(SOCK_STREAM), is(2, IPPROTO_TCP)),
    when(internet(), type(SOCK_STREAM), is(2, 0)),
    when(internet(), type(SOCK_DGRAM), is(2, 0)),
    when(internet(), type(SOCK_DGRAM), is(2, IPPROTO_UDP)),
    when(is(0, AF_UNIX), refuse(EAFNOSUPPORT)),
    when(is(0, AF_NETLINK), refuse(EAFNOSUPPORT))};
inline constexpr Clause kLocalPair[] = {when(is(0, AF_UNIX))};

// setsockopt: latency, liveness, and the resolver's wish for ICMP errors; no filters, no routing.
inline constexpr Clause kSocketOptions[] = {when(is(1, IPPROTO_TCP), is(2, TCP_NODELAY)),
                                            when(is(1, SOL_SOCKET), is(2, SO_KEEPALIVE)),
                                            when(is(1, IPPROTO_TCP), is(2, TCP_USER_TIMEOUT)),
                                            when(is(1, SOL_SOCKET), is(2, SO_LINGER)),
                                            when(is(1, IPPROTO_IP), is(2, IP_RECVERR)),
                                            when(is(1, IPPROTO_IPV6), is(2, IPV6_RECVERR)),
                                            always(refuse(EPERM))};

// sendto, sendmmsg (flags in argument 3), sendmsg (argument 2). SECURITY: MSG_FASTOPEN connects a
// TCP socket without connect(2), where neither this filter's connect nor Landlock's TCP rule sees
// it.
inline constexpr std::uint32_t kFastOpen = 0x20000000;
inline constexpr Clause kNoFastOpen3[] = {when(none_of(3, kFastOpen))};
inline constexpr Clause kNoFastOpen2[] = {when(none_of(2, kFastOpen))};
static_assert(MSG_FASTOPEN == kFastOpen);

// openat: reading only. 020000000 is the kernel's own bit of O_TMPFILE.
inline constexpr Clause kReadOnly[] = {
    when(none_of(2, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | 020000000))};

// clone: threads and children, but no namespaces.
inline constexpr Clause kNoNamespaces[] = {
    when(none_of(0, CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                        CLONE_NEWPID | CLONE_NEWNET))};

// prlimit64: of the process itself.
inline constexpr Clause kOwnLimits[] = {when(is(0, 0)), when(own_pid(0)), always(refuse(EPERM))};

// tgkill among programs that people wrote: Go preempts its threads by SIGURG, which nobody dies of.
inline constexpr Clause kPreemption[] = {when(own_pid(0)), when(is(2, SIGURG)),
                                         always(refuse(EPERM))};

// Programs in a sandbox (tool.inc).
// prlimit64: the caller's own limits only.
inline constexpr Clause kSelfLimits[] = {when(is(0, 0)), always(refuse(EPERM))};
// fcntl: no signals to others when a descriptor is ready, no leases.
inline constexpr Clause kNoOwner[] = {when(is(1, F_SETOWN), refuse(EPERM)),
                                      when(is(1, 15 /* F_SETOWN_EX */), refuse(EPERM)),
                                      when(is(1, 10 /* F_SETSIG */), refuse(EPERM)),
                                      when(is(1, 1024 /* F_SETLEASE */), refuse(EPERM)),
                                      when(is(1, 1026 /* F_NOTIFY */), refuse(EPERM)),
                                      always(kAllow)};
// memfd_create: with MFD_NOEXEC_SEAL only (and MFD_CLOEXEC, MFD_ALLOW_SEALING). SECURITY: Landlock
// does not see such files, so one that may be executed would be a way to run what was written.
inline constexpr Clause kDataMemfd[] = {when({1, 8u, 8u}, none_of(1, ~(1u | 2u | 8u))),
                                        always(refuse(EPERM))};
inline constexpr Clause kAskPersonality[] = {when(is(0, 0xffffffffu)), always(refuse(EPERM))};
// socket: absent for what libc looks for by itself (nscd, the host's addresses), else refused.
inline constexpr Clause kNoSocket[] = {
    when(is(0, AF_UNIX), refuse(EAFNOSUPPORT)), when(is(0, AF_NETLINK), refuse(EAFNOSUPPORT)),
    when(is(0, AF_INET), refuse(EAFNOSUPPORT)), when(is(0, AF_INET6), refuse(EAFNOSUPPORT)),
    always(refuse(EPERM))};
inline constexpr Clause kStreamPair[] = {when(is(0, AF_UNIX), {1, kTypeMask, SOCK_STREAM}),
                                         when(is(0, AF_UNIX), {1, kTypeMask, SOCK_SEQPACKET}),
                                         always(refuse(EPERM))};

}  // namespace sandbox::checks
