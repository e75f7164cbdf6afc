// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The ground of the sandboxes' drill: what stands outside for the attacks to reach, and a spawner
// with one profile from which they try. Trust zone: tests.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "runner/testing.h"

namespace attack {

extern const char* const kShipped;  // the spawner, and the one of the test build
extern const char* const kOpen;

// The user of a sandbox's processes outside: the spawner's.
uid_t user_of(runner::testing::As as);

// Runs `words` in a child as `user`; its output. "SIG..." if a signal ended it. With `stay` it is
// only waited for until it says something.
std::string run_bare(const std::vector<std::string>& words, uid_t user, pid_t* stay = nullptr);

// Files, sockets, memory, a process of the same user.
class Outside {
 public:
  explicit Outside(uid_t user);
  ~Outside();
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  std::string attacker() const { return dir_ + "/sandbox-attacker"; }
  const std::string& dir() const { return dir_; }
  uid_t user() const { return user_; }
  // The attacker's arguments for one attack.
  std::vector<std::string> words(const std::string& attack) const;

 private:
  void listen_tcp();

  const uid_t user_;
  const std::string dir_, secret_dir_, name_;
  const int shm_key_;
  base::Fd tcp_, stream_, datagrams_;
  std::uint16_t port_ = 0;
  int shm_ = -1;
  pid_t other_ = -1;
};

// "ok", an errno's name, or how the call was ended.
std::string word_of(const runner::testing::Ran& ran);

// One spawner with one profile: `standard` with small limits, so that a bomb need not be large.
struct Ring {
  Ring(const std::string& program, runner::testing::As as, const std::string& without,
       const Outside& outside);
  std::string attempt(const Outside& outside, const std::string& attack) {
    return word_of(calls->run(outside.words(attack)));
  }
  runner::testing::Spawner spawner;
  base::Result<runner::Exec> exec;
  std::optional<runner::testing::Calls> calls;
};

}  // namespace attack
