// SPDX-License-Identifier: Apache-2.0
// What `yett init` writes and looks at, and the runs of the 1Password CLI for `yett check`.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "cli/compile.h"
#include "cli/first_files.h"
#include "cli/ollama_probe.h"
#include "cli/op_probe.h"
#include "cli/secret_test.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = fs::temp_directory_path() / "yett-init-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string content(const std::string& path) {
  std::ifstream in(path);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

class OnePolicy final : public Files {
 public:
  explicit OnePolicy(std::string policy) : policy_(std::move(policy)) {}
  base::Result<std::string> read(const std::string&) const override { return policy_; }

 private:
  std::string policy_;
};

// The problems of what init would write; with every # of an example taken away where `all`.
std::string problems_of(const Found& found) {
  Problems problems;
  const Config config = read_config(config_text(found), problems);
  if (problems.empty()) (void)compile(config, OnePolicy(policy_text(found)), problems);
  return problems.text("yett.toml");
}

TEST(Init, WhatItWritesLoads) {
  EXPECT_EQ(problems_of({}), "");
  EXPECT_EQ(problems_of({true, {}, "/usr/bin/op", true}), "");
  EXPECT_EQ(problems_of({true, {"odd \"name\"\n\x1b[2J"}, "", false}), "");
}

TEST(Init, TheExampleWithACredentialLoadsToo) {
  std::istringstream text(config_text({}));
  std::string config;
  bool example = false;
  for (std::string line; std::getline(text, line);) {
    example |= line == "# [secret.weather_key]";
    config += (example && line.starts_with('#') ? line.substr(std::min<std::size_t>(2, line.size()))
                                                : line) +
              "\n";
  }
  Problems problems;
  const Config read = read_config(config, problems);
  (void)compile(read, OnePolicy(policy_text({})), problems);
  EXPECT_EQ(problems.text("yett.toml"), "");
  EXPECT_EQ(read.secrets.size(), 1u);
  EXPECT_EQ(read.tools.size(), 2u);
}

TEST(Init, BeginsWithTheUsualModelWhereItCan) {
  EXPECT_EQ(first_model({true, {}, "", false}), "llama3.1:8b");
  EXPECT_EQ(first_model({true, {"a", "llama3.1:8b"}, "", false}), "llama3.1:8b");
  EXPECT_EQ(first_model({true, {"qwen3:4b", "b"}, "", false}), "qwen3:4b");
}

TEST(Init, NeverWritesOverAFile) {
  const Folder folder;
  const std::string path = folder / "f";
  ASSERT_TRUE(write_new(path, "one", 0600, Existing::kRefuse).ok());
  const auto again = write_new(path, "two", 0600, Existing::kRefuse);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, base::Errc::kDenied);
  EXPECT_EQ(content(path), "one");
  ASSERT_EQ(::symlink("target", (folder / "link").c_str()), 0);
  EXPECT_FALSE(write_new(folder / "link", "x", 0600, Existing::kRefuse).ok());
  EXPECT_FALSE(fs::exists(folder / "target"));
}

TEST(Init, ReplacesByExchangeAndSetsTheMode) {
  const Folder folder;
  const std::string path = folder / "f";
  ASSERT_EQ(::symlink("elsewhere", path.c_str()), 0);
  ASSERT_TRUE(write_new(path, "new", 0640, Existing::kReplace).ok());
  struct stat st {};
  ASSERT_EQ(::lstat(path.c_str(), &st), 0);
  EXPECT_TRUE(S_ISREG(st.st_mode));
  EXPECT_EQ(st.st_mode & 0777u, 0640u);
  EXPECT_FALSE(fs::exists(folder / "elsewhere"));
  EXPECT_FALSE(fs::exists(path + ".new"));
}

