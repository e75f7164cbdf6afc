// SPDX-License-Identifier: Apache-2.0
//
// The canary: four secrets are planted (environment, vault, 1Password and its token), the real
// command holds a conversation in which a service echoes them in every form, and then everything
// that root can read of the running system is searched: what the model was told, what the client
// was told, log and stores, environments, command lines and memory of every program, cores, files
// in /tmp. Only the broker may hold one, and the egress that carries it. The same search must find
// it there, and in a process and a file that are planted with each form.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "http_double.h"
#include "processes.h"
#include "schema/parse.h"
#include "schema/write.h"
#include "search.h"
#include "victim.h"

namespace attack {
namespace {

namespace fs = std::filesystem;
using e2e::HttpDouble;

const std::vector<std::string> kForms = {"plain",   "base64", "base64url", "hex",  "HEX",
                                         "percent", "json",   "reversed",  "utf16"};
const std::vector<std::string> kSources = {"environment", "vault", "onepassword"};

// Made anew for each run, so that no source file, binary or earlier run holds one; each letter at
// random, so that no window of it occurs by chance.
std::string fresh_canary(std::size_t length) {
  std::string bytes;
  while (bytes.size() < length) {
    bytes += whole_file("/proc/sys/kernel/random/uuid");
    std::erase_if(bytes, [](char c) { return c == '-' || c == '\n'; });
  }
  for (std::size_t i = 0; i < bytes.size(); i += 3)
    bytes[i] = static_cast<char>('G' + (bytes[i] * 7 + static_cast<int>(i)) % 20);
  return bytes.substr(0, length);
}

// A process with pipes to its standard input and output.
class Process {
 public:
  Process(std::vector<std::string> words, const std::vector<std::string>& environment) {
    int in[2];
    int out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) return;
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<char*> variables;
    for (const auto& variable : environment)
      variables.push_back(const_cast<char*>(variable.c_str()));
    variables.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::dup2(out[1], 2);
      ::execve(argv[0], argv.data(), variables.data());
      ::_exit(127);
    }
    in_.reset(in[1]);
    out_.reset(out[0]);
    ::close(in[0]);
    ::close(out[1]);
  }
  ~Process() {
    if (pid_ > 0 && !waited_) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
  }
  void say(const std::string& text) const { (void)!::write(in_.get(), text.data(), text.size()); }
  void close_input() { in_.reset(); }

