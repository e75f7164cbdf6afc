// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/check.h"

#include <string.h>

namespace runner {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 40;  // no limit of a call is above a TiB
constexpr std::uint32_t kTimeoutMaxMs = 600'000;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '+';
}

// A component that starts here; its length, 0 if it is none.
std::size_t component(const char* at, std::size_t room) {
  std::size_t n = 0;
  while (n < room && is_name_byte(at[n])) ++n;
  const bool dots = (n == 1 && at[0] == '.') || (n == 2 && at[0] == '.' && at[1] == '.');
  return dots ? 0 : n;
}

bool has_end(const char* text, std::size_t room) { return ::memchr(text, '\0', room) != nullptr; }

bool is_place_sound(const Place& place) {
  switch (place.kind) {
    case PlaceKind::kRead:
    case PlaceKind::kWrite: return is_place(place.at) && place.to[0] == '\0';
    case PlaceKind::kLink:
      return is_place(place.at) && has_end(place.to, kPathBytes) && place.to[0] != '\0';
    case PlaceKind::kNone: break;
  }
  return false;
}

bool are_limits_sound(const Limits& l) {
  return l.memory_bytes >= 1024 * 1024 && l.memory_bytes <= kMost && l.tmp_bytes >= 4096 &&
         l.tmp_bytes <= kMost && l.file_bytes <= kMost && l.tmp_inodes >= 2 &&
         l.tmp_inodes <= 1'000'000 && l.processes >= 1 && l.processes <= 4096 &&
         l.cpu_milli >= 10 && l.cpu_milli <= 64'000 && l.open_files >= 16 && l.open_files <= 4096;
}

// True if `text` holds exactly `count` strings, `program` absolute and each variable NAME=value.
bool is_text_sound(const Start& f) {
  if (f.text_bytes < 2 || f.text_bytes > kTextBytes || f.text[f.text_bytes - 1] != '\0')
    return false;
  const std::uint32_t count = 2 + f.arguments + f.variables;
  std::uint32_t seen = 0;
  for (std::size_t at = 0; at < f.text_bytes; ++seen) {
    const char* const text = f.text + at;
    if (seen < 2 && text[0] != '/') return false;
    if (seen >= 2 + f.arguments && (text[0] == '=' || ::strchr(text, '=') == nullptr)) return false;
    at += ::strlen(text) + 1;
  }
  return seen == count;
}

}  // namespace

bool is_place(const char (&path)[kPathBytes]) {
  if (!has_end(path, kPathBytes) || path[0] != '/') return false;
  std::size_t at = 0;
  for (int components = 0; path[at] == '/'; ++components) {
    const std::size_t n = component(path + at + 1, kPathBytes - at - 1);
    if (n == 0 || components == 6) return false;
    at += n + 1;
  }
  return path[at] == '\0';
}

bool is_sound(const OpenProfile& f, std::size_t bytes, std::size_t descriptors) {
  if (bytes != sizeof f || f.kind != FrameKind::kOpenProfile) return false;
  if (f.least_level > 3 || f.waiting > kBoxes / 2 || f.places > kPlaces) return false;
  std::size_t binds = 0;
  for (std::uint32_t i = 0; i < f.places; ++i) {
    if (!is_place_sound(f.place[i])) return false;
    binds += f.place[i].kind == PlaceKind::kLink ? 0 : 1;
  }
  return are_limits_sound(f.limits) && descriptors == binds + 1;
}

bool is_sound(const Start& f, std::size_t bytes, std::size_t descriptors) {
  if (bytes < kShortStart || bytes != size_of(f)) return false;  // the first says that it was read
  if (f.kind != FrameKind::kStart || f.reserved != 0) return false;
  if (f.least_level > 3 || f.timeout_ms == 0 || f.timeout_ms > kTimeoutMaxMs) return false;
  if (f.arguments == 0 || f.arguments > kArguments || f.variables > kVariables) return false;
  if (f.descriptors < 3 || f.descriptors > kCallDescriptors || f.descriptors != descriptors)
    return false;
  return is_text_sound(f);
}

bool is_sound(const Cancel& f, std::size_t bytes, std::size_t descriptors) {
  return bytes == sizeof f && f.kind == FrameKind::kCancel && f.reserved == 0 && descriptors == 0;
}

void point(Start& f, Command& out) {
  char* at = f.text;
  const auto next = [&] {
    char* const text = at;
    at += ::strlen(text) + 1;
    return text;
  };
  out.program = next();
  out.directory = next();
  for (std::uint32_t i = 0; i < f.arguments; ++i) out.argv[i] = next();
  out.argv[f.arguments] = nullptr;
  for (std::uint32_t i = 0; i < f.variables; ++i) out.envp[i] = next();
  out.envp[f.variables] = nullptr;
}

}  // namespace runner
