// SPDX-License-Identifier: Apache-2.0
//
// The assembled filter against its list, by a small interpreter of the BPF that the kernel would
// run.
#include <gtest/gtest.h>

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cstring>
#include <fstream>
#include <random>
#include <set>

#include "sandbox/filter.h"

namespace sandbox {
namespace {

constexpr int kPid = 4242;

// Runs a filter as Documentation/networking/filter.rst defines it; the instructions we emit only.
std::uint32_t run(const std::vector<sock_filter>& code, const seccomp_data& data) {
  std::uint32_t a = 0;
  for (std::size_t pc = 0; pc < code.size(); ++pc) {
    const sock_filter& i = code[pc];
    switch (i.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&a, reinterpret_cast<const char*>(&data) + i.k, 4);
        break;
      case BPF_ALU | BPF_AND | BPF_K: a &= i.k; break;
      case BPF_JMP | BPF_JA: pc += i.k; break;
      case BPF_JMP | BPF_JEQ | BPF_K: pc += a == i.k ? i.jt : i.jf; break;
      case BPF_JMP | BPF_JGE | BPF_K: pc += a >= i.k ? i.jt : i.jf; break;
      case BPF_RET | BPF_K: return i.k;
      default: ADD_FAILURE() << "instruction " << i.code; return 0;
    }
  }
  ADD_FAILURE() << "fell off the end";
  return 0;
}

bool holds(const ArgumentTest& t, const seccomp_data& d) {
  const auto low = static_cast<std::uint32_t>(d.args[t.argument]);
  return (low & t.mask) == (t.own_pid ? std::uint32_t{kPid} : t.value) ||
         (t.mask == 0 && !t.own_pid);
}

// The list read naively.
std::uint32_t meant(const Listing& list, const seccomp_data& d) {
  if (d.arch != AUDIT_ARCH_X86_64 || d.nr < 0 || (d.nr & 0x40000000) != 0) return kKill;
  const auto names_it = [&](const Rule& rule) { return rule.call == d.nr; };
  for (const auto rules : {list.own, list.shared}) {
    const auto rule = std::find_if(rules.begin(), rules.end(), names_it);
    if (rule == rules.end()) continue;
    for (const Clause& c : rule->clauses)
      if (holds(c.tests[0], d) && holds(c.tests[1], d) && holds(c.tests[2], d)) return c.verdict;
    return rule->otherwise;
  }
  return d.nr <= kNewestKnownCall ? list.unlisted : list.unknown;
}

seccomp_data call_of(int number, std::uint32_t arch = AUDIT_ARCH_X86_64) {
  seccomp_data data{};
  data.nr = number;
  data.arch = arch;
  return data;
}

// Argument values around which the checks decide: their own constants, bit by bit, and noise.
std::uint64_t some_argument(std::mt19937_64& random, const Listing& list, int number,
                            std::uint8_t i) {
  std::vector<std::uint64_t> values = {0, 1, ~0ull, kPid, random()};
  for (const auto rules : {list.own, list.shared})
    for (const Rule& rule : rules)
      if (rule.call == number)
        for (const Clause& c : rule.clauses)
          for (const ArgumentTest& t : c.tests)
            if (t.argument == i)
              values.insert(values.end(),
                            {t.value, t.value | ~t.mask, t.value ^ (1ull << random() % 32),
                             t.value | 0xffffffff00000000ull});
  return values[random() % values.size()];
}

class Filter : public testing::TestWithParam<Program> {};

TEST_P(Filter, AnswersEveryNumberAsTheListSays) {
  const Listing list = listing(GetParam());
  const auto code = assemble(list, kPid);
  std::mt19937_64 random(20260101);
  for (int number = -2; number < 600; ++number) {
    for (int round = 0; round < 200; ++round) {
      seccomp_data data = call_of(number);
      for (std::uint8_t i = 0; i < 6; ++i) data.args[i] = some_argument(random, list, number, i);
      ASSERT_EQ(run(code, data), meant(list, data))
          << "call " << number << " (" << data.args[0] << ", " << data.args[1] << ", "
          << data.args[2] << ", " << data.args[3] << ")";
    }
  }
}

TEST_P(Filter, KillsOtherArchitecturesAndX32) {
  const auto code = assemble(listing(GetParam()), kPid);
  for (int number = 0; number < 600; ++number) {
    EXPECT_EQ(run(code, call_of(number, AUDIT_ARCH_I386)), kKill);
    EXPECT_EQ(run(code, call_of(number, AUDIT_ARCH_AARCH64)), kKill);
    EXPECT_EQ(run(code, call_of(number | 0x40000000)), kKill);
  }
}

TEST_P(Filter, IsSmall) {
  // Installing costs by the instruction: a filter that grows past this wants a second look.
  EXPECT_LE(assemble(listing(GetParam()), kPid).size(), 300u);
}

INSTANTIATE_TEST_SUITE_P(Programs, Filter, testing::ValuesIn(kPrograms),
                         [](const auto& it) { return std::string(name(it.param)); });

TEST(Assembler, ReachesTargetsFartherThanOneJump) {
  // Every second call has a check of its own, so that blocks lie far beyond 255 instructions.
  static constexpr Clause kClauses[] = {
      {{ArgumentTest{0, ~0u, 1}, ArgumentTest{1, 0xff, 2}}, kAllow}};
  std::vector<Rule> rules;
  for (int number = 0; number < 300; number += 2) rules.push_back({number, kKill, kClauses});
  const Listing list{rules, {}, refuse(EPERM), refuse(ENOSYS)};
  const auto code = assemble(list, kPid);
  ASSERT_GT(code.size(), 600u);
  for (int number = 0; number < 600; ++number) {
    for (const std::uint64_t second : {2ull, 3ull}) {
      seccomp_data data = call_of(number);
      data.args[0] = 1;
      data.args[1] = second;
      ASSERT_EQ(run(code, data), meant(list, data)) << number;
    }
  }
}

// The call that a line names, if the line has the form FORM(call...) and a reason after it.
std::string call_of_line(std::string_view line) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.find(')');
  const std::size_t reason = line.find("// ");
  if (close == std::string_view::npos || reason == std::string_view::npos) return "";
  const std::string_view form = line.substr(0, open);
  const std::string_view inner = line.substr(open + 1, close - open - 1);
  const std::size_t comma = inner.find(", ");
  const bool has_check = comma != std::string_view::npos;
  const bool well_formed =
      has_check ? form == "WHEN" || form == "REFUSE" : form == "ALLOW" || form == "KILL";
  const bool has_reason = line.size() - reason > 5 && reason > close;
  return well_formed && has_reason ? std::string(inner.substr(0, comma)) : "";
}

