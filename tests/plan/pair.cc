// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/pair.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/parse.h"
#include "schema/write.h"
#include "tests/policy/dice.h"

namespace plan_test {
namespace {

using label::LabelId;
using lang::Call;
using lang::LeafLabel;
using lang::Outcome;

constexpr std::array<std::string_view, 6> kWhat{"int", "bool", "text", "ints", "texts", "dict"};
constexpr std::uint32_t kHigh = 0, kMid = 1, kSend = 2, kEcho = 3;

schema::Value value_of(const char* text) { return *schema::parse(text); }

bool is_high(label::Table& table, LabelId id) {
  return id.value != 0 && (table.sets(id).tags.contains("high") ||
                           table.sets(id).tags.contains(label::kRestrictedTag));
}

const schema::Value* at_path(const schema::Value& from, std::string_view path) {
  const schema::Value* at = &from;
  while (!path.empty() && at != nullptr) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(1, end - 1);
    path.remove_prefix(end);
    if (at->as_array() != nullptr) at = at->at(std::stoul(std::string(part)));
    else at = at->find(part);
  }
  return at;
}

// The low leaves, as text; of an argument or a result.
void low_leaves(label::Table& table, const std::string& name, const schema::Value& value,
                LabelId whole, const std::vector<LeafLabel>& leaves, std::string& out) {
  for (const LeafLabel& leaf : leaves) {
    if (is_high(table, leaf.label)) continue;
    const schema::Value* found = at_path(value, leaf.path);
    out += fmt::format(" {}{}={}:{}", name, leaf.path,
                       found == nullptr ? "?" : schema::write(*found), leaf.label.value);
  }
  if (!is_high(table, whole))
    out += fmt::format(" {}:{}={}", name, whole.value, schema::write(value));
}

std::string shown(label::Table& table, const Call& call) {
  std::string out =
      fmt::format("{} line {}:{}", tools()[call.tool].name, call.line, call.control.value);
  for (const lang::Argument& a : call.arguments)
    low_leaves(table, a.name, a.value, a.label, a.leaves, out);
  return out;
}

struct Seen {
  std::vector<std::string> calls;
  std::string result, whole;  // whole: with what is high
};

std::string end_of(const Outcome& out) {
  return fmt::format("{} {} line {}", static_cast<int>(out.kind), out.error, out.line);
}

Seen see(label::Table& table, const std::vector<Call>& calls, const Outcome& out) {
  Seen seen;
  for (const Call& call : calls) {
    if (!is_high(table, call.control)) seen.calls.push_back(shown(table, call));
    seen.whole += fmt::format("\n{} line {}", call.tool, call.line);
    for (const lang::Argument& a : call.arguments) seen.whole += " " + schema::write(a.value);
  }
  if (out.kind == Outcome::Kind::kDone)
    low_leaves(table, "result", out.value, out.label, out.leaves, seen.result);
  seen.whole += "\n" + end_of(out) + out.text + schema::write(out.value) + out.output;
  return seen;
}

// Ended by what the plan did not say, or by a limit: only a prefix can be compared.
bool cut_short(const Outcome& out) {
  if (out.kind == Outcome::Kind::kDone) return false;
  if (out.kind == Outcome::Kind::kRaised)
    return out.error != "Stop" && out.error != "AssertionError";
  return true;
}

std::string compare_calls(const Seen& a, const Seen& b, bool a_short, bool b_short) {
  const std::size_t both = std::min(a.calls.size(), b.calls.size());
  for (std::size_t i = 0; i < both; ++i)
    if (a.calls[i] != b.calls[i])
      return fmt::format("call {}:\n  {}\n  {}", i, a.calls[i], b.calls[i]);
  if (a.calls.size() > both && !b_short) return "only in the first run: " + a.calls[both];
  if (b.calls.size() > both && !a_short) return "only in the second run: " + b.calls[both];
  return {};
}

std::string compare_ends(label::Table& table, const std::array<Outcome, 2>& out,
                         const std::array<Seen, 2>& seen) {
  const bool cut = cut_short(out[0]) || cut_short(out[1]);
  if (!cut && seen[0].result != seen[1].result)
    return fmt::format("result:\n  {}\n  {}", seen[0].result, seen[1].result);
  if (end_of(out[0]) == end_of(out[1]) && out[0].text == out[1].text) return {};
  for (const Outcome& one : out)
    if (one.kind == Outcome::Kind::kLimit || one.kind == Outcome::Kind::kDenied) return {};
  const bool high[] = {is_high(table, out[0].label), is_high(table, out[1].label)};
  if (cut ? (cut_short(out[0]) && high[0]) || (cut_short(out[1]) && high[1]) : high[0] && high[1])
    return {};
  return fmt::format("ended {} \"{}\" or {} \"{}\", and a low label says so", end_of(out[0]),
                     out[0].text, end_of(out[1]), out[1].text);
}

std::string compare_output(label::Table& table, const std::array<Outcome, 2>& out) {
  const bool high[] = {is_high(table, out[0].output_label), is_high(table, out[1].output_label)};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t other = 1 - i;
    if (high[i]) continue;
    const bool may_be_short = cut_short(out[i]);
    if (high[other]) {
      if (!may_be_short) return fmt::format("output is low in run {} only", i + 1);
      continue;
    }
    if (out[i].output == out[other].output) continue;
    if (may_be_short && out[other].output.starts_with(out[i].output)) continue;
    if (cut_short(out[other]) && out[i].output.starts_with(out[other].output)) continue;
    return fmt::format("output: {} / {}", out[i].output, out[other].output);
  }
  return {};
}

}  // namespace

