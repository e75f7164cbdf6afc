// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Frames as hostile code sends them: any type, any length, any descriptors. Trust zone: tests.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/channel.h"
#include "wire/frames.h"

namespace attack {

// A datagram that need not be what its header says.
struct RawFrame {
  std::uint16_t type = 0;
  std::uint16_t in_memfd = 0;
  std::optional<std::uint32_t> says_bytes;  // nothing: the payload's
  std::string payload;
  std::vector<int> descriptors;
};

// Waits until the kernel takes it. False: nobody receives any more.
bool send_frame(const RawFrame& frame);
bool send_datagram(std::string_view bytes, std::span<const int> descriptors = {});
template <class F> bool send_well_formed(const F& frame) {
  return send_frame({static_cast<std::uint16_t>(F::kType), 0, {}, wire::encode(frame), {}});
}

// The next frame; nothing at the end of the channel or after `timeout_ms`.
struct Received {
  wire::FrameType type = wire::FrameType::kNone;
  std::string payload;
};
std::optional<Received> next_frame(int timeout_ms);

// The attacks that every channel has, chosen by the first word; false if it is none of them:
//   frame NUMBER         a frame of that type, with its fields at their defaults
//   empty short undecodable trailing lying_length oversized long_datagram unsealed no_body
//   flag_of_two extra_descriptor five_descriptors
//   random COUNT SEED
// `mine` is a type that this program may send, `good` a payload of it.
bool malformed(std::span<const std::string> words, wire::FrameType mine, const std::string& good);

// What a program that was cut off does: it stays. Hostile code does not end by itself.
[[noreturn]] void linger();

}  // namespace attack
