// SPDX-License-Identifier: Apache-2.0
// What the log costs: one caller's append + commit beside a raw preallocated pwrite + fdatasync of
// the same bytes, in pairs; 64 entries a batch; appending without a disk; verifying.
// Usage: bench_log [FOLDER] [PAIRS]. The folder decides which disk is measured.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "audit/recover.h"
#include "audit/salted.h"

namespace {

using Steady = std::chrono::steady_clock;

double us_since(Steady::time_point start) {
  return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

double quantile(std::vector<double> v, double q) {
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1))];
}

base::Fd unnamed(const std::string& folder) {
  std::string path = folder + "/log-bench-XXXXXX";
  base::Fd fd(::mkstemp(path.data()));
  CHECK(fd);
  ::unlink(path.c_str());
  return fd;
}

// The intent of an ordinary call: about 400 bytes.
audit::Entry intent() {
  audit::Entry e;
  e.kind = audit::Kind::kIntent;
  e.wall_us = 1'700'000'000'000'000;
  e.session.value = 0x1122334455667788;
  e.call.value = 0x99aabbccddeeff00;
  e.turn = 3;
  e.tenant = "default";
  e.principal = "ann@example.com";
  e.door = "terminal";
  e.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  e.tool = "status.deployments";
  e.tool_hash = base::sha256({"tool"});
  e.effect = audit::Effect::kAllow;
  e.rule = 12;
  e.reasons = {1};
  e.policy = base::sha256({"policy"});
  e.idempotency_key = audit::idempotency_digest("default", "ann@example.com", "k");
  e.arguments = audit::salted_digest("salt", "{}");
  e.argument_leaves = 3;
  e.tags = {"internal"};
  e.producers = {"tool:mail.read"};
  e.origins = {"client", "model:llama"};
  e.warrant_epoch = 1;
  e.warrant_sequence = 77;
  return e;
}

audit::Opened open_log(audit::File& file) {
  const base::SystemClock clock;
  base::SystemRandom random;
  auto log = audit::open(file, clock, random, {.origin = "bench"});
  CHECK(log.ok());
  return std::move(*log);
}

void append(audit::Writer& writer, audit::Entry& e) {
  ++e.call.value;
  CHECK(writer.append(e).ok());
}

// A disk that does nothing: what remains is the work of the log itself.
class NoFile final : public audit::File {
 public:
  base::Status write_at(std::uint64_t, std::string_view) override { return base::ok(); }
  base::Status sync() override { return base::ok(); }
  base::Status preallocate(std::uint64_t, std::uint64_t) override { return base::ok(); }
  base::Result<std::size_t> read_at(std::uint64_t, std::span<char>) override {
    return std::size_t{0};
  }
  base::Result<std::uint64_t> size() override { return std::uint64_t{0}; }
  void drop_cache() override {}
};

void pairs(const std::string& folder, int count) {
  audit::PosixFile log_file(unnamed(folder));
  const base::Fd raw = unnamed(folder);
  audit::PosixFile raw_file{base::Fd(::dup(raw.get()))};
  CHECK(raw_file.preallocate(0, static_cast<std::uint64_t>(count + 1) * 1024).ok());
  CHECK(raw_file.sync().ok());
  auto log = open_log(log_file);
  audit::Entry e = intent();
  std::string entry;
  CHECK(audit::encode(e, entry).ok());
  const auto extent = audit::batch_extent(entry.size() + audit::kRecordExtraBytes);
  const std::string bytes(extent, 'x');
  std::vector<double> ours, theirs, ratio;
  ::off_t at = 0;
  const auto one_raw = [&] {
    const auto start = Steady::now();
    CHECK(::pwrite(raw.get(), bytes.data(), bytes.size(), at) == static_cast<::ssize_t>(extent));
    CHECK(::fdatasync(raw.get()) == 0);
    theirs.push_back(us_since(start));
    at += static_cast<::off_t>(extent);
  };
  const auto one_log = [&] {
    const auto start = Steady::now();
    append(log.writer, e);
    CHECK(log.writer.commit().ok());
    ours.push_back(us_since(start));
    CHECK(log.writer.prepare().ok());  // the loop does this when idle
  };
  for (int i = 0; i < count; ++i) {
    if (i % 2 == 0) one_raw(), one_log();
    else one_log(), one_raw();
    ratio.push_back(ours.back() / theirs.back());
  }
  fmt::print("one caller, {}-byte entry, {} bytes written, {} pairs\n", entry.size(), extent,
             count);
  fmt::print("  append + commit       p50 {:6.1f} us  p99 {:6.1f} us\n", quantile(ours, 0.5),
             quantile(ours, 0.99));
  fmt::print("  raw pwrite + fdatasync p50 {:5.1f} us  p99 {:6.1f} us\n", quantile(theirs, 0.5),
             quantile(theirs, 0.99));
  fmt::print("  median of pair ratios {:.3f} (bar: 1.2)\n", quantile(ratio, 0.5));
}

void batches(const std::string& folder, int count) {
  audit::PosixFile file(unnamed(folder));
  auto log = open_log(file);
  audit::Entry e = intent();
  auto start = Steady::now();
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < 64; ++j) append(log.writer, e);
    CHECK(log.writer.commit().ok());
  }
  fmt::print("64 entries a batch: {:.0f} durable entries/s, growing included (bar: 100,000)\n",
             64e6 * count / us_since(start));
  start = Steady::now();
  const auto report = audit::verify(file);
  const double us = us_since(start);
  CHECK(report.ok() && !report->finding &&
        report->position.entries == 64u * static_cast<unsigned>(count) + 1);
  fmt::print("verify: {:.0f} entries/s, {:.0f} MB/s (bar: 500,000 entries/s)\n",
             static_cast<double>(report->position.entries) * 1e6 / us,
             static_cast<double>(report->position.offset) / us);
  start = Steady::now();
  CHECK(audit::recover(file).ok());
  fmt::print("recover: {:.0f} entries/s\n",
             static_cast<double>(report->position.entries) * 1e6 / us_since(start));
}

void work(int count) {
  NoFile file;
  auto log = open_log(file);
  audit::Entry e = intent();
  const auto start = Steady::now();
  for (int i = 0; i < count; ++i) {
    append(log.writer, e);
    if (i % 64 == 63) CHECK(log.writer.commit().ok());
  }
  fmt::print("append without a disk: {:.0f} ns an entry\n", us_since(start) * 1e3 / count);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  int count = 5000;
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), count);
  pairs(folder, count);
  batches(folder, 2000);
  work(500'000);
  return 0;
}
