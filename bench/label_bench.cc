// SPDX-License-Identifier: Apache-2.0
// What a join of two labels costs, in ns of processor time of this thread: equal, clean on one
// side, memoised (64 pairs in turn), and cold (each pair for the first time, the joined label new).
// Median of nine rounds.
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "base/result.h"
#include "label/table.h"
#include "measure.h"

namespace {

constexpr int kRounds = 9;
constexpr std::size_t kJoins = 4'000'000;

double ns_now() {
  timespec t{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

using Pairs = std::vector<std::pair<label::LabelId, label::LabelId>>;

label::Sets some_label(std::mt19937& random) {
  std::vector<std::string> tags;
  std::vector<std::string> origins;
  for (int i = 0; i < 4; ++i) tags.push_back("tag" + std::to_string(random() % 64));
  for (int i = 0; i < 3; ++i) origins.push_back("tool:t" + std::to_string(random() % 64));
  return {label::Names(tags), {}, label::Names(origins), label::Consumers::everyone()};
}

// ns of one join, the pairs taken in turn. Each join's answer is summed so that none is left out.
double once(label::Table& table, const Pairs& pairs, std::size_t joins) {
  std::uint32_t sum = 0;
  const double start = ns_now();
  for (std::size_t done = 0; done < joins;)
    for (const auto& [a, b] : pairs) {
      sum += table.join(a, b).value;
      ++done;
    }
  const double ns = ns_now() - start;
  CHECK(sum != 1);
  return ns / static_cast<double>(joins);
}

double warm(label::Table& table, const Pairs& pairs) {
  once(table, pairs, pairs.size());
  std::vector<double> rounds;
  for (int i = 0; i < kRounds; ++i) rounds.push_back(once(table, pairs, kJoins));
  return bench::median(rounds);
}

double cold() {
  std::vector<double> rounds;
  for (int i = 0; i < kRounds; ++i) {
    std::mt19937 random(static_cast<unsigned>(i));
    label::Table table;
    Pairs pairs;
    for (int n = 0; n < 10'000; ++n)
      pairs.emplace_back(table.intern(some_label(random)), table.intern(some_label(random)));
    rounds.push_back(once(table, pairs, pairs.size()));
  }
  return bench::median(rounds);
}

}  // namespace

int main() {
  std::mt19937 random(1);
  label::Table table;
  Pairs equal;
  Pairs clean;
  Pairs mixed;
  for (int i = 0; i < 64; ++i) {
    const label::LabelId a = table.intern(some_label(random));
    const label::LabelId b = table.intern(some_label(random));
    equal.emplace_back(a, a);
    clean.emplace_back(i % 2 == 0 ? a : label::kClean, i % 2 == 0 ? label::kClean : b);
    mixed.emplace_back(a, b);
  }
  fmt::print("label join, ns: equal {:.2f}, clean {:.2f}, memoised {:.2f}, cold {:.0f}\n",
             warm(table, equal), warm(table, clean), warm(table, mixed), cold());
  return 0;
}
