// SPDX-License-Identifier: Apache-2.0
// yett-fuzz-policy: random (policy, question) pairs on all cores. Properties: the compiled answer
// and what is learnt are the reference model's in every field; parse(print(tree)) is the tree; one
// more deny rule never allows; a mutation of the compiled form is seen. Everything is repeated by
// its seed. Exit 0: all hold; 1: not; 2: bad arguments.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>

#include "tests/policy/differ.h"
#include "tests/policy/generate.h"
#include "tests/policy/hunt.h"

namespace policy_test {
namespace {

struct Plan {
  std::uint64_t pairs = 1'000'000;
  std::uint64_t mutations = 200;
  std::uint64_t seed = 1;
  std::uint64_t only = 0;         // one policy alone, by its number from 1
  std::uint64_t questions = 200;  // a policy
  std::uint64_t reports = 5;      // printed at most
  std::uint64_t threads = 0;      // 0: one a core
};

struct Totals {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> next_mutation{0};
  std::atomic<std::uint64_t> pairs{0};
  std::atomic<std::uint64_t> policies{0};
  std::atomic<std::uint64_t> faults{0};
  std::atomic<std::uint64_t> hunts[5] = {};  // by Caught::How
  std::mutex printing;
};

constexpr std::uint64_t kMostFaults = 50;  // enough to stop

class Worker {
 public:
  Worker(const Plan& plan, Totals& totals) : plan_(plan), totals_(totals) {}

  void pairs() {
    const std::uint64_t policies = (plan_.pairs + plan_.questions - 1) / plan_.questions;
    if (plan_.only != 0) return one(plan_.only);
    for (std::uint64_t n = ++totals_.next; n <= policies; n = ++totals_.next) {
      if (totals_.faults >= kMostFaults) return;
      one(n);
    }
  }
  void mutations() {
    for (std::uint64_t n = ++totals_.next_mutation; n <= plan_.mutations;
         n = ++totals_.next_mutation) {
      const Caught caught = hunt(seed_of(n));
      ++totals_.hunts[static_cast<std::size_t>(caught.how)];
      if (caught.how != Caught::How::kMissed) continue;
      const std::scoped_lock lock(totals_.printing);
      fmt::print("missed mutation {}: {}\n", n, caught.what);
    }
  }

 private:
  std::uint64_t seed_of(std::uint64_t number) const {
    return plan_.seed * 0x100000001b3ULL + number;
  }
  void one(std::uint64_t number) {
    Dice dice(seed_of(number));
    const policy::Loaded loaded = make_loaded(dice);
    ++totals_.policies;
    if (const auto fault = round_trip(loaded)) return say(number, *fault);
    std::string fault;
    const auto forms = Forms::make(loaded, fault);
    if (!forms) return say(number, fault);
    const policy::Loaded stricter = with_deny(dice, loaded);
    const auto denying = Forms::make(stricter, fault);
    if (!denying) return say(number, "with a deny rule: " + fault);
    for (std::uint64_t i = 0; i < plan_.questions; ++i) {
      Trial trial{{}, make_question(dice, loaded), make_observed(dice)};
      ++totals_.pairs;
      if (forms->difference(trial.question, trial.observed)) {
        trial.loaded = loaded;
        return mismatch(number, std::move(trial));
      }
      if (i % 5 == 0 && !is_stricter(*forms, *denying, trial.question)) {
        trial.loaded = stricter;
        return say(number, "a deny rule allows:\n" + report(trial));
      }
    }
  }
  static bool is_stricter(const Forms& plain, const Forms& denying,
                          const policy::Question& question) {
    return policy::answer(denying.compiled(), question).effect != policy::Effect::kAllow ||
           policy::answer(plain.compiled(), question).effect == policy::Effect::kAllow;
  }
  void mismatch(std::uint64_t number, Trial trial) {
    if (totals_.faults < plan_.reports)
      trial = shrunk(std::move(trial), [](const Trial& t) { return difference(t).has_value(); });
    say(number, report(trial));
  }
  void say(std::uint64_t number, const std::string& what) {
    const std::scoped_lock lock(totals_.printing);
    if (++totals_.faults > plan_.reports) return;
    fmt::print("MISMATCH: --seed {} --only {}\n{}\n", plan_.seed, number, what);
  }

  const Plan& plan_;
  Totals& totals_;
};

double on_all_cores(const Plan& plan, Totals& totals, void (Worker::*work)()) {
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < (plan.threads != 0 ? plan.threads : cores); ++i)
    threads.emplace_back([&plan, &totals, work] { (Worker(plan, totals).*work)(); });
  for (std::thread& thread : threads) thread.join();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int run(const Plan& plan) {
  Totals totals;
  const double seconds = on_all_cores(plan, totals, &Worker::pairs);
  fmt::print("seed {}: {} pairs of {} policies, {} mismatches; {:.1f} s, {:.0f} pairs/s\n",
             plan.seed, totals.pairs.load(), totals.policies.load(), totals.faults.load(), seconds,
             static_cast<double>(totals.pairs.load()) / seconds);
  on_all_cores(plan, totals, &Worker::mutations);
  const auto count = [&totals](Caught::How how) {
    return totals.hunts[static_cast<std::size_t>(how)].load();
  };
  const std::uint64_t caught = count(Caught::How::kCaught);
  const std::uint64_t matter = caught + count(Caught::How::kMissed);
  fmt::print(
      "{} mutations: {} of the {} that matter caught within {} questions; {} refused by "
      "link, {} without any difference in {} questions\n",
      plan.mutations, caught, matter, kFirstQuestions, count(Caught::How::kRefused),
      count(Caught::How::kAlike), kManyQuestions);
  return totals.faults == 0 && caught * 100 >= matter * 95 ? 0 : 1;
}

}  // namespace
}  // namespace policy_test

int main(int argc, char** argv) {
  policy_test::Plan plan;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--pairs") plan.pairs = value;
    else if (name == "--mutations") plan.mutations = value;
    else if (name == "--seed") plan.seed = value;
    else if (name == "--only") plan.only = value;
    else if (name == "--threads") plan.threads = value;
    else if (name == "--reports") plan.reports = value;
    else if (name == "--questions" && value > 0) plan.questions = value;
    else return 2;
  }
  return argc % 2 == 1 ? policy_test::run(plan) : 2;
}
