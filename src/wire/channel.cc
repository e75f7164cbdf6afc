// SPDX-License-Identifier: Apache-2.0
#include "wire/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "wire/start.h"

namespace wire {
namespace {

namespace limits = base::limits;

// In front of every payload. `in_memfd`: the payload is the whole of the last descriptor.
struct FrameHeader {
  std::uint16_t type;
  std::uint16_t in_memfd;
  std::uint32_t payload_bytes;
};
static_assert(sizeof(FrameHeader) == 8);

// A payload above this goes into a memfd: half a datagram leaves the socket buffer room for two.
constexpr std::size_t kInlinePayload = limits::kFrameBytes / 2;
constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

void cleanse(std::string& s) { ::OPENSSL_cleanse(s.data(), s.size()); }

std::vector<base::Fd> take_descriptors(msghdr& message) {
  std::vector<base::Fd> out;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
      out.emplace_back(fd);
    }
  }
  return out;
}

// The content of a sealed memfd of exactly `size` bytes.
// SECURITY: unsealed memory could change between check and use, so seals are required.
base::Result<std::string> read_sealed(int fd, std::size_t size) {
  const int seals = ::fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & kSeals) != kSeals) return base::violation("body is not a sealed memfd");
  struct stat st {};
  if (::fstat(fd, &st) != 0 || static_cast<std::size_t>(st.st_size) != size)
    return base::violation("body has another size than its frame says");
  std::string out(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, out.data() + done, size - done, static_cast<off_t>(done));
    if (n <= 0) return base::violation("body cannot be read");
    done += static_cast<std::size_t>(n);
  }
  return out;
}

// An empty datagram reads like the end of the channel; only here do the two differ.
bool hung_up(int fd) {
  pollfd peer{fd, POLLRDHUP, 0};
  return ::poll(&peer, 1, 0) == 1 && (peer.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

const Permit* find_permit(Permits permits, FrameType type) {
  for (const Permit& permit : permits)
    if (permit.type == type) return &permit;
  return nullptr;
}

bool admits(const Permit& permit, Phase phase) {
  switch (phase) {
    case Phase::kStarting: return permit.starting;
    case Phase::kRunning: return permit.running;
    case Phase::kDraining: return permit.draining;
  }
  return false;
}

}  // namespace

Channel::Channel(base::Fd socket, Permits accepted, std::string peer)
    : socket_(std::move(socket)), accepted_(accepted), peer_(std::move(peer)) {
  const int flags = ::fcntl(socket_.get(), F_GETFL);
  if (flags >= 0) (void)::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK);
}

base::Result<std::optional<Message>> Channel::receive() {
  if (!socket_) return base::Error{base::Errc::kUnavailable, peer_ + " is gone"};
  thread_local std::string buffer(limits::kFrameBytes + sizeof(FrameHeader), '\0');
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (limits::kDescriptorsPerFrame + 1))>
      control{};
  iovec part{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t n = 0;
  bool reset = false;  // told once, before what had come earlier
  do n = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && (errno == EINTR || (errno == ECONNRESET && !std::exchange(reset, true))));
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::optional<Message>();
  if (n == 0 && !hung_up(socket_.get())) return base::violation("empty frame");
  if (n <= 0) return base::Error{base::Errc::kUnavailable, peer_ + " is gone"};
  auto descriptors = take_descriptors(message);
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
    return base::violation("frame is too large");
  auto opened =
      open_message(std::string(buffer.data(), static_cast<std::size_t>(n)), std::move(descriptors));
  ::OPENSSL_cleanse(buffer.data(), static_cast<std::size_t>(n));
  if (!opened.ok()) return std::move(opened).error();
  return std::optional<Message>(std::move(*opened));
}

