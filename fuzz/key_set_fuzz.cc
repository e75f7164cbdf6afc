// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a document of keys: no crash, bounds hold, a message shows nothing of the document,
// every key that is taken can be used and verifies nothing that it did not sign.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "identity/key_set.h"
#include "identity/limits.h"

namespace {

void use(const identity::KeySet& set) {
  CHECK(set.size() + set.passed_over() <= identity::limits::kKeysPerSet);
  for (std::size_t i = 0; i < identity::kAlgorithms; ++i) {
    const auto algorithm = static_cast<identity::Algorithm>(i);
    const auto key = set.find(std::nullopt, algorithm);
    if (!key) continue;
    CHECK((*key)->algorithms.has(algorithm));
    if ((*key)->key == nullptr) continue;
    for (const std::size_t bytes : {0u, 64u, 96u, 132u, 256u})
      CHECK(!(*key)->key->verify(algorithm, "input", std::string(bytes, '\x11')));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plain = identity::KeySet::parse(text, {});
  std::vector<identity::FoundSecret> secrets;
  const auto all =
      identity::KeySet::parse(text, {.allowed = identity::AlgorithmSet::all()}, &secrets);
  // What is good for everybody is good for whoever takes secrets as well.
  CHECK(!plain.ok() || all.ok());
  for (const auto* set : {&plain, &all}) {
    if (set->ok()) use(**set);
    else CHECK(set->error().message.starts_with("key set: ") && set->error().message.size() < 80);
  }
  for (const auto& secret : secrets)
    CHECK(all.ok() && secret.name.starts_with("jwk-") && secret.bytes.size() <= text.size());
  return 0;
}
