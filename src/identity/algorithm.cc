// SPDX-License-Identifier: Apache-2.0
#include "identity/algorithm.h"

#include <array>

namespace identity {
namespace {

struct Row {
  std::string_view name;
  KeyKind kind;
  std::size_t hash_bytes;
};
// In the order of the enumeration.
constexpr std::array<Row, kAlgorithms> kTable = {{{"RS256", KeyKind::kRsa, 32},
                                                  {"RS384", KeyKind::kRsa, 48},
                                                  {"RS512", KeyKind::kRsa, 64},
                                                  {"PS256", KeyKind::kRsa, 32},
                                                  {"PS384", KeyKind::kRsa, 48},
                                                  {"PS512", KeyKind::kRsa, 64},
                                                  {"ES256", KeyKind::kP256, 32},
                                                  {"ES384", KeyKind::kP384, 48},
                                                  {"ES512", KeyKind::kP521, 64},
                                                  {"EdDSA", KeyKind::kEd25519, 64},
                                                  {"HS256", KeyKind::kMac, 32},
                                                  {"HS384", KeyKind::kMac, 48},
                                                  {"HS512", KeyKind::kMac, 64}}};

const Row& row(Algorithm algorithm) { return kTable[static_cast<std::size_t>(algorithm)]; }

}  // namespace

std::optional<Algorithm> algorithm_of(std::string_view name) {
  if (name == "Ed25519") return Algorithm::kEdDsa;
  for (std::size_t i = 0; i < kTable.size(); ++i)
    if (kTable[i].name == name) return static_cast<Algorithm>(i);
  return std::nullopt;
}

std::string_view name_of(Algorithm algorithm) { return row(algorithm).name; }
KeyKind kind_of(Algorithm algorithm) { return row(algorithm).kind; }
std::size_t hash_bytes(Algorithm algorithm) { return row(algorithm).hash_bytes; }

AlgorithmSet AlgorithmSet::of(KeyKind kind) {
  AlgorithmSet out;
  for (std::size_t i = 0; i < kTable.size(); ++i)
    if (kTable[i].kind == kind) out.bits_ |= bit(static_cast<Algorithm>(i));
  return out;
}

}  // namespace identity
