// SPDX-License-Identifier: Apache-2.0
// One guarded call of a local HTTP tool through the unix door of the real programs, beside, in the
// same run and in turns: nginx asked directly, a bare chain of as many processes, and a raw
// preallocated pwrite + fdatasync of the bytes that the log writes for a call.
// Usage: bench_path [CALLS] [FOLDER]. The folder decides which disk is measured.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>

#include "audit/file.h"
#include "chain.h"
#include "measure.h"
#include "nginx.h"
#include "yett.h"

namespace bench {
namespace {

constexpr int kCallsPerTurn = 100;
constexpr int kRawPerTurn = 40;  // fewer: a disk with a quota of writes is used up by them too
constexpr double kBarRatio = 1.6;
constexpr double kBarMemoryMb = 60;

// A file with zeros written ahead, synced write by write: what any durable record costs here.
class RawLog {
 public:
  RawLog(const std::string& path, std::size_t bytes, std::size_t writes) : bytes_(bytes, 'x') {
    fd_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    audit::PosixFile file{base::Fd(::dup(fd_.get()))};
    CHECK(fd_ && file.preallocate(0, bytes * (writes + 1)).ok() && file.sync().ok());
  }
  void write() {
    CHECK(::pwrite(fd_.get(), bytes_.data(), bytes_.size(), at_) ==
          static_cast<ssize_t>(bytes_.size()));
    CHECK(::fdatasync(fd_.get()) == 0);
    at_ += static_cast<off_t>(bytes_.size());
  }
  std::size_t bytes() const { return bytes_.size(); }

