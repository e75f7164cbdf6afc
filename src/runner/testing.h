// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A spawner for tests and benchmarks, and calls whose output is collected. Trust zone: tests.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "base/fd.h"
#include "runner/exec.h"

namespace runner::testing {

// As whom the spawner is started. kOrdinary: as nobody, where the test is root.
enum class As { kSelf, kOrdinary };
// False where the kernel does not let us be that user (a container that maps one id only), or that
// user cannot reach the program (a checkout in a folder of root's own).
bool is_possible(As as, const std::string& program);

// A running yett-spawner; ends with it.
class Spawner {
 public:
  // `program`: its path; `without`: YETT_TEST_WITHOUT of the test build.
  explicit Spawner(const std::string& program, As as = As::kSelf, const std::string& without = "");
  ~Spawner();
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;
  int channel() const { return channel_.get(); }
  pid_t pid() const { return pid_; }
  // Closes the channel and waits: its wait status.
  int end();

 private:
  base::Fd channel_;
  pid_t pid_ = -1;
};

// What became of a call.
struct Ran {
  ExecEnd end;
  std::string out;
  std::string err;
  std::string how() const { return text(end); }
};

// Collects events; runs calls to their end.
class Calls final : public ExecEvents {
 public:
  explicit Calls(Exec& exec) : exec_(exec) {}
  void on_output(std::uint64_t call, std::string_view bytes) override;
  void on_error(std::uint64_t call, std::string_view bytes) override;
  void on_end(std::uint64_t call, const ExecEnd& end) override;

  // Starts `arguments` (arguments[0] is the program too). The call's number.
  std::uint64_t start(std::vector<std::string> arguments);
  std::uint64_t start(ExecRequest request);
  // Until `call` has ended, or 30 s.
  Ran await(std::uint64_t call);
  Ran run(std::vector<std::string> arguments) { return await(start(std::move(arguments))); }
  Ran run(ExecRequest request) { return await(start(std::move(request))); }
  // Until something was taken, or `timeout_ms`.
  void step(int timeout_ms);
  bool over(std::uint64_t call) const { return done_.contains(call); }
  const Ran& seen(std::uint64_t call) { return open_[call]; }

 private:
  Exec& exec_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, Ran> open_;
  std::map<std::uint64_t, Ran> done_;
};

// A request whose program is arguments[0], with a plain environment.
ExecRequest request_of(std::vector<std::string> arguments);

}  // namespace runner::testing
