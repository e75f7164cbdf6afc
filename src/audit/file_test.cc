// SPDX-License-Identifier: Apache-2.0
#include "audit/file.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include "audit/sample.h"

namespace audit {
namespace {

// A file without a name on the disk of the build.
base::Fd unnamed() {
  std::string path = YETT_BIN_DIR "/audit-test-XXXXXX";
  base::Fd fd(::mkstemp(path.data()));
  ::unlink(path.c_str());
  return fd;
}

TEST(PosixFile, ReadsWhatItWroteAndZerosBetween) {
  PosixFile file(unnamed());
  ASSERT_TRUE(file.write_at(10, "abc").ok());
  ASSERT_TRUE(file.sync().ok());
  EXPECT_EQ(*file.size(), 13u);
  std::array<char, 16> out{};
  EXPECT_EQ(*file.read_at(8, out), 5u);
  EXPECT_EQ(std::string_view(out.data(), 5), std::string_view("\0\0abc", 5));
  EXPECT_EQ(*file.read_at(13, out), 0u);
}

TEST(PosixFile, PreallocatesZerosPastTheEnd) {
  PosixFile file(unnamed());
  ASSERT_TRUE(file.write_at(0, "abc").ok());
  ASSERT_TRUE(file.preallocate(3, 3u << 20).ok());
  EXPECT_EQ(*file.size(), 3 + (3u << 20));
  std::array<char, 5> out{};
  EXPECT_EQ(*file.read_at(0, out), 5u);
  EXPECT_EQ(std::string_view(out.data(), 5), std::string_view("abc\0\0", 5));
}

TEST(PosixFile, FailuresOfTheKernelAreErrors) {
  PosixFile closed{base::Fd()};
  std::array<char, 4> out{};
  EXPECT_EQ(closed.write_at(0, "x").error().code, base::Errc::kIo);
  EXPECT_EQ(closed.sync().error().code, base::Errc::kIo);
  EXPECT_EQ(closed.preallocate(0, 512).error().code, base::Errc::kIo);
  EXPECT_EQ(closed.read_at(0, out).error().code, base::Errc::kIo);
  EXPECT_EQ(closed.size().error().code, base::Errc::kIo);
  PosixFile full(base::Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC)));
  EXPECT_EQ(full.write_at(0, "x").error().message, "write log: No space left on device");
}

TEST(PosixFile, CarriesALogOverARestart) {
  const base::Fd kept = unnamed();
  for (int life = 0; life < 3; ++life) {
    PosixFile file(base::Fd(::dup(kept.get())));
    auto log = sample::open_log(file);
    ASSERT_TRUE(log.ok()) << log.error().message;
    EXPECT_EQ(log->writer.entries(), 1 + 21u * static_cast<unsigned>(life));
    sample::Chance c(1);
    for (int i = 0; i < 20; ++i) {
      Entry e = sample::entry(c);
      ASSERT_TRUE(log->writer.append(e).ok());
      ASSERT_TRUE(log->writer.commit().ok());
    }
    const auto report = verify(file);
    ASSERT_TRUE(report.ok());
    EXPECT_FALSE(report->finding);
  }
}

}  // namespace
}  // namespace audit