 private:
  base::Fd fd_;
  std::string bytes_;
  off_t at_ = 0;
};

template <class Call> std::vector<double> times(int count, Call call) {
  std::vector<double> out;
  for (int i = 0; i < count; ++i) {
    const auto start = Steady::now();
    call();
    out.push_back(us_since(start));
  }
  return out;
}

void row(const char* what, const std::vector<double>& v) {
  fmt::print("  {:<46} p50 {:7.1f} us   p99 {:8.1f} us\n", what, median(v), quantile(v, 0.99));
}

std::string answer_body() {
  return fmt::format(R"({{"state":"green","note":"{}","internal":"{}"}})", std::string(700, 'n'),
                     std::string(250, 'i'));
}

// A folder with the shipped programs, but for the monitor of the bench build, whose log never
// syncs.
std::string without_sync(const std::string& folder) {
  const std::string dir = folder + "/no-sync-bin";
  std::filesystem::create_directories(dir);
  for (const auto& entry : std::filesystem::directory_iterator(YETT_BIN_DIR)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("yett-") && name != "yett-monitor")
      std::filesystem::create_symlink(entry.path(), dir + "/" + name);
  }
  std::filesystem::create_symlink(YETT_NO_SYNC_MONITOR, dir + "/yett-monitor");
  return dir;
}

struct Samples {
  std::vector<double> direct, chain, durable_chain, raw, door, no_sync;
};

void join(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// All turns together, but for those in which the disk was held back (a quota of its host): the raw
// sync took more than twice the best turn's. Our own figures have no say in it.
Samples without_held_back(const std::vector<Samples>& turns) {
  double best = 1e9;
  for (const Samples& t : turns) best = std::min(best, median(t.raw));
  Samples all;
  std::size_t dropped = 0;
  for (const Samples& t : turns) {
    if (median(t.raw) > 2 * best && ++dropped > 0) continue;
    for (const auto field : {&Samples::direct, &Samples::chain, &Samples::durable_chain,
                             &Samples::raw, &Samples::door, &Samples::no_sync})
      join(all.*field, t.*field);
  }
  if (dropped > 0)
    fmt::print("{} of {} turns left out: the disk was held back\n", dropped, turns.size());
  return all;
}

// The bytes of the log for one call in a row of calls, in whole sectors.
std::size_t bytes_of_a_call(const std::string& folder, const Nginx& nginx) {
  Yett yett(folder, nginx.url(), YETT_BIN_DIR);
  for (int i = 0; i < kCallsPerTurn; ++i) yett.call();
  const auto before = log_bytes(yett.log_path());
  constexpr std::size_t kCalls = 200;
  for (std::size_t i = 0; i < kCalls; ++i) yett.call();
  return ((log_bytes(yett.log_path()) - before) / kCalls + 256) / 512 * 512;
}

void stages(const char* what, const Yett& yett, std::size_t skip) {
  const auto calls = recorded(yett.log_path());
  CHECK(calls.size() == yett.seen().size());
  std::vector<double> ask, commit, upstream, back;
  for (std::size_t i = skip; i < calls.size(); ++i) {
    const Seen& seen = yett.seen()[i];
    ask.push_back(static_cast<double>(calls[i].intent_us - seen.asked_us));
    commit.push_back(static_cast<double>(calls[i].started_us - calls[i].intent_us));
    upstream.push_back(static_cast<double>(calls[i].outcome_us - calls[i].started_us));
    back.push_back(static_cast<double>(seen.answered_us - calls[i].outcome_us));
  }
  fmt::print("{}, by stage (wall clock of the client and of the log's entries):\n", what);
  row("client, gateway, monitor, session, decided", ask);
  row("intent durable, warrant, rendered, sent", commit);
  row("upstream, kept fields, scrubbed, observed", upstream);
  row("labelled, replied, at the client", back);
}

void memory_and_cpu(const std::vector<ProgramCost>& before, const std::vector<ProgramCost>& after,
                    int calls) {
  double sum = 0, cpu = 0;
  fmt::print("by program after {} calls: CPU a call, PSS\n", calls);
  for (const ProgramCost& p : after) {
    double spent = p.cpu_us;
    for (const ProgramCost& b : before)
      if (b.name == p.name) spent -= b.cpu_us;
    fmt::print("  {:<18} {:6.1f} us   {:5.1f} MB\n", p.name, spent / calls, p.pss_mb);
    sum += p.pss_mb;
    cpu += spent / calls;
    if (p.pss_mb < 0) sum = -1e9;
  }
  if (sum < 0) fmt::print("  PSS cannot be read (run as root)\n");
  else
    fmt::print("  {:<18} {:6.1f} us   {:5.1f} MB (bar: {:.0f}) {}\n", "all", cpu, sum, kBarMemoryMb,
               sum <= kBarMemoryMb ? "ok" : "MISSED");
}

void report(const Samples& s, std::size_t log_bytes) {
  fmt::print("whole calls:\n");
  row("nginx asked directly, keep-alive", s.direct);
  row("bare chain of 5 processes, then nginx", s.chain);
  row("the same, its monitor writing and syncing", s.durable_chain);
  row(fmt::format("raw pwrite + fdatasync of {} bytes", log_bytes).c_str(), s.raw);
  row("through the door", s.door);
  row("through the door, log without sync (bench build)", s.no_sync);
  const double direct = median(s.direct), chain = median(s.chain) - direct,
               added = median(s.door) - direct;
  const double bar = kBarRatio * (chain + median(s.raw));
  const bool valid = quantile(s.raw, 0.5) < 2 * quantile(s.raw, 0.1);
  const char* const verdict = !valid         ? "NOT VALID: the disk was held back"
                              : added <= bar ? "ok"
                                             : "MISSED";
  fmt::print("added p50: door {:.1f} us, chain {:.1f} us, fdatasync {:.1f} us\n", added, chain,
             median(s.raw));
  fmt::print("  door / (chain + fdatasync) = {:.2f} (bar: {:.1f}) {}\n",
             added / (chain + median(s.raw)), kBarRatio, verdict);
  const double durable = median(s.durable_chain) - direct;
  fmt::print("  door / chain that syncs in its middle ({:.1f} us) = {:.2f}\n", durable,
             added / durable);
  fmt::print("  without sync: door {:.1f} us = {:.2f} of the chain\n", median(s.no_sync) - direct,
             (median(s.no_sync) - direct) / chain);
}

std::string first_of(const char* file) {
  std::string text;
  std::getline(std::ifstream(file), text);
  return text;
}

int run(int calls, const std::string& parent) {
  if (Nginx::program().empty()) {
    fmt::print("nginx is missing (tools/install-deps bench): the path is not measured\n");
    return 0;
  }
  const Folder folder(parent);
  const Nginx nginx(folder.path(), answer_body());
  DirectClient direct(nginx.port(), "/status/apollo");
  const std::size_t bytes = bytes_of_a_call(folder.path() + "/first", nginx);
  const auto writes = static_cast<std::size_t>(calls) + 2 * kCallsPerTurn;
  RawLog raw(folder.path() + "/raw", bytes, writes);
  RawLog inner(folder.path() + "/inner", bytes, writes);
  Chain chain(nginx.port());
  Chain durable_chain(nginx.port(), [&inner] { inner.write(); });
  Yett yett(folder.path() + "/durable", nginx.url(), YETT_BIN_DIR);
  Yett no_sync(folder.path() + "/no-sync", nginx.url(), without_sync(folder.path()));
  fmt::print("{} calls in turns of {}; load {}; isolation levels{}\n", calls, kCallsPerTurn,
             first_of("/proc/loadavg"), yett.isolation());
  for (int i = 0; i < kCallsPerTurn; ++i) yett.call(), no_sync.call();
  const std::size_t warm = yett.seen().size();
  const auto before = yett.costs();
  std::vector<Samples> turns;
  for (int done = 0; done < calls; done += kCallsPerTurn) {
    Samples t;
    t.direct = times(kCallsPerTurn, [&] { direct.call(); });
    t.chain = times(kCallsPerTurn, [&] { chain.call(); });
    t.durable_chain = times(kRawPerTurn, [&] { durable_chain.call(); });
    t.raw = times(kRawPerTurn, [&] { raw.write(); });
    t.door = times(kCallsPerTurn, [&] { yett.call(); });
    t.no_sync = times(kCallsPerTurn, [&] { no_sync.call(); });
    turns.push_back(std::move(t));
  }
  report(without_held_back(turns), bytes);
  no_sync.stop();  // before memory is counted: it shares pages with the other
  const auto after = yett.costs();
  yett.stop();
  stages("through the door", yett, warm);
  stages("log without sync", no_sync, kCallsPerTurn);
  memory_and_cpu(before, after, calls);
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  int calls = 10'000;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), calls);
  return bench::run(std::max(calls, bench::kCallsPerTurn), argc > 2 ? argv[2] : ".");
}
