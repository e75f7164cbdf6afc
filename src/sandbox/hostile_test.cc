// SPDX-License-Identifier: Apache-2.0
//
// The table: each program, each hostile act, the exact outcome; as root and as an ordinary user.
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <map>

#include "base/fd.h"
#include "sandbox/allow_network.h"
#include "sandbox/testcases/child.h"
#include "sandbox/testcases/hostile.h"

namespace sandbox::testcases {
namespace {

// One letter a program, in the order of kPrograms:
//   gateway session monitor broker vault-writer egress runner launcher supervisor
// S SIGSYS   P EPERM   A EACCES   N ENOSYS   F EAFNOSUPPORT   E ENOENT   + allowed   . not its
// matter
const std::map<std::string_view, std::string_view> kTable = {
    {"socket_inet_stream", "SSSSS++++"},
    {"socket_inet_datagram", "SSSSS++++"},
    {"socket_unix", "SSSSSFFF."},
    {"socket_netlink", "SSSSSFFF."},
    {"socket_packet", "SSSSSSSS."},
    {"socket_vsock", "SSSSSSSS."},
    {"socket_alg", "SSSSSSSS."},
    {"socket_mptcp", "SSSSSSSS."},
    {"socket_raw", "SSSSSSSS."},
    {"connect_inherited_socket", "SSSSSAA.."},
    {"connect_allowed_port", "SSSSS++.."},
    {"fast_open_of_inherited_socket", "SSSSSSSS."},
    {"bind", "SSSSSSPP."},
    {"listen", "SSSSSSPP."},
    {"socketpair", "SSSSSS+++"},
    {"io_uring_setup", "SSSSSSNNS"},
    {"ptrace_attach", "SSSSSSSSS"},
    {"process_vm_readv", "SSSSSSSSS"},
    {"kill_sibling", "SSSSSSPP."},
    {"tgkill_sibling", "SSSSSSPP."},
    {"pidfd_signal_sibling", "SSSSSSPP."},
    {"open_passwd", "SSSSSAA++"},
    {"open_sibling_mem", "SSSSSSA.."},
    {"open_sibling_memory_for_reading", "SSSSSAA.."},
    {"open_sibling_environ", "SSSSSAA.."},
    {"create_file", "SSSSSSA.."},
    {"stat_path", "SSSSS++++"},
    {"userfaultfd", "SSSSSSSSS"},
    {"bpf", "SSSSSSSSS"},
    {"keyctl", "SSSSSSSSS"},
    {"perf_event_open", "SSSSSSSSS"},
    {"mount", "SSSSSSSS."},
    {"unshare_user", "SSSSSSSS."},
    {"clone_user_namespace", "SSSSSSSS."},
    {"clone3", "SSSSSSNN."},
    {"fork", "SSSSSS+++"},
    {"x32_getpid", "SSSSSSSSS"},
    {"i386_getpid", "SSSSSSSSS"},
    {"map_executable", "SSSSSA+++"},
    {"make_executable", "SSSSSS+++"},
    {"execve", "SSSSSSEE."},
    {"setuid_back", "SSSSSSPP."},
    {"setgroups", "SSSSSSPP."},
    {"raise_core_limit", "SSSSSSPP."},
    {"dumpable_again", "SSSSSSPP."},
    {"type_into_terminal", "SSSSSSSSS"},
    {"signal_owner", "SSSSSS+++"},
    {"open_by_handle", "SSSSSSSSS"},
    {"pivot_root", "SSSSSSSS."},
    {"init_module", "SSSSSSSSS"},
    {"swapon", "SSSSSSPPS"},
    {"chroot", "SSSSSSPP."},
    {"personality", "SSSSSSPP."},
    {"shared_memory_of_sysv", "SSSSSSPP."},
    {"memfd_secret", "SSSSSSPP."},
    {"a_call_of_the_future", "SSSSSSNN."},
};

std::string_view expected(char letter) {
  switch (letter) {
    case 'S': return "SIGSYS";
    case 'P': return "EPERM";
    case 'A': return "EACCES";
    case 'N': return "ENOSYS";
    case 'F': return "EAFNOSUPPORT";
    case 'E': return "ENOENT";
    case '+': return "ok";
    default: return "?";
  }
}

// A socket that listens on a free port of 127.0.0.1.
base::Fd listener(std::uint16_t& port) {
  base::Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(at);
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof(at)) != 0 ||
      listen(fd.get(), 8) != 0 ||
      getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size) != 0)
    return {};
  port = ntohs(at.sin_port);
  return fd;
}

class Hostile : public testing::TestWithParam<std::tuple<Program, As>> {
 protected:
  void SetUp() override {
    if (!is_possible(as())) GTEST_SKIP() << "needs root";
    if (kSanitized) GTEST_SKIP() << "a sanitizer build: its list is wider";
    first_ = listener(scene_.allowed_port);
    second_ = listener(scene_.other_port);
    ASSERT_TRUE(first_ && second_);
    sibling_ = std::make_unique<Bystander>(as(), [] { return true; });
    ASSERT_TRUE(sibling_->ready());
    scene_.sibling = sibling_->pid();
  }
  Program program() const { return std::get<0>(GetParam()); }
  As as() const { return std::get<1>(GetParam()); }

  std::string attempt(const Attack& attack) {
    const base::Fd inherited(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    scene_.tcp_socket = inherited.get();
    Profile profile = profile_of(program());
    profile.keep.push_back(inherited.get());
    if (program() == Program::kEgress || program() == Program::kRunner)
      allow_connect(profile, {scene_.allowed_port});
    return locked(as(), profile, [&] { return attack.run(scene_); });
  }

  Scene scene_;

 private:
  base::Fd first_, second_;
  std::unique_ptr<Bystander> sibling_;
};

TEST_P(Hostile, ActEndsAsTheTableSays) {
  for (const Attack& attack : attacks()) {
    ASSERT_TRUE(kTable.contains(attack.name)) << attack.name;
    const char letter = kTable.at(attack.name)[static_cast<std::size_t>(program())];
    if (letter == '.') continue;
    EXPECT_EQ(attempt(attack), expected(letter)) << attack.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Hostile,
                         testing::Combine(testing::ValuesIn(kPrograms),
                                          testing::Values(As::kRoot, As::kOrdinary)),
                         [](const auto& it) {
                           return std::string(name(std::get<0>(it.param))) +
                                  name(std::get<1>(it.param));
                         });

TEST(HostileTable, HasOneRowForEachAttackAndOneLetterForEachProgram) {
  EXPECT_EQ(kTable.size(), attacks().size());
  for (const auto& [attack, row] : kTable) EXPECT_EQ(row.size(), kPrograms.size()) << attack;
}

}  // namespace
}  // namespace sandbox::testcases
