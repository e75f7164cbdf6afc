// SPDX-License-Identifier: Apache-2.0
// yett-fuzz-plan: non-interference of plans by pairs of runs on all cores. What is compared and
// what is declared stands in pair.h. Exit 0: no leak; 1: leaks; 2: bad arguments.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/plan/flow_writer.h"
#include "tests/plan/pair.h"
#include "tests/plan/shrink.h"

namespace plan_test {
namespace {

struct Order {
  std::uint64_t pairs = 1'000'000;
  std::uint64_t seed = 1;
  std::uint64_t inputs = 4;   // pairs of values a program
  std::uint64_t threads = 0;  // 0: one a core
  std::uint64_t reports = 5;  // leaks that are shrunk and printed
  bool show = false;          // the programs
};

struct Totals {
  std::atomic<std::uint64_t> next{0}, pairs{0}, refused{0}, hidden{0}, leaks{0};
  std::atomic<std::uint64_t> ended[5] = {};  // runs by Outcome::Kind
  std::mutex printing;
};

void report(Totals& totals, const Order& order, const std::string& program, std::uint64_t number,
            std::uint64_t inputs_seed, const std::string& first) {
  if (++totals.leaks > order.reports) return;
  const Inputs inputs(inputs_seed);
  const std::string_view sort = std::string_view(first).substr(0, 4);  // it stays the same leak
  const std::string small = shrink(program, [&](const std::string& candidate) {
    const Verdict verdict = run_pair(candidate, inputs);
    return verdict.kind == Verdict::Kind::kLeak && verdict.text.starts_with(sort);
  });
  const std::scoped_lock lock(totals.printing);
  fmt::print("--- leak in program {} (inputs {}): {}\n", number, inputs_seed, first);
  fmt::print("{}{}\n", small, run_pair(small, inputs).text);
  std::fflush(stdout);
}

void work(const Order& order, Totals& totals) {
  const std::uint64_t programs = (order.pairs + order.inputs - 1) / order.inputs;
  for (std::uint64_t n = totals.next++; n < programs; n = totals.next++) {
    const std::uint64_t number = order.seed * 1'000'000'007ULL + n;
    const std::string program = FlowWriter(number).program();
    if (order.show) fmt::print("--- program {}\n{}", number, program);
    for (std::uint64_t i = 0; i < order.inputs; ++i) {
      const Verdict verdict = run_pair(program, Inputs(number + i));
      if (verdict.kind == Verdict::Kind::kRefused) {
        if (++totals.refused <= 3) fmt::print("refused: {}\n", verdict.text);
        break;
      }
      ++totals.pairs;
      for (const auto kind : verdict.ended) ++totals.ended[static_cast<std::size_t>(kind)];
      if (verdict.kind == Verdict::Kind::kHidden) ++totals.hidden;
      if (verdict.kind != Verdict::Kind::kLeak) continue;
      report(totals, order, program, number, number + i, verdict.text);
      break;
    }
  }
}

bool read(int argc, char** argv, Order& order) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--show") {
      order.show = true;
      continue;
    }
    std::uint64_t* const to = name == "--pairs"     ? &order.pairs
                              : name == "--seed"    ? &order.seed
                              : name == "--inputs"  ? &order.inputs
                              : name == "--threads" ? &order.threads
                              : name == "--reports" ? &order.reports
                                                    : nullptr;
    if (to == nullptr || i + 1 == argc) return false;
    *to = std::strtoull(argv[++i], nullptr, 10);
  }
  return order.inputs > 0;
}

// One program from a file, with many inputs.
int one(const char* path) {
  std::ifstream in(path);
  const std::string source{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    const Verdict verdict = run_pair(source, Inputs(seed));
    if (verdict.kind == Verdict::Kind::kSame || verdict.kind == Verdict::Kind::kHidden) continue;
    fmt::print("{}\n", verdict.text);
    return 1;
  }
  return 0;
}

int run(const Order& order) {
  Totals totals;
  std::vector<std::thread> threads;
  const std::uint64_t count =
      order.threads != 0 ? order.threads : std::max(1U, std::thread::hardware_concurrency());
  for (std::uint64_t i = 0; i < count; ++i) threads.emplace_back([&] { work(order, totals); });
  for (std::thread& thread : threads) thread.join();
  fmt::print("{} pairs, {} differed under the label, {} leaks; {} programs refused\n",
             totals.pairs.load(), totals.hidden.load(), totals.leaks.load(), totals.refused.load());
  fmt::print("runs: {} done, {} raised, {} at a limit\n", totals.ended[0].load(),
             totals.ended[2].load(), totals.ended[4].load());
  return totals.leaks == 0 ? 0 : 1;
}

}  // namespace
}  // namespace plan_test

int main(int argc, char** argv) {
  plan_test::Order order;
  if (argc == 3 && std::string_view(argv[1]) == "--file") return plan_test::one(argv[2]);
  if (plan_test::read(argc, argv, order)) return plan_test::run(order);
  fmt::print(stderr,
             "usage: yett-fuzz-plan [--pairs N] [--seed N] [--inputs N] [--threads N] "
             "[--reports N] [--show]\n");
  return 2;
}
