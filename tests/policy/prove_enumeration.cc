// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/prove_enumeration.h"

#include <fmt/format.h>

#include <chrono>

#include "policy/prove/prove.h"
#include "tests/policy/prove_domain.h"

namespace policy_test {
namespace {

using Verdict = policy::Proof::Verdict;

constexpr double kLargestWorld = 30'000;
constexpr std::uint64_t kSeedEvery = 10;  // of the pairs: one with a rule ignored

// A pair whose world is small enough.
Pair small_pair(Dice& dice, Tally& tally) {
  while (true) {
    auto pair = make_pair(dice);
    if (!pair) ++tally.unparsed;
    if (pair && world_size(*pair) <= kLargestWorld) return std::move(*pair);
  }
}

void note(Tally& tally, std::uint64_t seed, const Pair& pair, std::string_view what) {
  if (tally.mismatches.size() >= 20) return;
  std::string shapes;
  for (const auto& argument : pair.loaded.tools[0].arguments)
    shapes += fmt::format(" {}:{}{}", argument.name, static_cast<int>(argument.kind),
                          argument.required ? "" : "?");
  const auto& options = pair.loaded.options;
  tally.mismatches.push_back(fmt::format(
      "seed {}: {}\n{}-- asked ({}, {} calls before, replaces {}): {}\n-- out:{}; default_allow {} "
      "missing "
      "false {} search {} union replaces {} non-executable {}\n",
      seed, what, pair.policy, pair.query.at_most == policy::Effect::kAllow ? "allow" : "ask",
      pair.query.prior_calls ? static_cast<int>(*pair.query.prior_calls) : -1,
      pair.query.replacing.size(), pair.question, shapes, options.default_allow,
      options.missing_argument_is_false, options.search, options.consumers_union_replaces,
      options.non_executable_memory));
}

// Leaves one rule out; false if there is none.
bool without_a_rule(Dice& dice, policy::Loaded& loaded) {
  for (policy::Tree& tree : loaded.trees)
    for (auto& declaration : tree.declarations) {
      auto* tool = std::get_if<policy::ToolPolicy>(&declaration);
      if (tool == nullptr || tool->id.text == "in") continue;
      std::vector<std::size_t> rules;
      for (std::size_t i = 0; i < tool->members.size(); ++i)
        if (std::holds_alternative<policy::Rule>(tool->members[i])) rules.push_back(i);
      if (rules.empty()) continue;
      tool->members.erase(tool->members.begin() + static_cast<std::ptrdiff_t>(dice.from(rules)));
      return true;
    }
  return false;
}

void seed_fault(Dice& dice, const Pair& pair, const Found& found, Tally& tally) {
  policy::Loaded faulty = pair.loaded;
  if (!without_a_rule(dice, faulty)) return;
  const auto oracle = policy::shipped(pair.loaded, pair.query);
  if (!oracle.ok()) return;
  ++tally.seeded;
  const policy::Proof proof = policy::prove(faulty, pair.query, *oracle, {});
  const bool wrong_no = proof.verdict == Verdict::kNo && found.yes;
  const bool refused = proof.verdict == Verdict::kUndecided &&
                       proof.why.find("does not confirm") != std::string::npos;
  if (wrong_no || refused) ++tally.caught;
}

void judge(std::uint64_t seed, const Pair& pair, const policy::Proof& proof, const Found& found,
           Tally& tally) {
  switch (proof.verdict) {
    case Verdict::kNo:
      ++tally.no;
      if (found.yes) note(tally, seed, pair, "prove says no, enumeration finds a call");
      return;
    case Verdict::kYes:
      ++tally.yes;
      if (!found.yes) {
        ++tally.beyond;
        if (tally.beyond_seeds.size() < 20) tally.beyond_seeds.push_back(seed);
      }
      if (confirmed_by_model(pair, proof)) return;
      ++tally.unconfirmed;
      return note(tally, seed, pair, "the model does not confirm the counter-example");
    case Verdict::kUndecided: break;
  }
  ++tally.undecided;
  ++tally.reasons[proof.why];
  if (proof.why.find("does not confirm") == std::string::npos) return;
  ++tally.unconfirmed;
  note(tally, seed, pair, "the shipped decision does not confirm the counter-example");
}

}  // namespace

Tally run_pairs(std::uint64_t seed, std::uint64_t count, std::uint64_t part, std::uint64_t parts) {
  using Clock = std::chrono::steady_clock;
  Tally tally;
  for (std::uint64_t i = part; i < count; i += parts) {
    Dice dice((seed + i) * 0x9e3779b97f4a7c15ULL);
    const Pair pair = small_pair(dice, tally);
    ++tally.pairs;
    if (pair.query.prior_calls.value_or(0) > 0) ++tally.after_calls;
    const Clock::time_point start = Clock::now();
    const policy::Proof proof = policy::prove(pair.loaded, pair.query, {});
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    tally.prove_seconds += seconds;
    if (seconds <= 0.001) ++tally.quick;
    tally.slowest_ms = std::max(tally.slowest_ms, 1000 * seconds);
    const Found found = enumerate(pair);
    tally.asked += found.asked;
    judge(seed + i, pair, proof, found, tally);
    if (i % kSeedEvery == 0) seed_fault(dice, pair, found, tally);
  }
  return tally;
}

void add(const Tally& more, Tally& to) {
  to.pairs += more.pairs;
  to.yes += more.yes;
  to.no += more.no;
  to.undecided += more.undecided;
  to.after_calls += more.after_calls;
  to.beyond += more.beyond;
  to.asked += more.asked;
  to.unconfirmed += more.unconfirmed;
  to.unparsed += more.unparsed;
  to.seeded += more.seeded;
  to.caught += more.caught;
  to.prove_seconds += more.prove_seconds;
  to.quick += more.quick;
  to.slowest_ms = std::max(to.slowest_ms, more.slowest_ms);
  for (const auto& [why, count] : more.reasons) to.reasons[why] += count;
  to.beyond_seeds.insert(to.beyond_seeds.end(), more.beyond_seeds.begin(), more.beyond_seeds.end());
  to.mismatches.insert(to.mismatches.end(), more.mismatches.begin(), more.mismatches.end());
}

std::string verdict(const Tally& tally) {
  if (!tally.mismatches.empty()) return tally.mismatches[0];
  if (tally.unconfirmed > 0) return "a counter-example is not confirmed";
  if (tally.unparsed > 0) return "the generator writes what does not parse";
  if (tally.undecided * 20 >= tally.pairs) return "undecided on 5 % or more";
  if (tally.seeded > 50 && tally.caught == 0) return "an ignored rule is not noticed";
  return {};
}

}  // namespace policy_test
