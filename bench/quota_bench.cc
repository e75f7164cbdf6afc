// SPDX-License-Identifier: Apache-2.0
// What a check of quotas costs: four limits (principal, key, tenant, tool) on one call, 10,000
// callers in random order, in ns of processor time of this thread; median of nine rounds. Aim: at
// least 2 million checks a second. Beside it one limit alone, a call that is refused, and the full
// table that refuses everybody new; and, for comparison in the same run, what HMAC-SHA-256 of the
// same names costs, which a store of hashed names would pay at least.
#include <fmt/format.h>

#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "base/digest.h"
#include "identity/quota/login_rate.h"
#include "identity/quota/quotas.h"
#include "measure.h"

namespace {

constexpr int kRounds = 9;
constexpr std::size_t kCallers = 10'000;
constexpr std::size_t kChecks = 400'000;

struct Names {
  std::string tenant;
  std::string principal;
  std::string key;
  std::string tool;
};

std::vector<Names> some_names() {
  std::mt19937 random(1);
  std::vector<Names> out;
  for (std::size_t i = 0; i < kCallers; ++i)
    out.push_back({fmt::format("tenant-{}", random() % 50),
                   fmt::format("8:tenant-{}idp:auth0|{:016x}", random() % 50, i),
                   fmt::format("{:016x}", i), fmt::format("tool_{}", random() % 200)});
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

std::vector<identity::RateLimit> limits(std::initializer_list<std::string_view> texts) {
  std::vector<identity::RateLimit> out;
  for (const std::string_view text : texts) {
    identity::LimitFault fault{};
    out.push_back(identity::parse_limit(text, &fault).value());
  }
  return out;
}

// ns of one check; `step_us` passes between two.
double once(identity::Quotas& quotas, const std::vector<Names>& names, std::int64_t& now_us,
            std::int64_t step_us, std::size_t* admitted) {
  const double start = bench::cpu_us();
  for (std::size_t i = 0; i < kChecks; ++i) {
    const Names& n = names[i % names.size()];
    now_us += step_us;
    *admitted += quotas.ask({n.tenant, n.principal, n.key, n.tool}, 1, now_us).admitted ? 1 : 0;
  }
  return (bench::cpu_us() - start) * 1000 / static_cast<double>(kChecks);
}

struct Figure {
  double ns = 0;
  double admitted = 0;  // share
};

Figure measure(const std::vector<identity::RateLimit>& rules, const std::vector<Names>& names,
               std::int64_t step_us, std::size_t callers = 1u << 16) {
  base::SystemRandom random;
  identity::Quotas quotas(rules, callers, random);
  std::int64_t now_us = 0;
  std::size_t ignored = 0;
  once(quotas, names, now_us, step_us, &ignored);
  std::vector<double> rounds;
  std::size_t admitted = 0;
  for (int i = 0; i < kRounds; ++i)
    rounds.push_back(once(quotas, names, now_us, step_us, &admitted));
  return {bench::median(rounds), static_cast<double>(admitted) / kRounds / kChecks};
}

void print(std::string_view what, const Figure& f) {
  fmt::print("{:<44} {:6.0f} ns, {:5.2f} M/s, {:.0f} % admitted\n", what, f.ns, 1000 / f.ns,
             f.admitted * 100);
}

double hmac_ns(const std::vector<Names>& names) {
  const std::string secret(32, 's');
  std::size_t sum = 0;
  const double start = bench::cpu_us();
  for (const Names& n : names)
    for (const std::string_view part : {std::string_view(n.principal), std::string_view(n.key),
                                        std::string_view(n.tenant), std::string_view(n.tool)})
      sum += base::hmac_sha256(secret, {n.tenant, part})[0];
  const double us = bench::cpu_us() - start;
  CHECK(sum > 0);
  return us * 1000 / static_cast<double>(names.size());
}

double login_ns(const std::vector<Names>& names) {
  base::SystemRandom random;
  identity::LoginRate rate({}, random);
  const double start = bench::cpu_us();
  std::int64_t now_us = 0;
  for (std::size_t i = 0; i < kChecks; ++i) {
    const Names& n = names[i % names.size()];
    now_us += 100;
    if (rate.may_try(n.key, now_us).admitted && i % 8 == 0) rate.failed(n.key, now_us);
  }
  return (bench::cpu_us() - start) * 1000 / static_cast<double>(kChecks);
}

}  // namespace

int main() {
  const auto names = some_names();
  const auto four = limits(
      {"100/minute/principal", "1000/hour/key", "1000000/minute/tenant", "1000000/day/tool"});
  const Figure all = measure(four, names, 100);
  print("four limits, admitted", all);
  print("one limit (100/minute/principal)", measure(limits({"100/minute/principal"}), names, 100));
  print("four limits, most of them refused",
        measure(limits({"2/minute/principal", "1000/hour/key", "1000000/minute/tenant",
                        "1000000/day/tool"}),
                names, 100));
  print("a full table", measure(limits({"100/minute/principal"}), names, 100, 16));
  fmt::print("{:<44} {:6.0f} ns\n", "failed logins: may_try, one in eight fails", login_ns(names));
  const double hmac = hmac_ns(names);
  fmt::print("{:<44} {:6.0f} ns, {:.1f}x of the check\n", "HMAC-SHA-256 of the same four names",
             hmac, hmac / all.ns);
  fmt::print("{}\n",
             1000 / all.ns >= 2 ? "at least 2 M checks/s: yes" : "at least 2 M checks/s: NO");
  return 1000 / all.ns >= 2 ? 0 : 1;
}
