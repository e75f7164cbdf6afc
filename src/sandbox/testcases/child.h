// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tests of the lockdown run in children: a body is run there, locked down or not, as root or as an
// ordinary user, and what became of it comes back as a word. Trust zone: tests.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "sandbox/lockdown.h"

namespace sandbox::testcases {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// As whom the child starts. As kOrdinary a child of root becomes kNobody, dumpable as a fresh
// program.
enum class As { kRoot, kOrdinary };
inline constexpr uid_t kNobody = 65534;
bool is_possible(As as);  // kRoot needs root
std::string name(As as);

// "ok" for a return value >= 0, else the name of the errno: "EPERM". `result` as of a raw system
// call: -errno or a value.
std::string word(long result);
// The result of a libc-style call that returned `value` and set errno.
long raw(long value);

// Runs `body` in a child after apply(profile). The word of its result; "SIGSYS" if a signal ended
// it; "lockdown failed: ..." if apply() did. `keep` of the profile gains the descriptor of the
// answer.
std::string locked(As as, Profile profile, const std::function<long()>& body);
// The same, for a body that answers in text.
std::string locked_text(As as, Profile profile, const std::function<std::string()>& body);
// The same without lockdown.
std::string unlocked_text(As as, const std::function<std::string()>& body);

// A child that has run `prepare` and then waits until it is ended by the destructor.
class Bystander {
 public:
  Bystander(As as, const std::function<bool()>& prepare);
  ~Bystander();
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  pid_t pid() const { return pid_; }
  bool ready() const { return ready_; }

 private:
  pid_t pid_ = -1;
  bool ready_ = false;
};

void become(As as);                   // in a child only
std::string end_of(int wait_status);  // "exit 0", "SIGSYS"

}  // namespace sandbox::testcases
