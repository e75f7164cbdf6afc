// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A root on the real disk for tests: beside it a canary folder that nothing may touch, and a state
// folder. Test library only. Trust zone: tests.
#pragma once

#include <filesystem>
#include <random>
#include <string>

#include "runner/workspace/workspace.h"

namespace workspace {

// Stands still, unless each look shall cost some time.
class FixedClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return 1'700'000'000'000'000; }
  std::int64_t steady_us() const override { return steady_us_ += step_us_; }
  void each_look_takes(std::int64_t us) { step_us_ = us; }

 private:
  mutable std::int64_t steady_us_ = 0;
  std::int64_t step_us_ = 0;
};

class SeededRandom final : public base::Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : random_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(random_());
  }

 private:
  std::mt19937_64 random_;
};

// Fails, or interrupts, the n-th call. Counts what a Disk is asked for.
class FaultDisk final : public Disk {
 public:
  // The n-th call from now on (1 = the next) answers -error; 0: none.
  void fail_at(std::uint64_t n, int error) {
    at_ = n == 0 ? 0 : calls_ + n;
    error_ = error;
  }
  // Called before each call: where another program can come between.
  void before_each(std::function<void()> act) { act_ = std::move(act); }
  // Every write beyond so many bytes in all fails with ENOSPC.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  // The wall taken away: opens as open(2) does, wherever links lead.
  void follow_links() { follow_links_ = true; }
  std::uint64_t calls() const { return calls_; }

  int open(int directory, const char* path, int flags, mode_t mode) override;
  int stat(int fd, struct stat& out) override;
  int stat_at(int directory, const char* name, struct stat& out) override;
  std::int64_t read(int fd, std::span<char> out) override;
  std::int64_t write(int fd, std::string_view bytes) override;
  int sync(int fd) override;
  int change_mode(int fd, mode_t mode) override;
  int make_directory(int directory, const char* name, mode_t mode) override;
  int rename(int from, const char* name, int to, const char* new_name, unsigned flags) override;
  int unlink(int directory, const char* name, int flags) override;
  std::int64_t entries(int fd, std::span<char> out) override;

 private:
  bool fails();
  KernelDisk kernel_;
  bool follow_links_ = false;
  std::function<void()> act_;
  std::uint64_t calls_ = 0, at_ = 0, capacity_ = UINT64_MAX;
  int error_ = 0;
};

// A file system in memory, for tests that make hundreds of roots; the usual temporary folder if
// there is none.
std::filesystem::path memory_folder();

// TOP/root, TOP/state, TOP/canary/secret. Removed at the end.
class Rig {
 public:
  explicit Rig(Settings settings = {}, const std::filesystem::path& parent = {});
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  Workspace& tools() { return *workspace_; }
  FaultDisk& disk() { return disk_; }
  FixedClock& clock() { return clock_; }
  // Ends the workspace and opens it again over the same folders.
  Done reopen(Settings settings = {});

  std::filesystem::path top() const { return top_; }
  std::filesystem::path root() const { return top_ / "root"; }
  // Puts a file there behind the tools' back, and its folders.
  void put(const std::string& path, std::string_view content);
  // What stands there; "<none>" if nothing does.
  std::string get(const std::string& path) const;
  // Whether the canary folder is as it was made.
  bool canary_lives() const;
  // Names under the root and in the state folder that a crash leaves.
  std::size_t leftovers() const;

  static constexpr std::string_view kSecret = "canary-7f3a: nobody reads or changes this";

 private:
  std::filesystem::path top_;
  FaultDisk disk_;
  FixedClock clock_;
  SeededRandom random_;
  std::optional<Workspace> workspace_;
};

// The path, which is one.
Path path(std::string_view text);
// The slug of the failure; "ok" if it is none.
template <class T> std::string_view cause(const Outcome<T>& outcome) {
  return outcome.ok() ? "ok" : slug(outcome.error().cause);
}

}  // namespace workspace
