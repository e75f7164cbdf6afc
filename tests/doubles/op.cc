// SPDX-License-Identifier: Apache-2.0
//
// A double of the 1Password CLI for tests; never installed. It knows `--version`, `whoami`,
// `read REF`, `item get`, `item list`, `vault list`, `vault get` and `service-account ratelimit`;
// anything else ends with status 64. Its account is op.data beside it (op_account.h), or a built-in
// one. If a file op.log lies beside it, each run adds its arguments there. How it behaves is chosen
// by the text of OP_SERVICE_ACCOUNT_TOKEN, since the launcher empties the rest of the environment:
//
//   (none)            not signed in, unless op.data says that a user is
//   ops_revoked       the service account was deleted; whoami succeeds all the same
//   ops_ratelimit     its quota is used up
//   ops_panic         a Go panic, status 2
//   ops_signal        ends by SIGSEGV
//   ops_hang          says nothing and never ends; ops_hang_half: half the value first
//   ops_partial       half the value, then an error
//   ops_huge          64 MiB of value
//   ops_nonutf8, ops_nul, ops_empty   such a value
//   ops_noise         an extra line on standard error before everything
//   ops_slow_N        answers after N milliseconds
//   ops_give_TEXT     every read gives TEXT
//   ops_...           a good token; anything else is malformed
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cstring>

#include "op_answer.h"

namespace doubles {
namespace {

constexpr std::size_t kHugeBytes = 64u * 1024 * 1024;

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n <= 0) _exit(1);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string beside(const char* name) {
  char path[4096];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  const std::string self(path, n > 0 ? static_cast<std::size_t>(n) : 0);
  return self.substr(0, self.rfind('/') + 1) + name;
}

Account load_account() {
  const int fd = open(beside("op.data").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return default_account();
  std::string text;
  char buffer[4096];
  ssize_t n = 0;
  while ((n = read(fd, buffer, sizeof buffer)) > 0) text.append(buffer, static_cast<size_t>(n));
  close(fd);
  const auto account = parse_account(text);
  if (account) return *account;
  write_all(STDERR_FILENO, "op double: op.data is malformed\n");
  _exit(kUnknown);
}

void log_run(int argc, char** argv) {
  const int fd = open(beside("op.log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0) return;
  std::string line;
  for (int i = 1; i < argc; ++i) line += (i > 1 ? " " : "") + std::string(argv[i]);
  write_all(fd, line + "\n");
  close(fd);
}

std::string stamp() {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  char out[32];
  strftime(out, sizeof out, "%Y/%m/%d %H:%M:%S", &parts);
  return out;
}

int finish(const Outcome& outcome) {
  write_all(STDOUT_FILENO, outcome.out);
  if (!outcome.error.empty())
    write_all(STDERR_FILENO, "[ERROR] " + stamp() + " " + outcome.error + "\n");
  return outcome.status;
}

[[noreturn]] void hang() {
  for (;;) pause();
}

int panic() {
  write_all(STDERR_FILENO,
            "panic: runtime error: invalid memory address or nil pointer dereference\n"
            "[signal SIGSEGV: segmentation violation code=0x2 addr=0x0 pc=0x1]\n\n"
            "goroutine 1 [running]:\nmain.main()\n\t/build/main.go:1 +0x1\n");
  return 2;
}

void sleep_ms(const char* digits) {
  const long ms = strtol(digits, nullptr, 10);
  const timespec wait{.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1'000'000};
  nanosleep(&wait, nullptr);
}

// A value in place of the one that was read.
std::string value_for(std::string_view token, std::string value) {
  if (token == "ops_huge") return std::string(kHugeBytes, 'x');
  if (token == "ops_nonutf8") return "caf\xe9 \xff\xfe\n";
  if (token == "ops_nul") return std::string("a\0b\n", 4);
  if (token == "ops_empty") return "\n";
  if (token.starts_with("ops_give_")) return std::string(token.substr(9)) + "\n";
  const bool half = token == "ops_partial" || token == "ops_hang_half";
  return half ? value.substr(0, value.size() / 2) : value;
}

// Reads always find something where the token says which value they give.
Outcome answer_read(const Account& account, const Words& words, std::string_view token) {
  Outcome out = answer(account, words, true);
  if (token.starts_with("ops_give_")) out = {0, "x", ""};
  if (out.status != 0) return out;
  out.out = value_for(token, std::move(out.out));
  if (words.no_newline && out.out.ends_with('\n')) out.out.pop_back();
  if (token == "ops_partial") {
    out.status = 1;
    out.error = "context deadline exceeded";
  }
  return out;
}

int run_with_token(const Account& account, const Words& words, std::string_view token) {
  const bool who = !words.words.empty() && words.words[0] == "whoami";
  if (token == "ops_panic") return panic();
  if (token == "ops_signal") raise(SIGSEGV);
  if (token == "ops_hang") hang();
  if (!token.starts_with("ops_"))
    return finish(failure("invalid service account token: base64 decoding failed"));
  if (token == "ops_revoked" && !who) return finish(failure(std::string(kRevoked)));
  if (token == "ops_ratelimit" && !who) return finish(failure(std::string(kRateLimited)));
  if (token.starts_with("ops_slow_")) sleep_ms(token.data() + 9);
  if (token == "ops_noise")
    write_all(STDERR_FILENO,
              "Using service account, for supported commands see: "
              "https://developer.1password.com/docs/service-accounts/\n");
  const bool read = !words.words.empty() && words.words[0] == "read";
  if (!read) return finish(answer(account, words, true));
  const Outcome outcome = answer_read(account, words, token);
  const int status = finish(outcome);
  if (token == "ops_hang_half" && status == 0) hang();
  return status;
}

int run(int argc, char** argv) {
  log_run(argc, argv);
  const auto words = parse_words(argc, argv);
  if (!words) return finish({kUnknown, "", "the double does not know this option"});
  const Account account = load_account();
  const char* token = getenv("OP_SERVICE_ACCOUNT_TOKEN");
  const bool service = token != nullptr && *token != 0;
  if (words->version || !service) return finish(answer(account, *words, false));
  return run_with_token(account, *words, token);
}

}  // namespace
}  // namespace doubles

int main(int argc, char** argv) { return doubles::run(argc, argv); }
