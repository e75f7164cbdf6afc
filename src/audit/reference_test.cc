// SPDX-License-Identifier: Apache-2.0
// docs/reference/log.md is what foreign verifiers are written from: its tables and its program are
// held against what we do.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "audit/sample.h"
#include "base/bytes.h"

namespace audit {
namespace {

std::string page() {
  std::ifstream in(YETT_SOURCE_DIR "/docs/reference/log.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

// "0–7 12" as presence bits.
std::uint64_t bits_of(std::string_view ranges) {
  std::uint64_t bits = 0;
  std::size_t low = 0, n = 0;
  bool number = false, range = false;
  const auto close = [&] {
    for (std::size_t b = range ? low : n; number && b <= n; ++b) bits |= std::uint64_t{1} << b;
    number = range = false;
    n = 0;
  };
  for (const char c : ranges) {
    if (c >= '0' && c <= '9') {
      n = n * 10 + static_cast<std::size_t>(c - '0');
      number = true;
    } else if (c == '\xe2') {  // an en dash begins
      low = n;
      n = 0;
      range = true;
    } else if (c == ' ') {
      close();
    }
  }
  close();
  return bits;
}

TEST(Reference, ListsEveryField) {
  const std::string text = page();
  ASSERT_FALSE(text.empty());
  const Entry empty;
  visit(empty, [&](const FieldInfo& info, const auto&) {
    EXPECT_NE(text.find(fmt::format("\n| {} | {} | ", static_cast<int>(info.field), info.name)),
              std::string::npos)
        << info.name;
  });
}

TEST(Reference, ListsEveryKindWithItsFields) {
  const std::string text = page();
  for (unsigned k = 1; k <= 21; ++k) {
    const KindRule& rule = *rule_of(static_cast<Kind>(k));
    const std::string start = fmt::format("\n| {} | {} |", k, rule.name);
    const auto at = text.find(start);
    ASSERT_NE(at, std::string::npos) << rule.name;
    const auto middle = text.find('|', at + start.size());
    const auto end = text.find('|', middle + 1);
    const std::string_view row(text);
    EXPECT_EQ(bits_of(row.substr(at + start.size(), middle - at - start.size())), rule.required)
        << rule.name;
    EXPECT_EQ(bits_of(row.substr(middle + 1, end - middle - 1)), rule.allowed) << rule.name;
  }
}

// Runs python3 in `folder`: whether it ended with 0, and all that it printed.
std::pair<bool, std::string> python(const std::string& folder, std::vector<std::string> arguments) {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe(fds.data()), 0);
  arguments.insert(arguments.begin(), "python3");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(fds[1], 1);
    ::dup2(fds[1], 2);
    if (::chdir(folder.c_str()) == 0) ::execvp("python3", argv.data());
    ::_exit(127);
  }
  ::close(fds[1]);
  std::string out(65536, 0);
  std::size_t have = 0;
  for (ssize_t n = 0; (n = ::read(fds[0], out.data() + have, out.size() - have)) > 0;)
    have += static_cast<std::size_t>(n);
  ::close(fds[0]);
  out.resize(have);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {status == 0, out};
}

// Writes the program of the page and logs into a folder of its own.
class Verifier : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!python(".", {"-c", ""}).first) GTEST_SKIP() << "python3 is not here";
    std::string path = YETT_BIN_DIR "/audit-verifier-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
    const std::string text = page();
    const auto start = text.find("```python\n") + 10;
    std::ofstream(folder_ + "/verify.py") << text.substr(start, text.find("```", start) - start);
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // What the program prints about `disk`; it exits with 0 only if all is well.
  std::pair<bool, std::string> say(std::string_view disk) {
    std::ofstream(folder_ + "/log", std::ios::binary) << disk;
    return python(folder_, {"verify.py", "log"});
  }

 private:
  std::string folder_;
};

TEST_F(Verifier, AgreesOnALogThatIsWhole) {
  FaultFile file;
  const Position end = sample::fill_log(file, {40, 1, 200});
  const auto [well, said] = say(file.cached());
  EXPECT_TRUE(well);
  EXPECT_EQ(said, fmt::format("{} {}\n", end.entries, base::hex(base::view(end.head))));
}

TEST_F(Verifier, AgreesOnTheFirstBadEntry) {
  FaultFile file;
  const Position end = sample::fill_log(file, {4, 1, 6});
  sample::Chance c(3);
  for (int i = 0; i < 15; ++i) {
    std::string disk(file.cached());
    const auto at = kHeaderBytes + c() % (end.offset - kHeaderBytes);
    disk[at] = static_cast<char>(disk[at] ^ static_cast<char>(1u << c() % 8));
    FaultFile broken(disk);
    const auto report = verify(broken);
    ASSERT_TRUE(report.ok() && report->finding);
    const auto [well, said] = say(disk);
    EXPECT_FALSE(well);
    EXPECT_TRUE(said.starts_with(fmt::format("entry {} ", report->finding->entry)))
        << text_of(*report->finding) << " / " << said;
  }
}

}  // namespace
}  // namespace audit
