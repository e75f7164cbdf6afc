// SPDX-License-Identifier: Apache-2.0
//
// What a locked program still can do: all that its work needs.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <stdexcept>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/fd.h"
#include "sandbox/testcases/child.h"

namespace sandbox::testcases {
namespace {

class Allowed : public testing::TestWithParam<std::tuple<Program, As>> {
 protected:
  void SetUp() override {
    if (!is_possible(as())) GTEST_SKIP() << "needs root";
  }
  Program program() const { return std::get<0>(GetParam()); }
  As as() const { return std::get<1>(GetParam()); }
};

// MACROS: STEP names the condition that failed, in a process that can only return a text.
#define STEP(condition) \
  if (!(condition)) return std::string("failed: " #condition)

std::string use_memory() {
  std::vector<std::string> many(1000, std::string(100'000, 'x'));  // heap, mmap
  many.front().resize(50'000'000);                                 // mremap
  many.clear();
  std::vector<int> numbers(100'000);
  qsort(numbers.data(), numbers.size(), sizeof(int), [](const void* a, const void* b) {
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  });
  try {
    throw std::runtime_error("unwinding works");
  } catch (const std::exception&) {}
  base::SystemRandom random;
  base::SystemClock clock;
  STEP(random.u64() != 0 && clock.wall_us() > 0 && clock.steady_us() > 0);
  STEP(base::hex(base::view(base::sha256({"abc"}))).starts_with("ba7816bf"));
  return "ok";
}

// A body in a sealed memfd over a SEQPACKET channel, and back by mapping it.
std::string pass_body(int a, int b) {
  const base::Fd body(memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  STEP(body && ftruncate(body.get(), 4096) == 0 && write(body.get(), "hello", 5) == 5);
  STEP(fcntl(body.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) ==
       0);
  char control[CMSG_SPACE(sizeof(int))] = {};
  char byte = 'f';
  iovec part{&byte, 1};
  msghdr out{};
  out.msg_iov = &part;
  out.msg_iovlen = 1;
  out.msg_control = control;
  out.msg_controllen = sizeof(control);
  cmsghdr* head = CMSG_FIRSTHDR(&out);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  const int sent = body.get();
  std::copy_n(reinterpret_cast<const unsigned char*>(&sent), sizeof(int), CMSG_DATA(head));
  STEP(sendmsg(a, &out, MSG_NOSIGNAL) == 1);
  STEP(recvmsg(b, &out, MSG_CMSG_CLOEXEC) == 1);
  int got = -1;
  std::copy_n(CMSG_DATA(CMSG_FIRSTHDR(&out)), sizeof(int), reinterpret_cast<unsigned char*>(&got));
  const base::Fd received(got);
  struct stat status {};
  STEP(fstat(received.get(), &status) == 0 && status.st_size == 4096);
  STEP((fcntl(received.get(), F_GET_SEALS) & F_SEAL_WRITE) != 0);
  const void* seen = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, received.get(), 0);
  STEP(seen != MAP_FAILED && std::string_view(static_cast<const char*>(seen), 5) == "hello");
  char copy[5];
  STEP(pread(received.get(), copy, 5, 0) == 5 && lseek(received.get(), 0, SEEK_END) == 4096);
  return "ok";
}

std::string turn_loop(int a, int b) {
  const base::Fd loop(epoll_create1(EPOLL_CLOEXEC));
  const base::Fd timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  const base::Fd event(eventfd(0, EFD_CLOEXEC));
  STEP(loop && timer && event);
  epoll_event want{};
  want.events = EPOLLIN;
  STEP(epoll_ctl(loop.get(), EPOLL_CTL_ADD, b, &want) == 0);
  STEP(epoll_ctl(loop.get(), EPOLL_CTL_ADD, timer.get(), &want) == 0);
  const itimerspec soon{{}, {0, 1'000'000}};
  STEP(timerfd_settime(timer.get(), 0, &soon, nullptr) == 0);
  epoll_event ready{};
  STEP(epoll_wait(loop.get(), &ready, 1, 5000) == 1);
  STEP(fcntl(b, F_SETFL, fcntl(b, F_GETFL) | O_NONBLOCK) == 0);
  STEP(send(a, "x", 1, MSG_NOSIGNAL) == 1);
  char byte = 0;
  STEP(recv(b, &byte, 1, 0) == 1 && recv(b, &byte, 1, 0) == -1 && errno == EAGAIN);
  return "ok";
}

TEST_P(Allowed, TheLoopAndItsChannels) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  const base::Fd a(ends[0]), b(ends[1]);
  Profile profile = profile_of(program());
  profile.keep.insert(profile.keep.end(), {a.get(), b.get()});
  const auto all = [&]() -> std::string {
    for (const auto& outcome :
         {use_memory(), pass_body(a.get(), b.get()), turn_loop(a.get(), b.get())})
      if (outcome != "ok") return outcome;
    fmt::print(stderr, "{}", "");
    std::fflush(stderr);
    return "ok";
  };
  EXPECT_EQ(locked_text(as(), profile, all), "ok");
}

// A bug must look like a bug: SIGABRT, not SIGSYS. And no core of it.
TEST_P(Allowed, AnAbortIsSigabrtWithoutACore) {
  const std::string outcome = locked(as(), profile_of(program()), []() -> long { std::abort(); });
  EXPECT_EQ(outcome, "SIGABRT");
}

// An orderly end runs exit handlers and flushes streams.
TEST_P(Allowed, AnOrderlyExit) {
  EXPECT_EQ(locked(as(), profile_of(program()), []() -> long { std::exit(0); }),
            "no answer, exit 0");
}

INSTANTIATE_TEST_SUITE_P(Programs, Allowed,
                         testing::Combine(testing::ValuesIn(kPrograms),
                                          testing::Values(As::kRoot, As::kOrdinary)),
                         [](const auto& it) {
                           return std::string(name(std::get<0>(it.param))) +
                                  name(std::get<1>(it.param));
                         });

// A temporary file without a name, as the programs are handed stores by descriptor.
base::Fd nameless_file(int flags = O_RDWR) {
  return base::Fd(open("/tmp", flags | O_TMPFILE | O_CLOEXEC, 0600));
}

TEST(AllowedToTheMonitor, DurableWritesToItsLog) {
  const base::Fd log = nameless_file();
  ASSERT_TRUE(log);
  Profile profile = profile_of(Program::kMonitor);
  profile.keep.push_back(log.get());
  EXPECT_EQ(
      locked_text(As::kRoot, profile,
                  [&]() -> std::string {
                    STEP(fallocate(log.get(), 0, 0, 65536) == 0);
                    STEP(pwrite(log.get(), "entry", 5, 4096) == 5 && fdatasync(log.get()) == 0);
                    char back[5];
                    STEP(pread(log.get(), back, 5, 4096) == 5 &&
                         std::string_view(back, 5) == "entry");
                    return "ok";
                  }),
      "ok");
}

TEST(AllowedToTheBroker, ReadingTheVaultAndAPipeButNoWriting) {
  const base::Fd vault = nameless_file();
  ASSERT_TRUE(vault);
  ASSERT_EQ(write(vault.get(), "sealed", 6), 6);
  Profile profile = profile_of(Program::kBroker);
  profile.keep.push_back(vault.get());
  const auto read_all = [&]() -> std::string {
    char back[6];
    STEP(pread(vault.get(), back, 6, 0) == 6);
    int ends[2];
    STEP(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    std::vector<char> secret(4096);
    STEP(mlock(secret.data(), secret.size()) == 0 && munlock(secret.data(), secret.size()) == 0);
    return "ok";
  };
  EXPECT_EQ(locked_text(As::kRoot, profile, read_all), "ok");
  EXPECT_EQ(locked(As::kRoot, profile, [&] { return raw(pwrite(vault.get(), "x", 1, 0)); }),
            "SIGSYS");
}

TEST(AllowedToTheVaultWriter, ReplacingTheVaultByItsDescriptor) {
  const base::Fd vault = nameless_file();
  ASSERT_TRUE(vault);
  Profile profile = profile_of(Program::kVaultWriter);
  profile.keep.push_back(vault.get());
  EXPECT_EQ(locked_text(As::kRoot, profile,
                        [&]() -> std::string {
                          STEP(pwrite(vault.get(), "sealed", 6, 0) == 6 &&
                               ftruncate(vault.get(), 6) == 0);
                          STEP(fdatasync(vault.get()) == 0 && fsync(vault.get()) == 0);
                          return "ok";
                        }),
            "ok");
}

TEST(AllowedToTheGateway, AcceptingAtItsDoorAndAskingWhoItIs) {
  const base::Fd door(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const base::Fd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un at{};
  at.sun_family = AF_UNIX;  // no path: the kernel picks an abstract name
  ASSERT_EQ(bind(door.get(), reinterpret_cast<sockaddr*>(&at), sizeof(sa_family_t)), 0);
  socklen_t size = sizeof(at);
  ASSERT_EQ(getsockname(door.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  ASSERT_EQ(listen(door.get(), 4), 0);
  ASSERT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
  Profile profile = profile_of(Program::kGateway);
  profile.keep.push_back(door.get());
  EXPECT_EQ(
      locked_text(As::kRoot, profile,
                  [&]() -> std::string {
                    const base::Fd peer(
                        accept4(door.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
                    STEP(peer);
                    ucred who{};
                    socklen_t length = sizeof(who);
                    STEP(getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 &&
                         who.pid > 0);
                    STEP(write(peer.get(), "HTTP/1.1 200", 12) == 12);
                    return "ok";
                  }),
      "ok");
  char reply[12];
  EXPECT_EQ(read(client.get(), reply, sizeof(reply)), 12);
}

// Which programs may talk to a terminal, and to a socket, by ioctl.
TEST(AllowedToEach, IoctlsAreThoseOfEachProgramsOwnList) {
  const base::Fd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  const base::Fd stream(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(terminal && stream);
  const auto attempt = [&](Program program, int fd, unsigned long request) {
    Profile profile = profile_of(program);
    profile.keep.push_back(fd);
    return locked(As::kOrdinary, profile, [fd, request] {
      char room[256] = {};
      return raw(ioctl(fd, request, room));
    });
  };
  EXPECT_EQ(attempt(Program::kVaultWriter, terminal.get(), TCGETS), "ok");
  EXPECT_EQ(attempt(Program::kVaultWriter, stream.get(), FIONBIO), "SIGSYS");
  for (const Program program : {Program::kGateway, Program::kEgress}) {
    EXPECT_EQ(attempt(program, terminal.get(), TCGETS), "ENOTTY");
    EXPECT_EQ(attempt(program, stream.get(), FIONBIO), "ok");
  }
  for (const Program program : {Program::kSession, Program::kMonitor, Program::kBroker}) {
    EXPECT_EQ(attempt(program, terminal.get(), TCGETS), "ENOTTY");
    EXPECT_EQ(attempt(program, stream.get(), FIONBIO), "SIGSYS");
  }
}

TEST(MemoryCap, EndsASessionThatTakesTooMuch) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: shadow memory is larger than any cap";
  const auto profile = profile_of(Program::kSession);
  const auto allocate = [](std::size_t bytes) {
    return [bytes]() -> std::string {
      void* block = std::malloc(bytes);
      return block == nullptr ? "refused" : "had";
    };
  };
  EXPECT_EQ(locked_text(As::kOrdinary, profile, allocate(256u << 20)), "had");
  EXPECT_EQ(locked_text(As::kOrdinary, profile, allocate(768u << 20)), "refused");
}

}  // namespace
}  // namespace sandbox::testcases
