// SPDX-License-Identifier: Apache-2.0
#include "sandbox/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>

namespace sandbox {
namespace {

constexpr std::uint32_t kX32Bit = 0x40000000u;

// Builds a program from its end to its beginning: BPF jumps forward only, so every target exists
// already when a jump to it is made. A Place counts from the end.
class Assembler {
 public:
  using Place = std::size_t;

  Place verdict(Verdict v) {
    const auto [found, fresh] = verdicts_.try_emplace(v, code_.size());
    return fresh ? emit(BPF_RET | BPF_K, v) : near(found->second);
  }
  Place jump(std::uint16_t op, std::uint32_t k, Place yes, Place no) {
    yes = near(yes);
    no = near(no);  // may have pushed `yes` one further; kReach leaves room
    const auto at = code_.size();
    return emit(static_cast<std::uint16_t>(BPF_JMP | op | BPF_K), k,
                static_cast<std::uint8_t>(at - yes - 1), static_cast<std::uint8_t>(at - no - 1));
  }
  // The instruction falls through to `next`.
  Place step(std::uint16_t op, std::uint32_t k, Place next) {
    if (next + 1 != code_.size()) go(next);
    return emit(op, k);
  }
  Place load(std::size_t offset, Place next) {
    return step(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset), next);
  }
  std::vector<sock_filter> take() && {
    std::reverse(code_.begin(), code_.end());
    return std::move(code_);
  }

 private:
  static constexpr std::size_t kReach = 250;  // of the 255 that a conditional jump has

  Place emit(std::uint16_t op, std::uint32_t k, std::uint8_t yes = 0, std::uint8_t no = 0) {
    code_.push_back({op, yes, no, k});
    return code_.size() - 1;
  }
  Place go(Place target) {
    return emit(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(code_.size() - target - 1));
  }
  Place near(Place target) { return code_.size() - target > kReach ? go(target) : target; }

  std::vector<sock_filter> code_;
  std::map<Verdict, Place> verdicts_;
};

using Place = Assembler::Place;

// The low half of an argument on a little-endian machine.
std::size_t argument_offset(std::uint8_t i) { return offsetof(seccomp_data, args) + 8u * i; }

bool is_vacuous(const ArgumentTest& t) { return t.mask == 0 && !t.own_pid; }

// One load serves all clauses that compare one whole argument each.
bool is_chain(std::span<const Clause> clauses) {
  return std::all_of(clauses.begin(), clauses.end(), [&](const Clause& c) {
    const auto& t = c.tests[0];
    return t.mask == ~0u && t.argument == clauses[0].tests[0].argument && is_vacuous(c.tests[1]);
  });
}

Place place_test(Assembler& out, const ArgumentTest& t, int own_pid, bool with_load, Place yes,
                 Place no) {
  const std::uint32_t value = t.own_pid ? static_cast<std::uint32_t>(own_pid) : t.value;
  Place at = out.jump(BPF_JEQ, value, yes, no);
  if (t.mask != ~0u) at = out.step(BPF_ALU | BPF_AND | BPF_K, t.mask, at);
  return with_load ? out.load(argument_offset(t.argument), at) : at;
}

Place place_clause(Assembler& out, const Clause& c, int own_pid, bool with_load, Place no) {
  Place at = out.verdict(c.verdict);
  for (auto t = c.tests.rbegin(); t != c.tests.rend(); ++t)
    if (!is_vacuous(*t)) at = place_test(out, *t, own_pid, with_load, at, no);
  return at;
}

Place place_rule(Assembler& out, const Rule& rule, int own_pid) {
  Place at = out.verdict(rule.otherwise);
  const bool chain = !rule.clauses.empty() && is_chain(rule.clauses);
  for (std::size_t i = rule.clauses.size(); i-- > 0;)
    at = place_clause(out, rule.clauses[i], own_pid, !chain || i == 0, at);
  return at;
}

// A run of call numbers [first, next segment's first) with one treatment.
struct Segment {
  std::uint32_t first;
  Verdict verdict;
  const Rule* checked;  // or a rule with clauses
  bool same(const Segment& o) const {
    return checked == nullptr && o.checked == nullptr && verdict == o.verdict;
  }
};

std::vector<Segment> segments_of(const Listing& list) {
  std::map<int, const Rule*> by_call;
  for (const auto rules : {list.own, list.shared})  // in this order: the first to come stays
    for (const Rule& rule : rules) by_call.try_emplace(rule.call, &rule);
  std::vector<Segment> out;
  const auto add = [&](Segment s) {
    if (out.empty() || !out.back().same(s)) out.push_back(s);
  };
  for (int call = 0; call <= kNewestKnownCall; ++call) {
    const auto found = by_call.find(call);
    const Rule* rule = found == by_call.end() ? nullptr : found->second;
    const bool checked = rule != nullptr && !rule->clauses.empty();
    add({static_cast<std::uint32_t>(call), rule != nullptr ? rule->otherwise : list.unlisted,
         checked ? rule : nullptr});
  }
  add({kNewestKnownCall + 1, list.unknown, nullptr});
  return out;
}

Place place_leaf(Assembler& out, const Segment& s, std::map<const Rule*, Place>& blocks) {
  return s.checked != nullptr ? blocks.at(s.checked) : out.verdict(s.verdict);
}

Place place_search(Assembler& out, std::span<const Segment> segments,
                   std::map<const Rule*, Place>& blocks) {
  if (segments.size() == 1) return place_leaf(out, segments[0], blocks);
  const std::size_t half = segments.size() / 2;
  const Place upper = place_search(out, segments.subspan(half), blocks);
  const Place lower = place_search(out, segments.first(half), blocks);
  return out.jump(BPF_JGE, segments[half].first, upper, lower);
}

}  // namespace

std::vector<sock_filter> assemble(const Listing& list, int own_pid) {
  Assembler out;
  const std::vector<Segment> segments = segments_of(list);
  std::map<const Rule*, Place> blocks;
  for (const Segment& s : segments)
    if (s.checked != nullptr) blocks[s.checked] = place_rule(out, *s.checked, own_pid);
  const Place search = place_search(out, segments, blocks);
  const Place native = out.jump(BPF_JGE, kX32Bit, out.verdict(kKill), search);
  const Place number = out.load(offsetof(seccomp_data, nr), native);
  const Place arch = out.jump(BPF_JEQ, AUDIT_ARCH_X86_64, number, out.verdict(kKill));
  out.load(offsetof(seccomp_data, arch), arch);
  return std::move(out).take();
}

base::Status install(const std::vector<sock_filter>& filter) {
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};  // the kernel only reads it
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    return base::Error{base::Errc::kUnavailable, base::io_error("seccomp", errno).message};
  return base::ok();
}

}  // namespace sandbox
