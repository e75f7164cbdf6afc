// SPDX-License-Identifier: Apache-2.0
#include "cli/vault_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/bytes.h"
#include "base/limits.h"
#include "cli/spawn.h"
#include "wire/start.h"

namespace cli {
namespace {

constexpr int kAboveTargets = 20;  // so that moving one descriptor never closes another

const char* word_of(VaultVerb verb) {
  switch (verb) {
    case VaultVerb::kAdd: return "ADD";
    case VaultVerb::kRotate: return "ROTATE";
    case VaultVerb::kRemove: return "REMOVE";
    case VaultVerb::kList: return "LIST";
    case VaultVerb::kValuesKey: return "VALUES-KEY";
  }
  return "";
}

base::Result<base::Fd> open_key(const Paths& paths, const Config& config) {
  if (config.vault_key == "none")
    return base::invalid(
        fmt::format("the vault has no key: set `key` in [vault] of {} to \"passphrase\" or "
                    "\"file:vault.key\"",
                    paths.config));
  if (config.vault_key != "passphrase")
    return open_file(beside(paths.config_dir, config.vault_key.substr(5)), Access::kRead,
                     Privacy::kPrivate);
  base::Fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal)
    return base::invalid(
        "the vault's passphrase is asked on a terminal, and there is none; "
        "use [vault] key = \"file:PATH\"");
  return terminal;
}

base::Result<base::Fd> open_vault(const Paths& paths, const VaultOrder& order) {
  const bool reads = order.verb == VaultVerb::kValuesKey;
  std::error_code failed;
  // A key file is a root of its own: no vault is needed for what only asks for a key.
  if (reads && !std::filesystem::exists(paths.vault, failed))
    return base::Fd(::memfd_create("no-vault", MFD_CLOEXEC));
  if (reads) return open_file(paths.vault, Access::kRead, Privacy::kPrivate);
  auto vault = order.verb == VaultVerb::kAdd
                   ? open_or_make(paths.vault)
                   : open_file(paths.vault, Access::kReadWrite, Privacy::kPrivate);
  if (!vault.ok()) return vault;
  if (::flock(vault->get(), LOCK_EX | LOCK_NB) != 0)
    return base::Error{base::Errc::kUnavailable,
                       paths.vault + " is being changed by another command; try again"};
  return vault;
}

// A first `add` that failed leaves no empty file behind.
void drop_if_empty(const std::string& path, const base::Fd& vault) {
  struct stat st {};
  if (::fstat(vault.get(), &st) == 0 && st.st_size == 0) (void)::unlink(path.c_str());
}

base::Result<base::Fd> moved_up(const base::Fd& fd) {
  base::Fd up(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kAboveTargets));
  if (!up) return base::io_error("fcntl", errno);
  return up;
}

std::string read_to_end(const base::Fd& fd) {
  std::string all;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || all.size() > base::limits::kBodyBytes) return all;
    all.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

base::Result<pid_t> start(std::vector<std::string> words, int vault, int key, int out) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  char* environment[] = {nullptr};
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions, vault, wire::StartBroker::kVaultFd);
  ::posix_spawn_file_actions_adddup2(&actions, key, wire::StartBroker::kVaultKeyFd);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environment);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::io_error(argv[0], failed);
  return pid;
}

std::vector<std::string> words_of(const std::string& program, const Config& config,
                                  const VaultOrder& order) {
  std::vector<std::string> words{program, "--vault-write", word_of(order.verb)};
  if (!order.entry.empty()) words.push_back(order.entry);
  if (order.short_value) words.emplace_back("--short");
  words.emplace_back("--key");
  words.emplace_back(config.vault_key == "passphrase" ? "passphrase" : "file");
  return words;
}

}  // namespace

base::Result<std::string> write_vault(const Paths& paths, const Config& config,
                                      const VaultOrder& order) {
  TRY_AS(const base::Fd key, open_key(paths, config));
  TRY_AS(const base::Fd vault, open_vault(paths, order));
  TRY_AS(const base::Fd key_up, moved_up(key));
  TRY_AS(const base::Fd vault_up, moved_up(vault));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::io_error("pipe", errno);
  const base::Fd reading(ends[0]);
  base::Fd writing(ends[1]);
  TRY_AS(base::Fd out_up, moved_up(writing));
  TRY_AS(const std::string directory, program_directory());
  TRY_AS(const pid_t pid, start(words_of(directory + "/yett-broker", config, order), vault_up.get(),
                                key_up.get(), out_up.get()));
  writing.reset();
  out_up.reset();
  std::string said = read_to_end(reading);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return said;
  if (order.verb != VaultVerb::kValuesKey) drop_if_empty(paths.vault, vault);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 1) return base::Error{base::Errc::kIo, ""};
  return base::Error{base::Errc::kUnavailable, "yett-broker ended by " + how_it_ended(status)};
}

base::Result<std::set<std::string>> vault_names(const Paths& paths, const Config& config) {
  TRY_AS(const std::string said, write_vault(paths, config, {VaultVerb::kList, "", false}));
  std::set<std::string> names;
  for (std::size_t at = 0; at < said.size();) {
    const std::size_t end = std::min(said.find('\n', at), said.size());
    names.insert(said.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

base::Result<std::string> values_key(const Paths& paths, const Config& config) {
  TRY_AS(std::string said,
         write_vault(paths, config, {VaultVerb::kValuesKey, config.tenant, false}));
  auto key = base::unhex(std::string_view(said).substr(0, 64));
  base::wipe(said);
  if (key && key->size() == 32) return std::move(*key);
  return base::Error{base::Errc::kIo, "yett-broker told no key"};
}

}  // namespace cli
