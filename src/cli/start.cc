// SPDX-License-Identifier: Apache-2.0
#include "cli/start.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "cli/spawn.h"
#include "cli/supervisor.h"
#include "policy/shadow.h"
#include "wire/codec.h"

namespace cli {
namespace {

// How long the programs may take to report. Opening a long log takes its time.
constexpr int kStartMs = 60'000;

// What the supervisor tells the command, once.
struct Report {
  std::string failure;  // empty: it runs
  wire::SystemReady state;
  template <class V> void visit(V& v) { v(failure, state); }
};

base::Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return base::invalid("the path of the door's socket is too long");
  std::ranges::copy(path, address.sun_path);
  return address;
}

// A fresh directory that only we can enter.
base::Result<std::string> make_door_dir() {
  const char* runtime = ::getenv("XDG_RUNTIME_DIR");
  struct stat st {};
  const bool usable = runtime != nullptr && runtime[0] == '/' && ::stat(runtime, &st) == 0 &&
                      st.st_uid == ::geteuid();
  std::string pattern = std::string(usable ? runtime : "/tmp") + "/yett-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    return base::io_error("make a directory for the door", errno);
  return pattern;
}

base::Result<base::Fd> listen_at(const std::string& path) {
  TRY_AS(const sockaddr_un address, address_of(path));
  base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return base::io_error("socket", errno);
  const mode_t mask = ::umask(0177);
  const bool bound =
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(mask);
  if (!bound || ::listen(fd.get(), 64) != 0) return base::io_error("listen at the door", errno);
  return fd;
}

base::Result<base::Fd> connect_to(const std::string& path) {
  TRY_AS(const sockaddr_un address, address_of(path));
  base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return base::io_error("connect to the door", errno);
  return fd;
}

// Reads an environment variable once and wipes it, so that no child and no /proc shows it.
std::string take_environment(const std::string& name) {
  char* value = ::getenv(name.c_str());
  if (value == nullptr) return "";
  // SECURITY: never in the short form of a string, of which every move leaves a copy behind.
  std::string taken;
  taken.reserve(sizeof(std::string) * 2);
  taken = value;
  ::explicit_bzero(value, ::strlen(value));
  ::unsetenv(name.c_str());
  return taken;
}

wire::StartBroker broker_record(const Loaded& loaded) {
  wire::StartBroker broker;
  broker.manifest = loaded.compiled.manifest;
  bool onepassword = false;
  for (const auto& secret : broker.manifest.secrets) {
    if (secret.source == wire::SecretSource::kEnvironment)
      broker.environment.push_back(take_environment(secret.reference));
    onepassword |= secret.source == wire::SecretSource::kOnePassword;
  }
  if (onepassword) broker.op_token = take_environment("OP_SERVICE_ACCOUNT_TOKEN");
  return broker;
}

wire::StartMonitor monitor_record(const Loaded& loaded, const StartOptions& options) {
  wire::StartMonitor monitor;
  monitor.tenant = loaded.config.tenant;
  monitor.door = "terminal";
  monitor.principal = fmt::format("uid:{}", ::geteuid());
  monitor.owner_uid = ::geteuid();
  monitor.authentic_door = options.authentic;
  monitor.policy_digest = loaded.compiled.rules.digest();
  monitor.policy = loaded.compiled.rules.program;
  monitor.check_readers = loaded.compiled.rules.checks_consumers;
  monitor.environment = loaded.config.environment;
  monitor.roles = loaded.config.roles;
  monitor.scopes = loaded.config.scopes;
  monitor.tools = loaded.compiled.known;
  monitor.session_pool = loaded.config.session_pool;
  monitor.max_calls_per_turn = loaded.config.max_calls_per_turn;
  monitor.max_calls_per_conversation = loaded.config.max_calls_per_conversation;
  monitor.min_isolation = loaded.config.min_isolation;
  monitor.mode = loaded.config.session.mode;
  monitor.dual_required = loaded.config.session.dual_required;
  monitor.include_program = loaded.config.session.include_program;
  return monitor;
}

// The policy on trial, while it runs. One that does not load would say nothing: it stops the start.
base::Status add_shadow(const Loaded& loaded, wire::StartMonitor& monitor) {
  const base::SystemClock clock;
  const auto& shadow = loaded.config.shadow;
  if (!shadow || !policy::shadow_runs({clock.wall_us()}, shadow->until)) return base::ok();
  Config config = loaded.config;
  config.policy = {shadow->file};
  Problems problems;
  const RuleSet rules = make_rule_set(config, loaded.compiled.manifest,
                                      ConfigFiles(loaded.paths.config_dir), problems);
  if (!problems.empty()) {
    std::string all = problems.text(loaded.paths.config);
    all.pop_back();  // the last line end
    return base::invalid(
        "the policy on trial does not load (`yett policy shadow --end` takes it "
        "away):\n" +
        all);
  }
  monitor.shadow = rules.program;
  monitor.shadow_until_us = shadow->until.us;
  return base::ok();
}

// The vault and its key, if the configuration has them. A vault that nobody has written yet is
// none.
base::Status open_vault(const Loaded& loaded, Launch& launch) {
  const std::string& key = loaded.config.vault_key;
  auto vault = open_file(loaded.paths.vault, Access::kRead, Privacy::kPrivate);
  const bool none = !vault.ok() && vault.error().code == base::Errc::kNotFound;
  if (!vault.ok() && !none) return std::move(vault).error();
  if (key == "none" || (none && key == "passphrase")) return base::ok();
  if (!none) launch.vault = std::move(*vault);
  if (key == "passphrase") {
    launch.broker.key = wire::StartBroker::Key::kPassphrase;
    launch.vault_key = base::Fd(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!launch.vault_key)
      return base::invalid(
          "the vault's passphrase is asked on a terminal, and there is none; "
          "use [vault] key = \"file:PATH\"");
    return base::ok();
  }
  // A key file is a root of its own: without a vault too it keeps the argument store readable.
  auto file =
      open_file(beside(loaded.paths.config_dir, key.substr(5)), Access::kRead, Privacy::kPrivate);
  if (none && !file.ok() && file.error().code == base::Errc::kNotFound) return base::ok();
  if (!file.ok()) return std::move(file).error();
  launch.broker.key = wire::StartBroker::Key::kFile;
  launch.vault_key = std::move(*file);
  return base::ok();
}

base::Result<Launch> prepare(const Loaded& loaded, const StartOptions& options, base::Fd listen) {
  Launch launch;
  launch.programs = options.programs;
  if (launch.programs.empty()) {
    TRY_AS(launch.programs, program_directory());
  }
  launch.environment = options.environment;
  launch.listen = std::move(listen);
  launch.gateway = {"terminal", ::geteuid()};
  launch.session = loaded.compiled.session;
  if (options.offer) launch.session.tools = *options.offer;
  launch.monitor = monitor_record(loaded, options);
  TRY(add_shadow(loaded, launch.monitor));
  launch.broker = broker_record(loaded);
  launch.runner = {loaded.config.op, launch.programs + "/yett-vault-launch",
                   ::access((launch.programs + "/yett-spawner").c_str(), X_OK) == 0};
  TRY_AS(launch.log, open_or_make(loaded.paths.log));
  TRY_AS(launch.values, open_or_make(loaded.paths.values));
  if (::flock(launch.log.get(), LOCK_EX | LOCK_NB) != 0)
    return base::Error{
        base::Errc::kUnavailable,
        fmt::format("{} is in use by another yett; one log has one writer", loaded.paths.log)};
  TRY(open_vault(loaded, launch));
  return launch;
}

// The link is ours alone to make: the log's lock is held.
void point_to_door(const std::string& link, const std::string& door) {
  ::unlink(link.c_str());
  (void)!::symlink(door.c_str(), link.c_str());
}

bool is_ours(const base::Fd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

void tell(int fd, const Report& report) {
  const std::string bytes = wire::encode(report);
  (void)!::write(fd, bytes.data(), bytes.size());
}

void remove_door(const std::string& directory) {
  ::unlink((directory + "/door").c_str());
  ::rmdir(directory.c_str());
}

// The supervisor's whole life, in the child.
[[noreturn]] void supervise(Launch launch, base::Fd control, base::Fd report,
                            const std::string& door_dir) {
  (void)::prctl(PR_SET_NAME, "yett-supervisor");
  (void)::prctl(PR_SET_DUMPABLE, 0);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C is the terminal's: it cancels a turn, not the programs
  ::signal(SIGQUIT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  const base::SystemClock clock;
  bool told = false;
  int result = 2;
  {
    Supervisor supervisor(std::move(launch), clock, control.get(),
                          [&](const wire::SystemReady& state) {
                            if (!told) tell(report.get(), {"", state});
                            told = true;
                          });
    result = supervisor.run();
  }
  if (!told) tell(report.get(), {"the programs did not start; what they said stands above", {}});
  remove_door(door_dir);  // also when the command that started all was killed
  ::_exit(result);
}

base::Result<Report> await(const base::Fd& report) {
  pollfd wait{report.get(), POLLIN, 0};
  if (::poll(&wait, 1, kStartMs) != 1)
    return base::Error{base::Errc::kUnavailable, "the programs did not start in time"};
  std::string bytes(64 * 1024, '\0');
  const ssize_t n = ::read(report.get(), bytes.data(), bytes.size());
  if (n <= 0)
    return base::Error{base::Errc::kUnavailable, "the supervisor ended before it was ready"};
  return wire::decode<Report>(std::string_view(bytes.data(), static_cast<std::size_t>(n)));
}

}  // namespace

std::optional<base::Fd> join(const Loaded& loaded) {
  std::array<char, 128> door{};  // a socket's path has at most 108
  const ssize_t n = ::readlink(loaded.paths.door.c_str(), door.data(), door.size());
  if (n <= 0 || static_cast<std::size_t>(n) == door.size()) return std::nullopt;
  auto socket = connect_to(std::string(door.data(), static_cast<std::size_t>(n)));
  if (!socket.ok() || !is_ours(*socket)) return std::nullopt;
  return std::move(*socket);
}

base::Result<Running> start(const StartOptions& options) {
  TRY_AS(Loaded loaded, load(options.config_path));
  Running running;
  TRY_AS(running.door_dir_, make_door_dir());
  running.door_path = running.door_dir_ + "/door";
  TRY_AS(base::Fd listen, listen_at(running.door_path));
  TRY_AS(Launch launch, prepare(loaded, options, std::move(listen)));
  std::array<int, 2> control{};
  std::array<int, 2> report{};
  if (::pipe2(control.data(), O_CLOEXEC) != 0 || ::pipe2(report.data(), O_CLOEXEC) != 0)
    return base::io_error("pipe", errno);
  running.control_.reset(control[1]);
  base::Fd control_end(control[0]), report_end(report[0]), report_write(report[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return base::io_error("fork", errno);
  if (pid == 0) {
    running.control_.reset();
    const std::string door_dir = std::exchange(running.door_dir_, {});
    report_end.reset();
    supervise(std::move(launch), std::move(control_end), std::move(report_write), door_dir);
  }
  running.pid_ = pid;
  report_write.reset();
  // What only the programs need is theirs alone from here on.
  launch.forget_secrets();
  launch = Launch{};
  TRY_AS(Report told, await(report_end));
  if (!told.failure.empty()) return base::Error{base::Errc::kUnavailable, told.failure};
  running.state = std::move(told.state);
  running.loaded = std::move(loaded);
  TRY_AS(running.door, running.connect());
  if (!options.shared) return running;
  running.door_link_ = running.loaded.paths.door;
  point_to_door(running.door_link_, running.door_path);
  return running;
}

Running::Running(Running&& other) noexcept
    : loaded(std::move(other.loaded)),
      state(std::move(other.state)),
      door(std::move(other.door)),
      door_path(std::move(other.door_path)),
      pid_(std::exchange(other.pid_, -1)),
      control_(std::move(other.control_)),
      door_dir_(std::exchange(other.door_dir_, {})),
      door_link_(std::exchange(other.door_link_, {})) {}

Running::~Running() { (void)stop(); }

base::Result<base::Fd> Running::connect() const { return connect_to(door_path); }

int Running::stop() {
  door.reset();
  // Before the log's lock goes: after it the link may be another's.
  if (!door_link_.empty()) ::unlink(door_link_.c_str());
  door_link_.clear();
  control_.reset();
  int status = 0;
  if (pid_ > 0) {
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    pid_ = -1;
  }
  if (!door_dir_.empty()) {
    remove_door(door_dir_);
    door_dir_.clear();
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace cli
