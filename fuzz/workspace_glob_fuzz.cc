// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a glob and a path, a NUL between them, and as a query: no crash, in bounded time,
// and a walk that skips what cannot fit misses nothing.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "runner/workspace/glob.h"
#include "runner/workspace/search.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view pattern = input.substr(0, input.find('\0'));
  const std::string_view rest = pattern.size() < size ? input.substr(pattern.size() + 1) : "a/b";
  const auto begin = std::chrono::steady_clock::now();
  (void)workspace::name_fits(pattern, rest);
  const auto glob = workspace::Glob::parse(pattern);
  const auto path = workspace::Path::parse(rest);
  if (glob.ok() && path.ok() && glob->fits(*path)) {
    for (workspace::Path up = path->parent();; up = up.parent()) {
      CHECK(glob->may_fit_below(up));
      if (up.is_root()) break;
    }
  }
  const auto query = workspace::Query::create({.query = pattern});
  if (query.ok()) {
    const auto found = [](std::uint64_t line, std::string_view text, std::uint64_t column) {
      CHECK(line >= 1 && column >= 1 && column <= text.size() + 1);
      return true;
    };
    query->each(rest, found, [] { return true; });
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  return 0;
}