// The lists are reviewed data: one call a line, a reason on each, no call twice in a file.
TEST(Lists, GiveAReasonForEveryCallAndNameItOnce) {
  for (const char* list : {"loop", "gateway", "session", "monitor", "broker", "vault_writer",
                           "egress", "runner", "launcher", "supervisor", "sanitizer"}) {
    std::ifstream in(fmt::format("{}/src/sandbox/profiles/{}.inc", YETT_SOURCE_DIR, list));
    ASSERT_TRUE(in) << list;
    std::set<std::string> seen;
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line.starts_with("//") || line.starts_with("#")) continue;
      const std::string call = call_of_line(line);
      EXPECT_FALSE(call.empty()) << list << ": " << line;
      EXPECT_TRUE(seen.insert(call).second) << list << " names twice: " << line;
    }
  }
}

// No list, however it is edited, may contain what would carry a program past its walls.
TEST(Lists, NeverAllowWhatBreaksTheWalls) {
  for (const Program program : kPrograms) {
    const auto code = assemble(listing(program), kPid);
    for (const int number :
         {SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_io_uring_setup,
          SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_perf_event_open, SYS_init_module,
          SYS_finit_module, SYS_kexec_load, SYS_open_by_handle_at, SYS_pidfd_getfd})
      EXPECT_NE(run(code, call_of(number)), kAllow) << name(program) << " " << number;
  }
}

}  // namespace
}  // namespace sandbox
