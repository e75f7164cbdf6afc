// SPDX-License-Identifier: Apache-2.0
// Parse of the 15-line plan of the figures (issue of plans), alone: best of batches and the median.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "lang/parse.h"

namespace {

constexpr std::string_view kPlan = R"(found = list_orders()
total = 0
buyers = {}
for o in found:
    b = o["buyer"]
    buyers[b] = buyers.get(b, 0) + 1
    if "express" in o["kind"]:
        total += o["price"]
names = sorted(buyers.keys())
lines = [f"{n}: {buyers[n]}" for n in names]
text = "\n".join(lines)
if total > 100:
    send_report("boss@example.com", text)
answer = {"total": total, "n": len(found), "text": text}
answer
)";

double median_of(const auto& once) {
  constexpr int kBatches = 401;
  constexpr int kTimes = 100;
  std::vector<double> batches;
  for (int batch = 0; batch < kBatches; ++batch) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kTimes; ++i) once();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    batches.push_back(took.count() / kTimes);
  }
  std::ranges::sort(batches);
  return batches[kBatches / 2];
}

}  // namespace

int main() {
  const double fresh =
      median_of([] { CHECK(std::holds_alternative<lang::Tree>(lang::parse(kPlan))); });
  lang::ParseWorkspace workspace;
  const double kept = median_of([&workspace] { CHECK(!workspace.parse(kPlan)); });
  fmt::print("plan parse p50 {:.0f} ns, workspace kept {:.0f} ns\n", fresh, kept);
  return 0;
}
