// SPDX-License-Identifier: Apache-2.0
#include "broker/vault_write.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "wire/value.h"

namespace broker {
namespace {

namespace limits = base::limits;
using Verb = VaultOrder::Verb;

constexpr std::size_t kKeyTextBytes = 1024;

base::Result<Verb> parse_verb(std::string_view text) {
  if (text == "ADD") return Verb::kAdd;
  if (text == "ROTATE") return Verb::kRotate;
  if (text == "REMOVE") return Verb::kRemove;
  if (text == "LIST") return Verb::kList;
  if (text == "VALUES-KEY") return Verb::kValuesKey;
  return base::invalid("--vault-write takes ADD, ROTATE, REMOVE, LIST or VALUES-KEY");
}

base::Status parse_option(VaultOrder& out, std::string_view option, std::string_view value) {
  if (option == "--short") out.allow_short = true;
  else if (option == "--key" && value == "file") out.new_mode = KeyMode::kKeyFile;
  else if (option == "--key" && value == "passphrase") out.new_mode = KeyMode::kPassphrase;
  else return base::invalid("--vault-write does not know this option");
  return base::ok();
}

bool same_text(std::string& a, std::string& b) {
  const bool same = base::equal_constant_time(a, b);
  base::wipe(b);
  return same;
}

// A new passphrase is asked for twice where a person types it.
base::Result<std::string> new_key_text(int fd, KeyMode mode) {
  TRY_AS(std::string text, read_hidden(fd, "New passphrase of the vault: ", kKeyTextBytes));
  if (mode == KeyMode::kKeyFile || ::isatty(fd) == 0) return text;
  auto again = read_hidden(fd, "Once more: ", kKeyTextBytes);
  if (again.ok() && same_text(text, *again)) return text;
  base::wipe(text);
  if (!again.ok()) return std::move(again).error();
  return base::invalid("the two passphrases differ");
}

// The vault as it is held while it is changed.
struct Opened {
  std::string file;
  VaultKey key;
  VaultContent content;
};

base::Result<Opened> open_existing(std::string file, int key_fd) {
  TRY(read_vault_header(file));
  TRY_AS(std::string text, read_hidden(key_fd, "Passphrase of the vault: ", kKeyTextBytes));
  TRY_AS(VaultKey key, key_of(file, text));
  TRY_AS(VaultContent content, open_vault(file, key));
  return Opened{std::move(file), std::move(key), std::move(content)};
}

base::Result<Opened> open_new(const VaultOrder& order, VaultFds fds, base::Random& random) {
  VaultHeader header;
  header.mode = order.new_mode;
  random.fill(std::as_writable_bytes(std::span(header.salt)));
  TRY_AS(std::string text, new_key_text(fds.key, header.mode));
  auto key = header.mode == KeyMode::kKeyFile
                 ? VaultKey::from_key_file(text)
                 : VaultKey::from_passphrase(text, header.argon2, header.salt);
  if (!key.ok()) return std::move(key).error();
  TRY_AS(const auto writes, create_vault(header, *key, random));
  TRY(apply_writes(fds.vault, writes));
  TRY_AS(std::string file, read_vault_file(fds.vault));
  TRY_AS(VaultContent content, open_vault(file, *key));
  return Opened{std::move(file), std::move(*key), std::move(content)};
}

base::Result<Opened> open_any(const VaultOrder& order, VaultFds fds, base::Random& random) {
  TRY_AS(std::string file, read_vault_file(fds.vault));
  const auto header = read_vault_header(file);
  const bool none = !header.ok() && header.error().code == base::Errc::kNotFound;
  if (none && order.verb == Verb::kAdd) return open_new(order, fds, random);
  return open_existing(std::move(file), fds.key);
}

base::Status check_value(std::string_view value, bool allow_short) {
  if (value.empty()) return base::invalid("the value is empty");
  if (std::ranges::find(value, '\0') != value.end())
    return base::invalid("the value holds a NUL byte");
  if (value.size() < limits::kSecretMinBytes && !allow_short)
    return base::invalid(
        fmt::format("the value has fewer than {} bytes; with --short it is stored,"
                    " and scrubbed in plain form only",
                    limits::kSecretMinBytes));
  return base::ok();
}

base::Result<Secret> read_value(const VaultOrder& order, int fd) {
  const std::string prompt = "Value of " + order.name + " (it is not shown): ";
  TRY_AS(std::string value, read_hidden(fd, prompt.c_str(), limits::kSecretMaxBytes));
  base::Status fit = check_value(value, order.allow_short);
  if (fit.ok()) return Secret::take(value);
  base::wipe(value);
  return std::move(fit).error();
}

auto find_entry(VaultContent& content, std::string_view name) {
  return std::ranges::find_if(content.entries, [&](const VaultEntry& e) { return e.name == name; });
}

base::Status change(VaultContent& content, const VaultOrder& order, int value_fd,
                    const base::Clock& clock) {
  const auto found = find_entry(content, order.name);
  const bool there = found != content.entries.end();
  if (order.verb == Verb::kAdd && there)
    return base::invalid(fmt::format("secret {} exists: rotate it instead", order.name));
  if (order.verb != Verb::kAdd && !there)
    return base::not_found(fmt::format("there is no secret {}", order.name));
  if (order.verb == Verb::kRemove) {
    content.entries.erase(found);
    return base::ok();
  }
  TRY_AS(Secret value, read_value(order, value_fd));
  VaultEntry entry{order.name, std::move(value), clock.wall_us()};
  if (there) *found = std::move(entry);
  else content.entries.push_back(std::move(entry));
  return base::ok();
}

// Twice: the second write takes the place of the older content, so that no removed or former value
// stays in the file, sealed as it is.
base::Status save(Opened& vault, int fd, base::Random& random) {
  for (int i = 0; i < 2; ++i) {
    TRY_AS(const auto writes, save_vault(vault.file, vault.key, vault.content, random));
    TRY(apply_writes(fd, writes));
    TRY_AS(vault.file, read_vault_file(fd));
  }
  return base::ok();
}

std::string list(const VaultContent& content) {
  std::string out;
  for (const VaultEntry& entry : content.entries) out += entry.name + "\n";
  return out;
}

const char* done_word(Verb verb) {
  switch (verb) {
    case Verb::kAdd: return "added";
    case Verb::kRotate: return "rotated";
    case Verb::kRemove: return "removed";
    case Verb::kList:
    case Verb::kValuesKey: break;
  }
  return "";
}

// The root key: of the vault, or of a key file that has no vault yet.
base::Result<VaultKey> root_key(const VaultOrder& order, VaultFds fds) {
  TRY_AS(std::string file, read_vault_file(fds.vault));
  const auto header = read_vault_header(file);
  if (header.ok() || header.error().code != base::Errc::kNotFound) {
    TRY_AS(Opened vault, open_existing(std::move(file), fds.key));
    return std::move(vault.key);
  }
  if (order.new_mode == KeyMode::kPassphrase)
    return base::not_found("without a vault a passphrase is no key: values ended with their run");
  TRY_AS(std::string text, read_hidden(fds.key, "", kKeyTextBytes));
  return VaultKey::from_key_file(text);
}

base::Result<std::string> values_key(const VaultOrder& order, VaultFds fds) {
  TRY_AS(const VaultKey key, root_key(order, fds));
  return base::hex(base::view(key.derive(kValuesPurpose, order.name))) + "\n";
}

}  // namespace

base::Result<VaultOrder> parse_vault_order(std::span<const char* const> arguments) {
  if (arguments.empty()) return base::invalid("--vault-write takes ADD, ROTATE, REMOVE or LIST");
  VaultOrder out;
  TRY_AS(out.verb, parse_verb(arguments[0]));
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (!word.starts_with("--")) {
      if (!out.name.empty()) return base::invalid("--vault-write takes one name");
      out.name = word;
    } else if (word == "--key" && i + 1 < arguments.size()) {
      TRY(parse_option(out, word, arguments[++i]));
    } else {
      TRY(parse_option(out, word, ""));
    }
  }
  if (out.verb == Verb::kList) return out;
  if (!wire::is_name(out.name))
    return base::invalid("a secret's name is 1 to 128 printable ASCII characters without space");
  return out;
}

base::Result<std::string> write_vault(const VaultOrder& order, VaultFds fds,
                                      const base::Clock& clock, base::Random& random) {
  if (order.verb == Verb::kValuesKey) return values_key(order, fds);
  TRY_AS(Opened vault, open_any(order, fds, random));
  if (order.verb == Verb::kList) return list(vault.content);
  TRY(change(vault.content, order, fds.value, clock));
  TRY(save(vault, fds.vault, random));
  return fmt::format("{} {}\n", done_word(order.verb), order.name);
}

}  // namespace broker