  // Reads until `mark` has come, the end, or 20 s; all of it is also in `heard`.
  bool hear(const std::string& mark) {
    const std::size_t from = heard.size();
    while (mark.empty() || heard.find(mark, from) == std::string::npos) {
      pollfd wait{out_.get(), POLLIN, 0};
      char chunk[65536];
      if (::poll(&wait, 1, 20'000) != 1) return false;
      const ssize_t n = ::read(out_.get(), chunk, sizeof chunk);
      if (n <= 0) return mark.empty();
      heard.append(chunk, static_cast<std::size_t>(n));
    }
    return true;
  }
  int wait() {
    int status = 0;
    waited_ = ::waitpid(pid_, &status, 0) == pid_;
    return status;
  }
  pid_t pid() const { return pid_; }
  std::string heard;

 private:
  pid_t pid_ = -1;
  bool waited_ = false;
  base::Fd in_, out_;
};

// The credential that a request carries, whichever place it has.
std::string credential_in(const e2e::Asked& asked) {
  const std::string mark = "X-Api-Key: ";
  const auto at = asked.head.find(mark);
  if (at == std::string::npos) return "";
  return asked.head.substr(at + mark.size(), asked.head.find('\r', at) - at - mark.size());
}

// "GET /echo/FORM" is answered by the credential in that form, in a header too.
std::string echo(const e2e::Asked& asked) {
  const auto at = asked.head.find("/echo/") + 6;
  const std::string form = asked.head.substr(at, asked.head.find(' ', at) - at);
  const std::string said = echo_of(credential_in(asked), form);
  std::string body = "you sent ";
  body += said;
  return fmt::format(
      "HTTP/1.1 200 X\r\nX-Echo: {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}",
      form == "utf16" ? "" : said, body.size(), body);
}

// Ollama's wire: the user's "SOURCE FORM" becomes a call, a tool's answer is repeated as text.
std::string answer_as_model(const e2e::Asked& asked) {
  const auto request = schema::parse(asked.body);
  if (!request.ok()) return HttpDouble::reply(400, "text/plain", "");
  const auto* messages = request->find("messages");
  const auto& last = messages->as_array()->back();
  const std::string role = e2e::text_of(last, "role");
  const std::string text = e2e::text_of(last, "content");
  std::string message;
  if (role == "user") {
    const auto space = text.find(' ');
    message = fmt::format(R"({{"role":"assistant","content":"","tool_calls":[{{"function":)"
                          R"({{"name":"{}","arguments":{{"form":"{}"}}}}}}]}})",
                          text.substr(0, space), text.substr(space + 1));
  } else {
    std::string quoted;
    schema::quote_to(quoted, "the tool says: " + text + " END-OF-TURN");
    message = R"({"role":"assistant","content":)" + quoted + "}";
  }
  return HttpDouble::reply(
      200, "application/x-ndjson",
      R"({"message":)" + message + R"(,"done":true,"done_reason":"stop"})" + "\n");
}

std::string config_of(const std::string& directory, const HttpDouble& service,
                      const HttpDouble& model) {
  std::string text = fmt::format(R"(
[yett]
state = "state"
max_calls_per_conversation = 1000
[vault]
file = "vault"
key = "file:vault.key"
[onepassword]
op = "{}/op"
[model.local]
kind = "ollama"
url = "{}"
model = "small"
)",
                                 directory, model.url());
  const std::vector<std::string> from = {"env:YETT_CANARY", "vault:canary",
                                         "op://Private/login/password"};
  for (std::size_t i = 0; i < kSources.size(); ++i)
    text += fmt::format(R"(
[secret.{0}]
from = "{1}"
hosts = ["{2}"]
[tool.{0}]
description = "Echoes."
url = "{2}/echo/{{form}}"
answer = "text"
secrets = [ {{ name = "{0}", in = "header", as = "X-Api-Key" }} ]
[tool.{0}.args.form]
type = "string"
)",
                        kSources[i], from[i], service.url());
  return text;
}

class Canary : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0)
      GTEST_SKIP() << "needs root: it reads the memory of programs of other users";
    since_ = ::time(nullptr);
    std::string pattern = "/tmp/yett-canary-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    ::chmod(directory_.c_str(), 0711);
    for (const std::size_t length : {300u, 48u, 70u}) canaries_.push_back(fresh_canary(length));
  }
  void TearDown() override {
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
  }

  void write(const std::string& name, const std::string& text, mode_t mode) const {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
  }

  void plant() {
    fs::copy_file(std::string(YETT_BIN_DIR) + "/../doubles/op", directory_ + "/op");
    ::chmod((directory_ + "/op").c_str(), 0755);
    write("yett.toml", config_of(directory_, service_, model_), 0644);
    std::string policy = "tool \"model:local\" { must allow always; }\n";
    for (const auto& source : kSources)
      policy += "tool \"" + source + "\" { must allow always; }\n";
    write("policy.sqrt", policy, 0644);
    write("vault.key", std::string(64, 'a') + "\n", 0600);
    Process add({yett(), "--config", directory_ + "/yett.toml", "secret", "add", "canary"},
                {"PATH=/usr/bin"});
    add.say(canaries_[1] + "\n");
    add.close_input();
    add.hear("");
    ASSERT_EQ(add.wait(), 0) << add.heard;
    EXPECT_EQ(found_in(add.heard), "");
  }

  static std::string yett() { return std::string(YETT_BIN_DIR) + "/yett"; }
  std::string found_in(std::string_view bytes) const {
    for (const auto& canary : canaries_)
      if (const auto form = Needles(canary).in(bytes); !form.empty()) return std::string(form);
    return "";
  }

  // Each source in each form, all in one conversation.
  void talk(Process& chat) {
    for (const auto& source : kSources)
      for (const auto& form : kForms) {
        chat.say(source + " " + form + "\n");
        ASSERT_TRUE(chat.hear("END-OF-TURN")) << source << " " << form << ": " << chat.heard;
      }
  }

  // What the broker or an egress to the service may hold.
  bool exempt(pid_t pid) const {
    const std::string name = process_name(pid);
    const auto ports = remote_ports(pid);
    return name == "yett-broker" ||
           (name == "yett-egress" && std::ranges::find(ports, service_.port()) != ports.end());
  }

  // Every program that runs now; none but the exempt ones may hold a canary.
  void search(pid_t root) {
    for (const pid_t pid : family_of(root)) {
      const std::string name = process_name(pid);
      searched_.insert(name);
      for (std::size_t i = 0; i < canaries_.size(); ++i) {
        const std::string where = where_in_process(pid, Needles(canaries_[i]));
        if (!where.empty() && where != "unreadable") holders_.insert(name + " " + kSources[i]);
        for (const auto& file : where_in_memory_files(pid, Needles(canaries_[i])))
          memory_files_.insert(name + " " + file);
        // What has ended since it was listed holds nothing any more.
        if (exempt(pid) || (where == "unreadable" && parent_of(pid) < 0)) continue;
        EXPECT_EQ(where, "") << kSources[i] << "'s canary in " << name;
      }
    }
  }

  long since_ = 0;
  std::set<std::string> searched_, holders_, memory_files_;
  std::string directory_;
  std::vector<std::string> canaries_;
  HttpDouble service_{echo};
  HttpDouble model_{answer_as_model};
};

