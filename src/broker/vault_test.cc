// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "base/bytes.h"
#include "broker/broker_testing.h"
#include "broker/load.h"
#include "broker/reveal.h"
#include "broker/seal.h"
#include "broker/vault_file.h"
#include "broker/vault_format.h"
#include "broker/vault_write.h"

namespace broker {
namespace {

using testing::CountingRandom;
using testing::FakeClock;

std::string key_text() {
  std::string out(65, 'a');
  out.back() = '\n';
  return out;
}
VaultKey file_key(char digit = 'a') {
  std::string text(64, digit);
  return *VaultKey::from_key_file(text);
}

void apply(std::string& file, const VaultWrite& write, std::size_t bytes) {
  if (file.size() < write.offset + bytes) file.resize(write.offset + bytes, '\0');
  file.replace(write.offset, bytes, write.bytes, 0, bytes);
}
std::string applied(std::string file, const std::vector<VaultWrite>& writes) {
  for (const VaultWrite& w : writes) apply(file, w, w.bytes.size());
  return file;
}

VaultContent content_of(std::vector<std::pair<std::string, std::string>> entries) {
  VaultContent out;
  for (auto& [name, value] : entries)
    out.entries.push_back({name, testing::secret(value), 1'700'000'000'000'000});
  return out;
}
std::string value_of(const VaultContent& content, std::string_view name) {
  for (const VaultEntry& e : content.entries)
    if (e.name == name) return std::string(VaultWriter::open(e.value));
  return "";
}

// A vault file with the given entries.
std::string vault_of(std::vector<std::pair<std::string, std::string>> entries) {
  CountingRandom random;
  const VaultKey key = file_key();
  std::string file = applied("", *create_vault(VaultHeader{}, key, random));
  return applied(file, *save_vault(file, key, content_of(std::move(entries)), random));
}

base::Errc error_of(std::string_view file, const VaultKey& key) {
  const auto opened = open_vault(file, key);
  return opened.ok() ? base::Errc::kExhausted : opened.error().code;
}

TEST(Seal, OpensOnlyWithTheSameKeyPlaceAndBytes) {
  CountingRandom random;
  const SealKey key(base::sha256({"k"}));
  const std::string sealed = seal(key, "place", "the text", random);
  EXPECT_EQ(sealed.size(), sealed_size(8));
  EXPECT_EQ(unseal(key, "place", sealed), "the text");
  EXPECT_FALSE(unseal(key, "other", sealed).has_value());
  EXPECT_FALSE(unseal(SealKey(base::sha256({"l"})), "place", sealed).has_value());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string bad = sealed;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(unseal(key, "place", bad).has_value()) << i;
    EXPECT_FALSE(unseal(key, "place", sealed.substr(0, i)).has_value()) << i;
  }
  EXPECT_EQ(unseal(key, "", seal(key, "", "", random)), "");
}

TEST(VaultKey, OfAFileIs64HexadecimalDigits) {
  for (const std::size_t digits : {0u, 1u, 63u, 65u, 66u, 128u}) {
    std::string text(digits, 'a');
    EXPECT_FALSE(VaultKey::from_key_file(text).ok()) << digits;
  }
  for (const char wrong : {'g', ' ', '\0'}) {
    std::string text(64, 'a');
    text[0] = wrong;
    EXPECT_FALSE(VaultKey::from_key_file(text).ok()) << wrong;
  }
  std::string with_newline = key_text();
  EXPECT_EQ(VaultKey::from_key_file(with_newline)->derive("p", "c"), file_key().derive("p", "c"));
  EXPECT_EQ(with_newline, "") << "wiped";
}

TEST(VaultKey, PurposesAndContextsGiveDifferentKeys) {
  const VaultKey key = file_key();
  EXPECT_NE(key.derive("ab", "c"), key.derive("a", "bc"));
  EXPECT_NE(key.derive("a", "b"), key.derive("a", "c"));
  EXPECT_NE(key.derive("a", "b"), file_key('b').derive("a", "b"));
}

TEST(VaultKey, OfAPassphraseDependsOnItsSalt) {
  const Argon2 quick{8 * 1024, 1, 1};
  const auto derive = [&](std::string text, std::uint8_t salt) {
    return VaultKey::from_passphrase(text, quick, Salt{salt})->derive("p", "");
  };
  EXPECT_EQ(derive("correct horse", 1), derive("correct horse", 1));
  EXPECT_NE(derive("correct horse", 1), derive("correct horse", 2));
  EXPECT_NE(derive("correct horse", 1), derive("correct horsf", 1));
  std::string text = "x";
  for (const Argon2& p : {Argon2{1024, 1, 1}, Argon2{8192, 0, 1}, Argon2{8192, 1, 0},
                          Argon2{4u << 20, 1, 1}, Argon2{8192, 99, 1}})
    EXPECT_FALSE(VaultKey::from_passphrase(text, p, Salt{}).ok());
}

TEST(Vault, GivesBackWhatWasPutIn) {
  const std::string file = vault_of({{"a", "value-of-a"}, {"b", std::string(16 * 1024, 'b')}});
  const auto opened = open_vault(file, file_key());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->entries.size(), 2u);
  EXPECT_EQ(value_of(*opened, "a"), "value-of-a");
  EXPECT_EQ(opened->entries[0].stored_us, 1'700'000'000'000'000);
  EXPECT_EQ(file.find("value-of-a"), std::string::npos);
}

TEST(Vault, EachTroubleHasItsOwnError) {
  const std::string file = vault_of({{"a", "value-of-a"}});
  EXPECT_EQ(error_of("", file_key()), base::Errc::kNotFound);
  EXPECT_EQ(error_of(std::string(8192, '\0'), file_key()), base::Errc::kNotFound);
  EXPECT_EQ(error_of("[yett]\n" + std::string(9000, 'x'), file_key()), base::Errc::kInvalid);
  EXPECT_EQ(error_of(file, file_key('b')), base::Errc::kDenied);
  EXPECT_EQ(error_of(file.substr(0, 100), file_key()), base::Errc::kCorrupt);
  EXPECT_EQ(error_of(file.substr(0, file.size() - 1), file_key()), base::Errc::kCorrupt);
  std::string other = file;
  for (const char version : {'\0', '\2', '\7'}) {
    other[8] = version;
    const auto opened = open_vault(other, file_key());
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, base::Errc::kInvalid);
    EXPECT_NE(opened.error().message.find("version"), std::string::npos);
  }
}

TEST(Vault, NoFlippedBitGoesUnnoticed) {
  const std::string file = vault_of({{"a", "value-of-a"}});
  const auto whole = open_vault(file, file_key());
  for (std::size_t i = 0; i < file.size(); ++i) {
    std::string bad = file;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    const auto opened = open_vault(bad, file_key());
    // Blank space, the older index and the older content may be anything.
    if (opened.ok()) {
      const bool same = value_of(*opened, "a") == "value-of-a";
      const bool older = opened->generation < whole->generation && opened->entries.empty();
      EXPECT_TRUE(same || older) << i;
    }
  }
}

// INVARIANT: whatever part of a save was made, the old content or the new is there.
TEST(Vault, ACrashAtAnyByteLosesNothing) {
  std::string file = vault_of({{"a", "old-value"}});
  const VaultKey key = file_key();
  CountingRandom random;
  for (int generation = 0; generation < 4; ++generation) {
    const std::string value = "new-value-" + std::to_string(generation);
    const auto writes = *save_vault(file, key, content_of({{"a", value}}), random);
    const std::string before = value_of(*open_vault(file, key), "a");
    std::string now = file;
    for (const VaultWrite& w : writes) {
      for (std::size_t torn = 0; torn <= w.bytes.size(); ++torn) {
        std::string crashed = now;
        apply(crashed, w, torn);
        const auto opened = open_vault(crashed, key);
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        const std::string found = value_of(*opened, "a");
        EXPECT_TRUE(found == before || found == value);
      }
      apply(now, w, w.bytes.size());
    }
    EXPECT_EQ(value_of(*open_vault(now, key), "a"), value);
    file = now;
  }
  EXPECT_LT(file.size(), 32u * 1024) << "the file does not grow for ever";
}

TEST(Vault, ACreationThatDidNotEndIsAnEmptyVault) {
  CountingRandom random;
  const auto writes = *create_vault(VaultHeader{}, file_key(), random);
  std::string now;
  for (std::size_t i = 0; i + 1 < writes.size(); ++i) {
    apply(now, writes[i], writes[i].bytes.size());
    EXPECT_EQ(error_of(now, file_key()), base::Errc::kNotFound);
  }
  apply(now, writes.back(), writes.back().bytes.size());
  EXPECT_TRUE(open_vault(now, file_key()).ok());
}

// ---- vault-write mode ---------------------------------------------------------------------------

// A file in memory with `text`, read from its start.
base::Fd memory_file(std::string_view text) {
  base::Fd fd(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

class WriteTest : public ::testing::Test {
 protected:
  base::Result<std::string> go(std::vector<const char*> words, std::string_view value,
                               std::string_view key) {
    TRY_AS(const VaultOrder order, parse_vault_order(words));
    const base::Fd value_fd = memory_file(value);
    const base::Fd key_fd = memory_file(key);
    return write_vault(order, {value_fd.get(), vault_.get(), key_fd.get()}, clock_, random_);
  }
  std::string read(std::string_view name) {
    return value_of(*open_vault(*read_vault_file(vault_.get()), file_key()), name);
  }
  base::Fd vault_ = memory_file("");
  FakeClock clock_;
  base::SystemRandom random_;
};

TEST_F(WriteTest, AddsRotatesListsAndRemoves) {
  EXPECT_EQ(*go({"ADD", "weather"}, "first-value\n", key_text()), "added weather\n");
  EXPECT_EQ(*go({"ADD", "other"}, "other-value", key_text()), "added other\n");
  EXPECT_EQ(read("weather"), "first-value");
  EXPECT_EQ(*go({"LIST"}, "", key_text()), "weather\nother\n");
  EXPECT_EQ(*go({"ROTATE", "weather"}, "second-value", key_text()), "rotated weather\n");
  EXPECT_EQ(read("weather"), "second-value");
  EXPECT_EQ(*go({"REMOVE", "weather"}, "", key_text()), "removed weather\n");
  EXPECT_EQ(*go({"LIST"}, "", key_text()), "other\n");
}

TEST_F(WriteTest, TellsTheKeyOfTheArgumentStoreBeforeAndAfterThereIsAVault) {
  const std::string before = *go({"VALUES-KEY", "acme"}, "", key_text());
  EXPECT_EQ(before, base::hex(base::view(file_key().derive("yett values 1", "acme"))) + "\n");
  ASSERT_TRUE(go({"ADD", "weather"}, "first-value", key_text()).ok());
  EXPECT_EQ(*go({"VALUES-KEY", "acme"}, "", key_text()), before);
  EXPECT_NE(*go({"VALUES-KEY", "other"}, "", key_text()), before);
  EXPECT_FALSE(go({"VALUES-KEY", "acme"}, "", std::string(64, 'b')).ok());
  EXPECT_FALSE(go({"VALUES-KEY"}, "", key_text()).ok());
}

TEST_F(WriteTest, WhatCannotBeDoneChangesNothing) {
  ASSERT_TRUE(go({"ADD", "weather"}, "first-value", key_text()).ok());
  const std::string before = *read_vault_file(vault_.get());
  const std::string other_key(64, 'b');
  const std::tuple<std::vector<const char*>, std::string, std::string> cases[] = {
      {{"ADD", "weather"}, "again-value", key_text()},
      {{"ROTATE", "nothing"}, "some-value", key_text()},
      {{"REMOVE", "nothing"}, "", key_text()},
      {{"ADD", "new"}, "", key_text()},
      {{"ADD", "new"}, "\n", key_text()},
      {{"ADD", "new"}, "short", key_text()},
      {{"ADD", "new"}, std::string(16 * 1024 + 1, 'x'), key_text()},
      {{"ADD", "new"}, std::string("with\0nul-byte", 13), key_text()},
      {{"ADD", "new"}, "good-value", other_key},
      {{"ADD", "new"}, "good-value", "not a key"},
      {{"ADD", "bad name"}, "good-value", key_text()},
      {{"ADD"}, "good-value", key_text()},
      {{"ADD", "new", "second"}, "good-value", key_text()},
      {{"SHOW", "weather"}, "", key_text()},
      {{"ADD", "new", "--force"}, "good-value", key_text()},
      {{}, "", key_text()},
  };
  for (const auto& [words, value, key] : cases) {
    const auto done = go(words, value, key);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message.find("-value"), std::string::npos);
    EXPECT_EQ(*read_vault_file(vault_.get()), before) << done.error().message;
  }
  EXPECT_TRUE(go({"ADD", "new", "--short"}, "short", key_text()).ok());
  EXPECT_TRUE(go({"ADD", "long"}, std::string(16 * 1024, 'x'), key_text()).ok());
}

TEST_F(WriteTest, ARemovedValueLeavesTheFileEvenSealed) {
  ASSERT_TRUE(go({"ADD", "weather"}, "first-value", key_text()).ok());
  const std::string before = *read_vault_file(vault_.get());
  ASSERT_TRUE(go({"REMOVE", "weather"}, "", key_text()).ok());
  const std::string after = *read_vault_file(vault_.get());
  // Each index block on its own opens content without the entry.
  for (const std::size_t block : {512u, 1024u}) {
    std::string one = after;
    one.replace(block, 512, std::string(512, '\0'));
    const auto opened = open_vault(one, file_key());
    ASSERT_TRUE(opened.ok());
    EXPECT_TRUE(opened->entries.empty());
  }
  EXPECT_NE(before, after);
}

TEST_F(WriteTest, APassphraseOpensItsVaultAlone) {
  ASSERT_TRUE(go({"ADD", "weather", "--key", "passphrase"}, "first-value", "correct horse\n").ok());
  EXPECT_EQ(*go({"LIST"}, "", "correct horse"), "weather\n");
  const auto wrong = go({"LIST"}, "", "wrong horse");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, base::Errc::kDenied);
}

TEST(ReadHidden, ATerminalShowsNothingOfWhatIsTyped) {
  int master = -1;
  int terminal = -1;
  ASSERT_EQ(::openpty(&master, &terminal, nullptr, nullptr, nullptr), 0);
  const base::Fd keep_master(master);
  const base::Fd keep_terminal(terminal);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto text = read_hidden(terminal, "", 64);
    ::_exit(text.ok() && *text == "typed-secret" ? 0 : 1);
  }
  ::usleep(100'000);  // the child switches the echo off and throws away what came before
  ASSERT_EQ(::write(master, "typed-secret\n", 13), 13);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ::fcntl(master, F_SETFL, O_NONBLOCK);
  char shown[256] = {};
  (void)!::read(master, shown, sizeof shown - 1);
  EXPECT_EQ(std::strstr(shown, "typed"), nullptr) << shown;
}

// ---- load ---------------------------------------------------------------------------------------

class LoadTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<Sealed>> go(std::string_view vault, std::string_view key,
                                           wire::StartBroker::Key kind) {
    wire::StartBroker start;
    start.manifest = testing::sample_manifest();
    start.key = kind;
    start.op_token = "ops_token";
    const StartFds fds{memory_file(vault).release(), memory_file(key).release()};
    auto out = load(std::move(start), fds, clock_, random_);
    EXPECT_LT(::fcntl(fds.vault, F_GETFD), 0) << "closed";
    EXPECT_LT(::fcntl(fds.key, F_GETFD), 0) << "closed";
    return out;
  }
  FakeClock clock_;
  base::SystemRandom random_;
};

using Key = wire::StartBroker::Key;

TEST_F(LoadTest, TakesTheSecretsOfTheVault) {
  const auto sealed = go(vault_of({{"weather_key", "value-of-weather"}, {"unused", "other-value"}}),
                         key_text(), Key::kFile);
  ASSERT_TRUE(sealed.ok()) << sealed.error().message;
  EXPECT_EQ((*sealed)->desk.want(0), SecretDesk::State::kReady);
  EXPECT_EQ((*sealed)->desk.value(0)->size_bytes(), 16u);
  // Entries that no tool uses are scrubbed too.
  EXPECT_EQ(scrub_text((*sealed)->desk.scrub_set(), "x other-value value-of-weather"),
            "x [REDACTED] [REDACTED]");
}

TEST_F(LoadTest, TheDataKeyIsTheSameAfterEveryStart) {
  const std::string empty = "";
  const auto first = go(vault_of({}), key_text(), Key::kFile);
  const auto second = go(vault_of({{"a", "some-value"}}), key_text(), Key::kFile);
  const auto before_the_vault = go(empty, key_text(), Key::kFile);
  EXPECT_EQ((*first)->data_key, (*second)->data_key);
  EXPECT_EQ((*first)->data_key, (*before_the_vault)->data_key);
  EXPECT_EQ((*first)->data_key.size(), 32u);
  const auto none = go(empty, "", Key::kNone);
  EXPECT_NE((*none)->data_key, (*first)->data_key);
}

TEST_F(LoadTest, AVaultThatDoesNotOpenEndsTheStart) {
  const std::string vault = vault_of({{"weather_key", "value-of-weather"}});
  EXPECT_FALSE(go(vault, std::string(64, 'b'), Key::kFile).ok());
  EXPECT_FALSE(go(vault, "a passphrase", Key::kPassphrase).ok());
  EXPECT_FALSE(go(vault.substr(0, 4200), key_text(), Key::kFile).ok());
  EXPECT_FALSE(go("not a vault at all, but long enough", key_text(), Key::kFile).ok());
}

TEST_F(LoadTest, ASecretThatIsNotInTheVaultIsMissingToItsCalls) {
  const auto sealed = go(vault_of({{"other", "other-value"}}), key_text(), Key::kFile);
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ((*sealed)->desk.want(0), SecretDesk::State::kFailed);
}

TEST(Load, EnvironmentValuesAreTakenInTheOrderOfTheManifest) {
  wire::StartBroker start;
  start.manifest = testing::sample_manifest();
  start.manifest.secrets[0].source = wire::SecretSource::kEnvironment;
  start.manifest.secrets[1].source = wire::SecretSource::kEnvironment;
  start.environment = {"", "second-value"};
  FakeClock clock;
  base::SystemRandom random;
  const auto sealed = load(std::move(start), {-1, -1}, clock, random);
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ((*sealed)->desk.want(0), SecretDesk::State::kFailed);
  EXPECT_EQ((*sealed)->desk.value(1)->size_bytes(), 12u);
}

}  // namespace
}  // namespace broker
