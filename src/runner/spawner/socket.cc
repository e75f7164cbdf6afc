// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

namespace runner {

void Descriptors::close_from(std::size_t first) {
  for (std::size_t i = first; i < count; ++i) ::close(fd[i]);
  if (count > first) count = first;
}

int send_frame(int socket, const void* frame, std::size_t bytes, const int* fds,
               std::size_t count) {
  iovec part{const_cast<void*>(frame), bytes};  // only read
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int) * kFrameDescriptors)];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (count > kFrameDescriptors) return E2BIG;
  if (count > 0) {
    ::memset(room, 0, sizeof room);
    message.msg_control = room;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * count);
    ::memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
  }
  ssize_t sent = -1;
  do sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(bytes) ? 0 : errno;
}

long receive_frame(int socket, void* to, std::size_t room, Descriptors& fds, int flags) {
  iovec part{to, room};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kFrameDescriptors)];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  fds.count = 0;
  ssize_t got = -1;
  do got = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
    if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < n && fds.count < kFrameDescriptors; ++i)
      ::memcpy(&fds.fd[fds.count++], CMSG_DATA(h) + i * sizeof(int), sizeof(int));
  }
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) return got;
  fds.close_from(0);
  return -EBADMSG;
}

}  // namespace runner
