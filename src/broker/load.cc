// SPDX-License-Identifier: Apache-2.0
#include "broker/load.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <span>
#include <utility>

#include "base/bytes.h"
#include "broker/reveal.h"
#include "broker/vault_file.h"

namespace broker {
namespace {

std::string random_key(base::Random& random) {
  std::string key(32, '\0');
  random.fill(std::as_writable_bytes(std::span(key)));
  return key;
}

// Values of environment secrets, in the order of the manifest.
void take_environment(Sealed& sealed, std::vector<std::string>& values) {
  std::size_t next = 0;
  const auto& secrets = sealed.view.get().secrets;
  for (std::uint32_t i = 0; i < secrets.size() && next < values.size(); ++i) {
    if (secrets[i].source != wire::SecretSource::kEnvironment) continue;
    std::string& value = values[next++];
    if (!value.empty()) sealed.desk.put(i, Secret::take(value));
  }
  for (std::string& value : values) base::wipe(value);
}

bool is_open(int fd) { return fd >= 0 && ::fcntl(fd, F_GETFD) >= 0; }

// The vault's text, empty if there is none.
base::Result<std::string> vault_text(int fd) {
  if (!is_open(fd)) return std::string();
  return read_vault_file(fd);
}

// The root key, and the vault's content if there is a vault.
struct Unlocked {
  VaultKey key;
  VaultContent content;
};

bool is_of_kind(KeyMode mode, wire::StartBroker::Key key) {
  return mode == KeyMode::kKeyFile ? key == wire::StartBroker::Key::kFile
                                   : key == wire::StartBroker::Key::kPassphrase;
}

base::Result<Unlocked> unlock(std::string_view file, wire::StartBroker::Key kind,
                              std::string& key_text) {
  TRY_AS(const VaultHeader header, read_vault_header(file));
  if (!is_of_kind(header.mode, kind))
    return base::invalid("the vault opens with the other kind of key: passphrase or key file");
  TRY_AS(VaultKey key, key_of(file, key_text));
  TRY_AS(VaultContent content, open_vault(file, key));
  return Unlocked{std::move(key), std::move(content)};
}

Secret copy(const Secret& value) {
  std::string bytes(Injector::open(value));
  return Secret::take(bytes);
}

// Every entry is known to the scrubber; those that the manifest names can be used.
void take_entries(Sealed& sealed, std::vector<VaultEntry> entries) {
  const auto& secrets = sealed.view.get().secrets;
  for (VaultEntry& entry : entries) {
    for (std::uint32_t i = 0; i < secrets.size(); ++i)
      if (secrets[i].source == wire::SecretSource::kVault && secrets[i].reference == entry.name)
        sealed.desk.put(i, copy(entry.value));
    sealed.desk.add_known(std::move(entry.name), std::move(entry.value));
  }
}

// The key of the argument store: the same after every start, where the vault's key is.
void derive_data_key(Sealed& sealed, const VaultKey& key) {
  base::Digest derived = key.derive(kValuesPurpose, sealed.view.get().tenant);
  sealed.data_key = std::string(base::view(derived));
  ::OPENSSL_cleanse(derived.data(), derived.size());
}

base::Status take_vault(Sealed& sealed, wire::StartBroker::Key kind, StartFds fds) {
  if (kind == wire::StartBroker::Key::kNone || !is_open(fds.key)) return base::ok();
  TRY_AS(const std::string file, vault_text(fds.vault));
  TRY_AS(std::string key_text, read_hidden(fds.key, "Passphrase of the vault: ", 1024));
  auto unlocked = unlock(file, kind, key_text);
  if (unlocked.ok()) {
    derive_data_key(sealed, unlocked->key);
    take_entries(sealed, std::move(unlocked->content.entries));
    return base::ok();
  }
  if (unlocked.error().code != base::Errc::kNotFound) return std::move(unlocked).error();
  // No vault yet. A key file is a root of its own; a passphrase is none without the vault's salt.
  if (kind == wire::StartBroker::Key::kFile) {
    TRY_AS(const VaultKey key, VaultKey::from_key_file(key_text));
    derive_data_key(sealed, key);
  }
  base::wipe(key_text);
  return base::ok();
}

}  // namespace

base::Result<std::unique_ptr<Sealed>> load(wire::StartBroker start, StartFds fds,
                                           const base::Clock& clock, base::Random& random) {
  TRY_AS(ManifestView view, ManifestView::create(std::move(start.manifest)));
  auto sealed = std::make_unique<Sealed>(std::move(view), clock);
  take_environment(*sealed, start.environment);
  if (!start.op_token.empty()) sealed->token = Secret::take(start.op_token);
  sealed->data_key = random_key(random);
  base::Status vault = take_vault(*sealed, start.key, fds);
  for (const int fd : {fds.vault, fds.key})
    if (is_open(fd)) ::close(fd);
  TRY(std::move(vault));
  TRY(sealed->desk.seal());
  return sealed;
}

base::Result<wire::Ready> lock_down(sandbox::Program program) {
  sandbox::Profile profile = sandbox::profile_of(program);
  profile.keep.clear();
  for (const int fd :
       {0, 1, 2, wire::kChannelFd, wire::StartBroker::kSupervisorFd, wire::StartBroker::kRunnerFd,
        wire::StartBroker::kVaultFd, wire::StartBroker::kVaultKeyFd})
    if (is_open(fd)) profile.keep.push_back(fd);
  TRY_AS(const sandbox::Achieved achieved, sandbox::apply(profile));
  return wire::Ready{"broker", static_cast<std::uint8_t>(achieved.level), sandbox::text(achieved)};
}

}  // namespace broker