TEST_F(Canary, IsInTheBrokerAndItsEgressAndNowhereElse) {
  plant();
  Process chat({yett(), "--config", directory_ + "/yett.toml", "chat"},
               {"PATH=/usr/bin", "YETT_CANARY=" + canaries_[0],
                "OP_SERVICE_ACCOUNT_TOKEN=ops_give_" + canaries_[2]});
  // Before anything was reused or overwritten: what the start alone leaves behind.
  chat.say("tools\n");
  ASSERT_TRUE(chat.hear("environment")) << chat.heard;
  search(chat.pid());
  talk(chat);
  if (HasFatalFailure()) return;

  // The service was given each of them: without that nothing else here would mean anything.
  ASSERT_EQ(service_.asked().size(), kSources.size() * kForms.size());
  for (std::size_t i = 0; i < service_.asked().size(); ++i)
    EXPECT_EQ(credential_in(service_.asked()[i]), canaries_[i / kForms.size()]);
  EXPECT_NE(chat.heard.find("you sent "), std::string::npos);

  EXPECT_EQ(found_in(chat.heard), "") << "in what the client was told";
  for (const auto& asked : model_.asked())
    EXPECT_EQ(found_in(asked.head + asked.body), "") << "in the model's input";

  search(chat.pid());
  // The supervisor keeps the start record from which it starts the broker again, sealed and mapped
  // nowhere. THREAT_MODEL.md says so.
  EXPECT_EQ(memory_files_, std::set<std::string>{"yett-supervisor yett-broker"});
  for (const char* name : {"yett", "yett-supervisor", "yett-gateway", "yett-session",
                           "yett-monitor", "yett-broker", "yett-egress", "yett-runner"})
    EXPECT_TRUE(searched_.contains(name)) << name << " was not searched";
  for (const auto& source : kSources)
    EXPECT_TRUE(holders_.contains("yett-broker " + source)) << "the search is blind";

  for (const auto& canary : canaries_) {
    EXPECT_EQ(fmt::format("{}", fmt::join(where_in_files(directory_, Needles(canary), 0), " ")),
              "");
    EXPECT_EQ(fmt::format("{}", fmt::join(where_in_files("/tmp", Needles(canary), since_), " ")),
              "");
  }
  for (const pid_t pid : family_of(chat.pid())) {
    if (process_name(pid) == "yett" || process_name(pid) == "yett-supervisor") continue;
    const std::string limits = whole_file(fmt::format("/proc/{}/limits", pid));
    const auto at = limits.find("Max core file size");
    EXPECT_EQ(limits.substr(at, limits.find('\n', at) - at).find("0                    0"), 26u)
        << process_name(pid);
  }

  chat.close_input();
  chat.hear("");
  EXPECT_EQ(chat.wait(), 0) << chat.heard;
  EXPECT_EQ(found_in(chat.heard), "");
  for (const auto& canary : canaries_)
    EXPECT_EQ(fmt::format("{}", fmt::join(where_in_files("/tmp", Needles(canary), since_), " ")),
              "");
}

