// SPDX-License-Identifier: Apache-2.0
#include "takeover.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "wire/start.h"

namespace attack {
namespace {

std::string& record() {
  static std::string bytes;
  return bytes;
}

Taken& state() {
  static Taken taken;
  return taken;
}

// Before main: the descriptor is closed once it was read.
__attribute__((constructor)) void look_at_start() {
  struct stat status {};
  if (::fstat(wire::kStartFd, &status) != 0 || status.st_size <= 0) return;
  record().resize(static_cast<std::size_t>(status.st_size));
  const ssize_t n = ::pread(wire::kStartFd, record().data(), record().size(), 0);
  record().resize(static_cast<std::size_t>(n < 0 ? 0 : n));
}

void look(int fd, std::string_view bytes) {
  Taken& taken = state();
  if (fd == wire::kChannelFd) taken.frames.emplace_back(bytes);
  else taken.texts.emplace_back(fd, bytes);
  const std::size_t begin = bytes.find(mark());
  if (begin == std::string_view::npos) return;
  const std::size_t from = begin + mark().size();
  const std::size_t end = bytes.find(">>", from);
  if (end == std::string_view::npos) return;
  std::istringstream words{std::string(bytes.substr(from, end - from))};
  for (std::string word; words >> word;) taken.script.push_back(word);
  taken.fd = fd;
  taken.message = bytes;
  hostile(taken);
}

}  // namespace

const std::string& start_record() { return record(); }

}  // namespace attack

// NOLINTBEGIN: names of the linker's --wrap
extern "C" {
ssize_t __real_recvmsg(int fd, msghdr* message, int flags);
ssize_t __wrap_recvmsg(int fd, msghdr* message, int flags);
ssize_t __real_recv(int fd, void* buffer, size_t bytes, int flags);
ssize_t __wrap_recv(int fd, void* buffer, size_t bytes, int flags);
ssize_t __wrap___recv_chk(int fd, void* buffer, size_t bytes, size_t room, int flags);

ssize_t __wrap_recvmsg(int fd, msghdr* message, int flags) {
  const ssize_t n = __real_recvmsg(fd, message, flags);
  if (n > 0)
    attack::look(
        fd, {static_cast<const char*>(message->msg_iov[0].iov_base), static_cast<std::size_t>(n)});
  return n;
}

ssize_t __wrap_recv(int fd, void* buffer, size_t bytes, int flags) {
  const ssize_t n = __real_recv(fd, buffer, bytes, flags);
  if (n > 0) attack::look(fd, {static_cast<const char*>(buffer), static_cast<std::size_t>(n)});
  return n;
}

ssize_t __wrap___recv_chk(int fd, void* buffer, size_t bytes, size_t, int flags) {
  return __wrap_recv(fd, buffer, bytes, flags);
}
}
// NOLINTEND