TEST(Init, AKeyIs32RandomBytes) {
  class Counting final : public base::Random {
   public:
    void fill(std::span<std::byte> out) override {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(i);
    }
  } random;
  EXPECT_EQ(key_text(random), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
}

TEST(Init, FindsOpOnlyWhereNobodyElseCouldHavePutIt) {
  const Folder folder;
  const std::string bin = folder.path();
  EXPECT_EQ(find_op(bin), "");
  std::ofstream(folder / "op") << "#!/bin/sh\n";
  EXPECT_EQ(find_op(bin), "");  // not executable
  ASSERT_EQ(::chmod((folder / "op").c_str(), 0755), 0);
  EXPECT_EQ(find_op("relative:/nowhere:" + bin), fs::canonical(folder / "op").string());
  ASSERT_EQ(::chmod((folder / "op").c_str(), 0777), 0);
  EXPECT_EQ(find_op(bin), "");
}

// ---- Ollama ----

std::string tags(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + std::string(body);
}

TEST(OllamaProbe, ReadsTheNamesOfTheModels) {
  EXPECT_EQ(*parse_tags(tags(R"({"models":[{"name":"a:1","size":5},{"x":1},{"name":"b"}]})")),
            (std::vector<std::string>{"a:1", "b"}));
  EXPECT_EQ(*parse_tags(tags(R"({"models":[]})")), std::vector<std::string>{});
}

TEST(OllamaProbe, RefusesWhatOllamaWouldNotSay) {
  for (const std::string& answer :
       {std::string(), std::string("HTTP/1.1 200 OK"), std::string("SSH-2.0-x\r\n\r\n{}"),
        std::string("HTTP/1.1 404 Not Found\r\n\r\n{\"models\":[]}"), tags("{}"), tags("[]"),
        tags("{\"models\":5}"), tags("{\"models\":["), tags("{\"models\":[]} x")})
    EXPECT_FALSE(parse_tags(answer).ok()) << answer;
}

// A listener that answers `bytes` to the first client, or never answers.
class Listener {
 public:
  explicit Listener(std::string bytes) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_.get(), 1), 0);
    EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    if (bytes.empty()) return;
    thread_ = std::thread([this, answer = std::move(bytes)] {
      const base::Fd client(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      char request[256];
      (void)!::read(client.get(), request, sizeof request);
      (void)!::write(client.get(), answer.data(), answer.size());
    });
  }
  ~Listener() {
    if (thread_.joinable()) thread_.join();
  }
  std::uint16_t port() const { return port_; }

 private:
  base::Fd fd_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST(OllamaProbe, AsksAServerOfThisMachine) {
  const Listener there(tags(R"({"models":[{"name":"m"}]})"));
  EXPECT_EQ(*ollama_models(there.port()), std::vector<std::string>{"m"});
}

TEST(OllamaProbe, DoesNotWaitForASilentOne) {
  const Listener silent("");
  const auto models = ollama_models(silent.port());
  ASSERT_FALSE(models.ok());
  EXPECT_EQ(models.error().code, base::Errc::kUnavailable);
}

// ---- 1Password ----

std::string fake_op(const Folder& folder, const std::string& script) {
  const std::string path = folder / "op";
  std::ofstream(path) << "#!/bin/sh\n" << script;
  EXPECT_EQ(::chmod(path.c_str(), 0755), 0);
  return path;
}

TEST(OpProbe, TheLastErrorLineIsWhatCounts) {
  EXPECT_EQ(last_error_line(
                "[ERROR] 2024/01/02 10:11:12 first\n[ERROR] 2024/01/02 10:11:13 second\nmore\n"),
            "second");
  EXPECT_EQ(last_error_line("[ERROR] short\n"), " short");
  EXPECT_EQ(last_error_line("a\nb\n"), "b");
  EXPECT_EQ(last_error_line(""), "");
  EXPECT_EQ(op_advice("\"x\" isn't a vault in this account"),
            "check the vault's name and that the token may read it");
  EXPECT_EQ(op_advice("surprise"), "run the same `op` command by hand to see more");
}

TEST(OpProbe, RefusesAProgramThatOthersCanChange) {
  const Folder folder;
  EXPECT_EQ(OpProbe::create(folder / "op").error().code, base::Errc::kNotFound);
  const std::string op = fake_op(folder, "exit 0\n");
  EXPECT_TRUE(OpProbe::create(op).ok());
  ASSERT_EQ(::chmod(op.c_str(), 0777), 0);
  EXPECT_EQ(OpProbe::create(op).error().code, base::Errc::kInvalid);
}

