// SPDX-License-Identifier: Apache-2.0
// yett-fuzz-prove [PAIRS [SEED]]: prove against enumeration, on all cores.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/policy/prove_enumeration.h"

int main(int argc, char** argv) {
  const std::uint64_t pairs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto start = std::chrono::steady_clock::now();
  std::vector<policy_test::Tally> parts(cores);
  std::vector<std::thread> threads;
  for (unsigned part = 0; part < cores; ++part)
    threads.emplace_back(
        [&, part] { parts[part] = policy_test::run_pairs(seed, pairs, part, cores); });
  for (std::thread& thread : threads) thread.join();
  policy_test::Tally all;
  for (const policy_test::Tally& part : parts) policy_test::add(part, all);
  for (const std::string& mismatch : all.mismatches) fmt::print("{}\n", mismatch);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print(
      "prove: {} pairs (seed {}), {} of them after one or two calls; {} yes, {} no, {} undecided "
      "({:.2f} %), {} mismatches, {} unconfirmed, {} yes with values beyond the enumeration's, {} "
      "questions enumerated, {} of {} proofs without a rule caught; {:.3f} ms a proof, {:.0f} s\n",
      all.pairs, seed, all.after_calls, all.yes, all.no, all.undecided,
      100.0 * static_cast<double>(all.undecided) /
          static_cast<double>(std::max<std::uint64_t>(all.pairs, 1)),
      all.mismatches.size(), all.unconfirmed, all.beyond, all.asked, all.caught, all.seeded,
      1000 * all.prove_seconds / static_cast<double>(std::max<std::uint64_t>(all.pairs, 1)),
      took.count());
  for (const auto& [why, count] : all.reasons) fmt::print("  undecided {}: {}\n", count, why);
  fmt::print(
      "  {} proofs of a millisecond or less, the slowest {:.0f} ms; yes beyond the enumeration, "
      "seeds {}\n",
      all.quick, all.slowest_ms, fmt::join(all.beyond_seeds, " "));
  const std::string wrong = policy_test::verdict(all);
  if (!wrong.empty()) fmt::print("FAILED: {}\n", wrong);
  return wrong.empty() ? 0 : 1;
}
