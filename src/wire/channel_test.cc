// SPDX-License-Identifier: Apache-2.0
#include "wire/channel.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "wire/start.h"

namespace wire {
namespace {

struct Pair {
  Channel broker_side;
  Channel monitor_side;
};

Pair make_pair() {
  auto fds = socket_pair();
  CHECK(fds.ok());
  return {Channel(std::move(fds->first), kMonitorToBroker, "monitor"),
          Channel(std::move(fds->second), kBrokerToMonitor, "broker")};
}

void expect_violation(Channel& channel) {
  const auto got = channel.receive();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code, base::Errc::kViolation);
}

TEST(Channel, CarriesAFrame) {
  Pair p = make_pair();
  ASSERT_TRUE(p.broker_side.send(Ready{"broker", 2, "x"}).ok());
  const auto got = p.monitor_side.receive();
  ASSERT_TRUE(got.ok() && got->has_value());
  EXPECT_EQ((*got)->as<Ready>()->program, "broker");
  EXPECT_FALSE(p.monitor_side.receive()->has_value());
}

TEST(Channel, ALargeBodyTravelsAsASealedMemfd) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  Observation big;
  big.content.assign(3u << 20, 'x');
  ASSERT_TRUE(p.broker_side.send(big).ok());
  const auto got = p.monitor_side.receive();
  ASSERT_TRUE(got.ok() && got->has_value());
  EXPECT_EQ((*got)->as<Observation>()->content.size(), 3u << 20);
}

TEST(Channel, AFrameOutOfPhaseIsAViolation) {
  Pair p = make_pair();
  ASSERT_TRUE(p.broker_side.send(Started{1}).ok());  // before Ready
  expect_violation(p.monitor_side);
  p.monitor_side.enter(Phase::kRunning);
  ASSERT_TRUE(p.broker_side.send(Ready{"broker", 2, "x"}).ok());  // a second Ready
  expect_violation(p.monitor_side);
}

TEST(Channel, AFrameOfAnotherChannelIsAViolation) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  ASSERT_TRUE(p.broker_side.send(Warrant{}).ok());
  expect_violation(p.monitor_side);
}

TEST(Channel, AnUnknownTypeIsAViolation) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  ASSERT_TRUE(p.broker_side.send_bytes(static_cast<FrameType>(999), "", {}, false).ok());
  expect_violation(p.monitor_side);
}

TEST(Channel, AnOversizedFrameIsAViolation) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  ASSERT_TRUE(p.broker_side.send_bytes(FrameType::kStarted, std::string(65, 'x'), {}, false).ok());
  expect_violation(p.monitor_side);
}

TEST(Channel, ADescriptorThatTheFrameDoesNotCarryIsAViolation) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  std::vector<base::Fd> extra;
  extra.emplace_back(::dup(0));
  ASSERT_TRUE(p.broker_side.send(Started{1}, std::move(extra)).ok());
  expect_violation(p.monitor_side);
}

TEST(Channel, ALengthThatLiesIsAViolation) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  const std::string raw(
      "\x51\x00\x00\x00\xff\x00\x00\x00"
      "abc",
      11);  // kStarted, says 255 bytes
  ASSERT_EQ(::send(p.broker_side.fd(), raw.data(), raw.size(), 0), 11);
  expect_violation(p.monitor_side);
}

TEST(Channel, AnUnsealedBodyIsAViolation) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  const base::Fd memory(::memfd_create("t", MFD_ALLOW_SEALING));
  const std::string payload = encode(Observation{});
  ASSERT_EQ(::write(memory.get(), payload.data(), payload.size()),
            static_cast<ssize_t>(payload.size()));
  std::string raw("\x53\x00\x01\x00", 4);  // kObservation in a memfd
  const auto size = static_cast<std::uint32_t>(payload.size());
  raw.append(reinterpret_cast<const char*>(&size), 4);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  iovec part{raw.data(), raw.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = memory.get();
  std::memcpy(CMSG_DATA(c), &fd, sizeof fd);
  ASSERT_EQ(::sendmsg(p.broker_side.fd(), &message, 0), 8);
  expect_violation(p.monitor_side);
}

TEST(Channel, AGonePeerIsUnavailableNotAViolation) {
  Pair p = make_pair();
  p.broker_side.close();
  const auto got = p.monitor_side.receive();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code, base::Errc::kUnavailable);
}

// The kernel tells of the reset before it gives out what came earlier: a last word would be lost.
TEST(Channel, WhatAPeerSaidLastIsHeardThoughItLeftWithoutReading) {
  Pair p = make_pair();
  ASSERT_TRUE(p.monitor_side.send(Shutdown{true}).ok());  // that nobody reads
  ASSERT_TRUE(p.broker_side.send(Ready{"broker", 2, "x"}).ok());
  p.broker_side.close();
  const auto got = p.monitor_side.receive();
  ASSERT_TRUE(got.ok() && got->has_value());
  EXPECT_EQ((*got)->as<Ready>()->program, "broker");
  EXPECT_EQ(p.monitor_side.receive().error().code, base::Errc::kUnavailable);
}

TEST(Channel, QueuesWhatTheKernelDoesNotTakeAndKeepsOrder) {
  Pair p = make_pair();
  p.monitor_side.enter(Phase::kRunning);
  Delta delta;
  delta.text.assign(30'000, 'x');
  for (std::uint64_t i = 1; i <= 100; ++i) {
    delta.sequence = i;
    ASSERT_TRUE(p.broker_side.send(delta).ok());
  }
  EXPECT_TRUE(p.broker_side.wants_write());
  for (std::uint64_t i = 1; i <= 100; ++i) {
    auto got = p.monitor_side.receive();
    ASSERT_TRUE(got.ok() && got->has_value());
    EXPECT_EQ((*got)->as<Delta>()->sequence, i);
    ASSERT_TRUE(p.broker_side.flush().ok());
  }
}

TEST(Channel, ArbitraryDatagramsNeverPassUnlessPermitted) {
  std::uint32_t seed = 1;
  const auto next = [&] { return seed = seed * 1664525u + 1013904223u; };
  for (int i = 0; i < 2000; ++i) {
    Pair p = make_pair();
    p.monitor_side.enter(Phase::kRunning);
    std::string raw(next() % 64 + 1, '\0');
    for (char& c : raw) c = static_cast<char>(next() >> 24);
    ASSERT_GT(::send(p.broker_side.fd(), raw.data(), raw.size(), 0), 0);
    EXPECT_FALSE(p.monitor_side.receive().ok());
  }
}

}  // namespace
}  // namespace wire
