// SPDX-License-Identifier: Apache-2.0
#include "wire/value.h"

#include <algorithm>

#include "wire/codec.h"

namespace wire {

base::Digest arguments_digest(const std::vector<Leaf>& leaves) {
  std::vector<const Leaf*> sorted;
  for (const Leaf& leaf : leaves) sorted.push_back(&leaf);
  std::ranges::sort(sorted, {}, [](const Leaf* leaf) { return std::string_view(leaf->path); });
  Encoder encoder;
  for (const Leaf* leaf : sorted) encoder(leaf->path, leaf->kind, leaf->text);
  return base::sha256({"yett arguments 1\n", encoder.out()});
}

}  // namespace wire
