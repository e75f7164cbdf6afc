// SPDX-License-Identifier: Apache-2.0
// Plans from text to result with labels on, beside CPython (/usr/bin/python3) and Monty (npm) on
// the same programs in the same run, in turn; medians of rounds, and each ratio with its bar.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "lang/plan.h"
#include "measure.h"
#include "peers.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace {

constexpr int kRounds = 5;
constexpr const char* kPython = "/usr/bin/python3";
constexpr std::array<const char*, 4> kNames{"plan", "fib", "dict", "strings"};
using Figures = std::array<double, 4>;  // us, ms, ms, ms

std::string source(const std::string& name) {
  std::ifstream file(std::string(YETT_SOURCE_DIR) + "/bench/plans/" + name + ".py.txt");
  std::stringstream out;
  out << file.rdbuf();
  CHECK(!out.str().empty());
  return out.str();
}

// Answers list_orders() with ten records under a label, everything else with null.
class Stub : public lang::Host {
 public:
  explicit Stub(bool labelled) {
    orders_ = schema::Value::array();
    for (int i = 0; i < 10; ++i) {
      schema::Value order = schema::Value::object();
      order.set("buyer", schema::Value::string(fmt::format("u{}@example.com", i % 3)));
      order.set("kind", schema::Value::string(i % 2 != 0 ? "express" : "slow"));
      order.set("price", schema::Value::integer(i * 10));
      orders_.push(std::move(order));
    }
    if (labelled)
      label_ = table.intern({label::Names{"mail"},
                             {},
                             {label::Names{"tool:list_orders"}},
                             label::Consumers::only(label::Names{"alice"})});
  }
  lang::Answer call(const lang::Call& call) override {
    lang::Answer answer;
    answer.kind = lang::Answer::Kind::kResult;
    if (call.tool == 0) {
      answer.value = std::move(ready_);
      answer.label = label_;
    }
    return answer;
  }
  // Makes the next answer; what a session reads it from is not the plan's time.
  void prepare() { ready_ = orders_; }
  label::Table table;
  lang::Memory memory;

 private:
  schema::Value orders_;
  schema::Value ready_;
  label::LabelId label_ = label::kClean;
};

const std::vector<lang::Signature>& tools() {
  static const std::vector<lang::Signature> kTools{{"list_orders", {}},
                                                   {"send_report", {"to", "text"}}};
  return kTools;
}

lang::Outcome run(const std::string& text, Stub& host) {
  auto checked = lang::Plan::check(text, tools());
  CHECK(std::holds_alternative<lang::Plan>(checked));
  lang::Limits limits;
  limits.steps = 100'000'000;
  lang::Machine machine(std::get<lang::Plan>(checked), host.table, limits, nullptr, &host.memory);
  lang::Outcome outcome = machine.run(host);
  CHECK(outcome.kind == lang::Outcome::Kind::kDone);
  return outcome;
}

double median_us(const std::string& text, Stub& host, int times) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    host.prepare();
    const auto begin = bench::Steady::now();
    run(text, host);
    took.push_back(bench::us_since(begin));
  }
  return bench::median(took);
}

std::optional<Figures> figures_in(const std::optional<std::string>& line) {
  if (!line) return std::nullopt;
  std::istringstream in(*line);
  Figures out{};
  for (double& figure : out)
    if (!(in >> figure)) return std::nullopt;
  return out;
}

// Answers each call with 1 under a label of its own.
class Ones : public lang::Host {
 public:
  lang::Answer call(const lang::Call&) override {
    lang::Answer answer;
    answer.kind = lang::Answer::Kind::kResult;
    answer.value = schema::Value::integer(1);
    answer.label = table.intern(
        {label::Names{fmt::format("t{}", calls_++)}, {}, {}, label::Consumers::everyone()});
    return answer;
  }
  label::Table table;

 private:
  int calls_ = 0;
};

// `n` additions in a row, their operands under 64 labels in turn: us.
double chain_us(int n) {
  const auto checked = lang::Plan::check(
      fmt::format("all = [list_orders() for i in range(64)]\nx = 0\nfor i in range({}):\n"
                  "    x = x + all[i % 64]\nx",
                  n),
      tools());
  Ones host;
  const auto begin = bench::Steady::now();
  lang::Machine machine(std::get<lang::Plan>(checked), host.table);
  CHECK(machine.run(host).kind == lang::Outcome::Kind::kDone);
  return bench::us_since(begin);
}

void compare(const char* what, const char* peer, double ours, double theirs, double bar) {
  const double share = ours / theirs;
  fmt::print("  {:8} {:10.3f} of {}'s time  bar <= {:.3f}  {}\n", what, share, peer, bar,
             share <= bar ? "held" : "MISSED");
}

}  // namespace

int main() {
  const std::string peers = YETT_PEERS_DIR;
  const std::string plans = std::string(YETT_SOURCE_DIR) + "/bench/plans";
  const auto missing = bench::install_peers(peers);
  const auto version = bench::output_of("/", {kPython, "--version"});
  fmt::print("beside {} {}", kPython, version ? *version : "(not there)\n");
  if (missing) fmt::print("without Monty: {}\n", *missing);
  Stub host(true), clean(false);
  std::array<std::vector<double>, 4> ours, python, monty;
  std::vector<double> unlabelled;
  std::array<std::string, 4> texts;
  for (std::size_t i = 0; i < 4; ++i) texts[i] = source(kNames[i]);
  host.prepare();
  CHECK(schema::write(run(texts[0], host).value).starts_with("{\"total\":250,\"n\":10,"));
  for (int round = 0; round < kRounds; ++round) {
    ours[0].push_back(median_us(texts[0], host, 2000));
    unlabelled.push_back(median_us(texts[0], clean, 2000));
    for (std::size_t i = 1; i < 4; ++i) ours[i].push_back(median_us(texts[i], host, 5) / 1e3);
    const auto add = [](std::array<std::vector<double>, 4>& to, const std::optional<Figures>& f) {
      for (std::size_t i = 0; f && i < 4; ++i) to[i].push_back((*f)[i]);
    };
    add(python, figures_in(bench::output_of(plans, {kPython, peers + "/plan.py", plans})));
    if (!missing)
      add(monty, figures_in(bench::output_of(peers, {"timeout", "60", "node", "plan.mjs", plans})));
  }
  for (std::size_t i = 0; i < 4; ++i)
    fmt::print("{:8} yett {:9.2f}  CPython {:9.2f}  Monty {:9.2f} {}\n", kNames[i],
               bench::median(ours[i]), bench::median(python[i]), bench::median(monty[i]),
               i == 0 ? "us" : "ms");
  fmt::print("the plan without any label {:.2f} us\n", bench::median(unlabelled));
  const double plan = bench::median(ours[0]);
  fmt::print("plan p50 {:.2f} us  bar <= 10  {}\n", plan, plan <= 10 ? "held" : "MISSED");
  constexpr std::array<double, 4> kBars{1 / 4.0, 0.7, 0.7, 1.0};
  for (std::size_t i = 0; i < 4 && !python[i].empty(); ++i)
    compare(kNames[i], "CPython", bench::median(ours[i]), bench::median(python[i]), kBars[i]);
  if (!monty[0].empty()) compare("plan", "Monty", plan, bench::median(monty[0]), 1 / 6.0);
  const double tenth = chain_us(10'000), whole = chain_us(100'000);
  fmt::print("joins on a chain: 10,000 {:.0f} us, 100,000 {:.0f} us, {:.1f} times  bar <= 15  {}\n",
             tenth, whole, whole / tenth, whole / tenth <= 15 ? "held" : "MISSED");
  return 0;
}
