// SPDX-License-Identifier: Apache-2.0
// What a token costs from its text to a principal, by algorithm: parsed, signature checked, claims
// held and mapped; in us of processor time of this thread, median of nine rounds. HS with the
// secret in this process: in the programs the broker's answer comes on top.
#include <fmt/format.h>

#include <vector>

#include "identity/claims.h"
#include "identity/token_maker.h"
#include "measure.h"

namespace {

using identity::Algorithm;
constexpr int kRounds = 9;

double us_of(Algorithm algorithm, int times) {
  const auto& key = identity::testing::SigningKey::of(identity::kind_of(algorithm));
  const auto ring = identity::testing::ring(key);
  const std::string text = identity::testing::token(
      key, algorithm, R"({"exp":1800000060,"sub":"alice","scope":"repo.* mail.send"})");
  identity::ClaimMap map;
  map.authority = "idp";
  map.tenants = {"acme"};
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double start = bench::cpu_us();
    for (int i = 0; i < times; ++i) {
      const auto token = ring->verify(text);
      const auto claims =
          identity::VerifiedClaims::check(*token, {}, std::int64_t{1'800'000'000} * 1'000'000);
      CHECK(identity::principal_of(*claims, map).ok());
    }
    rounds.push_back((bench::cpu_us() - start) / times);
  }
  return bench::median(rounds);
}

}  // namespace

int main() {
  for (const Algorithm a :
       {Algorithm::kHs256, Algorithm::kRs256, Algorithm::kPs256, Algorithm::kEs256,
        Algorithm::kEdDsa, Algorithm::kEs512, Algorithm::kEs384}) {
    const bool slow = a == Algorithm::kEs384 || a == Algorithm::kEs512;
    fmt::print("{:<6} {:6.1f} us\n", identity::name_of(a), us_of(a, slow ? 50 : 500));
  }
  return 0;
}
