// SPDX-License-Identifier: Apache-2.0
#include "cli/secret_test.h"

#include <fmt/format.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "cli/op_quota.h"
#include "cli/vault_writer.h"
#include "schema/parse.h"

namespace cli {
namespace {

SecretState failed(std::string found, std::string fix) {
  return {false, std::move(found), std::move(fix)};
}

std::string vault_list(const std::string& json) {
  const auto parsed = schema::parse(json);
  const schema::Array* vaults = parsed.ok() ? parsed->as_array() : nullptr;
  if (vaults == nullptr) return "its list of vaults could not be read";
  std::string names;
  for (const auto& vault : *vaults)
    names += (names.empty() ? "" : ", ") + base::printable(vault.find_string("name").value_or("?"));
  return fmt::format("{} vault{}{}{}", vaults->size(), vaults->size() == 1 ? "" : "s",
                     names.empty() ? "" : ": ", names);
}

}  // namespace

SecretState SecretTests::test(const SecretConfig& secret) {
  switch (secret.source) {
    case wire::SecretSource::kVault: return in_vault(secret);
    case wire::SecretSource::kOnePassword: return in_op(secret);
    case wire::SecretSource::kEnvironment: return in_environment(secret);
  }
  return failed("its source is unknown", "");
}

base::Status SecretTests::open_vault() {
  if (!vault_) vault_.emplace(vault_names(loaded_.paths, loaded_.config));
  if (vault_->ok()) return base::ok();
  return vault_->error();
}

SecretState SecretTests::in_vault(const SecretConfig& secret) {
  const auto opened = open_vault();
  const std::string add = fmt::format("yett secret add {}", secret.name);
  if (!opened.ok() && opened.error().code == base::Errc::kNotFound)
    return failed("there is no vault yet", add);
  if (!opened.ok() && opened.error().message.empty())
    return failed("the vault does not open with its key",
                  "standard error says why; the key must be the one the vault was made with");
  if (!opened.ok())
    return failed(opened.error().message, "mend the file or [vault] of the configuration");
  if (!(*vault_)->contains(secret.reference)) return failed("the vault has no such entry", add);
  return {true, "in the vault, which opens with its key", ""};
}

base::Status SecretTests::open_op() {
  if (loaded_.config.op.empty()) return base::not_found("the configuration has no [onepassword]");
  if (!op_) op_.emplace(OpProbe::create(loaded_.config.op));
  if (op_->ok()) return base::ok();
  return op_->error();
}

SecretState SecretTests::in_op(const SecretConfig& secret) {
  if (const auto opened = open_op(); !opened.ok())
    return failed(opened.error().message,
                  "install the 1Password CLI and set `op` in [onepassword] to its absolute path");
  if (!(*op_)->has_token())
    return failed("OP_SERVICE_ACCOUNT_TOKEN is not set",
                  "set it to a service account's token, for this command only");
  const auto run =
      (*op_)->run({"read", "--no-newline", secret.reference}, OpProbe::Output::kDiscard);
  if (!run.ok())
    return failed(run.error().message, "see whether the programs of yett are all installed");
  if (!run->ok) return failed(run->error, run->fix);
  return {true, "1Password gives it", ""};
}

SecretState SecretTests::in_environment(const SecretConfig& secret) const {
  const char* value = ::getenv(secret.reference.c_str());
  if (value == nullptr || *value == '\0')
    return failed(fmt::format("the variable {} is not set", secret.reference),
                  "set it where yett is started");
  if (std::string_view(value).size() < base::limits::kSecretMinBytes)
    return failed(fmt::format("the value of {} has less than {} bytes, too few to be scrubbed",
                              secret.reference, base::limits::kSecretMinBytes),
                  "use a longer one");
  return {true, fmt::format("the variable {} is set", secret.reference), ""};
}

SecretState SecretTests::test_op() {
  if (const auto opened = open_op(); !opened.ok())
    return failed(opened.error().message,
                  "install the 1Password CLI and set `op` in [onepassword] to its absolute path");
  const auto version = (*op_)->run({"--version"}, OpProbe::Output::kKeep);
  if (!version.ok())
    return failed(version.error().message, "see whether the programs of yett are all installed");
  if (!version->ok) return failed(version->error, "reinstall the 1Password CLI");
  const std::string number = base::printable(version->out.substr(0, version->out.find('\n')));
  if (!(*op_)->has_token())
    return failed(fmt::format("version {}; OP_SERVICE_ACCOUNT_TOKEN is not set", number),
                  "set it to a service account's token, for this command only");
  const auto vaults = (*op_)->run({"vault", "list", "--format=json"}, OpProbe::Output::kKeep);
  if (!vaults.ok() || !vaults->ok)
    return failed(
        fmt::format("version {}; {}", number, vaults.ok() ? vaults->error : vaults.error().message),
        vaults.ok() ? vaults->fix : "");
  SecretState state{true, fmt::format("version {}, signed in, {}", number, vault_list(vaults->out)),
                    ""};
  add_quota(state);
  return state;
}

void SecretTests::add_quota(SecretState& state) {
  const auto run = (*op_)->run({"service-account", "ratelimit"}, OpProbe::Output::kKeep);
  // Older versions do not know the command: reads work all the same.
  if (!run.ok() || !run->ok) return void(state.found += "; its quota could not be read");
  const auto quotas = op_quotas(run->out);
  if (!quotas.ok()) return void(state.found += "; its quota could not be read");
  state.found += "; " + text_of(*quotas);
  if (const auto low = nearly_used(*quotas))
    state.fix = fmt::format(
        "the {} quota of {} is nearly used up (reset: {}): raise `lifetime_s` of the secrets, or "
        "see who else reads",
        low->action, low->type == "token" ? "this token" : "the account", low->reset);
}

}  // namespace cli
