// SPDX-License-Identifier: Apache-2.0
// yett secret add|list|test|rotate|remove. Nothing reads a value back.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "cli/load.h"
#include "cli/secret_test.h"
#include "cli/vault_writer.h"
#include "cli/verbs.h"

namespace cli {
namespace {

using schema::Value;
using What = SecretCommand::What;

const SecretConfig* find_secret(const Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.secrets, name, &SecretConfig::name);
  return found == config.secrets.end() ? nullptr : &*found;
}

std::string source_text(const SecretConfig& secret) {
  switch (secret.source) {
    case wire::SecretSource::kVault: return "vault:" + secret.reference;
    case wire::SecretSource::kOnePassword: return secret.reference;
    case wire::SecretSource::kEnvironment: return "env:" + secret.reference;
  }
  return "";
}

struct Listed {
  std::string name, source;
  std::vector<std::string> hosts;
  std::string state;  // "stored", "not stored", "not looked up", "unused"
};

std::vector<Listed> list_all(const Loaded& loaded) {
  const bool quiet = loaded.config.vault_key.starts_with("file:");
  auto stored = quiet ? vault_names(loaded.paths, loaded.config)
                      : base::Result<std::set<std::string>>(base::invalid(""));
  const bool none = quiet && !stored.ok() && stored.error().code == base::Errc::kNotFound;
  std::vector<Listed> out;
  std::set<std::string> used;
  for (const SecretConfig& secret : loaded.config.secrets) {
    Listed one{secret.name, source_text(secret), {}, "not looked up"};
    for (const Text& host : secret.hosts) one.hosts.push_back(host.value);
    if (secret.source == wire::SecretSource::kVault) {
      used.insert(secret.reference);
      if (none || stored.ok())
        one.state = stored.ok() && stored->contains(secret.reference) ? "stored" : "not stored";
    }
    out.push_back(std::move(one));
  }
  if (stored.ok())
    for (const std::string& name : *stored)
      if (!used.contains(name)) out.push_back({name, "vault:" + name, {}, "unused"});
  return out;
}

Exit list(const Loaded& loaded, const Context& context) {
  const auto all = list_all(loaded);
  Value secrets = Value::array();
  for (const Listed& one : all) {
    if (!context.options.json) {
      context.terminal.out(base::printable(fmt::format("{}  {}  {}  {}", one.name, one.source,
                                                       one.state, fmt::join(one.hosts, " "))) +
                           "\n");
      continue;
    }
    Value item = Value::object();
    item.set("name", json_text(one.name));
    item.set("source", json_text(one.source));
    item.set("state", json_text(one.state));
    Value hosts = Value::array();
    for (const auto& host : one.hosts) hosts.push(json_text(host));
    item.set("hosts", std::move(hosts));
    secrets.push(std::move(item));
  }
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(true));
    document.set("secrets", std::move(secrets));
    print(context, document);
  } else if (all.empty()) {
    context.terminal.out(
        fmt::format("there are no secrets; add a [secret.NAME] to {}\n", loaded.paths.config));
  }
  return Exit::kOk;
}

Exit test(const SecretCommand& command, const Loaded& loaded, const Context& context) {
  std::vector<const SecretConfig*> wanted;
  for (const SecretConfig& secret : loaded.config.secrets)
    if (command.name.empty() || secret.name == command.name) wanted.push_back(&secret);
  if (wanted.empty() && !command.name.empty())
    return fail(context, Exit::kUsage,
                fmt::format("there is no [secret.{}] in {}", base::printable(command.name),
                            loaded.paths.config));
  SecretTests tests(loaded);
  bool all_ok = true;
  Value results = Value::array();
  for (const SecretConfig* secret : wanted) {
    const SecretState state = tests.test(*secret);
    all_ok &= state.ok;
    if (!context.options.json) {
      context.terminal.out(
          fmt::format("{}  {}\n", secret->name,
                      safe_text(state.ok ? "ok: " + state.found : "FAILED: " + state.found)));
      if (!state.ok) context.terminal.out(fmt::format("  fix: {}\n", safe_text(state.fix)));
      continue;
    }
    Value item = Value::object();
    item.set("name", json_text(secret->name));
    item.set("ok", Value::boolean(state.ok));
    item.set("found", json_text(state.found));
    if (!state.ok) item.set("fix", json_text(state.fix));
    results.push(std::move(item));
  }
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(all_ok));
    document.set("secrets", std::move(results));
    print(context, document);
  }
  return all_ok ? Exit::kOk : Exit::kUpstream;
}

// The vault entry that a secret's name stands for. kInvalid: the secret is kept elsewhere.
base::Result<std::string> entry_of(const Loaded& loaded, const std::string& name) {
  const SecretConfig* secret = find_secret(loaded.config, name);
  if (secret == nullptr) return name;
  if (secret->source == wire::SecretSource::kVault) return secret->reference;
  return base::invalid(
      fmt::format("`{}` comes from {}; it is changed there", name, source_text(*secret)));
}

void suggest_entry(const std::string& name, const Loaded& loaded, const Context& context) {
  if (find_secret(loaded.config, name) != nullptr || context.options.json) return;
  context.terminal.out(
      fmt::format("to use it, add to {}:\n  [secret.{}]\n  from = \"vault:{}\"\n"
                  "  hosts = [\"https://...\"]    # the only origins it is ever sent to\n",
                  loaded.paths.config, name, name));
}

Exit change(const SecretCommand& command, const Loaded& loaded, const Context& context) {
  if (!wire::is_name(command.name))
    return fail(context, Exit::kUsage,
                "a secret's name is 1 to 128 visible ASCII characters without spaces");
  const auto entry = entry_of(loaded, command.name);
  if (!entry.ok()) return fail(context, Exit::kUsage, entry.error().message);
  const VaultVerb verb = command.what == What::kAdd      ? VaultVerb::kAdd
                         : command.what == What::kRotate ? VaultVerb::kRotate
                                                         : VaultVerb::kRemove;
  const auto said = write_vault(loaded.paths, loaded.config, {verb, *entry, command.short_value});
  if (!said.ok() && !said.error().message.empty()) return fail_to_start(context, said.error());
  if (!said.ok() && !context.options.json) return Exit::kFailed;  // the broker has said why
  if (!said.ok())
    return fail(context, Exit::kFailed, "the vault was not changed; standard error says why");
  if (!context.options.json) context.terminal.out(safe_text(*said));
  if (verb == VaultVerb::kAdd) suggest_entry(command.name, loaded, context);
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(true));
    document.set("name", json_text(command.name));
    print(context, document);
  }
  return Exit::kOk;
}

}  // namespace

Exit run(const SecretCommand& command, const Context& context) {
  const auto loaded = load(context.options.config);
  if (!loaded.ok()) return fail_to_start(context, loaded.error());
  switch (command.what) {
    case What::kList: return list(*loaded, context);
    case What::kTest: return test(command, *loaded, context);
    case What::kAdd:
    case What::kRotate:
    case What::kRemove: return change(command, *loaded, context);
  }
  return Exit::kFailed;
}

}  // namespace cli
