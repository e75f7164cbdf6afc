// SPDX-License-Identifier: Apache-2.0
#include "sandbox/drop.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace sandbox {
namespace {

constexpr int kMostCapabilities = 64;  // the sets are 64 bits wide

bool is_all(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t id) {
  return a == id && b == id && c == id;
}

bool has_become(std::uint32_t id) {
  std::array<uid_t, 3> u{};
  std::array<gid_t, 3> g{};
  if (getresuid(&u[0], &u[1], &u[2]) != 0 || getresgid(&g[0], &g[1], &g[2]) != 0) return false;
  return is_all(u[0], u[1], u[2], id) && is_all(g[0], g[1], g[2], id) && getgroups(0, nullptr) == 0;
}

bool can_return() {
  constexpr uid_t kSame = static_cast<uid_t>(-1);
  return setresuid(kSame, 0, kSame) == 0 || setresgid(kSame, 0, kSame) == 0 ||
         setgroups(0, nullptr) == 0;
}

}  // namespace

base::Result<bool> drop_user(std::uint32_t id) {
  if (setgroups(0, nullptr) != 0) return false;
  if (setresgid(id, id, id) != 0) return false;
  // Groups are gone and the user is not: better no program than one that is neither.
  if (setresuid(id, id, id) != 0) return base::io_error("setresuid", errno);
  if (!has_become(id)) return base::Error{base::Errc::kIo, "the user id did not stick"};
  if (can_return()) return base::Error{base::Errc::kDenied, "the user id could be taken back"};
  return true;
}

bool drop_bounding_set() {
  bool empty = true;
  for (int c = 0; c < kMostCapabilities; ++c) {
    const int held = prctl(PR_CAPBSET_READ, c, 0, 0, 0);
    if (held < 0) break;  // past the last capability of this kernel
    if (held == 1 && prctl(PR_CAPBSET_DROP, c, 0, 0, 0) != 0) empty = false;
  }
  return empty;
}

base::Status drop_capabilities() {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (syscall(SYS_capset, &head, sets.data()) != 0) return base::io_error("capset", errno);
  if (syscall(SYS_capget, &head, sets.data()) != 0) return base::io_error("capget", errno);
  for (const auto& s : sets)
    if ((s.effective | s.permitted | s.inheritable) != 0)
      return base::Error{base::Errc::kIo, "a capability remains"};
  return base::ok();
}

}  // namespace sandbox
