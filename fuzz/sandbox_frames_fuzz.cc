// SPDX-License-Identifier: Apache-2.0
// Frames of the runner to the spawner: whatever is found sound points within its own text, and
// every place and limit of it is within its range.
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/result.h"
#include "runner/spawner/check.h"

namespace {

using namespace runner;  // NOLINT(google-build-using-namespace)

// The bytes as a frame: a receiver has a whole object, of which a message fills the beginning.
template <class T> std::unique_ptr<T> frame_of(const std::uint8_t* data, std::size_t size) {
  auto frame = std::make_unique<T>();
  std::memcpy(frame.get(), data, std::min(size, sizeof(T)));
  return frame;
}

void start(Start& frame) {
  if (!is_sound(frame, size_of(frame), frame.descriptors)) return;
  Command command{};
  point(frame, command);
  const char* const last = frame.text + frame.text_bytes;
  const auto within = [&](const char* text) { return text >= frame.text && text < last; };
  CHECK(within(command.program) && within(command.directory) && command.program[0] == '/');
  for (std::uint32_t i = 0; i < frame.arguments; ++i)
    CHECK(within(command.argv[i]) && command.argv[i] + std::strlen(command.argv[i]) < last);
  for (std::uint32_t i = 0; i < frame.variables; ++i)
    CHECK(within(command.envp[i]) && std::strchr(command.envp[i], '=') != nullptr);
  CHECK(command.argv[frame.arguments] == nullptr && command.envp[frame.variables] == nullptr);
}

void profile(const OpenProfile& frame, std::size_t descriptors) {
  if (!is_sound(frame, sizeof frame, descriptors)) return;
  CHECK(frame.places <= kPlaces && descriptors >= 1 && descriptors <= kFrameDescriptors);
  for (std::uint32_t i = 0; i < frame.places; ++i) {
    const Place& place = frame.place[i];
    CHECK(place.at[0] == '/' && std::strlen(place.at) < kPathBytes);
    CHECK(std::strstr(place.at, "/../") == nullptr && std::strstr(place.at, "//") == nullptr);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  start(*frame_of<Start>(data + 1, size - 1));
  profile(*frame_of<OpenProfile>(data + 1, size - 1), data[0]);
  return 0;
}
