// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/spawner/check.h"
#include "runner/spawner/socket.h"
#include "runner/spawner/stands.h"
#include "runner/spawner/watch.h"

namespace runner {
namespace {

constexpr int kSocketFd = 3;
constexpr int kAway = 32;  // above every target of a call's descriptors
static_assert(kAway > static_cast<int>(kCallDescriptors));

Start frame;  // the one call; static, so that its pages are there when it comes
Command command;

[[noreturn]] void say_and_end(int socket, int error) {
  const Note note{NoteKind::kNotStarted, static_cast<std::uint32_t>(error), 0, 0, Step::kExec};
  (void)send_frame(socket, &note, sizeof note, nullptr, 0);
  ::_exit(127);
}

// The call's descriptors become 0, 1, 2, ...; everything else closes at exec. The socket's new
// place.
int place_descriptors(Descriptors& fds) {
  const int socket = ::fcntl(kSocketFd, F_DUPFD_CLOEXEC, kAway);
  for (std::size_t i = 0; i < fds.count; ++i)
    if (fds.fd[i] < kAway) fds.fd[i] = ::fcntl(fds.fd[i], F_DUPFD_CLOEXEC, kAway);
  for (std::size_t i = 0; i < fds.count; ++i)
    if (::dup2(fds.fd[i], static_cast<int>(i)) < 0) say_and_end(socket, errno);
  if (stands(kWallDescriptors))
    (void)::syscall(SYS_close_range, static_cast<unsigned>(fds.count), ~0u, CLOSE_RANGE_CLOEXEC);
  return socket;
}

// Each page that the call will touch is ours already when it comes (a fault costs 1.3 us here).
void warm() {
  volatile char* const bytes = frame.text;
  for (std::size_t i = 0; i < sizeof frame.text; i += 4096) bytes[i] = 0;
  command.program = nullptr;
  for (auto& argument : command.argv) argument = nullptr;
  char byte = 0;  // looked at, never taken: the call may be there already
  (void)::recv(kSocketFd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const int far = ::fcntl(kSocketFd, F_DUPFD_CLOEXEC, kAway);
  ::close(far);
}

}  // namespace

void await_call(const Note& ready) {
  unblock_all();
  warm();
  if (send_frame(kSocketFd, &ready, sizeof ready, nullptr, 0) != 0) ::_exit(1);
  Descriptors fds;
  const long got = receive_frame(kSocketFd, &frame, sizeof frame, fds, 0);
  // The profile has checked it; checked again, for it costs little.
  if (got <= 0 || !is_sound(frame, static_cast<std::size_t>(got), fds.count)) ::_exit(1);
  const int socket = place_descriptors(fds);
  point(frame, command);
  (void)::kill(::getppid(), kBegunSignal);  // from here on the first process looks at its memory
  if (::chdir(command.directory) != 0) say_and_end(socket, errno);
  ::execve(command.program, command.argv, command.envp);
  say_and_end(socket, errno);
}

}  // namespace runner
