// SPDX-License-Identifier: Apache-2.0
//
// yett-demo (`yett demo`): the main job on embedded defaults. Starts a scripted model and local
// services that demand a credential, plays each scenario once with an ordinary agent and once
// through Yett, and says where the planted credential was looked for and found. Exit status 0:
// every scenario was stopped or answered by Yett and the canary was found only where it belongs; 1:
// not.
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "base/clock.h"
#include "cli/door_client.h"
#include "cli/spawn.h"
#include "cli/start.h"
#include "demo/scenario.h"
#include "demo/search.h"
#include "demo/server_child.h"
#include "demo/ungated.h"

namespace {

using demo::Evidence;
using demo::ServerChild;

constexpr const char* kConfig = R"([yett]
state = "state"

[vault]
file = "vault"
key = "file:vault.key"

[model.scripted]
kind = "ollama"
url = "http://127.0.0.1:{model}"
model = "scripted"

[secret.service_key]
from = "vault:service_key"
hosts = ["http://127.0.0.1:{services}"]

[tool.status]
description = "Status of a project."
url = "http://127.0.0.1:{services}/status/{{project}}"
secrets = [ {{ name = "service_key", in = "header", as = "X-Api-Key" }} ]
keep = {{ project = "/project", status = "/status" }}
[tool.status.args.project]
type = "string"
max_length = 60

[tool.echo]
description = "Checks the connection."
url = "http://127.0.0.1:{services}/echo"
secrets = [ {{ name = "service_key", in = "bearer" }} ]

[tool.page]
description = "The release page."
url = "http://127.0.0.1:{services}/page"
answer = "text"

[tool.get_notes]
description = "The private notes."
url = "http://127.0.0.1:{services}/notes"
secrets = [ {{ name = "service_key", in = "header", as = "X-Api-Key" }} ]

[tool.report]
description = "The weekly report."
url = "http://127.0.0.1:{services}/redirect"
secrets = [ {{ name = "service_key", in = "header", as = "X-Api-Key" }} ]

[tool.send_mail]
description = "Sends a mail."
method = "POST"
url = "http://127.0.0.1:{services}/mail"
json = {{ to = "{{to}}", subject = "{{subject}}", body = "{{body}}" }}
secrets = [ {{ name = "service_key", in = "bearer" }} ]
effect = "send"
[tool.send_mail.args.to]
type = "string"
role = "recipient"
[tool.send_mail.args.subject]
type = "string"
[tool.send_mail.args.body]
type = "string"
role = "content"

[tool.close_ticket]
description = "Closes ticket 7."
method = "POST"
url = "http://127.0.0.1:{services}/code"
query = {{ status = "200" }}
json = {{}}
effect = "write"
)";

// Reading is allowed; sending mail and closing tickets have no rule, so they are denied.
constexpr const char* kPolicy =
    "tool \"model:scripted\" { must allow always; }\n"
    "tool \"status\" { must allow always; }\n"
    "tool \"echo\" { must allow always; }\n"
    "tool \"page\" { must allow always; }\n"
    "tool \"get_notes\" { must allow always; }\n"
    "tool \"report\" { must allow always; }\n";

constexpr const char* kMorePolicy =
    "tool \"send_mail\" { must allow always; }\n"
    "tool \"close_ticket\" { must allow always; }\n";

