// SPDX-License-Identifier: Apache-2.0
// Each real program is killed (kill -9) while nothing happens, while a slow upstream holds a call,
// and right after an answer. The client gets an answer or a closed connection, never a wrong one;
// what is to come back comes back; the log verifies and tells of every call how it ended; the
// upstream never sees a call twice.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "audit/file.h"
#include "audit/reader.h"
#include "http_double.h"
#include "system.h"

namespace e2e {
namespace {

enum class Stage { kIdle, kHeld, kAnswered };

struct Case {
  const char* program;  // as the kernel calls it
  Stage stage;
  bool keeps_connection;  // the client's connection lives on
};

constexpr Case kCases[] = {
    {"yett-gateway", Stage::kIdle, false},        {"yett-gateway", Stage::kHeld, false},
    {"yett-gateway", Stage::kAnswered, false},    {"yett-session", Stage::kIdle, true},
    {"yett-session", Stage::kHeld, true},         {"yett-session", Stage::kAnswered, true},
    {"yett-monitor", Stage::kIdle, false},        {"yett-monitor", Stage::kHeld, false},
    {"yett-monitor", Stage::kAnswered, false},    {"yett-broker", Stage::kIdle, false},
    {"yett-broker", Stage::kHeld, false},         {"yett-broker", Stage::kAnswered, false},
    {"yett-egress", Stage::kIdle, true},          {"yett-egress", Stage::kHeld, true},
    {"yett-egress", Stage::kAnswered, true},      {"yett-runner", Stage::kIdle, false},
    {"yett-runner", Stage::kHeld, false},         {"yett-runner", Stage::kAnswered, false},
    {"yett-supervisor", Stage::kIdle, false},     {"yett-supervisor", Stage::kHeld, false},
    {"yett-supervisor", Stage::kAnswered, false},
};

std::string name_of(const Case& c) {
  static constexpr const char* kStages[] = {"idle", "held", "answered"};
  std::string name = fmt::format("{}_{}", c.program, kStages[static_cast<int>(c.stage)]);
  std::ranges::replace(name, '-', '_');
  return name;
}

template <class Condition>
bool eventually(Condition holds, std::chrono::milliseconds within = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

class Kill : public ::testing::TestWithParam<Case> {
 protected:
  Kill()
      : server_([this](const Asked& asked) { return answer(asked); }), system_(config(), kPolicy) {}
  ~Kill() override { release_ = true; }

  static constexpr const char* kPolicy = "tool \"act\" { must allow always; }\n";

  std::string config() const {
    return fmt::format(R"([yett]
state = "state"
[tool.act]
description = "Does something."
effect = "write"
url = "{}/act/{{id}}"
keep = {{ did = "/did" }}
[tool.act.args.id]
type = "string"
max_length = 40
)",
                       server_.url());
  }

  static std::string id_of(const Asked& asked) {
    return asked.head.substr(9, asked.head.find(' ', 9) - 9);  // after "GET /act/"
  }

  std::string answer(const Asked& asked) {
    const std::string id = id_of(asked);
    while (id == "held" && !release_) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return HttpDouble::json(fmt::format(R"({{"did":"{}"}})", id));
  }

  std::size_t seen(const std::string& id) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(server_.asked(), [&](const Asked& a) { return id_of(a) == id; }));
  }

  // An answer for `id` may be a failure, but if it is a success it is the right one.
  static void expect_not_wrong(const schema::Value& line, const std::string& id) {
    if (text_of(line, "reason") == "ok") {
      EXPECT_EQ(text_of(line, "content"), fmt::format(R"({{"did":"{}"}})", id));
    }
  }

  std::string ask(const std::string& id) {
    const auto line = system_.call(session_, "act", fmt::format(R"({{"id":"{}"}})", id));
    expect_not_wrong(line, id);
    return text_of(line, "reason");
  }

