// SPDX-License-Identifier: Apache-2.0
#include "yett.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "audit/file.h"
#include "audit/reader.h"
#include "base/clock.h"

namespace bench {
namespace {

constexpr const char* kConfig = R"([yett]
state = "state"
[secret.status_key]
from = "env:YETT_BENCH_KEY"
hosts = ["{0}"]
[tool.status]
description = "Status of a project."
url = "{0}/status/{{project}}"
secrets = [ {{ name = "status_key", in = "header", as = "X-Api-Key" }} ]
keep = {{ state = "/state", note = "/note" }}
[tool.status.args.project]
type = "string"
max_length = 40
)";
constexpr const char* kPolicy = "tool \"status\" { must allow always; }\n";

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string between(const std::string& line, const std::string& before, char end) {
  const auto at = line.find(before);
  if (at == std::string::npos) return "";
  return line.substr(at + before.size(), line.find(end, at + before.size()) - at - before.size());
}

// CPU time of a process in microseconds (schedstat counts nanoseconds).
double cpu_us(const std::string& proc) {
  const std::string text = text_of(proc + "/schedstat");
  return text.empty() ? 0 : std::stod(text) / 1000;
}

double pss_mb(const std::string& proc) {
  const std::string kb = between(text_of(proc + "/smaps_rollup"), "\nPss:", 'k');
  return kb.empty() ? -1 : std::stod(kb) / 1024;
}

ProgramCost cost_of(int pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  std::string name = text_of(proc + "/comm");
  if (!name.empty()) name.pop_back();
  return {name, cpu_us(proc), pss_mb(proc)};
}

int parent_of(const std::string& pid) {
  const std::string stat = text_of("/proc/" + pid + "/stat");
  const auto end = stat.rfind(')');
  return end == std::string::npos ? 0 : std::stoi(stat.substr(std::min(end + 4, stat.size())));
}

}  // namespace

Yett::Yett(const std::string& folder, const std::string& upstream, const std::string& programs)
    : folder_(folder) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/yett.toml") << fmt::format(fmt::runtime(kConfig), upstream);
  std::ofstream(folder + "/policy.sqrt") << kPolicy;
  ::setenv("YETT_BENCH_KEY", "a-key-that-nobody-checks", 1);
  auto started =
      cli::start({.config_path = folder + "/yett.toml", .programs = programs, .environment = {}});
  if (!started.ok()) {
    fmt::print(stderr, "the programs did not start: {}\n", started.error().message);
    std::exit(1);
  }
  running_ = std::make_unique<cli::Running>(std::move(*started));
  const std::string open = "{\"op\":\"open\",\"id\":1,\"session\":\"\"}\n";
  CHECK(::send(running_->door.get(), open.data(), open.size(), 0) ==
        static_cast<ssize_t>(open.size()));
  const std::string opened = line();
  session_ = between(opened, "\"session\":\"", '"');
  if (!session_.empty()) return;
  fmt::print(stderr, "no session: {}\n", opened);
  std::exit(1);
}

std::string Yett::line() {
  std::array<char, 65536> chunk;
  while (true) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string out = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return out;
    }
    const ssize_t n = ::recv(running_->door.get(), chunk.data(), chunk.size(), 0);
    CHECK(n > 0);
    buffer_.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

void Yett::call() {
  const base::SystemClock clock;
  const std::string ask = fmt::format(
      "{{\"op\":\"call\",\"id\":{},\"session\":\"{}\",\"tool\":\"status\",\"arguments\":{{"
      "\"project\":\"apollo\"}}}}\n",
      next_id_++, session_);
  Seen seen;
  seen.asked_us = clock.wall_us();
  CHECK(::send(running_->door.get(), ask.data(), ask.size(), 0) ==
        static_cast<ssize_t>(ask.size()));
  const std::string answer = line();
  seen.answered_us = clock.wall_us();
  seen_.push_back(seen);
  if (answer.find("\"reason\":\"ok\"") != std::string::npos &&
      answer.find("green") != std::string::npos)
    return;
  fmt::print(stderr, "unexpected answer: {}\n", answer);
  std::exit(1);
}

std::string Yett::isolation() const {
  std::string out;
  for (const auto& p : running_->state.programs) out += fmt::format(" {}={}", p.program, p.level);
  return out;
}

std::vector<ProgramCost> Yett::costs() const {
  std::map<std::string, ProgramCost> sums;
  const auto add = [&sums](const ProgramCost& one) {
    const auto [sum, fresh] = sums.try_emplace(one.name, one);
    if (fresh) return;
    sum->second.cpu_us += one.cpu_us;
    sum->second.pss_mb =
        sum->second.pss_mb < 0 || one.pss_mb < 0 ? -1 : sum->second.pss_mb + one.pss_mb;
  };
  add(cost_of(running_->supervisor()));
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos ||
        parent_of(pid) != running_->supervisor())
      continue;
    add(cost_of(std::stoi(pid)));
  }
  std::vector<ProgramCost> out;
  for (const auto& [name, sum] : sums) out.push_back(sum);
  return out;
}

std::vector<Recorded> recorded(const std::string& log_path) {
  audit::PosixFile file{base::Fd(::open(log_path.c_str(), O_RDONLY | O_CLOEXEC))};
  auto reader = audit::Reader::open(file);
  CHECK(reader.ok());
  std::map<std::uint64_t, Recorded> calls;
  for (auto more = reader->next(); more.ok() && *more; more = reader->next()) {
    const audit::Entry& e = reader->entry();
    if (e.kind == audit::Kind::kIntent) calls[e.call.value].intent_us = e.wall_us;
    if (e.kind == audit::Kind::kStarted) calls[e.call.value].started_us = e.wall_us;
    if (e.kind == audit::Kind::kOutcome) calls[e.call.value].outcome_us = e.wall_us;
  }
  std::vector<Recorded> out;
  for (const auto& [id, call] : calls) out.push_back(call);
  return out;
}

std::uint64_t log_bytes(const std::string& log_path) {
  audit::PosixFile file{base::Fd(::open(log_path.c_str(), O_RDONLY | O_CLOEXEC))};
  const auto report = audit::verify(file);
  CHECK(report.ok());
  return report->position.offset;
}

}  // namespace bench