// Whatever its length: allocators treat each size in a way of its own.
TEST_F(Canary, IsNotLeftBehindByTheStartWhateverItsLength) {
  plant();
  for (const std::size_t length : {20u, 31u, 63u, 129u, 1'000u, 5'000u, 15'000u}) {
    canaries_[0] = fresh_canary(length);
    canaries_[2] = fresh_canary(length);
    Process chat({yett(), "--config", directory_ + "/yett.toml", "chat"},
                 {"PATH=/usr/bin", "YETT_CANARY=" + canaries_[0],
                  "OP_SERVICE_ACCOUNT_TOKEN=ops_give_" + canaries_[2]});
    chat.say("tools\n");
    ASSERT_TRUE(chat.hear("environment")) << length << chat.heard;
    SCOPED_TRACE(length);
    search(chat.pid());
    chat.close_input();
    chat.hear("");
    EXPECT_EQ(chat.wait(), 0);
  }
}

// A program that ends by a signal leaves no core, even where the caller's limit would allow one.
TEST_F(Canary, IsInNoCoreOfAProgramThatEndsBadly) {
  plant();
  rlimit before{};
  ::getrlimit(RLIMIT_CORE, &before);
  const rlimit most{before.rlim_max, before.rlim_max};
  ::setrlimit(RLIMIT_CORE, &most);
  const std::string old = fs::current_path();
  fs::current_path(directory_);
  for (const char* victim :
       {"yett-broker", "yett-egress", "yett-session", "yett-supervisor", "yett"}) {
    Process chat({yett(), "--config", directory_ + "/yett.toml", "chat"},
                 {"PATH=/usr/bin", "YETT_CANARY=" + canaries_[0],
                  "OP_SERVICE_ACCOUNT_TOKEN=ops_give_" + canaries_[2]});
    chat.say("environment plain\n");
    ASSERT_TRUE(chat.hear("END-OF-TURN")) << chat.heard;
    for (const pid_t pid : family_of(chat.pid()))
      if (process_name(pid) == victim) ::kill(pid, SIGSEGV);
    chat.close_input();
    chat.hear("");
    ::usleep(300'000);
  }
  fs::current_path(old);
  // The control: the command itself is not locked down, so its core is there.
  if (before.rlim_max != 0 && whole_file("/proc/sys/kernel/core_pattern") == "core\n") {
    EXPECT_TRUE(fs::exists(directory_ + "/core"));
  }
  ::setrlimit(RLIMIT_CORE, &before);
  for (const auto& canary : canaries_)
    EXPECT_EQ(fmt::format("{}", fmt::join(where_in_files(directory_, Needles(canary), 0), " ")),
              "");
}

// The positive control: each form, in the memory, the environment and the command line of a process
// and in a file, is found by the same functions.
TEST_F(Canary, IsFoundInEachFormWhereItWasPlanted) {
  const std::string canary = canaries_[0];
  const Needles needles(canary);
  for (const std::string& form : kForms) {
    write("planted", "some bytes before " + echo_of(canary, form) + " and after", 0600);
    EXPECT_EQ(where_in_files(directory_, needles, since_).size(), 1u) << form;
    Process holder({"/bin/sh", "-c", "read -r planted; echo ok; read -r never"}, {});
    holder.say(echo_of(canary, form == "utf16" ? "plain" : form) + "\n");
    ASSERT_TRUE(holder.hear("ok")) << form;
    EXPECT_EQ(where_in_process(holder.pid(), needles).find("memory"), 0u) << form;
  }
  write("planted", "", 0600);
  Process with_variable({"/bin/sh", "-c", "echo ok; read never"}, {"PLANTED=" + canary});
  Process with_word({"/bin/sh", "-c", "echo ok; read never", canary}, {});
  ASSERT_TRUE(with_variable.hear("ok") && with_word.hear("ok"));
  EXPECT_EQ(where_in_process(with_variable.pid(), needles), "environ");
  EXPECT_EQ(where_in_process(with_word.pid(), needles), "cmdline");
  EXPECT_EQ(needles.in("nothing of the kind"), "");
}

}  // namespace
}  // namespace attack