  void kill_at_stage(const Case& c) {
    if (c.stage == Stage::kHeld) {
      system_.send(fmt::format(
          R"({{"op":"call","id":99,"session":"{}","tool":"act","arguments":{{"id":"held"}}}})",
          session_));
      ASSERT_TRUE(eventually([&] { return seen("held") == 1; }));
    }
    const auto pids = programs_of(system_.running().supervisor(), c.program);
    ASSERT_FALSE(pids.empty());
    for (const int pid : pids) ASSERT_EQ(::kill(pid, SIGKILL), 0);
    if (c.stage != Stage::kHeld) return;
    const auto line = system_.closing(99);
    release_ = true;
    expect_not_wrong(line, "held");
    held_reason_ = text_of(line, "reason");
    EXPECT_EQ(line.is_null(), !c.keeps_connection) << held_reason_;
  }

  // A new start where everything is gone, a new connection where the programs come back.
  void come_back(const Case& c) {
    const bool all_gone = std::string_view(c.program) == "yett-supervisor";
    if (all_gone) {
      system_.stop();
      ASSERT_TRUE(eventually([&] { return system_.start().empty(); }));
    }
    ASSERT_TRUE(eventually([&] {
      session_ = system_.reconnect() ? system_.open() : "";
      return !session_.empty() && ask(fmt::format("again{}", ++again_)) == "ok";
    })) << "no call succeeds any more";
  }

  void expect_good_log() const {
    audit::PosixFile file{
        base::Fd(::open((system_.directory() + "/state/log").c_str(), O_RDONLY | O_CLOEXEC))};
    const auto report = audit::verify(file);
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->finding.has_value());
    std::map<std::uint64_t, int> intents, endings;
    for (const audit::Entry& e : system_.log()) {
      const bool allowed = e.kind == audit::Kind::kIntent && e.effect == audit::Effect::kAllow;
      intents[e.call.value] += allowed ? 1 : 0;
      const bool ends = e.kind == audit::Kind::kOutcome || e.kind == audit::Kind::kNotStarted;
      endings[e.call.value] += ends ? 1 : 0;
    }
    for (const auto& [call, count] : intents) EXPECT_EQ(endings[call], count) << "call " << call;
  }

  // What was asked and answered stands beside the log, sealed.
  void expect_sealed_values() const {
    std::ifstream in(system_.directory() + "/state/values", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_GT(bytes.size(), 100u);
    EXPECT_EQ(bytes.find("first"), std::string::npos);
  }

  std::size_t unknown_in_log() const {
    const auto entries = system_.log();
    return static_cast<std::size_t>(
        std::ranges::count(entries, static_cast<std::uint16_t>(base::Reason::kOutcomeUnknown),
                           &audit::Entry::outcome));
  }

  std::atomic<bool> release_ = false;
  HttpDouble server_;
  System system_;
  std::string session_;
  std::string held_reason_;
  int again_ = 0;
};

TEST_P(Kill, NothingIsWrongAndWhatIsToComeBackComesBack) {
  const Case& c = GetParam();
  ASSERT_EQ(system_.start(), "");
  session_ = system_.open();
  ASSERT_EQ(ask("first"), "ok");
  kill_at_stage(c);
  if (HasFatalFailure()) return;
  come_back(c);
  if (HasFatalFailure()) return;
  EXPECT_EQ(system_.stop(), 0);
  expect_good_log();
  expect_sealed_values();
  for (const Asked& asked : server_.asked()) EXPECT_EQ(seen(id_of(asked)), 1u) << id_of(asked);
  if (c.stage != Stage::kHeld) return;
  const std::string_view program = c.program;
  if (program == "yett-session") {
    EXPECT_EQ(held_reason_, "peer_lost");
  } else if (program == "yett-egress") {
    EXPECT_EQ(held_reason_, "outcome_unknown");
  }
  const bool lost_track = program != "yett-session" && program != "yett-gateway";
  EXPECT_EQ(unknown_in_log(), lost_track ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(Each, Kill, ::testing::ValuesIn(kCases),
                         [](const auto& each) { return name_of(each.param); });

}  // namespace
}  // namespace e2e
