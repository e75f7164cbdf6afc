// SPDX-License-Identifier: Apache-2.0
#include "victim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "audit/file.h"
#include "audit/reader.h"
#include "audit/render.h"
#include "processes.h"
#include "schema/write.h"

namespace attack {
namespace {

using e2e::HttpDouble;

std::string config_of(const HttpDouble& tool, const HttpDouble& model, bool open) {
  return fmt::format(R"(
[yett]
state = "state"
min_isolation = {2}
[model.local]
kind = "ollama"
url = "{1}"
model = "small"
[secret.status_key]
from = "env:YETT_DRILL_KEY"
hosts = ["{0}"]
[tool.status]
description = "Status of a project."
url = "{0}/status/{{project}}"
secrets = [ {{ name = "status_key", in = "header", as = "X-Api-Key" }} ]
keep = {{ state = "/state" }}
[tool.status.args.project]
type = "string"
max_length = 40
[tool.unruled]
description = "No rule allows it."
url = "{0}/unruled"
)",
                     tool.url(), model.url(), open ? 0 : 1);
}

constexpr const char* kPolicy =
    "tool \"status\" { must allow always; }\ntool \"model:local\" { must allow always; }\n";

// Waits at "slow", so that another call can be under way.
std::string answer_tool(const e2e::Asked& asked) {
  if (asked.head.find("/status/slow") != std::string::npos) ::usleep(1'500'000);
  if (asked.head.find(kSecret) == std::string::npos)
    return HttpDouble::reply(401, "text/plain", "");
  return HttpDouble::json(fmt::format(R"({{"state":"green","key":"{}"}})", kSecret));
}

std::string answer_model(const e2e::Asked&) {
  return HttpDouble::reply(200, "application/x-ndjson",
                           "{\"message\":{\"role\":\"assistant\",\"content\":\"fine\"},"
                           "\"done\":true,\"done_reason\":\"stop\"}\n");
}

std::string name_of(pid_t pid) {
  const std::string name = process_name(pid);
  return name.starts_with("yett-") ? name.substr(5) : name;
}

void pause_ms(long ms) {
  const timespec time{ms / 1000, ms % 1000 * 1'000'000};
  ::nanosleep(&time, nullptr);
}

}  // namespace

std::string programs_in(const std::string& name) {
  return std::string(YETT_BIN_DIR) + "/../" + name;
}

Victim::Victim(const std::string& programs, const std::string& without)
    : tool_(std::make_unique<HttpDouble>(answer_tool)),
      model_(std::make_unique<HttpDouble>(answer_model)) {
  ::setenv("YETT_DRILL_KEY", kSecret, 1);
  system_ = std::make_unique<e2e::System>(config_of(*tool_, *model_, !without.empty()), kPolicy,
                                          programs_in(programs));
  if (!without.empty()) system_->options.environment = {"YETT_TEST_WITHOUT=" + without};
}

Victim::~Victim() = default;

std::string Victim::start() {
  if (auto failure = system_->start(); !failure.empty()) return failure;
  auto failure = ask_again();
  log_at_start_ = system_->log_bytes();
  return failure;
}

schema::Value Victim::note(schema::Value line) {
  told += schema::write(line) + "\n";
  return line;
}

schema::Value Victim::attack_session(const std::string& script, bool in_turn) {
  const std::string session = system_->open();
  const std::string words = "<<session " + script + ">>";
  std::vector<schema::Value> before;
  if (in_turn) {
    schema::Value last = system_->turn(session, words, &before);
    for (auto& line : before) (void)note(std::move(line));
    return note(std::move(last));
  }
  return note(system_->call(session, "status", R"({"project":")" + words + "\"}"));
}

schema::Value Victim::attack_gateway(const std::string& script) {
  system_->send("<<gateway " + script + ">>");
  return note(system_->receive(10'000));
}

void Victim::ask(int id, const std::string& session, const std::string& project) {
  const std::string arguments = R"({"project":")" + project + "\"}";
  system_->send(fmt::format(R"({{"op":"call","id":{},"session":"{}",)", id, session) +
                R"("tool":"status","arguments":)" + arguments + "}");
}

void Victim::reconnect() {
  auto door = system_->running().connect();
  if (door.ok()) system_->running().door = std::move(*door);
  handle_.clear();
}

std::string Victim::ask_again() {
  if (handle_.empty()) handle_ = system_->open();
  if (handle_.empty()) return "no session";
  ++asked_again_;
  const auto result = note(system_->call(handle_, "status", R"({"project":"apollo"})"));
  const bool good = e2e::text_of(result, "reason") == "ok" &&
                    e2e::text_of(result, "content") == R"({"state":"green"})";
  return good ? "" : "answered " + schema::write(result);
}

std::map<std::string, pid_t> Victim::programs() const {
  const pid_t supervisor = system_->running().supervisor();
  std::map<std::string, pid_t> found = {{"supervisor", supervisor}};
  for (const pid_t pid : children_of(supervisor)) found.emplace(name_of(pid), pid);
  return found;
}

std::vector<pid_t> Victim::sessions() const {
  std::vector<pid_t> found;
  for (const pid_t pid : children_of(system_->running().supervisor()))
    if (name_of(pid) == "session") found.push_back(pid);
  return found;
}

bool Victim::ends(pid_t pid, int timeout_ms) {
  for (int waited = 0; waited < timeout_ms; waited += 20) {
    if (parent_of(pid) == -1) return true;
    pause_ms(20);
  }
  return false;
}

std::size_t Victim::logged(audit::Kind kind, const std::string& part) const {
  const auto entries = log();
  return static_cast<std::size_t>(std::ranges::count_if(entries, [&](const audit::Entry& e) {
    return e.kind == kind && audit::json(e).find(part) != std::string::npos;
  }));
}

const std::vector<e2e::Asked>& Victim::model_asked() {
  model_asked_ = model_->asked();
  return model_asked_;
}

std::string Victim::check_log() const {
  const std::string now = system_->log_bytes();
  const std::size_t kept = log_at_start_.find_last_not_of('\0') + 1;
  if (now.compare(0, kept, log_at_start_, 0, kept) != 0) return "the log's past has changed";
  if (now.find(kSecret) != std::string::npos) return "the secret stands in the log";
  audit::PosixFile file{
      base::Fd(::open((system_->directory() + "/state/log").c_str(), O_RDONLY | O_CLOEXEC))};
  const auto report = audit::verify(file);
  if (!report.ok()) return "log: " + report.error().message;
  return report->finding ? "log: " + audit::text_of(*report->finding) : "";
}

std::string Victim::damage(const std::vector<std::string>& granted) {
  if (const int status = system_->stop(); status != 0)
    return fmt::format("the supervisor ended with {}", status);
  std::size_t own = 0;
  for (const e2e::Asked& asked : tool_->asked()) {
    const std::string target = asked.head.substr(0, asked.head.find(" HTTP/"));
    if (target == "GET /status/apollo") ++own;
    else if (std::ranges::find(granted, target) == granted.end()) return "reached: " + target;
  }
  if (own != asked_again_) return fmt::format("{} own calls arrived, {} asked", own, asked_again_);
  if (told.find(kSecret) != std::string::npos) return "a client was told the secret";
  for (const e2e::Asked& asked : model_->asked())
    if ((asked.head + asked.body).find(kSecret) != std::string::npos)
      return "the model was told the secret";
  return check_log();
}

}  // namespace attack
