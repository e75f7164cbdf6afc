// SPDX-License-Identifier: Apache-2.0
// One decision: role or scope, a pattern on an argument, labels that must not overlap; for 1, 100
// and 10,000 tools asked at random, with patterns that are lowered to a suffix and patterns that
// need RE2, the same for all tools or another for each. Clocks are read once in 64 decisions: p50
// and p99 are of such batches, the mean is of all; in processor time of the thread. Then loading
// 10,000 tools, a memoised join, and Cedar and casbin on the same 64 questions in the same run.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <random>
#include <vector>

#include "decision_set.h"
#include "label/table.h"
#include "measure.h"
#include "peers.h"

namespace {

using bench::Pattern;
using bench::Questions;

constexpr std::size_t kBatch = 64;
constexpr int kRounds = 4000;
constexpr unsigned kAllowed = 18;

bool all_met = true;

void bar(const std::string& what, bool met) {
  fmt::print("  {:66} {}\n", what, met ? "met" : "missed");
  all_met = all_met && met;
}

struct Figures {
  double mean_ns = 0;
  double p50_ns = 0;
  double p99_ns = 0;
};

unsigned allowed_of_64(Questions& questions) {
  unsigned allowed = 0;
  for (std::size_t i = 0; i < Questions::kKinds; ++i) {
    const std::size_t tool = i % questions.tools();
    const policy::Call call = questions.call(i, tool, questions.name(tool));
    const auto decision = policy::decide(questions.set(), call, questions.context(i));
    allowed += decision.effect == policy::Effect::kAllow ? 1 : 0;
  }
  return allowed;
}

// A batch as it would arrive: the names of the tools are copied, the policy's tables are not looked
// at before the clock starts.
Figures measure(Questions& questions) {
  std::mt19937 random(1);
  std::array<std::string, kBatch> names;
  std::array<policy::Call, kBatch> calls;
  std::array<policy::Context, kBatch> contexts;
  std::vector<double> batches;
  unsigned allowed = 0;
  for (int round = -50; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::size_t tool = random() % questions.tools();
      names[i] = questions.name(tool);
      calls[i] = questions.call(i, tool, names[i]);
      contexts[i] = questions.context(i);
    }
    const double start = bench::cpu_us();
    for (std::size_t i = 0; i < kBatch; ++i)
      allowed +=
          policy::decide(questions.set(), calls[i], contexts[i]).effect == policy::Effect::kAllow
              ? 1
              : 0;
    const double ns = (bench::cpu_us() - start) * 1000 / kBatch;
    if (round >= 0) batches.push_back(ns);
  }
  CHECK(allowed == (kRounds + 50) * kAllowed);
  double sum = 0;
  for (const double ns : batches) sum += ns;
  return {sum / static_cast<double>(batches.size()), bench::median(batches),
          bench::quantile(batches, 0.99)};
}

Figures row(std::size_t tools, Pattern pattern, const char* name) {
  Questions questions(tools, pattern);
  CHECK(allowed_of_64(questions) == kAllowed);
  const Figures f = measure(questions);
  fmt::print("  {:34} {:>6} tools  p50 {:7.1f}  p99 {:7.1f}  mean {:7.1f} ns\n", name, tools,
             f.p50_ns, f.p99_ns, f.mean_ns);
  return f;
}

// Our mean at 100 tools, in us.
double decisions() {
  double at_100_us = 0;
  Figures last;
  fmt::print("decision (18 of 64 allowed)\n");
  for (const std::size_t tools : {1u, 100u, 10'000u}) {
    last = row(tools, Pattern::kSuffix, "suffix");
    if (tools == 100) at_100_us = last.mean_ns / 1000;
  }
  const Figures own = row(10'000, Pattern::kOwnSuffix, "suffix, another for each tool");
  const Figures re2 = row(10'000, Pattern::kRe2, "RE2");
  fmt::print("  RE2's share of that: {:.0f} %\n", 100 * (1 - last.mean_ns / re2.mean_ns));
  const Figures own_re2 = row(10'000, Pattern::kOwnRe2, "RE2, another for each tool");
  fmt::print("  RE2's share of that: {:.0f} %\n", 100 * (1 - own.mean_ns / own_re2.mean_ns));
  bar("p50 at 10,000 tools <= 250 ns", last.p50_ns <= 250 && own.p50_ns <= 250);
  bar("p50 at 10,000 tools <= 2,000 ns with RE2", re2.p50_ns <= 2000 && own_re2.p50_ns <= 2000);
  return at_100_us;
}

void loading() {
  bench::LoadTimes best;
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    bench::LoadTimes times;
    bench::make_set(10'000, Pattern::kOwnSuffix, &times);
    const double sum = times.load + times.compile + times.link;
    if (sum < least) best = times;
    least = std::min(least, sum);
  }
  fmt::print("10,000 tools: load {:.0f}, compile {:.0f}, link {:.0f} ms (best of three)\n",
             best.load, best.compile, best.link);
  bar("10,000 tools load in <= 500 ms", least <= 500);
}

void join() {
  label::Table table;
  std::vector<label::LabelId> ids;
  for (int i = 0; i < 8; ++i) {
    label::Sets sets;
    sets.tags = label::Names({fmt::format("tag{}", i)});
    ids.push_back(table.intern(sets));
  }
  constexpr std::size_t kJoins = 10'000'000;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 64; ++i) sum += table.join(ids[i % 8], ids[i / 8]).value;
  const double start = bench::cpu_us();
  for (std::size_t i = 0; i < kJoins; ++i) sum += table.join(ids[i % 8], ids[i / 8 % 8]).value;
  const double ns = (bench::cpu_us() - start) * 1000 / kJoins;
  fmt::print("memoised join: {:.2f} ns ({})\n", ns, sum & 1);
  bar("memoised join <= 5 ns", ns <= 5);
}

void peer(const std::string& folder, const char* script, double ours_us, double bar_ratio) {
  for (const unsigned tools : {1u, 100u}) {
    const auto f = bench::run_peer(folder, script, tools, 3);
    if (!f) {
      fmt::print("  {:12} skipped: it did not run\n", script);
      return;
    }
    CHECK(f->allowed == kAllowed);
    fmt::print("  {:12} {:>3} rules  p50 {:7.2f}  p99 {:7.2f}  mean {:7.2f} us\n", script, tools,
               f->p50_us, f->p99_us, f->mean_us);
    if (tools != 100) continue;
    const double ratio = f->p50_us / ours_us;
    bar(fmt::format("{} at 100 rules: {:.0f} times ours, >= {:.0f}", script, ratio, bar_ratio),
        ratio >= bar_ratio);
  }
}

}  // namespace

int main() {
  const double ours_us = decisions();
  loading();
  join();
  const std::string folder = YETT_PEERS_DIR;
  fmt::print("peers on the same questions (their p50 against our mean)\n");
  if (const auto why = bench::install_peers(folder)) {
    fmt::print("  skipped: {}\n", *why);
    return all_met ? 0 : 1;
  }
  peer(folder, "cedar.cjs", ours_us, 100);
  peer(folder, "casbin.cjs", ours_us, 50);
  return all_met ? 0 : 1;
}
