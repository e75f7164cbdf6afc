// SPDX-License-Identifier: Apache-2.0
// Whatever the text and its cuts are, the scrubber gives the same text as for one chunk. The first
// bytes choose the secrets and the cuts, so that the text can come near to a secret.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/scrub.h"
#include "broker/scrub_set.h"

namespace {

using broker::ScrubSet;

std::shared_ptr<const ScrubSet> set_of(std::vector<std::string> values) {
  std::vector<broker::Secret> secrets;
  std::vector<ScrubSet::Named> named;
  for (std::string& value : values) secrets.push_back(broker::Secret::take(value));
  for (const auto& secret : secrets) named.push_back({"fuzz", &secret});
  auto set = ScrubSet::compile(named);
  CHECK(set.ok());
  return *set;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto fixed = set_of({"abcdefgh", "efghijkl", "a b&c\\d%e", "%25%25%25", "zz"});
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.size() < 4 || text.size() > 4096) return 0;
  const std::size_t own = std::min<std::size_t>(data[0] % 32, text.size() - 4);
  const std::size_t step = 1 + data[1] % 61;
  const std::size_t twist = data[2] % 7;
  text.remove_prefix(3);
  // An empty own secret stands for the fixed set: compiling is what costs.
  const auto set = own == 0 ? fixed : set_of({std::string(text.substr(0, own)), "abcdefgh"});
  text.remove_prefix(own);

  const std::string whole = broker::scrub_text(set, text);
  broker::StreamScrubber stream(set);
  std::string out;
  for (std::size_t i = 0, n = step; i < text.size(); i += n, n = 1 + (n + twist) % 61) {
    stream.feed(text.substr(i, n), out);
  }
  stream.finish(out);
  CHECK(out == whole);
  CHECK(stream.held_bytes() == 0);
  return 0;
}