base::Result<Message> Channel::open_message(std::string datagram,
                                            std::vector<base::Fd> descriptors) const {
  FrameHeader header{};
  if (datagram.size() < sizeof header) return base::violation("frame is shorter than its header");
  std::memcpy(&header, datagram.data(), sizeof header);
  const auto type = static_cast<FrameType>(header.type);
  const Permit* permit = find_permit(accepted_, type);
  if (permit == nullptr) return base::violation("frame of an unknown or unpermitted type");
  if (!admits(*permit, phase_)) return base::violation("frame out of phase");
  if (header.payload_bytes > permit->max_bytes) return base::violation("frame above its bound");
  std::string payload;
  if (header.in_memfd == 1) {
    if (datagram.size() != sizeof header || descriptors.empty())
      return base::violation("frame lacks its body");
    const base::Fd body = std::move(descriptors.back());
    descriptors.pop_back();
    TRY_AS(payload, read_sealed(body.get(), header.payload_bytes));
  } else {
    if (header.in_memfd != 0 || datagram.size() != sizeof header + header.payload_bytes)
      return base::violation("frame has another size than it says");
    payload = datagram.substr(sizeof header);
    cleanse(datagram);
  }
  const bool none = permit->descriptors_optional && descriptors.empty();
  if (descriptors.size() != permit->descriptors && !none)
    return base::violation("frame with wrong descriptors");
  return Message{type, std::move(payload), std::move(descriptors)};
}

base::Status Channel::send_bytes(FrameType type, std::string payload,
                                 std::vector<base::Fd> descriptors, bool sensitive) {
  if (!socket_) return base::Error{base::Errc::kUnavailable, peer_ + " is gone"};
  CHECK(descriptors.size() <= limits::kDescriptorsPerFrame);
  CHECK(payload.size() <= limits::kBodyBytes);
  const bool in_memfd = payload.size() > kInlinePayload;
  const FrameHeader header{static_cast<std::uint16_t>(type),
                           static_cast<std::uint16_t>(in_memfd ? 1 : 0),
                           static_cast<std::uint32_t>(payload.size())};
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  if (in_memfd) {
    TRY_AS(base::Fd body, sealed_memfd("yett-frame", payload));
    descriptors.push_back(std::move(body));
  } else {
    bytes += payload;
  }
  if (sensitive) cleanse(payload);
  queued_bytes_ += bytes.size();
  queue_.push_back({std::move(bytes), std::move(descriptors), sensitive});
  if (queued_bytes_ > kQueueBytes)
    return base::Error{base::Errc::kUnavailable, peer_ + " does not read"};
  return flush();
}

base::Status Channel::flush() {
  while (!queue_.empty()) {
    TRY_AS(const bool sent, send_one(queue_.front()));
    if (!sent) return base::ok();
    queued_bytes_ -= queue_.front().bytes.size();
    queue_.pop_front();
  }
  return base::ok();
}

base::Result<bool> Channel::send_one(Queued& queued) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (limits::kDescriptorsPerFrame + 1))>
      control{};
  iovec part{queued.bytes.data(), queued.bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!queued.descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * queued.descriptors.size());
    cmsghdr* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * queued.descriptors.size());
    for (std::size_t i = 0; i < queued.descriptors.size(); ++i) {
      const int fd = queued.descriptors[i].get();
      std::memcpy(CMSG_DATA(c) + i * sizeof(int), &fd, sizeof fd);
    }
  }
  ssize_t n = 0;
  do n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)) return false;
  if (n < 0) return base::Error{base::Errc::kUnavailable, peer_ + " is gone"};
  if (queued.sensitive) cleanse(queued.bytes);
  return true;
}

base::Result<std::pair<base::Fd, base::Fd>> socket_pair() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds.data()) != 0)
    return base::io_error("socketpair", errno);
  return std::pair(base::Fd(fds[0]), base::Fd(fds[1]));
}

base::Result<base::Fd> sealed_memfd(const char* name, std::string_view bytes) {
  base::Fd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return base::io_error("memfd_create", errno);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n <= 0) return base::io_error("write to a memfd", errno);
    done += static_cast<std::size_t>(n);
  }
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) return base::io_error("seal a memfd", errno);
  return fd;
}

base::Result<std::string> read_start(int fd) {
  const base::Fd owned(fd);
  struct stat st {};
  if (::fstat(fd, &st) != 0) return base::io_error("start descriptor", errno);
  if (st.st_size > static_cast<off_t>(limits::kStartBytes))
    return base::violation("start record is too large");
  return read_sealed(fd, static_cast<std::size_t>(st.st_size));
}

}  // namespace wire