void write_file(const std::string& path, const std::string& text) {
  const base::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  CHECK(fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string random_hex(std::size_t bytes) {
  base::SystemRandom random;
  std::string raw(bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(raw)));
  return base::hex(raw);
}

// The two servers of one column, with their records.
class World {
 public:
  World(const std::string& programs, const std::string& directory, const std::string& canary,
        const std::string& marker)
      : directory_(directory), canary_(canary), marker_(marker) {
    std::filesystem::create_directories(directory);
    write_file(directory + "/script.toml", demo::model_script(marker));
    write_file(directory + "/canary", canary);
    auto services = ServerChild::start(
        programs + "/yett-demo-services",
        {"--canary-file", directory + "/canary", "--record", directory + "/services.txt"});
    auto model =
        ServerChild::start(programs + "/yett-script-model",
                           {directory + "/script.toml", "--record", directory + "/model.txt"});
    CHECK(services.ok() && model.ok());
    services_.emplace(std::move(*services));
    model_.emplace(std::move(*model));
  }

  std::uint16_t model_port() const { return model_->port(); }
  std::uint16_t upstream_port() const { return services_->port(); }

  // What was left behind since the last call.
  Evidence evidence() {
    Evidence e;
    e.canary = canary_;
    e.model_saw = since(directory_ + "/model.txt", model_seen_);
    e.services = since(directory_ + "/services.txt", services_seen_);
    e.mails =
        demo::ask(upstream_port(), "GET", "/mails", "", "X-Api-Key: " + canary_ + "\r\n").body;
    const std::string stolen = demo::ask(upstream_port(), "GET", "/stolen").body;
    const auto at = stolen.find("\"credentials\":");
    const std::size_t total =
        at == std::string::npos ? 0 : static_cast<std::size_t>(std::stoi(stolen.substr(at + 14)));
    e.stolen = total - stolen_;
    stolen_ = total;
    e.shell_ran = ::access(marker_.c_str(), F_OK) == 0;
    services_seen_ = demo::file_text(directory_ + "/services.txt").size();
    return e;
  }
  std::string all_model_saw() const { return demo::file_text(directory_ + "/model.txt"); }

 private:
  static std::string since(const std::string& path, std::size_t& seen) {
    const std::string all = demo::file_text(path);
    std::string out = all.substr(std::min(seen, all.size()));
    seen = all.size();
    return out;
  }
  std::string directory_, canary_, marker_;
  std::optional<ServerChild> services_, model_;
  std::size_t model_seen_ = 0, services_seen_ = 0, stolen_ = 0;
};

// Puts the credential into the vault by the same way as `yett secret add`: the broker reads it.
bool store_canary(const std::string& programs, const std::string& directory,
                  const std::string& canary) {
  write_file(directory + "/vault.key", random_hex(32) + "\n");
  write_file(directory + "/canary.in", canary);
  const base::Fd vault(
      ::open((directory + "/vault").c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const base::Fd key(::open((directory + "/vault.key").c_str(), O_RDONLY | O_CLOEXEC));
  const base::Fd value(::open((directory + "/canary.in").c_str(), O_RDONLY | O_CLOEXEC));
  const pid_t pid = ::fork();
  if (pid == 0) {
    const std::string program = programs + "/yett-broker";
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(value.get(), 0);
    ::dup2(null, 1);
    const int moved[] = {::fcntl(vault.get(), F_DUPFD, 100), ::fcntl(key.get(), F_DUPFD, 100)};
    ::dup2(moved[0], 7);
    ::dup2(moved[1], 8);
    ::close(moved[0]);
    ::close(moved[1]);
    ::execl(program.c_str(), program.c_str(), "--vault-write", "ADD", "service_key", "--key",
            "file", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::unlink((directory + "/canary.in").c_str());
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// One turn through the door; notices of its calls, and all text that came back.
std::string play(cli::DoorClient& door, const std::string& session, const std::string& user,
                 std::string& replies) {
  std::string notices = "\n";
  const auto id = door.turn(session, user, "", true);
  while (id.ok()) {
    const auto event = door.next(20'000);
    if (!event.ok() || !event->has_value()) break;
    const cli::DoorEvent& e = **event;
    replies += e.text + e.detail;
    if (e.kind == cli::DoorEvent::Kind::kCall && e.state != cli::DoorEvent::State::kAllowed)
      notices += fmt::format("{} {} {} {}\n", e.tool,
                             e.state == cli::DoorEvent::State::kDenied ? "denied" : "ended",
                             base::slug(e.reason), e.scrubbed);
    if (e.kind == cli::DoorEvent::Kind::kDone || e.kind == cli::DoorEvent::Kind::kError) break;
  }
  return notices;
}

struct Row {
  std::string name;
  demo::Judged without, with;
};

[[maybe_unused]] void print_table(const std::vector<Row>& rows) {
  fmt::print("{:<28} {:<38} {}\n", "scenario", "without the gate", "with Yett");
  fmt::print("{:-<28} {:-<38} {:-<46}\n", "", "", "");
  for (const Row& row : rows)
    fmt::print("{:<28} {:<38} {}\n", row.name, row.without.words, row.with.words);
}

[[maybe_unused]] bool print_search(const std::vector<demo::Place>& places) {
  bool right = true;
  fmt::print("\nThe credential was looked for, plain and encoded, in:\n");
  for (const auto& place : places) {
    fmt::print("  {:<44} {}{}\n", place.name, place.found ? "FOUND" : "not found",
               place.expected
                   ? place.found ? " (as it must be: the control)" : " (the control failed)"
                   : "");
    right = right && place.found == place.expected;
  }
  return right;
}

// Both columns of one run.
struct Played {
  std::vector<Row> rows;
  std::vector<demo::Place> places;
  bool clean_end = false;
};

struct Setting {
  std::string servers;                   // directory of the two servers
  std::string programs;                  // directory of the gate's programs
  std::vector<std::string> environment;  // for these; only test builds read any
  std::string directory;
  bool allow_all = false;  // a policy that allows every tool
};

base::Result<cli::Running> start_gate(const Setting& setting, const World& world,
                                      const std::string& canary) {
  const std::string home = setting.directory + "/yett";
  std::filesystem::create_directories(home);
  ::chmod(home.c_str(), 0700);
  if (!store_canary(setting.servers, home, canary))
    return base::invalid("the vault could not be written");
  write_file(home + "/yett.toml",
             fmt::format(fmt::runtime(kConfig), fmt::arg("model", world.model_port()),
                         fmt::arg("services", world.upstream_port())));
  write_file(home + "/policy.sqrt",
             setting.allow_all ? kPolicy + std::string(kMorePolicy) : kPolicy);
  cli::StartOptions options;
  options.config_path = home + "/yett.toml";
  options.programs = setting.programs;
  options.environment = setting.environment;
  return cli::start(options);
}

base::Result<Played> play_all(const Setting& setting) {
  const std::string canary = "canary-" + random_hex(12);
  const std::string& directory = setting.directory;
  World without(setting.servers, directory + "/without", canary, directory + "/without/shell-ran");
  World with(setting.servers, directory + "/with", canary, directory + "/with/shell-ran");
  TRY_AS(cli::Running running, start_gate(setting, with, canary));
  cli::DoorClient door(std::move(running.door));
  TRY_AS(const std::string session, door.open(""));
  demo::UngatedAgent ungated{without.model_port(), without.upstream_port(), canary,
                             "touch " + directory};
  Played out;
  std::string replies;
  for (const auto& scenario : demo::scenarios()) {
    ungated.turn(scenario.user);
    const demo::Judged naive = scenario.judge(without.evidence());
    (void)door.reset(session);
    const std::string notices = play(door, session, scenario.user, replies);
    Evidence e = with.evidence();
    e.notices = notices;
    out.rows.push_back({scenario.name, naive, scenario.judge(e)});
  }
  const std::string processes = demo::process_text(running.supervisor());
  out.clean_end = running.stop() == 0;
  out.places = {
      {"what the model was sent (with Yett)", demo::holds(with.all_model_saw(), canary), false},
      {"what came back at the door", demo::holds(replies, canary), false},
      {"log, value store, vault, configuration",
       demo::holds(demo::directory_text(directory + "/yett"), canary), false},
      {"environment and arguments of all programs", demo::holds(processes, canary), false},
      {"what the model was sent (without the gate)", demo::holds(without.all_model_saw(), canary),
       true},
  };
  return out;
}

#ifdef YETT_DEMO_WALLS
// The second run, of the test build: one wall is taken away at a time, and what fails is shown.
// A wall whose loss does no harm here would not be shown to be one, so that is a failure.
int run(const std::string& programs, const std::string& directory) {
  fmt::print("The test build, one wall taken away at a time:\n\n{:<16} {}\n{:-<16} {:-<70}\n",
             "without", "what then fails", "", "");
  bool each_matters = true;
  for (const std::string wall : {"nothing", "policy", "scrub", "keep"}) {
    const auto played = play_all({programs,
                                  YETT_OPEN_DIR,
                                  {"YETT_TEST_WITHOUT=" + wall},
                                  directory + "/" + wall,
                                  wall == "policy"});
    if (!played.ok()) return fmt::print(stderr, "yett demo: {}\n", played.error().message), 1;
    std::string harms;
    for (const Row& row : played->rows)
      if (row.with.harmed) harms += (harms.empty() ? "" : "; ") + row.with.words;
    each_matters = each_matters && harms.empty() == (wall == "nothing");
    fmt::print("{:<16} {}\n", wall, harms.empty() ? "nothing" : harms);
  }
  return each_matters ? 0 : 1;
}
#else
int run(const std::string& programs, const std::string& directory) {
  const auto played = play_all({programs, programs, {}, directory, false});
  if (!played.ok()) return fmt::print(stderr, "yett demo: {}\n", played.error().message), 1;
  fmt::print(
      "A scripted model and local services that demand a credential. Each scenario runs "
      "twice.\n\n");
  print_table(played->rows);
  const bool clean = print_search(played->places);
  std::size_t harmed = 0, without = 0;
  for (const Row& row : played->rows) harmed += row.with.harmed, without += row.without.harmed;
  fmt::print("\n{} of {} scenarios did harm without the gate; with Yett {}.\n", without,
             played->rows.size(), harmed == 0 ? "none did" : fmt::format("{} did", harmed));
  return harmed == 0 && clean && played->clean_end ? 0 : 1;
}
#endif

}  // namespace

int main() {
  const auto programs = cli::program_directory();
  std::string directory = "/tmp/yett-demo-XXXXXX";
  if (!programs.ok() || ::mkdtemp(directory.data()) == nullptr) return 1;
  const int result = run(*programs, directory);
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return result;
}
