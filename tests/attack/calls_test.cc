// SPDX-License-Identifier: Apache-2.0
//
// A taken-over gateway and a taken-over session make system calls: connect anywhere, reach into the
// other programs, open the state files, start something. Each ends the program by its own lockdown,
// is logged, and changes nothing for others.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sandbox/testcases/hostile.h"
#include "schema/write.h"
#include "victim.h"

namespace attack {
namespace {

// Scripts after "call ". {monitor} and the like are pids, {state} the directory of the stores.
const std::vector<std::string> kOwnCalls = {
    "connect 80",
    "connect_unix /tmp/x",
    "connect_abstract yett",
    "connect_channel",
    "open {state}/log",
    "write {state}/log",
    "open {state}/values",
    "write {state}/values",
    "open {state}/../yett.toml",
    "open {state}/../policy.sqrt",
    "open {state}/../vault",
    "open {state}/../vault.key",
    "open /etc/passwd",
    "open /proc/self/environ",
    "memfd_exec",
    "exec /bin/true x",
};

// Against each of the other programs.
const std::vector<std::string> kAgainstOthers = {
    "kill {}",
    "ptrace {}",
    "vm_read {}",
    "open /proc/{}/mem",
    "open /proc/{}/environ",
    "open /proc/{}/maps",
    "open /proc/{}/fd/3",
};
const std::vector<std::string> kOthers = {"supervisor", "gateway", "session", "monitor",
                                          "broker",     "egress",  "runner"};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::vector<std::string> scripts() {
  std::vector<std::string> all = kOwnCalls;
  for (const auto& name : kOthers)
    for (const auto& call : kAgainstOthers) all.push_back(replaced(call, "{}", "{" + name + "}"));
  for (const auto& attack : sandbox::testcases::attacks())
    all.push_back(fmt::format("table {} {{monitor}}", attack.name));
  return all;
}

std::string filled(std::string script, Victim& victim) {
  script = replaced(std::move(script), "{state}", victim.yett().directory() + "/state");
  for (const auto& [name, pid] : victim.programs())
    script = replaced(std::move(script), "{" + name + "}", std::to_string(pid));
  EXPECT_EQ(script.find('{'), std::string::npos) << script;
  return script;
}

TEST(CompromisedSession, DiesOfEverySystemCallThatReachesOutAndNobodyElseNotices) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: its lists are wider";
  Victim victim("drill-session-bin");
  ASSERT_EQ(victim.start(), "");
  const auto before = victim.programs();
  const auto all = scripts();
  for (const std::string& script : all) {
    const auto answer = victim.attack_session("call " + filled(script, victim));
    EXPECT_EQ(e2e::text_of(answer, "reason"), "peer_lost")
        << script << ": " << schema::write(answer);
    EXPECT_EQ(victim.ask_again(), "") << script;
  }
  const auto after = victim.programs();
  for (const char* name : {"supervisor", "gateway", "monitor", "broker", "runner"})
    EXPECT_EQ(before.at(name), after.at(name)) << name;
  EXPECT_EQ(victim.damage(), "");
  EXPECT_EQ(victim.logged(audit::Kind::kProgramEnded, "SIGSYS"), all.size());
}

class CompromisedGatewayCalls : public testing::Test {
 protected:
  static void attempt(const std::string& script) {
    SCOPED_TRACE(script);
    Victim victim("drill-gateway-bin");
    ASSERT_EQ(victim.start(), "");
    const auto before = victim.programs();
    EXPECT_EQ(schema::write(victim.attack_gateway("call " + filled(script, victim))), "null");
    victim.reconnect();
    EXPECT_EQ(victim.ask_again(), "");
    const auto after = victim.programs();
    EXPECT_NE(before.at("gateway"), after.at("gateway"));
    for (const char* name : {"supervisor", "monitor", "broker", "runner"})
      EXPECT_EQ(before.at(name), after.at(name)) << name;
    EXPECT_EQ(victim.damage(), "");
    EXPECT_EQ(victim.logged(audit::Kind::kProgramEnded, "SIGSYS"), 1u);
  }
};

TEST_F(CompromisedGatewayCalls, DiesOfEverySystemCallThatReachesOutAndTheDoorOpensAgain) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: its lists are wider";
  for (const std::string& script : scripts()) attempt(script);
}

}  // namespace
}  // namespace attack