TEST(OpProbe, GivesTheTokenKeepsAListAndDropsAValue) {
  const Folder folder;
  ASSERT_EQ(::setenv("OP_SERVICE_ACCOUNT_TOKEN", "ops_canary_token", 1), 0);
  const std::string op = fake_op(
      folder,
      "[ \"$OP_SERVICE_ACCOUNT_TOKEN\" = ops_canary_token ] || exit 9\n"
      "case $1 in list) echo '[]';; read) echo canary-value;;\n"
      "*) echo '[ERROR] 2024/01/02 10:11:12 \"x\" isn'\"'\"'t a vault' >&2; exit 1;; esac\n");
  const auto probe = OpProbe::create(op);
  ASSERT_TRUE(probe.ok());
  const auto list = probe->run({"list"}, OpProbe::Output::kKeep);
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->ok) << list->error;
  EXPECT_EQ(list->out, "[]\n");
  const auto value = probe->run({"read", "op://v/i/f"}, OpProbe::Output::kDiscard);
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(value->ok);
  EXPECT_EQ(value->out, "");
  const auto failed = probe->run({"fail"}, OpProbe::Output::kDiscard);
  ASSERT_TRUE(failed.ok());
  EXPECT_FALSE(failed->ok);
  EXPECT_EQ(failed->error, "\"x\" isn't a vault");
  ::unsetenv("OP_SERVICE_ACCOUNT_TOKEN");
}

TEST(OpProbe, AMessageWithTheTokenInItIsNotShown) {
  const Folder folder;
  ASSERT_EQ(::setenv("OP_SERVICE_ACCOUNT_TOKEN", "ops_canary_token", 1), 0);
  const auto probe = OpProbe::create(
      fake_op(folder, "echo \"[ERROR] bad $OP_SERVICE_ACCOUNT_TOKEN\" >&2; exit 1\n"));
  ASSERT_TRUE(probe.ok());
  const auto run = probe->run({"read"}, OpProbe::Output::kDiscard);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->error, "it failed");
  ::unsetenv("OP_SERVICE_ACCOUNT_TOKEN");
}

// What `yett check` says of the CLI itself. `ratelimit` is its answer to that question.
SecretState checked_op(const std::string& ratelimit) {
  const Folder folder;
  EXPECT_EQ(::setenv("OP_SERVICE_ACCOUNT_TOKEN", "ops_canary_token", 1), 0);
  Loaded loaded;
  loaded.config.op = fake_op(folder,
                             "case $1 in --version) echo 2.30.3;; vault) echo '[]';;\n"
                             "service-account) " +
                                 ratelimit + ";; esac\n");
  SecretTests tests(loaded);
  SecretState state = tests.test_op();
  ::unsetenv("OP_SERVICE_ACCOUNT_TOKEN");
  return state;
}

TEST(SecretTests, TheQuotaOfTheAccountIsShown) {
  const SecretState fresh =
      checked_op("printf 'TYPE ACTION LIMIT USED REMAINING RESET\\ntoken read 10 3 7 soon\\n'");
  EXPECT_TRUE(fresh.ok);
  EXPECT_EQ(fresh.found, "version 2.30.3, signed in, 0 vaults; quota used: token read 3 of 10");
  EXPECT_EQ(fresh.fix, "");
  const SecretState full =
      checked_op("printf 'TYPE ACTION LIMIT USED REMAINING RESET\\ntoken read 10 9 1 soon\\n'");
  EXPECT_TRUE(full.ok);
  EXPECT_NE(full.fix.find("read quota of this token is nearly used up (reset: soon)"),
            std::string::npos)
      << full.fix;
  EXPECT_EQ(checked_op("exit 1").found,
            "version 2.30.3, signed in, 0 vaults; its quota could not be read");
}

}  // namespace
}  // namespace cli
