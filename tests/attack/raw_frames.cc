// SPDX-License-Identifier: Apache-2.0
#include "raw_frames.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <random>

#include "base/limits.h"
#include "wire/start.h"

namespace attack {
namespace {

using Words = std::span<const std::string>;

std::string header_of(const RawFrame& frame) {
  std::string bytes(8, '\0');
  const std::uint32_t size =
      frame.says_bytes.value_or(static_cast<std::uint32_t>(frame.payload.size()));
  std::memcpy(bytes.data(), &frame.type, 2);
  std::memcpy(bytes.data() + 2, &frame.in_memfd, 2);
  std::memcpy(bytes.data() + 4, &size, 4);
  return bytes;
}

template <class... F> std::string defaults_of(wire::FrameType type) {
  std::string found;
  ((F::kType == type ? void(found = wire::encode(F{})) : void()), ...);
  return found;
}

std::string payload_of(wire::FrameType type) {
  using namespace wire;
  return defaults_of<
      Ready, SpawnSession, SessionSpawned, SpawnEgress, EgressSpawned, PeerEnded, SystemReady,
      Shutdown, Drained, DoorSpawned, OpenSession, UserTurn, DirectCall, Cancel, ResetSession,
      CloseSession, SessionOpened, Say, CallNotice, PlanNotice, TurnEnded, CallEnded, Turn, Call,
      Verdict, ModelDelta, CallResult, Stop, Reset, LabelledCall, Spoken, TurnDone, PlanShown,
      Endorsed, CallDone, Warrant, CancelWarrant, BrokerReady, Started, Delta, Observation, Alert,
      PeerReady, Request, CancelRequest, Sent, AnswerDelta, Answer, RunVault, CancelRun, RunEnded>(
      type);
}

int memfd_with(std::string_view bytes) {
  const int fd = ::memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0) (void)!::write(fd, bytes.data(), bytes.size());
  return fd;
}

void send_random(std::uint32_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string bytes(random() % 600, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    // Half of them with a type that exists, so that they come further.
    if (bytes.size() >= 8 && random() % 2 == 0) {
      const RawFrame frame{static_cast<std::uint16_t>(random() % 128),
                           0,
                           static_cast<std::uint32_t>(bytes.size() - 8),
                           {},
                           {}};
      bytes.replace(0, 8, header_of(frame));
    }
    (void)send_datagram(bytes);
  }
}

}  // namespace

bool send_datagram(std::string_view bytes, std::span<const int> descriptors) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 16)> control{};
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(head), descriptors.data(), descriptors.size_bytes());
  }
  while (::sendmsg(wire::kChannelFd, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EAGAIN && errno != EINTR) return false;
    pollfd room{wire::kChannelFd, POLLOUT, 0};
    (void)::poll(&room, 1, 1000);
  }
  return true;
}

bool send_frame(const RawFrame& frame) {
  return send_datagram(header_of(frame) + frame.payload, frame.descriptors);
}

std::optional<Received> next_frame(int timeout_ms) {
  static std::string buffer(base::limits::kFrameBytes + 8, '\0');
  pollfd wait{wire::kChannelFd, POLLIN, 0};
  if (::poll(&wait, 1, timeout_ms) != 1) return std::nullopt;
  const ssize_t n = ::read(wire::kChannelFd, buffer.data(), buffer.size());
  if (n < 8) return std::nullopt;
  std::uint16_t type = 0;
  std::memcpy(&type, buffer.data(), 2);
  return Received{static_cast<wire::FrameType>(type),
                  buffer.substr(8, static_cast<std::size_t>(n) - 8)};
}

bool malformed(Words words, wire::FrameType mine, const std::string& good) {
  const auto type = static_cast<std::uint16_t>(mine);
  const auto size = static_cast<std::uint32_t>(good.size());
  const std::map<std::string, std::function<void()>, std::less<>> acts = {
      {"frame",
       [&] {
         const auto number = static_cast<std::uint16_t>(std::stoul(words[1]));
         send_frame({number, 0, {}, payload_of(static_cast<wire::FrameType>(number)), {}});
       }},
      {"empty", [] { send_datagram(""); }},
      {"short", [] { send_datagram("\x3c"); }},
      {"undecodable",
       [&] {
         send_frame({type, 0, {}, "\xff\xff\xff", {}});
       }},
      {"trailing",
       [&] {
         send_frame({type, 0, {}, good + "x", {}});
       }},
      {"lying_length",
       [&] {
         send_frame({type, 0, size + 1, good, {}});
       }},
      {"oversized",
       [&] {
         send_frame({type, 1, 0x7fffffff, "", {memfd_with(std::string(1u << 20, 'x'))}});
       }},
      {"long_datagram",
       [&] {
         send_frame({type, 0, {}, std::string(base::limits::kFrameBytes + 64, 'x'), {}});
       }},
      {"unsealed",
       [&] {
         send_frame({type, 1, size, "", {memfd_with(good)}});
       }},
      {"no_body",
       [&] {
         send_frame({type, 1, size, "", {}});
       }},
      {"flag_of_two",
       [&] {
         send_frame({type, 2, {}, good, {}});
       }},
      {"extra_descriptor",
       [&] {
         send_frame({type, 0, {}, good, {2}});
       }},
      {"five_descriptors",
       [&] {
         send_frame({type, 0, {}, good, {2, 2, 2, 2, 2}});
       }},
      {"random",
       [&] {
         send_random(static_cast<std::uint32_t>(std::stoul(words[1])),
                     static_cast<std::uint32_t>(std::stoul(words[2])));
       }},
  };
  const auto act = words.empty() ? acts.end() : acts.find(words[0]);
  if (act == acts.end()) return false;
  act->second();
  return true;
}

void linger() {
  for (;;) (void)::poll(nullptr, 0, -1);
}

}  // namespace attack