Inputs::Inputs(std::uint64_t seed) {
  policy_test::Dice dice(seed * 0x9e3779b97f4a7c15ULL + 7);
  static constexpr const char* kInts[] = {"0", "1", "2", "3", "7", "-1"};
  static constexpr const char* kBools[] = {"true", "false"};
  static constexpr const char* kTexts[] = {"\"\"", "\"a\"", "\"b\"", "\"ab a\"", "\"3\""};
  static constexpr const char* kLists[] = {"[]", "[0]", "[1, 2]", "[2, 1]", "[3, 1, 2]"};
  static constexpr const char* kWords[] = {"[]", "[\"a\"]", "[\"b\", \"a\"]"};
  static constexpr const char* kDicts[] = {"{}", "{\"a\": 1}", "{\"b\": 1}",
                                           "{\"a\": 0, \"b\": 2}"};
  for (auto& run : values)
    run = {value_of(dice.of(kInts)),  value_of(dice.of(kBools)), value_of(dice.of(kTexts)),
           value_of(dice.of(kLists)), value_of(dice.of(kWords)), value_of(dice.of(kDicts))};
}

const std::vector<lang::Signature>& tools() {
  static const std::vector<lang::Signature> kTools{{"high", {"what"}},
                                                   {"mid", {"value"}},
                                                   {"send", {"value", "more"}},
                                                   {"echo", {"value"}},
                                                   {"fail", {"when"}}};
  return kTools;
}

Recorder::Recorder(const std::array<schema::Value, 6>& high, label::Table& table)
    : high_(high),
      table_(table),
      high_label_(table.intern({label::Names{"high"},
                                {},
                                {label::Names{"tool:high"}},
                                label::Consumers::only(label::Names{"alice"})})),
      mid_label_(table.intern(
          {label::Names{"mid"}, {}, {label::Names{"tool:mid"}}, label::Consumers::everyone()})) {}

lang::Answer Recorder::call(const Call& call) {
  calls.push_back(call);
  lang::Answer out;
  out.kind = lang::Answer::Kind::kResult;
  out.value = schema::Value::integer(1);
  LabelId read = call.control;
  for (const lang::Argument& a : call.arguments) read = table_.join(read, a.label);
  if (call.tool == kSend) return out;
  out.label = read;
  if (call.tool == kHigh) {
    out.label = high_label_;
    const auto what = call.arguments.empty() ? nullptr : call.arguments[0].value.as_string();
    const auto found = std::ranges::find(kWhat, what == nullptr ? "" : std::string_view(*what));
    if (found != kWhat.end()) out.value = high_[static_cast<std::size_t>(found - kWhat.begin())];
  } else if (call.tool == kMid) {
    out.label = table_.join(read, mid_label_);
    if (!call.arguments.empty()) out.value = call.arguments[0].value;
  } else if (call.tool == kEcho) {
    if (!call.arguments.empty()) out.value = call.arguments[0].value;
  } else if (!call.arguments.empty() && call.arguments[0].value.as_bool().value_or(true)) {
    out.kind = lang::Answer::Kind::kError;
    out.text = "the tool failed";
  }
  return out;
}

lang::Limits small_limits() {
  lang::Limits limits;
  limits.steps = 20'000;
  limits.calls = 60;
  limits.heap_bytes = 1 << 20;
  limits.elements = 2'000;
  limits.string_bytes = 1 << 14;
  limits.depth = 24;
  return limits;
}

Verdict run_pair(const std::string& source, const Inputs& inputs) {
  Verdict verdict;
  const auto checked = lang::Plan::check(source, tools());
  if (const auto* problem = std::get_if<lang::Problem>(&checked)) {
    verdict.kind = Verdict::Kind::kRefused;
    verdict.text = lang::render(*problem, source);
    return verdict;
  }
  label::Table table;
  std::array<Outcome, 2> out;
  std::array<Seen, 2> seen;
  for (std::size_t i = 0; i < 2; ++i) {
    Recorder host(inputs.values[i], table);
    lang::Machine machine(std::get<lang::Plan>(checked), table, small_limits());
    out[i] = machine.run(host);
    seen[i] = see(table, host.calls, out[i]);
    verdict.ended[i] = out[i].kind;
  }
  verdict.text = compare_calls(seen[0], seen[1], cut_short(out[0]), cut_short(out[1]));
  if (verdict.text.empty()) verdict.text = compare_output(table, out);
  if (verdict.text.empty()) verdict.text = compare_ends(table, out, seen);
  verdict.kind = !verdict.text.empty()            ? Verdict::Kind::kLeak
                 : seen[0].whole == seen[1].whole ? Verdict::Kind::kSame
                                                  : Verdict::Kind::kHidden;
  return verdict;
}

}  // namespace plan_test
